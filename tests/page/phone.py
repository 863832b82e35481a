# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What a person does with the page and sees of it."""

import re
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Dialog, Page, expect

from tests.board import REPOSITORY, Board

#: Where a person can look at the screenshots. Not under version control.
SCREENSHOTS = REPOSITORY / "test-results" / "page"

#: In place of the browser's WebSocket: ``sockets`` has all that were made, with their times, and
#: a test plays the board. ``alive`` is how many the page has not closed or lost.
FAKE_WEBSOCKET = """
window.sockets = [];
window.WebSocket = class {
  constructor(url) {
    this.url = url;
    this.made = performance.now();
    this.readyState = 0;
    this.sent = [];
    sockets.push(this);
  }
  send(data) { this.sent.push(data); }
  close() { this.readyState = 3; }
  open() { this.readyState = 1; if (this.onopen) this.onopen({}); }
  push(data) { if (this.onmessage) this.onmessage({ data }); }
  lose(code = 1006, reason = "") {
    this.readyState = 3;
    if (this.onclose) this.onclose({ code, reason });
  }
};
WebSocket.OPEN = 1;
window.alive = () => sockets.filter(socket => socket.readyState < 2).length;
window.last = () => sockets[sockets.length - 1];
"""


class Phone:
    """
    A page, and what goes wrong on it.

    :param Page page: In a context of its own.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.statuses: dict[str, int] = {}
        self.console: list[str] = []
        self.faults: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("response", lambda response: self.statuses.update({response.url: response.status}))
        page.on("console", self._heed)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _heed(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.console.append(message.text)

    def visit(self, board: Board, state: str = "connected") -> "Phone":
        """Open the board's page, and wait for a state of its link."""
        self.page.goto(board.url)
        expect_state(self.page, state)
        return self

    def screenshot(self, name: str) -> Path:
        """Keep what is to be seen now."""
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path)
        return path


def expect_state(page: Page, state: str, words: str | re.Pattern = "", seconds: float = 15) -> None:
    """Wait for the link to be connecting, connected, lost or refused, and for what is said."""
    expect(page.locator("body")).to_have_attribute("data-state", state, timeout=seconds * 1000)
    expect(page.locator("header p")).to_contain_text(words or "", timeout=seconds * 1000)


def say(page: Page, text: str) -> None:
    """Type a message and send it with Enter."""
    page.fill("#field", text)
    page.press("#field", "Enter")


def expect_line(page: Page, kind: str, text: str, seconds: float = 15) -> None:
    """
    Wait for a line of the log: sent, received or event. Unlike the state of the link, which may
    pass between two looks, it stays.
    """
    line = page.locator(f".{kind}").filter(has_text=text).first
    expect(line).to_be_visible(timeout=seconds * 1000)

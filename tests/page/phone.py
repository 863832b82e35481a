# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What a person does with the page and sees of it."""

import json
import re
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Request, expect

from tests.board import Board

VIEWS = ("live", "chat", "control", "board")

#: A phone in the pocket, and out of it again.
_HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  Object.defineProperty(
    document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Phone:
    """
    A page in a browser context of its own, and what goes wrong on it.

    :param Page page: Not opened yet.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.console: list[str] = []
        self.faults: list[str] = []
        #: The only one that may be asked.
        self.host = ""
        page.on("request", self._requested)
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("console", self._heed)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", self._dismiss)

    @classmethod
    def take(
        cls,
        browser: Browser,
        *,
        size: tuple[int, int] = (390, 844),
        scheme: str = "light",
        language: str = "en-GB",
        name: str | None = None,
        calm: bool = False,
    ) -> Self:
        """
        Take a phone in hand.

        :param tuple size: Of its screen.
        :param str scheme: light or dark.
        :param str language: What its browser asks for.
        :param str name: What its person is called; None leaves it to the page.
        :param bool calm: Whether its person wants less motion.
        """
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=2,
            has_touch=size[0] < 1000,
            locale=language,
            reduced_motion="reduce" if calm else "no-preference",
        )
        # Well below the deadline of a test, so that a failure says what was waited for.
        context.set_default_timeout(15_000)
        if name is not None:
            # Not on about:blank, which has no storage.
            context.add_init_script(
                f"if (location.host) localStorage['esp_ws_ap.name'] ??= {json.dumps(name)}"
            )
        return cls(context.new_page())

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.faults.append(f"a request to another host: {request.url}")

    def _dismiss(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _heed(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.console.append(message.text)

    # What a person does

    def visit(self, board: Board, view: str = "live", state: str = "open") -> Self:
        """Open the board's page, and wait for a state of its link."""
        self.host = urlsplit(board.url).netloc
        self.page.goto(f"{board.url}#{view}")
        self.expect_state(state)
        if state == "open":
            expect(self.page.locator("#on")).to_be_enabled()
        return self

    def go(self, view: str) -> Self:
        """Tap on a tab."""
        self.page.click(f"#tab-{view}")
        return self

    def say(self, text: str) -> None:
        """Type a line of the chat and send it with Enter."""
        self.go("chat")
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")

    def choose(self, name: str) -> None:
        """Take a tool of the board."""
        self.page.get_by_role("group", name="Tools").get_by_role(
            "button", name=name, exact=True
        ).click()

    def draw(self, *points: tuple[float, float], lift: bool = True) -> None:
        """
        Draw a line on the sheet.

        :param tuple points: In parts of the sheet's width and height.
        :param bool lift: Whether the finger leaves the sheet at the end.
        """
        box = self.page.locator("#drawing").bounding_box()
        assert box
        spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        self.page.mouse.move(*spots[0])
        self.page.mouse.down()
        for spot in spots[1:]:
            self.page.mouse.move(*spot)
        if lift:
            self.page.mouse.up()

    def hide(self, hidden: bool = True) -> None:
        """Put the phone in the pocket, or take it out again."""
        self.page.evaluate(_HIDE, hidden)

    # What a person sees

    def locator(self, selector: str, text: str | None = None) -> Locator:
        """What is on the page, and has a text."""
        found = self.page.locator(selector)
        return found if text is None else found.filter(has_text=text)

    def expect_state(self, state: str, words: str | re.Pattern = "", seconds: float = 15) -> None:
        """Wait for a state of the link, and for what the bar says."""
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-state", state, timeout=seconds * 1000)
        expect(self.page.locator("#bar")).to_contain_text(words or "", timeout=seconds * 1000)

    def expect_line(self, text: str, *, own: bool = False) -> None:
        """Wait for a line of the chat, and for the board's echo of one's own, once each."""
        line = self.locator(".line.own" if own else ".line:not(.own)", text)
        expect(line).to_have_count(1)
        if own:
            expect(line).to_contain_text("delivered")

    def lines(self) -> list[str]:
        """The chat, from the top."""
        return self.page.evaluate(
            "Array.from(document.querySelectorAll('.line p'), line => line.firstChild.data)"
        )

    def pixel(self, x: float, y: float) -> list[int]:
        """The color of the sheet at a place, as red, green, blue, alpha."""
        return self.page.evaluate(
            """([x, y]) => {
              const sheet = document.getElementById("drawing");
              const spot = [Math.round(x * sheet.width), Math.round(y * sheet.height)];
              return Array.from(sheet.getContext("2d").getImageData(...spot, 1, 1).data);
            }""",
            [x, y],
        )

    def expect_ink(self, x: float, y: float, there: bool = True) -> None:
        """Wait for something on the sheet at a place, or for nothing there."""
        self.page.wait_for_function(
            """([x, y, there]) => {
              const sheet = document.getElementById("drawing");
              const spot = [Math.round(x * sheet.width), Math.round(y * sheet.height)];
              const alpha = sheet.getContext("2d").getImageData(...spot, 1, 1).data[3];
              return there ? alpha > 200 : alpha === 0;
            }""",
            arg=[x, y, there],
        )

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A phone: what a user does with the page, and what the page shows."""

import json
import re
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, Request, expect

from tests.board import Board

VIEWS = ("0", "chat", "sketch")

#: Hide the page, or show it again, as the browser does when the screen turns off.
_HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  Object.defineProperty(
    document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

#: Give the page's link, which is in a module, the name window.link.
_EXPOSE_LINK = """
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (type === "state") window.link = this;
  listen.call(this, type, ...rest);
};
"""

_RECEIVE = """([text, bytes]) => {
  const data = bytes ? Uint8Array.from(bytes).buffer : text;
  link.dispatchEvent(new MessageEvent("message", { data }));
}"""


class Phone:
    """
    A page in a browser context of its own. Everything that goes wrong on it is in `faults`.

    :param Page page: An empty page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.console: list[str] = []
        self.faults: list[str] = []
        #: The only host to which requests may go.
        self.host = ""
        page.on("request", self._requested)
        page.on("websocket", lambda socket: self.requests.append(socket.url))
        page.on("console", self._console_message)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("dialog", self._dismiss)

    @classmethod
    def create(
        cls,
        browser: Browser,
        *,
        size: tuple[int, int] = (390, 844),
        scheme: str = "light",
        language: str = "en-GB",
        name: str | None = None,
        reduced_motion: bool = False,
    ) -> Self:
        """
        Create a phone.

        :param tuple size: Width and height of its screen.
        :param str scheme: "light" or "dark".
        :param str language: The language of its browser.
        :param str name: The user's name; by default the page generates one.
        :param bool reduced_motion: The user prefers reduced motion.
        """
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=2,
            has_touch=size[0] < 1000,
            locale=language,
            reduced_motion="reduce" if reduced_motion else "no-preference",
        )
        # Well below a test's timeout, so that a failure shows what it waited for.
        context.set_default_timeout(15_000)
        if name is not None:
            # about:blank has no storage.
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

    def _console_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.console.append(message.text)

    def expose_link(self) -> Self:
        """Let :meth:`receive` reach the page's link. Call it before :meth:`visit`."""
        self.page.add_init_script(_EXPOSE_LINK)
        return self

    def receive(self, message: bytes | dict | list | None) -> None:
        """Let the page receive a message that the board has not sent."""
        binary = isinstance(message, bytes)
        data = ["", list(message)] if binary else ["\x1e" + json.dumps(message), None]
        self.page.evaluate(_RECEIVE, data)

    # What a user does

    def visit(self, board: Board, view: str = "0", state: str = "open", panel: bool = True) -> Self:
        """Open the board's page, and wait until its link has a state."""
        self.host = urlsplit(board.url).netloc
        self.page.goto(f"{board.url}#{view}")
        self.expect_state(state)
        if state == "open" and panel:
            expect(self.page.locator("#panel .element").first).to_be_attached()
        return self

    def go(self, view: str) -> Self:
        """Tap a tab."""
        self.page.click(f"#tab-{view}")
        return self

    def element(self, key: str, inner: str = "") -> Locator:
        """Locate an element of the panel, or something in it."""
        return self.page.locator(f"[data-key={key}] {inner}")

    def drag(self, key: str, *values: float, lift: bool = True) -> None:
        """
        Drag a slider over values between 0 and 1.

        :param str key: The element.
        :param float values: Where the finger goes.
        :param bool lift: Lift the finger at the end.
        """
        self.element(key, "input").scroll_into_view_if_needed()
        box = self.element(key, "input").bounding_box()
        assert box
        middle = box["y"] + box["height"] / 2
        for number, value in enumerate(values):
            self.page.mouse.move(box["x"] + 14 + value * (box["width"] - 28), middle)
            if not number:
                self.page.mouse.down()
        if lift:
            self.page.mouse.up()

    def say(self, text: str) -> None:
        """Type a line in the chat, and send it with Enter."""
        self.go("chat")
        self.page.fill("#text", text)
        self.page.press("#text", "Enter")

    def choose(self, name: str) -> None:
        """Choose a drawing tool."""
        self.page.get_by_role("group", name="Tools").get_by_role(
            "button", name=name, exact=True
        ).click()

    def draw(self, *points: tuple[float, float], lift: bool = True) -> None:
        """
        Draw a line on the sheet.

        :param tuple points: x and y as fractions of the sheet's width and height.
        :param bool lift: Lift the finger at the end.
        """
        box = self.page.locator("#sheet").bounding_box()
        assert box
        spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
        self.page.mouse.move(*spots[0])
        self.page.mouse.down()
        for spot in spots[1:]:
            self.page.mouse.move(*spot)
        if lift:
            self.page.mouse.up()

    def hide(self, hidden: bool = True) -> None:
        """Hide the page, or show it again."""
        self.page.evaluate(_HIDE, hidden)

    # What a user sees

    def locator(self, selector: str, text: str | None = None) -> Locator:
        """Locate elements, optionally by a text in them."""
        found = self.page.locator(selector)
        return found if text is None else found.filter(has_text=text)

    def expect_state(self, state: str, words: str | re.Pattern = "", seconds: float = 15) -> None:
        """Wait for a state of the link, and for words in the bar."""
        body = self.page.locator("body")
        expect(body).to_have_attribute("data-state", state, timeout=seconds * 1000)
        expect(self.page.locator("#bar")).to_contain_text(words or "", timeout=seconds * 1000)

    def expect_line(self, text: str, *, own: bool = False) -> None:
        """Wait for exactly one such line in the chat; a line of one's own must be delivered."""
        line = self.locator(".line.own" if own else ".line:not(.own)", text)
        expect(line).to_have_count(1)
        if own:
            expect(line).to_contain_text("delivered")

    def lines(self) -> list[str]:
        """Return the lines of the chat, from the top."""
        return self.page.evaluate(
            "Array.from(document.querySelectorAll('.line p'), line => line.firstChild.data)"
        )

    def pixel(self, x: float, y: float) -> list[int]:
        """Return red, green, blue and alpha at a point of the sheet."""
        return self.page.evaluate(
            """([x, y]) => {
              const sheet = document.getElementById("sheet");
              const spot = [Math.round(x * sheet.width), Math.round(y * sheet.height)];
              return Array.from(sheet.getContext("2d").getImageData(...spot, 1, 1).data);
            }""",
            [x, y],
        )

    def expect_ink(self, x: float, y: float, there: bool = True) -> None:
        """Wait for ink at a point of the sheet, or for none."""
        self.page.wait_for_function(
            """([x, y, there]) => {
              const sheet = document.getElementById("sheet");
              const spot = [Math.round(x * sheet.width), Math.round(y * sheet.height)];
              const alpha = sheet.getContext("2d").getImageData(...spot, 1, 1).data[3];
              return there ? alpha > 200 : alpha === 0;
            }""",
            arg=[x, y, there],
        )

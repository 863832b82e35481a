# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel`
================================================================================

A page from Python: its elements, and their values on all pages. docs/panel.md lists the elements.
The messages between board and page begin with RS (RFC 7464); a JSON object follows.
"""

import gc

gc.collect()

from json import dumps, loads

from adafruit_ticks import ticks_add, ticks_diff
from micropython import const

from .. import unload
from ..events import Event
from ..log import log_exception
from ..websocket.frames import encode_message
from ..websocket.heartbeat import RS
from .element import BY_CLIENT

try:
    from typing import TYPE_CHECKING, Any
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Request, Response, Server

    from ..hub import Hub
    from ..websocket.connection import Connection
    from .builder import Builder
    from .element import Element
else:
    Builder = object

_MAX_ELEMENTS = const(100)
_MAX_TEXT = const(200)  # characters
_MAX_NAME = const(24)  # characters
_MAX_MESSAGE = const(2048)  # characters
_MIN_PIECE = const(200)  # bytes of a description that are tried when memory is short
_MAX_WAITING = const(16)  # messages that wait for a client before changes are held back
_MAX_WAITING_BYTES = const(3000)  # before pieces of a description are held back

_TICK = 0.05  # s; values that the program sets are sent in every second tick
_TURN_TIME = const(4)  # ms of a turn
_OWNED = const(1500)  # ms for which the client that has dragged a value owns it
_DRAG_TIMEOUT = const(10000)  # ms without a message from a client that drags


class _Page:
    """A client with the panel's page, and what it has not been sent yet."""

    def __init__(self, client: "Connection") -> None:
        self.client = client
        self.described = 0  # how many elements
        self.missing = bytearray(_MAX_ELEMENTS)  # 1 for each element that has changed
        self.incomplete = True  # True while there is something to send
        self.ends = True  # True until it was told that it is complete


class Panel(Builder):
    """
    A page described in Python. Every phone shows the same values: the board's. The methods that
    add elements are those of `Builder`.

    :param Hub hub: The clients.
    :param str title: What stands at the top of the page; the hotspot's name by default.

    Example::

        panel = Panel(hub, "Greenhouse")
        air = panel.value("Air", unit="°C", decimals=1)
        fan = panel.slider("Fan", 0, 100, 40, unit="%")

        @fan.on_change
        def turn_fan(percent):
            pin.duty_cycle = percent * 65535 // 100

        @hotspot.loop.every(2)
        def measure():
            air.value = sensor.temperature
    """

    title: str
    """What stands at the top of the page."""

    elements: "list[Element]"
    """The elements, in the order in which they were made."""

    client: "Any"
    """The client whose change or press a handler is called for, else None."""

    on_change = Event("panel.on_change")
    """Decorator for a function that is called with each element that the program or a client has
    changed, at most 20 times a second."""

    def __init__(self, hub: "Hub", title: "str | None" = None) -> None:
        from .assembly import prepare

        prepare(self, hub, title)
        hub.panel = self.receive
        hub.on_close(self._closed)
        hub.loop.every(_TICK, self._tick)
        if hub.hotspot is not None:
            hub.hotspot.on_run(self._begin)

    def __getattr__(self, name: str) -> "Any":
        from .builder import Builder

        method = getattr(Builder(self), name, None)
        if method is None or name[0] == "_":
            from .mistakes import no_kind

            raise no_kind(name)
        return method

    # What a program calls while it runs

    def notify(self, text: str, level: str = "info") -> int:
        """
        Show a message on all pages that are in sight.

        :param str text: At most 200 characters.
        :param str level: "info", "warning", or "alarm", which stays until it is tapped or
            dismissed, and is shown to pages that join later too.
        :return: A number for `dismiss`.
        """
        from .notices import notify

        return notify(self, text, level)

    def dismiss(self, number: int) -> None:
        """
        Remove a message from all pages.

        :param int number: What `notify` has returned.
        """
        from .notices import dismiss

        dismiss(self, number)

    def ask(self, key: "Any", value: "Any" = None, client: "Connection | None" = None, drag=False):
        """
        Change or press an element as a client does: the value is checked, and handlers are called.

        :param str key: The element's key.
        :param value: The value; None for a button.
        :param Connection client: The client that wants it.
        :param bool drag: True while the client drags: it owns the value until 1.5 s after.
        :return: None, or why it was refused.
        """
        # The program's handlers are called from here, and not from a deeper call: the stack is
        # short.
        self._text = None
        element = self.find(key)
        if element is None:
            return "no such element"
        handlers = element._on_change
        if handlers is None:
            return "it only shows a value"
        if not element._enabled or not element._visible:
            return "it cannot be used now"
        press = element.kind == "button"
        before = element._value
        if press:
            value = None
        else:
            try:
                value = element.check(value)
            except ValueError as error:
                return str(error)[:_MAX_TEXT]
            now = self._loop.ticks()
            held = self._held.get(element)
            if held is not None:
                if held[0] is not client and ticks_diff(held[1], now) > 0:
                    return f"{_name(held[0])} is changing it"
            if drag or held is not None:
                until = ticks_add(now, _DRAG_TIMEOUT if drag else _OWNED)
                if held is None:
                    held = self._held[element] = [client, until, drag]
                held[0] = client
                held[1] = until
                held[2] = drag
            element.mark(BY_CLIENT)
            if value == before:
                return None
            element._value = value
        self.client = client
        try:
            for handler in handlers:
                result = handler() if press else handler(value)
                if isinstance(result, str):
                    self._text = result[:_MAX_TEXT]
                self.hub.loop.check_time(handler)
        except Exception as error:
            element._value = before
            if client is None:
                log_exception(self.hub.log, "panel.ask failed", error)
            else:
                self.hub.report_fault(client, error, handler)
            return (str(error) or error.__class__.__name__)[:_MAX_TEXT]
        finally:
            self.client = None
        if element._save:
            self.saved.changed()
        return None

    def find(self, key: "Any") -> "Element | None":
        """
        Return the element with a key, or None.

        :param str key: The key.
        """
        for element in self.elements:
            if element.key == key:
                return element
        return None

    # Messages of pages

    def receive(self, client: "Connection", data: "str | bytes") -> None:
        """
        Handle a message of a page.

        :param Connection client: The client that has sent it.
        :param data: The message. It begins with RS.
        """
        message: Any = data
        error = "not understood"
        escaped = False
        if isinstance(data, str):
            message = None
            if len(data) <= _MAX_MESSAGE:
                try:
                    message = loads(data[1:])
                except (ValueError, RuntimeError):  # nested deeper than the interpreter's stack
                    pass
            # The board does not join two escaped surrogates to one character, and a page closes the
            # connection on what it makes of them.
            if "\\u" in data:
                text = data.replace("\\\\", "").lower()
                for digit in "89abcdef":
                    escaped |= "\\ud" + digit in text
            if escaped:
                error = "send characters as they are, not as two escapes"
        wish = False
        if isinstance(message, dict):
            if isinstance(message.get("name"), str) and not escaped:
                client.name = message["name"].strip()[:_MAX_NAME]
                error = ""
            if "panel" in message:
                self._join(client, message)
                return
            if "hidden" in message:
                client.hidden = message["hidden"] is True
                return
            wish = "set" in message or "press" in message
        if not wish:
            if not escaped:
                for view in self.views:
                    try:
                        answer = view.received(client, message)
                    except MemoryError:
                        self.hub.loop.low_memory = True
                        answer = "the board has no memory for it"
                    if answer is not False:
                        error = answer
            if error:
                client.send(f'{RS}{{"error":{dumps(error)}}}')
            return
        number = message.get("n")
        if not isinstance(number, int):
            number = 0
        press = "press" in message
        key = message.get("press" if press else "set")
        drag = message.get("drag") is True
        element = self.find(key)
        if escaped:
            pass
        elif message.get("boot") != self.boot:
            error = "the board has restarted"
        elif element is not None and (element.kind == "button") != press:
            error = "not understood"
        else:
            error = self.ask(key, message.get("value"), client, drag)
        answer = f'{RS}{{"n":{number}'
        if error is None:
            answer += ',"ok":true'
            if self._text and not drag:
                answer += f',"text":{dumps(self._text)}'
        else:
            answer += f',"error":{dumps(error)}'
            if element is not None:
                answer += "," + element.state()
        # A later answer to a drag replaces this one, if it waits.
        client.send(answer + "}", self if drag else None)

    def _join(self, client: "Connection", message: dict) -> None:
        """Answer a page that has connected, or is in sight again."""
        client.hidden = False
        for page in self.pages:
            if page.client is client:
                break
        else:
            page = _Page(client)
            self.pages.append(page)
        known = message.get("version")
        if message.get("boot") != self.boot or not isinstance(known, int):
            known = -1
        page.incomplete = page.ends = True
        if self.layout <= known <= self.version:
            page.described = len(self.elements)
            for element in self.elements:
                page.missing[element._index] = element._version > known
        else:
            page.described = 0
        answer = {
            "boot": self.boot,
            "title": self.title,
            "name": self.name,
            "count": len(self.elements),
            "tabs": self._tabs,
            "version": self.version,
            "you": client.id,
        }
        client.send(RS + dumps({"panel": answer}))
        for alarm in self.alarms:
            client.send(alarm[1])
        self._soon()

    def to_all(self, message: "Any", everyone: bool = False, latest: "Any" = None) -> None:
        """
        Send a message to the pages that are in sight.

        :param message: The message. It begins with RS.
        :param bool everyone: Send it to all that have the description, also to hidden ones.
        :param latest: As for `Connection.send`.
        """
        for page in self.pages:
            if not page.ends if everyone else not page.client.hidden:
                page.client.send(message, latest)

    def _closed(self, client: "Connection", code: int, reason: str) -> None:
        self.pages = [page for page in self.pages if page.client is not client]
        for element in list(self._held):
            if self._held[element][0] is client:
                del self._held[element]
                element.mark(BY_CLIENT)

    # Sending

    def _tick(self) -> None:
        if not self._at:
            self._even = not self._even
        now = self._loop.now
        if self._held:
            for element in list(self._held):
                if ticks_diff(self._held[element][1], now) <= 0:
                    del self._held[element]
                    element.mark(BY_CLIENT)
        seconds = ticks_diff(now, self._counted) // 1000
        if seconds > 0:
            self._counted = ticks_add(self._counted, 1000 * seconds)
            for element, limit in self.watched:
                if element._age >= 0:
                    element._age += seconds
                    if element._age > limit:
                        element._age = -1
                        element.mark()
            if self.saved is not None:
                self.saved.count(seconds)
        if not self._waits:
            self._send()

    def _soon(self) -> None:
        """Go on sending in the next turn."""
        if not self._waits:
            self._waits = True
            self._loop.call_soon(self._send)

    def _send(self) -> None:
        """Send what has changed, and what pages are missing, for a few milliseconds."""
        self._waits = False
        loop = self._loop
        started = loop.ticks()
        if self._at or self.changed & BY_CLIENT or self.changed and self._even:
            if not self._at:
                self.changed &= 0 if self._even else ~BY_CLIENT
            marks = self.marks
            for index in range(self._at, len(self.elements)):
                mark = marks[index]
                if mark and (self._even or mark & BY_CLIENT):
                    marks[index] = 0
                    try:
                        self._send_element(index)
                    except MemoryError:
                        self.elements[index].mark(mark)
                        raise
                    if ticks_diff(loop.ticks(), started) >= _TURN_TIME:
                        self._at = index + 1
                        self._soon()
                        return
            self._at = 0
        for _ in range(len(self.pages)):
            page = self.pages.pop(0)
            self.pages.append(page)
            if page.incomplete:
                try:
                    while self._send_missing(page):
                        if ticks_diff(loop.ticks(), started) >= _TURN_TIME:
                            self._soon()
                            return
                except MemoryError:
                    # The heap is fragmented: from now on in smaller pieces.
                    if self._piece < _MIN_PIECE:
                        raise
                    self._piece //= 2

    def _send_element(self, index: int) -> None:
        """Send an element's state to all pages that can take it now."""
        element = self.elements[index]
        self.version += 1
        element._version = self.version
        message = None
        held = self._held.get(element)
        for page in self.pages:
            client = page.client
            # It knows best what it drags, until it lets go.
            if index >= page.described or held is not None and held[0] is client and held[2]:
                continue
            if client.hidden or len(client.send_queue.items) >= _MAX_WAITING:
                page.missing[index] = 1
                page.incomplete = True
                continue
            if message is None:
                message = encode_message(self._change(element), _MAX_MESSAGE)
            client.send_message(message, element)
        for handler in self._on_change:
            try:
                handler(element)
            except Exception as error:
                log_exception(self.hub.log, "panel.on_change failed", error)

    def _change(self, element: Element) -> str:
        text = f"{RS}{{{element.state()}"
        held = self._held.get(element)
        if held is not None:
            text += f',"by":{dumps(_name(held[0]))}'
        return text + "}"

    def _send_missing(self, page: _Page) -> bool:
        """
        Send the next message that a page is missing.

        :return: False if there is none, or it cannot take one now.
        """
        client = page.client
        queue = client.send_queue
        if client.hidden or len(queue.items) >= _MAX_WAITING or queue.queued > _MAX_WAITING_BYTES:
            return False
        index = page.missing.find(b"\1")
        count = len(self.elements)
        if page.described < count:
            parts = []
            size = 40
            for element in self.elements[page.described :]:
                text = element.describe()
                size += len(text.encode()) + 1
                if size > self._piece and parts:
                    break
                parts.append(text)
            client.send(f'{RS}{{"from":{page.described},"elements":[{",".join(parts)}]}}')
            for _ in parts:
                page.missing[page.described] = 0
                page.described += 1
        elif index >= 0:
            client.send(self._change(self.elements[index]))
            page.missing[index] = 0
        elif page.ends:
            page.ends = False
            client.send(f'{RS}{{"end":{self.version}}}')
            for view in self.views:
                view.opened(client)
        else:
            page.incomplete = False
            return False
        return True

    # The page

    def _begin(self, server: "Server") -> None:
        """Add the page, and unload what the program was put together with."""
        unload("panel.builder", "panel.assembly")
        from .page import begin

        begin()
        server.route("/invite.svg", ["GET", "HEAD"])(self._invite)
        unload("panel.page")

    def _invite(self, request: "Request") -> "Response":
        from .page import answer

        response = answer(request, self)
        unload("panel.page", "network.join_code")
        return response


def _name(client: "Connection | None") -> "str | int":
    """Return what the others are told of a client."""
    return getattr(client, "name", "") or getattr(client, "id", 0)

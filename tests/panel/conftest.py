# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A panel on a simulated board in this process, and pages that speak its messages."""

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.in_process import Network
from tests.raw_websocket import PING, PONG, TEXT


class Page:
    """
    A phone with the panel's page.

    :param Network network: Where it connects.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.socket = network.websocket()
        self.arrived: list[dict] = []  # and not heard yet
        self.boot = 0
        self.number = 0

    def send(self, message: Any) -> None:
        """Send an object, or a text as it is."""
        text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        self.socket.send_text("\x1e" + text)
        self.network.turn(3)

    def take(self) -> None:
        """Receive what has arrived, so that the board can send more."""
        self.network.turn(3)
        while self.socket._buffer or self.socket.sock.waiting():  # type: ignore[attr-defined]
            frame = self.socket.receive()
            if frame.opcode == PING:
                self.socket.send(PONG, frame.payload)
            if frame.opcode != TEXT:
                continue
            text = frame.payload.decode()
            assert text[0] == "\x1e" and len(frame.payload) <= 1500, text
            self.arrived.append(json.loads(text[1:], parse_constant=pytest.fail))

    def hear(self) -> list[dict]:
        """The messages that have arrived since the last call."""
        self.take()
        messages = self.arrived
        self.arrived = []
        return messages

    def until(self, member: str) -> list[dict]:
        """Let time pass until a message with this member arrives; all messages up to it."""
        messages = []
        for _ in range(100):
            messages += self.hear()
            if any(member in message for message in messages):
                return messages
            advance(self.network, 0.05, self)
        pytest.fail(f"no {member} in {messages}; log: {self.network.log}")

    def hello(self, boot: int = 0, version: Any = 0) -> list[dict]:
        """Say hello, and read all up to the end of the description."""
        self.send({"panel": 1, "boot": boot, "version": version})
        messages = self.until("end")
        self.boot = messages[0]["panel"]["boot"]
        return messages

    def wish(self, key: str, value: Any, drag: bool = False) -> dict:
        """Set a value. Return the answer."""
        self.number += 1
        boot = self.boot
        self.send({"set": key, "value": value, "n": self.number, "drag": drag, "boot": boot})
        return self.answer()

    def press(self, key: str, **changes: Any) -> dict:
        """Press a button. Return the answer."""
        self.number += 1
        self.send({"press": key, "n": self.number, "boot": self.boot} | changes)
        return self.answer()

    def answer(self) -> dict:
        """The answer to the last wish or press."""
        self.take()
        for message in self.arrived:
            if message.get("n") == self.number:
                self.arrived.remove(message)
                return message
        pytest.fail(f"no answer to {self.number}: {self.arrived}; log: {self.network.log}")

    def shown(self, key: str) -> list:
        """The values of an element that have arrived since the last call."""
        return [message["value"] for message in self.hear() if message.get("key") == key]


def advance(network: Network, seconds: float, *pages: Page) -> None:
    """Let time pass for pages that receive what arrives."""
    for _ in range(round(seconds * 20)):
        network.advance(0.05)
        for page in pages:
            page.take()


@pytest.fixture
def panel(network: Network) -> Any:
    """A panel without elements."""
    module = network.board.module("esp_ws_ap.panel")
    return module.Panel(network.hub(), "Greenhouse")


@pytest.fixture
def page(network: Network) -> Callable[[], Page]:
    """A function that connects a page, which has the description."""

    def connect() -> Page:
        page = Page(network)
        page.hello()
        page.hear()
        return page

    return connect


@contextlib.contextmanager
def join_away(network: Network, panel: Any, page: Page) -> Iterator[None]:
    """Have the first client out of reach within ``with``: nothing that is sent arrives."""
    network.turn(5)
    network.board.network.leave("127.0.0.2")
    yield
    network.board.network.join("127.0.0.2")

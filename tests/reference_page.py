# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A page of a panel with a chat and a drawing, without a browser: docs/page.md."""

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.board import DEADLINE

RS = "\x1e"


class ReferencePage:
    """
    A client of code.py. It ignores messages that it is not asked for.

    :param ClientConnection socket: It has just been opened.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.number = 0
        self.do(panel=1, boot=0, version=0)
        answer = self.hear("panel")
        self.id: int = answer["you"]
        self.boot: int = answer["boot"]
        #: The elements by key, the chat and the drawing when it joined.
        self.elements: dict[str, dict] = {}
        self.chat: list[dict] = []
        while isinstance(data := self.socket.recv(DEADLINE), str):
            heard = json.loads(data[1:])
            self.elements |= {element["key"]: element for element in heard.get("elements", ())}
            self.chat += heard.get("chat", ())
        assert data[:2] == b"\x1e\x02", data
        self.drawing = data[2:]

    def do(self, **request: Any) -> None:
        """Send a request to the board."""
        self.socket.send(RS + json.dumps(request, ensure_ascii=False))

    def set(self, key: str, value: Any, *, drag: bool = False) -> dict:
        """Ask for a value, and return the answer."""
        self.number += 1
        self.do(set=key, value=value, n=self.number, drag=drag, boot=self.boot)
        return self._hear(lambda heard: heard.get("n") == self.number)

    def hear(self, key: str) -> Any:
        """Wait for the next text message with a key, and return its value."""
        return self._hear(lambda heard: key in heard)[key]

    def change(self, key: str) -> dict:
        """Wait for the next state of an element."""
        return self._hear(lambda heard: heard.get("key") == key and "n" not in heard)

    def _hear(self, wanted) -> dict:
        last = time.monotonic() + DEADLINE
        while True:
            data = self.socket.recv(max(0, last - time.monotonic()))
            if isinstance(data, str) and data[:1] == RS and wanted(heard := json.loads(data[1:])):
                return heard

    def said(self) -> str:
        """Wait for the next line of the chat, and return its text."""
        (line,) = self.hear("chat")
        return line["text"]

    def draw(self, message: bytes) -> None:
        """Send a message of the drawing: its kind, and records."""
        self.socket.send(b"\x1e" + message)

    def drawn(self) -> bytes:
        """Wait for the next message of the drawing."""
        last = time.monotonic() + DEADLINE
        while True:
            data = self.socket.recv(max(0, last - time.monotonic()))
            if isinstance(data, bytes):
                return data[1:]


@contextlib.contextmanager
def reference_page(url: str, source: str = "127.0.0.2") -> Iterator[ReferencePage]:
    """
    Open a page, and close it at the end.

    :param str url: The board's WebSocket.
    :param str source: The client's address.
    """
    with connect(url, source_address=(source, 0), open_timeout=DEADLINE, proxy=None) as socket:
        yield ReferencePage(socket)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A page of code.py without a browser: it sends and receives code.py's messages."""

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.board import DEADLINE


class ReferencePage:
    """
    A client of code.py. It ignores messages that it is not asked for.

    :param ClientConnection socket: It has just been opened.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        greeting = json.loads(self.socket.recv(DEADLINE))
        self.id: int = greeting["you"]
        self.boot: int = greeting["boot"]
        #: The chat, the light and the drawing when it joined.
        self.chat: list[dict] = greeting["chat"]
        self.light: dict = greeting["light"]
        drawing = self.socket.recv(DEADLINE)
        assert isinstance(drawing, bytes) and drawing[0] == 2, drawing
        self.drawing = drawing[1:]

    def do(self, **request: Any) -> None:
        """Send a request to the board."""
        self.socket.send(json.dumps(request, ensure_ascii=False))

    def hear(self, key: str) -> Any:
        """Wait for the next text message with a key, and return its value."""
        last = time.monotonic() + DEADLINE
        while True:
            data = self.socket.recv(max(0, last - time.monotonic()))
            if isinstance(data, str):
                heard = json.loads(data)
                if key in heard:
                    return heard[key]

    def said(self) -> str:
        """Wait for the next line of the chat, and return its text."""
        (line,) = self.hear("chat")
        return line["text"]

    def drawn(self) -> bytes:
        """Wait for the next binary message."""
        last = time.monotonic() + DEADLINE
        while True:
            data = self.socket.recv(max(0, last - time.monotonic()))
            if isinstance(data, bytes):
                return data


@contextlib.contextmanager
def reference_page(url: str, source: str = "127.0.0.2") -> Iterator[ReferencePage]:
    """
    Open a page, and close it at the end.

    :param str url: The board's WebSocket.
    :param str source: The client's address.
    """
    with connect(url, source_address=(source, 0), open_timeout=DEADLINE, proxy=None) as socket:
        yield ReferencePage(socket)

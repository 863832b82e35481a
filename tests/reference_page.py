# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A page of code.py without a browser: it speaks code.py's messages, and looks at nothing."""

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.board import DEADLINE


class ReferencePage:
    """
    A client of code.py. What it is not asked for it lets pass.

    :param ClientConnection socket: Has just been opened.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        greeting = json.loads(self.socket.recv(DEADLINE))
        self.id: int = greeting["you"]
        self.boot: int = greeting["boot"]
        #: What had been said, how the light was and what had been drawn before.
        self.chat: list[dict] = greeting["chat"]
        self.light: dict = greeting["light"]
        drawing = self.socket.recv(DEADLINE)
        assert isinstance(drawing, bytes) and drawing[0] == 2, drawing
        self.drawing = drawing[1:]

    def do(self, **wish: Any) -> None:
        """Send a wish to the board."""
        self.socket.send(json.dumps(wish, ensure_ascii=False))

    def hear(self, key: str) -> Any:
        """What the next text message that has something of that key says."""
        last = time.monotonic() + DEADLINE
        while True:
            data = self.socket.recv(max(0, last - time.monotonic()))
            if isinstance(data, str):
                heard = json.loads(data)
                if key in heard:
                    return heard[key]

    def said(self) -> str:
        """The text of the next line of the chat."""
        (line,) = self.hear("chat")
        return line["text"]

    def drawn(self) -> bytes:
        """The next binary message."""
        last = time.monotonic() + DEADLINE
        while True:
            data = self.socket.recv(max(0, last - time.monotonic()))
            if isinstance(data, bytes):
                return data


@contextlib.contextmanager
def reference_page(url: str, source: str = "127.0.0.2") -> Iterator[ReferencePage]:
    """
    A page, from its joining to its leaving.

    :param str url: Where the board's WebSocket is.
    :param str source: The phone's address.
    """
    with connect(url, source_address=(source, 0), open_timeout=DEADLINE, proxy=None) as socket:
        yield ReferencePage(socket)

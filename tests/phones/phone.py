# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""One scripted phone: its address, its random choices, its connections."""

import collections
import contextlib
import random
import socket
import threading
import time
from collections.abc import Iterator
from typing import Protocol

from tests import raw_http
from tests.board import Board
from tests.phones.wire import take_frame
from tests.raw_http import Address
from tests.raw_websocket import CLOSE, PING, PONG, RawWebSocket, close_payload

#: The errors with which a connection may end at any time.
Broken = (OSError, EOFError, AssertionError)


class Stopped(Exception):
    """The crowd has been stopped; ends the phone's episode."""


class Radio(Protocol):
    """How phones leave the hotspot and come back."""

    def leave(self, source: str) -> None:
        """Let nothing pass between this phone and the board from now on."""

    def join(self, source: str) -> None:
        """Bring the phone back."""


class BoardRadio:
    """
    The radio of a simulated board.

    :param Board board: It takes commands on its standard input.
    """

    def __init__(self, board: Board) -> None:
        self._board = board

    def leave(self, source: str) -> None:
        """Let nothing pass between this phone and the board from now on."""
        # Not Board.command, which would forget the log for all others.
        self._board.type_line(f"leave {source}")

    def join(self, source: str) -> None:
        """Bring the phone back."""
        self._board.type_line(f"join {source}")


class Phone:
    """
    A phone with a browser.

    :param tuple address: The board's port 80.
    :param str source: The address that it connects from; None for the PC's own.
    :param rng: Makes its choices.
    :param Radio radio: How it leaves the hotspot; None if it cannot.
    :param str path: The path of the WebSocket.
    :param files: The paths that its browser loads.
    :param threading.Event stop: Set when it must stop.
    """

    def __init__(
        self,
        address: Address,
        source: str | None = None,
        *,
        rng: random.Random | None = None,
        radio: Radio | None = None,
        path: str = "/ws",
        files: tuple[str, ...] = ("/", "/esp-ws.js", "/welcome.css"),
        stop: threading.Event | None = None,
    ) -> None:
        self.address = address
        self.source = source or ("127.0.0.4" if address[0].startswith("127.") else "")
        self.rng = rng or random.Random()
        self.radio = radio
        self.path = path
        self.files = files
        self.page = f"{self.rng.getrandbits(96):024x}"
        """The id of its page, random: a new connection with it replaces the old one."""
        self.outcomes: collections.Counter[str] = collections.Counter()
        """How its connections ended."""
        self._stop = stop or threading.Event()

    # Time

    def wait(self, seconds: float) -> None:
        """Sleep, or raise `Stopped`."""
        if self._stop.wait(seconds):
            raise Stopped

    def between(self, low: float, high: float) -> float:
        """Return a random duration."""
        return self.rng.uniform(low, high)

    # Connections

    @contextlib.contextmanager
    def connected(self, receive_buffer: int | None = None) -> Iterator[socket.socket]:
        """Open a TCP connection, closed at the end."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if receive_buffer:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            if self.source:
                sock.bind((self.source, 0))
            sock.settimeout(10)
            sock.connect(self.address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            yield sock
        finally:
            sock.close()

    @contextlib.contextmanager
    def websocket(self, receive_buffer: int | None = None) -> Iterator[RawWebSocket]:
        """Open a WebSocket with the page's id; dropped with FIN at the end."""
        with self.connected(receive_buffer) as sock:
            target = f"{self.path}?page={self.page}"
            yield RawWebSocket(self.address, target, sock=sock, deadline=10)

    def note(self, outcome: object) -> None:
        """Count an outcome."""
        self.outcomes[str(outcome)] += 1

    def read(self, websocket: RawWebSocket, seconds: float, pongs: bool = True) -> str | None:
        """
        Read, and answer pings.

        :return: How the connection ended meanwhile, or None.
        """
        last = time.monotonic() + seconds
        buffer = websocket._buffer
        while (left := last - time.monotonic()) > 0:
            if self._stop.is_set():
                raise Stopped
            websocket.sock.settimeout(min(left, 0.5))
            try:
                data = websocket.sock.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                return "reset"
            if not data:
                return "fin"
            buffer += data
            while (found := take_frame(buffer)) is not None:
                opcode, payload = found
                if opcode == PING and pongs:
                    with contextlib.suppress(OSError):
                        websocket.send(PONG, payload)
                elif opcode == CLOSE:
                    # As a browser does; then the board closes TCP.
                    with contextlib.suppress(OSError):
                        websocket.send(CLOSE, payload[:2])
                    return str(int.from_bytes(payload[:2], "big"))
        return None

    def close(self, websocket: RawWebSocket, code: int = 1001) -> None:
        """Close as a browser does."""
        with contextlib.suppress(*Broken):
            websocket.send(CLOSE, close_payload(code))
            raw_http.receive(websocket.sock, 5)
        self.note(code)

    def fetch(self, path: str) -> str:
        """Load a file. Returns the status, or how the connection ended without."""
        with self.connected() as sock:
            sock.sendall(raw_http.request_bytes(self.address, path))
            data = raw_http.receive(sock, 10).data
        return data[9:12].decode("latin-1") if data else "no answer"

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The network layers on a simulated board in this process, turned by hand.

The board's modules are the simulator's, so its sockets have a board's semantics. The clients are
the PC's own sockets: while one waits, the board takes its turns. The loop's clock stands still
until a test moves it, so no test waits for a deadline.
"""

import errno
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.board import Board
from simulator.console import Console
from tests import raw_http
from tests.board import copy_drive
from tests.raw_http import PHONE, Received, Response
from tests.raw_websocket import CLOSE, PING, PONG, RawWebSocket

#: What the board's drive has beside the repository's own files.
FILES: dict[str, str | bytes | None] = {
    "settings.toml": 'AP_SSID = "not to be served"\nAP_PASSWORD = "not to be served"\n',
    "static/index.html": "<!doctype html>\n<p>The page</p>\n",
    "static/hello.txt": "hello\n",
    "static/empty.css": "",
    "static/all.bin": bytes(range(256)) * 100,
    "static/deep/er/page.html": "<p>deep</p>",
    "static/deep/index.html": "<p>index</p>",
}

#: The headers of every response, where the program has not set them itself.
SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "frame-ancestors 'none'",
}

#: Seconds in which anything that needs no clock has to happen, on a slow, busy PC.
DEADLINE = 10

_TICKS_PERIOD = 1 << 29
_STAMP = re.compile(r"^ *\d+\.\d{3}: ")
_MODULES = (
    "loop",
    "hub",
    "http.buffered_pool",
    "http.files",
    "websocket.connection",
    "websocket.frames",
    "websocket.handshake",
)


class Clock:
    """``ticks_ms``, which stands still until a test moves it, a second before it wraps."""

    def __init__(self) -> None:
        self.milliseconds = _TICKS_PERIOD - 1000
        self.step = 0
        """By how much every look at the clock moves it."""

    def __call__(self) -> int:
        self.milliseconds += self.step
        return self.milliseconds % _TICKS_PERIOD


class SharedBoard:
    """
    A simulated board that tests share, since importing the libraries takes longer than a test.

    :param Path drive: The folder to make its CIRCUITPY drive in.
    :param dict files: Files to put on it, as for :func:`tests.board.copy_drive`.
    """

    def __init__(self, drive: Path, files: Mapping[str, str | bytes | None]) -> None:
        self.written: list[str] = []
        self.drive = copy_drive(drive, files=files)
        self.board = Board(
            str(self.drive), console=Console(self.written.append), ports={80: 0, 8000: 0}
        )
        self.socket_pool = self.board.hotspot(max_connections=10)
        self.http: Any = self.board.module("adafruit_httpserver")
        self.lib: Any = SimpleNamespace()
        for name in _MODULES:
            module = self.board.module("esp_ws_ap." + name)
            setattr(self.lib, name.rsplit(".", 1)[-1], module)


class Network:
    """
    A loop, a pool and a server with the program's routes, and the phones that connect.

    :param SharedBoard shared: Where they live.
    :param options: For BufferedPool.
    """

    def __init__(self, shared: SharedBoard, **options: Any) -> None:
        self.shared = shared
        self.board: Any = shared.board
        self.http = shared.http
        self.lib = shared.lib
        self.clock = Clock()
        self.loop = shared.lib.loop.Loop(ticks=self.clock)
        self.pool = shared.lib.buffered_pool.BufferedPool(shared.socket_pool, self.loop, **options)
        self.server = shared.http.Server(self.pool, "/static")
        self.port = 80
        self.phones: list[TurningSocket] = []
        self._errors_read = 0
        self._mark = len(shared.written)
        self._serving = False

    # The program

    def route(self, path: str, methods: Any = "GET") -> Callable:
        """``Server.route``; all routes have to be there before the first phone connects."""
        assert not self._serving, "too late"
        return self.server.route(path, methods)

    def hub(self, path: str = "/ws", **options: Any) -> Any:
        """A hub with its route."""
        hub = self.lib.hub.Hub(loop=self.loop, **options)
        self.route(path, ["GET", "POST"])(hub.upgrade)
        return hub

    def serve(self) -> None:
        """Do what `Hotspot.run` does before its loop."""
        if not self._serving:
            self._serving = True
            self.lib.files.serve_files(self.server)
            self.pool.serve(self.server, "0.0.0.0", 80)

    # Time

    def turn(self, count: int = 1) -> None:
        """Let the loop turn, without waiting."""
        for _ in range(count):
            self.loop.turn()

    def advance(self, seconds: float) -> None:
        """Let the loop turn while time passes."""
        for _ in range(round(seconds * 20)):
            self.clock.milliseconds += 50
            self.turn()

    def until(self, condition: Callable[[], Any], what: str = "") -> Any:
        """Turn until ``condition()`` holds, and return it. The clock stands still."""
        __tracebackhide__ = True
        last = time.monotonic() + DEADLINE
        while not (result := condition()):
            if time.monotonic() > last:
                pytest.fail(f"not within {DEADLINE} s: {what or condition}")
            self.turn()
        return result

    # The log

    @property
    def log(self) -> list[str]:
        """The lines of this test, without their times."""
        text = "".join(self.shared.written[self._mark :])
        return [_STAMP.sub("", line) for line in text.splitlines()]

    def wait_for(self, *lines: str) -> None:
        """Turn until each of these lines stands in the log."""
        __tracebackhide__ = True
        for line in lines:
            self.until(lambda line=line: line in self.log, f"{line!r} in {self.log}")

    def errors(self) -> list[str]:
        """The errors in the log so far. Those that the test does not read fail it at its end."""
        found = self._errors()
        self._errors_read = len(found)
        return found

    def _errors(self) -> list[str]:
        return [line for line in self.log if line.startswith(("ERROR", "CRITICAL"))]

    # Phones

    @property
    def address(self) -> raw_http.Address:
        """Where on this PC the board's port is."""
        self.serve()
        return "127.0.0.1", self.board.network.host_port(self.port)

    def connect(self, source: str = PHONE, receive_buffer: int = 0) -> "TurningSocket":
        """Connect as the phone with that address; the board may not know yet."""
        return TurningSocket(self, source, receive_buffer)

    def connected(self, source: str = PHONE, **options: int) -> "TurningSocket":
        """Connect, and wait until the board has accepted it."""
        before = len(self.pool.exchanges)
        phone = self.connect(source, **options)
        self.until(lambda: len(self.pool.exchanges) > before, "a connection is accepted")
        return phone

    def exchange(self, data: bytes) -> Received:
        """Send these bytes, and read until the board closes."""
        with self.connect() as phone:
            try:
                phone.sendall(data)
            except ConnectionError:
                pass
            return self.receive_all(phone)

    def receive_all(self, phone: "TurningSocket") -> Received:
        """
        Read until the board closes. After a refusal it waits for the phone to do that, so time
        passes once an answer has come.
        """
        self.until(lambda: not phone.is_silent(), "an answer")
        data = b""
        patience = 60
        while True:
            more = raw_http.receive(phone, 0.001)
            data += more.data
            if not more.data:
                self.advance(0.1)
                patience -= 1
            if more.end != "deadline" or not patience:
                return Received(data, more.end)

    def answer(self, data: bytes) -> Response:
        """The whole answer to these bytes, after which the board has closed in order."""
        __tracebackhide__ = True
        response = raw_http.parse(self.exchange(data))
        assert response.end == "fin", str(response)[:500]
        return response

    def request(self, target: str = "/", **options: Any) -> bytes:
        """The bytes of a request, as of :func:`tests.raw_http.request_bytes`."""
        return raw_http.request_bytes(self.address, target, **options)

    def fetch(self, target: str = "/", **options: Any) -> Response:
        """The answer to a request, as of :func:`tests.raw_http.fetch`."""
        __tracebackhide__ = True
        return self.answer(self.request(target, **options))

    def websocket(self, target: str = "/ws", source: str = PHONE, **options: Any) -> RawWebSocket:
        """A WebSocket client of the board."""
        receive_buffer = options.pop("receive_buffer", 0)
        options.setdefault("deadline", DEADLINE)
        phone = self.connect(source, receive_buffer)
        return RawWebSocket(self.address, target, sock=phone, **options)

    def is_served(self) -> None:
        """Check that a new phone gets a page."""
        __tracebackhide__ = True
        assert self.fetch("/hello.txt", method="HEAD").status == 200

    # The end

    def finish(self) -> None:
        """Check that the board closes all connections in time, and has logged no other errors."""
        __tracebackhide__ = True
        for phone in self.phones:
            phone.close()
        for fault in self.board.faults.settings():
            self.board.faults.set(fault.partition("=")[0] + "=off")
        for away in list(self.board.network.away):
            self.board.network.join(away)
        listeners = ["HTTP listener"] if self._serving else []
        for _ in range(40):
            if self.loop.sockets == listeners:
                break
            self.advance(1)
        left = self.loop.sockets
        errors = self._errors()[self._errors_read :]
        if self._serving:
            self.server.stop()
        self.board.network.close_all()
        # The hotspot takes 10 phones, and the next test has others.
        for _, _, phone in self.board.network.stations():
            self.board.network.leave(phone)
        self.board.network.away.clear()
        assert left == listeners, "sockets that were never closed"
        assert not errors, "errors that the test does not expect"


class TurningSocket(socket.socket):
    """
    A phone's connection. While it waits, the board's loop turns.

    :param Network network: Where to connect to.
    :param str source: The phone's address.
    :param int receive_buffer: How much the PC takes for a phone that does not read.
    """

    def __init__(self, network: Network, source: str, receive_buffer: int) -> None:
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self._network = network
        self._patience: float = DEADLINE
        network.phones.append(self)
        self.setblocking(False)
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.bind((source, 0))
        self.connect_ex(network.address)
        network.until(lambda: self.connect_ex(network.address) in (0, errno.EISCONN), "connected")

    def settimeout(self, value: float | None) -> None:
        """How long one call may take, in seconds."""
        self._patience = DEADLINE if value is None else value

    def recv(self, size: int, flags: int = 0) -> bytes:
        """As usual, while the board turns."""
        last = time.monotonic() + self._patience
        while True:
            try:
                return super().recv(size, flags)
            except BlockingIOError:
                if time.monotonic() > last:
                    raise TimeoutError from None
            self._network.turn()

    def sendall(self, data: Any, flags: int = 0) -> None:
        """As usual, while the board turns."""
        last = time.monotonic() + self._patience
        view = memoryview(data)
        while view:
            try:
                view = view[self.send(view, flags) :]
            except BlockingIOError:
                if time.monotonic() > last:
                    raise TimeoutError from None
            self._network.turn()

    def waiting(self) -> bytes:
        """Return what has arrived and is not read yet; b"" also at the end."""
        try:
            return super().recv(1 << 20, socket.MSG_PEEK)
        except BlockingIOError:
            return b""

    def is_silent(self) -> bool:
        """Return True if the board has sent nothing and has not closed, after some turns."""
        self._network.turn(20)
        try:
            super().recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except ConnectionError:
            pass
        return False

    def reset(self) -> None:
        """Drop the connection with RST."""
        raw_http.reset(self)

    def end_sending(self) -> None:
        """Send FIN, and go on listening."""
        self.shutdown(socket.SHUT_WR)


class Events:
    """
    Registers a handler for each event of a hub, and keeps what happened.

    :param hub: The hub.
    """

    def __init__(self, hub: Any) -> None:
        self.all: list[tuple] = []
        self.clients: list[Any] = []
        for name in ("open", "message", "close", "error"):
            getattr(hub, "on_" + name)(self._keep(name))

    def _keep(self, name: str) -> Callable:
        def handler(client: Any, *rest: Any) -> None:
            if name == "open":
                self.clients.append(client)
            self.all.append((name, client.id, *rest))

        return handler

    def of(self, name: str) -> list[tuple]:
        """The events of one kind, without its name."""
        return [event[1:] for event in self.all if event[0] == name]

    @property
    def messages(self) -> list[Any]:
        """The messages of all clients."""
        return [event[2] for event in self.all if event[0] == "message"]


def close_frame(client: RawWebSocket) -> tuple[int | None, str]:
    """Read up to the close frame; its code and its reason."""
    while (frame := client.receive()).opcode != CLOSE:
        pass
    return frame.close_code, frame.close_reason


def let_time_pass(network: Network, seconds: float, *clients: RawWebSocket) -> None:
    """Let time pass for clients that answer the board's pings, as a browser does by itself."""
    for _ in range(round(seconds)):
        network.advance(1)
        for client in clients:
            while client.sock.waiting():  # type: ignore[attr-defined]
                received = client.receive()
                assert received.opcode == PING, received
                client.send(PONG, received.payload)


@pytest.fixture(scope="session")
def shared_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SharedBoard]:
    """The board that the tests of this process share."""
    shared = SharedBoard(tmp_path_factory.mktemp("shared") / "drive", FILES)
    yield shared
    shared.board.close()


@pytest.fixture
def make_network(shared_board: SharedBoard) -> Iterator[Callable[..., Network]]:
    """A function that makes a network with other limits than the usual ones."""
    made: list[Network] = []

    def make(**options: Any) -> Network:
        made.append(Network(shared_board, **options))
        return made[0]

    yield make
    for network in made:
        network.finish()


@pytest.fixture
def network(make_network: Callable[..., Network]) -> Network:
    """A network as of code.py."""
    return make_network(hosts=["192.168.4.1"])

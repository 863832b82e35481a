# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""A board in this process, and clients that connect to it over loopback."""

import contextlib
import socket
import struct
import time

import pytest

from simulator.board import Board
from simulator.console import Console
from simulator.language import ENOPROTOOPT, EPIPE, ERRNO
from tests.board import booting

ERROR_NAMES = {number: name for name, number in ERRNO.items()}
ERROR_NAMES |= {EPIPE: "EPIPE", ENOPROTOOPT: "ENOPROTOOPT"}


class Bench:
    """A board with its hotspot on, and what tests do with it."""

    def __init__(self, board):
        self.board = board
        self.network = board.network
        self.pool = board.hotspot(max_connections=10)
        self.clients = []

    def socket(self, reuse=False):
        sock = self.pool.socket()
        if reuse:
            sock.setsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR, 1)
        return sock

    def listener(self, port=80, backlog=4):
        sock = self.socket(reuse=True)
        sock.bind(("0.0.0.0", port))
        sock.listen(backlog)
        sock.settimeout(0)
        return sock

    def client(self, port=80, address="127.0.0.2", timeout=5, buffer=None):
        client = socket.socket()
        client.settimeout(timeout)
        if buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        client.bind((address, 0))
        self.clients.append(client)
        client.connect(("127.0.0.1", self.network.host_port(port)))
        return client

    def pair(self, **options):
        """A connection: the board's socket and the client's."""
        listeners = [sock for sock in self.network.sockets() if sock.listening]
        listener = listeners[0] if listeners else self.keep(self.listener())
        client = self.client(**options)
        return self.accept(listener), client

    def keep(self, sock):
        # The board closes a socket that nothing refers to.
        self.kept = sock
        return sock

    def accept(self, listener):
        return self.until(lambda: self.quiet(listener.accept))[0]

    @staticmethod
    def quiet(call, *arguments):
        """What a call returns, None for EAGAIN."""
        try:
            return call(*arguments)
        except OSError as error:
            if error.errno != ERRNO["EAGAIN"]:
                raise
            return None

    @staticmethod
    def error(call, *arguments):
        """The name of the OSError that a call raises."""
        with pytest.raises(OSError) as caught:
            call(*arguments)
        return ERROR_NAMES[caught.value.args[0]]

    @staticmethod
    def until(condition, seconds=5):
        """Wait until a condition is true, and return its value."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            result = condition()
            if result:
                return result
            time.sleep(0.001)
        raise AssertionError(f"not within {seconds} s")

    @staticmethod
    def reset(client):
        """Send RST."""
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

    def receive(self, sock, size):
        """Exactly ``size`` bytes, as they arrive at the board."""
        data = b""
        buffer = bytearray(size)

        def more():
            nonlocal data
            got = self.quiet(sock.recv_into, buffer, size - len(data))
            data += bytes(buffer[: got or 0])
            return len(data) == size

        self.until(more)
        return data

    def drain(self, client, size):
        """Let the client read ``size`` bytes while the board's network runs."""
        while size:
            size -= len(client.recv(min(size, 65536)))
            self.network.turn()

    def close_clients(self):
        for client in self.clients:
            client.close()


@pytest.fixture
def drive(tmp_path):
    folder = tmp_path / "drive"
    folder.mkdir()
    return folder


@pytest.fixture
def printed():
    """What the board and the simulator have printed."""
    return []


@pytest.fixture
def make_board(drive, printed):
    with contextlib.ExitStack() as stack:

        def make(**options):
            options.setdefault("ports", {80: 0})
            board = Board(str(drive), console=Console(printed.append), **options)
            stack.callback(board.close)
            return board

        yield make


@pytest.fixture
def board(make_board):
    return make_board()


@pytest.fixture
def make_bench(make_board):
    with contextlib.ExitStack() as stack:

        def make(**options):
            bench = Bench(make_board(**options))
            stack.callback(bench.close_clients)
            return bench

        yield make


@pytest.fixture
def bench(make_bench):
    return make_bench()


@pytest.fixture
def run(board, drive, printed):
    """Run a text as the board's code, and return what it prints."""

    def run(source, name="code.py"):
        (drive / name).write_text(source, encoding="utf-8")
        printed.clear()
        board._execute(name)
        return "".join(printed).removeprefix(f"{name} output:\n")

    return run


@pytest.fixture
def boot(drive, tmp_path):
    """Boot a board in a process of its own, with a code.py and other files on its drive."""
    with booting(tmp_path) as boot:

        def start(code, *options, nvm=None, **files):
            for name, text in {"code": code, **files}.items():
                (drive / f"{name}.py").write_text(text, encoding="utf-8")
            return boot(*options, drive=drive, nvm=nvm, listening=False)

        yield start

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""A board in this process, and phones that connect to it over loopback."""

import socket
import struct
import time

import pytest

from simulator.board import Board
from simulator.console import Console


class Bench:
    """A board with its hotspot open, and what tests do with it."""

    def __init__(self, board):
        self.board = board
        self.network = board.network
        self.pool = board.hotspot(max_connections=10)
        self.phones = []

    def listener(self, port=80, backlog=4):
        sock = self.pool.socket()
        sock.setsockopt(self.pool.SOL_SOCKET, self.pool.SO_REUSEADDR, 1)
        sock.bind(("0.0.0.0", port))
        sock.listen(backlog)
        sock.settimeout(0)
        return sock

    def phone(self, port=80, address="127.0.0.2", timeout=5, buffer=None):
        phone = socket.socket()
        phone.settimeout(timeout)
        if buffer:
            phone.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        phone.bind((address, 0))
        self.phones.append(phone)
        phone.connect(("127.0.0.1", self.network.host_port(port)))
        return phone

    def pair(self, **options):
        """A connection: the board's end and the phone's."""
        listeners = [sock for sock in self.network.sockets() if sock.listening]
        listener = listeners[0] if listeners else self.keep(self.listener())
        phone = self.phone(**options)
        return self.accept(listener), phone

    def keep(self, sock):
        # The board closes a socket that nobody holds.
        self.kept = sock
        return sock

    def accept(self, listener):
        return self.until(lambda: self.quiet(listener.accept))[0]

    @staticmethod
    def quiet(call, *arguments):
        """What a call gives, None for EAGAIN."""
        try:
            return call(*arguments)
        except OSError as error:
            if error.errno != 11:
                raise
            return None

    @staticmethod
    def until(condition, seconds=5):
        """Wait for something to become true; what it became."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            result = condition()
            if result:
                return result
            time.sleep(0.001)
        raise AssertionError(f"not within {seconds} s")

    @staticmethod
    def reset(phone):
        """Send RST."""
        phone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        phone.close()

    def receive(self, sock, size):
        """Exactly so many bytes, as the board sees them arrive."""
        data = b""
        buffer = bytearray(size)

        def more():
            nonlocal data
            got = self.quiet(sock.recv_into, buffer, size - len(data))
            data += bytes(buffer[: got or 0])
            return len(data) == size

        self.until(more)
        return data

    def close(self):
        for phone in self.phones:
            phone.close()
        self.board.close()


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
    boards = []

    def make(**options):
        options.setdefault("ports", {80: 0})
        board = Board(str(drive), console=Console(printed.append), **options)
        boards.append(board)
        return board

    yield make
    for board in boards:
        board.close()


@pytest.fixture
def board(make_board):
    return make_board()


@pytest.fixture
def make_bench(make_board):
    benches = []

    def make(**options):
        bench = Bench(make_board(**options))
        benches.append(bench)
        return bench

    yield make
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(make_bench):
    return make_bench()


@pytest.fixture
def run(board, drive, printed):
    """Run a text as the board's code; what it printed."""

    def run(source, name="code.py"):
        (drive / name).write_text(source, encoding="utf-8")
        printed.clear()
        board._execute(name)
        return "".join(printed).removeprefix(f"{name} output:\n")

    return run

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""examples/echo.py, the smallest of the programs, with an ordinary WebSocket client."""

from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from tests.board import DEADLINE, Board, booting

ECHO = ("--code", "examples/echo.py")


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with the echo, which the tests of this module share."""
    with booting(tmp_path_factory.mktemp("echo")) as boot:
        yield boot(*ECHO)


def client(board: Board, source: str = "127.0.0.2") -> ClientConnection:
    """An ordinary WebSocket client."""
    return connect(board.ws_url, source_address=(source, 0), open_timeout=DEADLINE, proxy=None)


@pytest.mark.parametrize("message", ["", "x", "käse 👋", "x" * 4096, b"", b"\x00\xff", bytes(4096)])
def test_it_answers_its_sender_and_nobody_else(echo: Board, message: str | bytes):
    with client(echo) as one, client(echo, "127.0.0.3") as other:
        one.send(message)
        assert one.recv(DEADLINE) == message
        other.send("mine")
        assert other.recv(DEADLINE) == "mine"


def test_fragments_and_pings(echo: Board):
    with client(echo) as one:
        one.send(["a", "ä", "👋"])
        assert one.recv(DEADLINE) == "aä👋"
        assert one.ping().wait(DEADLINE)


def test_a_message_that_is_too_long(echo: Board):
    with client(echo) as one:
        one.send("x" * 4097)
        with pytest.raises(ConnectionClosedError) as raised:
            one.recv(DEADLINE)
        assert raised.value.rcvd is not None and raised.value.rcvd.code == 1009


def test_a_thousand_messages(echo: Board):
    with client(echo) as one:
        for number in range(1000):
            one.send(str(number))
            assert one.recv(DEADLINE) == str(number)


@pytest.mark.parametrize("faults", [("partial=1", "eagain=0.3"), ("delay=5",)])
def test_a_bad_network(boot: Callable[..., Board], faults: tuple[str, ...]):
    options = [word for fault in faults for word in ("--fault", fault)]
    board = boot(*ECHO, "--seed", "1", *options)
    with client(board) as one:
        for size in (0, 1, 125, 126, 1000, 4096) * 3:
            one.send("x" * size)
            assert one.recv(DEADLINE) == "x" * size
    assert "ERROR" not in board.log

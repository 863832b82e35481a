# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
examples/echo.py under MicroPython. What its decoder accepts is in tests/websocket/test_micropython.
"""

import pytest
from websockets.sync.client import connect

from tests.raw_websocket import BINARY, CONTINUATION, PING, PONG, TEXT, RawWebSocket
from tests.small_vm.small_board import SmallBoard, booted


@pytest.fixture(scope="module")
def board():
    with booted(code="examples/echo.py") as board:
        yield board


@pytest.mark.parametrize(
    "text", ["", "a", "a" * 125, "a" * 126, "你好，世界🙂👍🏽", "é" * 2048, "\x00\x7f\u07ff\uffff"]
)
def test_echo(board: SmallBoard, text: str):
    with connect(board.ws_url) as client:
        for message in (text, text.encode()):
            client.send(message)
            assert client.recv(10) == message


def test_ping_between_fragments(board: SmallBoard):
    with RawWebSocket(board.address()) as client:
        data = "你好🙂".encode()
        client.send(TEXT, data[:4], fin=False)
        client.send(CONTINUATION, data[4:8], fin=False)
        client.send(PING, b"are you there")
        client.send(CONTINUATION, data[8:])
        assert client.receive() == (PONG, b"are you there", True, 0, None)
        assert client.receive_text() == "你好🙂"
        assert client.close().close_code == 1000


def test_client_that_never_reads_is_1013(board: SmallBoard):
    with RawWebSocket(board.address()) as good, RawWebSocket(board.address()) as slow:
        board.forget()
        try:
            for _ in range(10_000):
                slow.send(BINARY, bytes(4096))
        except OSError:
            pass  # the board has closed
        board.wait_for("1013 reads too slowly")
        good.send_text("fine")
        assert good.receive_text() == "fine"

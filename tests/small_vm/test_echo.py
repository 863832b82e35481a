# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""examples/echo.py under MicroPython: messages of every kind and length."""

import os

import pytest
from websockets.sync.client import connect

from tests.raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, RawWebSocket, frame
from tests.small_vm.small_board import SmallBoard, booted

#: Sequences that are invalid by RFC 3629; MicroPython's decoder accepts them.
NOT_UTF8 = {
    "a surrogate": b"\xed\xa0\x80",
    "the last surrogate": b"\xed\xbf\xbf",
    "a pair of surrogates": b"\xed\xa0\xbd\xed\xb8\x80",
    "two bytes for NUL": b"\xc0\x80",
    "two bytes for DEL": b"\xc1\xbf",
    "three bytes for U+07FF": b"\xe0\x9f\xbf",
    "four bytes for U+FFFF": b"\xf0\x8f\xbf\xbf",
    "U+110000": b"\xf4\x90\x80\x80",
    "a lead byte F5": b"\xf5\x80\x80\x80",
    "a lone continuation": b"\x80",
    "a character cut off": b"\xe4\xbd",
    "a lead byte FF": b"\xff",
}


@pytest.fixture(scope="module")
def board():
    with booted(code="examples/echo.py") as board:
        yield board


@pytest.mark.parametrize(
    "text",
    ["", "a", "a" * 125, "a" * 126, "你好，世界", "🙂👍🏽", "é" * 2048, "\x00\x7f\u07ff\uffff"],
    ids=["empty", "1", "125", "126", "chinese", "emoji", "4096 bytes", "borders"],
)
def test_text(board: SmallBoard, text: str):
    with connect(board.ws_url) as client:
        client.send(text)
        assert client.recv(10) == text


@pytest.mark.parametrize("length", [0, 1, 125, 126, 1024, 4096])
def test_binary(board: SmallBoard, length: int):
    data = os.urandom(length)
    with connect(board.ws_url, max_size=None) as client:
        client.send(data)
        assert client.recv(10) == data


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


def test_one_byte_at_a_time(board: SmallBoard):
    with RawWebSocket(board.address()) as client:
        for byte in frame(TEXT, "drip, drip") + frame(BINARY, bytes(130)):
            client.send_bytes(bytes([byte]))
        assert client.receive_text() == "drip, drip"
        assert client.receive().payload == bytes(130)


@pytest.mark.parametrize("name", NOT_UTF8)
@pytest.mark.parametrize("where", ["alone", "after text", "in a second fragment"])
def test_invalid_utf8_is_1007(board: SmallBoard, name: str, where: str):
    with RawWebSocket(board.address()) as client:
        if where == "in a second fragment":
            client.send(TEXT, "first ", fin=False)
            client.send(CONTINUATION, NOT_UTF8[name])
        else:
            client.send(TEXT, (b"" if where == "alone" else b"text ") + NOT_UTF8[name])
        received = client.receive()
        assert (received.opcode, received.close_code) == (CLOSE, 1007)
        assert received.close_reason


def test_announced_length_is_1009(board: SmallBoard):
    with RawWebSocket(board.address()) as client:
        client.send(TEXT, b"", announce=4097, form=16)
        received = client.receive()
        assert (received.opcode, received.close_code) == (CLOSE, 1009)


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

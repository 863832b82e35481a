# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Frames to the client, byte for byte as websockets and wsproto make them (RFC 6455, 5.2)."""

import io
from typing import Any

import pytest
from websockets.frames import Close, Frame, Opcode
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

from esp_ws_ap.websocket.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Stream,
    close_payload,
    encode_frame,
    encode_message,
)

LENGTHS = (0, 1, 2, 124, 125, 126, 127, 255, 256, 65534, 65535, 65536, 65537, 100000)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("opcode", [CONTINUATION, TEXT, BINARY])
@pytest.mark.parametrize("fin", [True, False])
def test_data_frame(opcode: int, length: int, fin: bool, kind: type):
    payload = bytes(index % 251 for index in range(length))
    expected = Frame(Opcode(opcode), payload, fin).serialize(mask=False)
    assert encode_frame(opcode, kind(payload), fin) == expected
    if fin:
        assert encode_frame(opcode, kind(payload)) == expected


@pytest.mark.parametrize("length", range(126))
@pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
def test_control_frame(opcode: int, length: int):
    payload = bytes(range(length))
    assert encode_frame(opcode, payload) == Frame(Opcode(opcode), payload).serialize(mask=False)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536])
def test_as_wsproto_sends_it(length: int):
    server = Connection(ConnectionType.SERVER)
    text, data = "x" * length, b"y" * length
    assert encode_frame(TEXT, text.encode()) == server.send(TextMessage(text))
    assert encode_frame(BINARY, data) == server.send(BytesMessage(data))
    first = server.send(BytesMessage(data, message_finished=False))
    assert encode_frame(BINARY, data, False) == first
    assert encode_frame(CONTINUATION, data) == server.send(BytesMessage(data))
    if length <= 125:
        assert encode_frame(PING, data) == server.send(Ping(data))
        assert encode_frame(PONG, data) == server.send(Pong(data))


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, *range(1007, 1015), 3000, 4999])
@pytest.mark.parametrize("reason", ["", "bye", "ü€\U0001f600", "a" * 123])
def test_close(code: int, reason: str):
    assert close_payload(code, reason) == Close(code, reason).serialize()
    sent = Connection(ConnectionType.SERVER).send(CloseConnection(code, reason))
    assert encode_frame(CLOSE, close_payload(code, reason)) == sent


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("character", "aü€\U0001f600")
def test_close_with_too_long_a_reason(character: str, before: int):
    reason = "-" * before + character * 200
    sent = Connection(ConnectionType.SERVER).send(CloseConnection(1000, reason))
    assert encode_frame(CLOSE, close_payload(1000, reason)) == sent


def test_frame_is_new_and_may_be_changed():
    payload = bytearray(b"abc")
    made = encode_frame(TEXT, payload)
    assert type(made) is bytearray
    payload[0] = 0
    assert made == b"\x81\x03abc"


# Messages in several frames


def _received(frames) -> list:
    """What wsproto's client makes of them."""
    client = Connection(ConnectionType.CLIENT)
    whole: list = []
    for data in frames:
        client.receive_data(bytes(data))
        for event in client.events():
            assert isinstance(event, (TextMessage, BytesMessage))
            whole.append(event.data)
    assert [data[0] >= 0x80 for data in frames] == [False] * (len(frames) - 1) + [True]
    return whole


@pytest.mark.parametrize("length", [0, 1, 99, 100])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_message_that_fits_is_one_frame(length: int, kind: type):
    assert encode_message(kind(b"a" * length), 100) == encode_frame(BINARY, b"a" * length)
    assert encode_message("a" * length, 100) == encode_frame(TEXT, b"a" * length)
    assert encode_message("ü" * 50, 100) == encode_frame(TEXT, "ü".encode() * 50)


@pytest.mark.parametrize("length", [101, 199, 200, 201, 1000])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_longer_message_is_several_frames(length: int, kind: type):
    data = bytes(index % 251 for index in range(length))
    frames: Any = encode_message(kind(data), 100)
    assert [len(one) for one in frames[:-1]] == [102] * (len(frames) - 1)
    assert len(frames) == -(-length // 100)
    assert b"".join(_received(frames)) == data


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_longer_text_may_be_cut_inside_a_character(size: int):
    text = "aü€\U0001f600" * 30
    frames: Any = encode_message(text, size)
    assert frames[0][0] == TEXT and {one[0] & 0x7F for one in frames[1:]} == {CONTINUATION}
    assert "".join(_received(frames)) == text


def _all(stream: Stream) -> list[bytearray]:
    frames = []
    while (made := stream.next_frame()) is not None:
        frames.append(made)
    assert stream.next_frame() is None
    return frames


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 1000])
def test_stream_of_a_file(length: int):
    data = bytes(index % 251 for index in range(length))
    file = io.BytesIO(data)
    frames = _all(Stream(file, 100))
    assert file.closed
    assert frames[0][0] & 0x7F == BINARY
    assert [len(one) - 2 for one in frames[:-1]] == [
        len(data[at : at + 100]) for at in range(0, length, 100)
    ]
    assert b"".join(_received(frames)) == data


@pytest.mark.parametrize(
    "pieces", [["a"], ["a", "", "ü"], [""], ["\U0001f600"] * 5, [b"a"], [b"", b"b"], [b"c"] * 9]
)
def test_stream_of_pieces(pieces: list):
    for source in (pieces, iter(pieces), (piece for piece in pieces)):
        frames = _all(Stream(source, 100))
        assert frames[0][0] == (TEXT if isinstance(pieces[0], str) else BINARY)
        assert pieces[0][:0].join(_received(frames)) == pieces[0][:0].join(pieces)


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_stream_that_is_left_early_closes_its_source(taken: int):
    file = io.BytesIO(b"a" * 1000)
    stream = Stream(file, 100)
    for _ in range(taken):
        stream.next_frame()
    stream.close()
    assert file.closed
    assert stream.next_frame() is None


def test_stream_of_nothing_is_an_empty_message():
    assert _all(Stream([], 100)) == [encode_frame(BINARY, b"")]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What a client can make a decoder keep: its longest message, and a little."""

import sys
import tracemalloc

import pytest

from esp_ws_ap.websocket.frames import BINARY, CLOSE, PING, TEXT, Decoder
from tests.raw_websocket import CONTINUATION, close_payload, frame
from tests.websocket.segments import bytewise, fragments
from tests.websocket.streams import drain, feed

LIMIT = 4096

#: For the object and its numbers, the start of a frame, and a bytearray's room to grow.
LITTLE = 1024


def held(decoder: Decoder) -> int:
    """The bytes in everything that a decoder keeps, the shared buffer aside."""
    return sum(
        sys.getsizeof(value)
        for name, value in vars(decoder).items()
        if name not in ("_buffer", "_view") and isinstance(value, (bytes, bytearray, str))
    )


STREAMS = {
    "fragments of one byte": [
        *fragments([b"a"] * (LIMIT - 1))[:-1],
        frame(PING, b"p" * 125),
    ],
    "empty fragments": fragments([b""] * 5000)[:-1],
    "a long message, byte by byte": bytewise(frame(BINARY, b"b" * LIMIT)[:-1]),
    "text of one character per four bytes": bytewise(frame(TEXT, "\U0001f600" * 1023 + "abc")),
    "pings between fragments": [
        part for piece in fragments([b"a" * 40] * 102) for part in (frame(PING, b"p" * 125), piece)
    ],
    "an announced length": [frame(TEXT, b"", form=16, announce=LIMIT)],
    "a control frame cut short": [frame(PING, b"p" * 125)[:-1]],
    "a close in the middle of a message": [
        frame(BINARY, b"b" * LIMIT, fin=False),
        frame(CLOSE, close_payload(1000)),
    ],
    "a failure in the middle of a message": [
        frame(BINARY, b"b" * LIMIT, fin=False),
        frame(CONTINUATION, b"b"),
    ],
}


@pytest.mark.parametrize("chunks", [False, True])
@pytest.mark.parametrize("name", STREAMS)
def test_what_is_kept(name: str, chunks: bool):
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT, max_fragments=10000, chunks=chunks)
    for segment in STREAMS[name]:
        feed(decoder, buffer, segment)
        assert held(decoder) <= LIMIT + LIMIT // 8 + LITTLE


@pytest.mark.parametrize("ends", [frame(CLOSE, close_payload(1000)), frame(TEXT, b"\xff")])
def test_nothing_is_kept_at_the_end(ends: bytes):
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT)
    for segment in (frame(BINARY, b"b" * LIMIT), frame(BINARY, b"b" * 4000, fin=False), ends):
        feed(decoder, buffer, segment)
    assert held(decoder) <= LITTLE


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_that_was_taken_is_not_kept_beside_the_next(opcode: int):
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT)
    feed(decoder, buffer, frame(opcode, b"a" * LIMIT))
    feed(decoder, buffer, frame(opcode, b"a" * LIMIT)[:-1])
    assert held(decoder) <= LIMIT + LIMIT // 8 + LITTLE


@pytest.mark.parametrize("chunks", [False, True])
def test_what_is_allocated_on_the_way(chunks: bool):
    """A message is held twice while its parts become one, and never more."""
    size = 20000
    buffer = bytearray(512)
    stream = frame(BINARY, b"b" * size)
    pieces = [stream[start : start + 500] for start in range(0, len(stream), 500)]
    decoder = Decoder(buffer, max_message_size=1000 if chunks else size, chunks=chunks)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for piece in pieces:
            space = decoder.space()
            space[: len(piece)] = piece
            decoder.commit(len(piece))
            while decoder.next() is not None:
                pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < (8000 if chunks else 2 * size + size // 8 + 8000)


def test_nothing_grows_over_many_messages():
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT)
    stream = frame(TEXT, "ü" * 100) + b"".join(fragments([b"a" * 300, b"b"])) + frame(PING)
    tracemalloc.start()
    try:
        for _ in range(20):
            feed(decoder, buffer, stream)
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(500):
            feed(decoder, buffer, stream)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 2000
    assert drain(decoder) == []

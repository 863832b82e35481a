# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Streams: messages whose frames are built one by one (RFC 6455 section 5.4)."""

import io

import pytest

from esp_ws_ap.websocket.frames import BINARY, CONTINUATION, TEXT, encode_frame
from esp_ws_ap.websocket.stream import Stream
from tests.websocket.received import received


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
    assert b"".join(received(frames)) == data


@pytest.mark.parametrize(
    "pieces", [["a"], ["a", "", "ü"], [""], ["\U0001f600"] * 5, [b"a"], [b"", b"b"], [b"c"] * 9]
)
def test_stream_of_an_iterable(pieces: list):
    for source in (pieces, iter(pieces), (piece for piece in pieces)):
        frames = _all(Stream(source, 100))
        assert frames[0][0] == (TEXT if isinstance(pieces[0], str) else BINARY)
        assert pieces[0][:0].join(received(frames)) == pieces[0][:0].join(pieces)


@pytest.mark.parametrize("taken", [0, 1, 2])
def test_stream_closes_its_source(taken: int):
    file = io.BytesIO(b"a" * 1000)
    stream = Stream(file, 100)
    for _ in range(taken):
        stream.next_frame()
    stream.close()
    assert file.closed
    assert stream.next_frame() is None


def test_stream_of_nothing_is_an_empty_message():
    assert _all(Stream([], 100)) == [encode_frame(BINARY, b"")]


def test_source_that_fails_to_close():
    class Source(list):
        def close(self) -> None:
            raise OSError(5, "the drive is gone")

    frames = _all(Stream(Source([b"one"]), 100))
    assert frames[-1] == encode_frame(CONTINUATION, b"")
    Stream(Source(), 100).close()

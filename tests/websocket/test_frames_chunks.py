# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Messages in chunks (``chunks=True``), and what a decoder keeps in memory."""

import sys
import tracemalloc

import pytest

from esp_ws_ap.websocket import frames
from esp_ws_ap.websocket.frames import BINARY, CLOSE, FAIL, PING, POLICY_VIOLATION, TEXT, Decoder
from esp_ws_ap.websocket.violations import INVALID_PAYLOAD
from tests.raw_websocket import CONTINUATION, close_payload, frame
from tests.websocket.kernels import KERNELS
from tests.websocket.segments import SIZES, bytewise, cuts, fragments
from tests.websocket.streams import drain, events, feed, timeline
from tests.websocket.utf8 import INVALID

LONG_TEXT = "aü€\U0001f600" * 100


@pytest.fixture(autouse=True, params=KERNELS)
def kernel(request, monkeypatch) -> None:
    """Everything is decoded with either kernel."""
    monkeypatch.setattr(frames, "unmask", KERNELS[request.param])


def _whole(chunks: list[tuple]) -> tuple:
    """The message that these chunks make; the last one is marked."""
    assert chunks
    opcode = chunks[0][0]
    assert all(chunk[0] == opcode and len(chunk) == 3 for chunk in chunks), chunks
    assert [chunk[2] for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert all(chunk[1] for chunk in chunks[:-1]), "an empty chunk that is not the last"
    return opcode, chunks[0][1][:0].join(chunk[1] for chunk in chunks)


@pytest.mark.parametrize("limit", [0, 1, 20, 999])
@pytest.mark.parametrize("size", [*SIZES, 161, 162, 163])
def test_chunks_make_the_message(size: int, limit: int):
    payload = LONG_TEXT.encode()
    options = {"max_message_size": limit, "chunks": True}
    text = events([frame(TEXT, payload)], size, **options)
    assert _whole(text) == (TEXT, LONG_TEXT)
    binary = events([frame(BINARY, payload)], size, **options)
    assert _whole(binary) == (BINARY, payload)
    text = events(bytewise(frame(TEXT, payload)), size, **options)
    assert _whole(text) == (TEXT, LONG_TEXT)
    assert max(len(chunk[1]) for chunk in text) == 1


def test_chunks_in_any_segments():
    text = "aü€\U0001f600b"
    for stream in (frame(TEXT, text), b"".join(fragments([text.encode()[:4], text.encode()[4:]]))):
        for segments in cuts(stream):
            found = events(segments, max_message_size=3, chunks=True)
            assert _whole(found) == (TEXT, text)


def test_chunks_are_delivered_as_they_arrive():
    stream = frame(BINARY, b"abcdef")
    found = timeline([stream[:8], stream[8:9], stream[9:]], max_message_size=5, chunks=True)
    assert found == [
        (0, (BINARY, b"ab", False)),
        (1, (BINARY, b"c", False)),
        (2, (BINARY, b"def", True)),
    ]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_message_within_the_limit_is_assembled(opcode: int):
    message = "abcde" if opcode == TEXT else b"abcde"
    for segments in ([frame(opcode, b"abcde")], fragments([b"ab", b"c", b"de"], opcode)):
        whole = b"".join(segments)
        for parts in cuts(whole):
            found = events(parts, max_message_size=5, chunks=True)
            assert found == [(opcode, message)]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_fragments_are_assembled_up_to_the_limit(opcode: int):
    """What was kept is delivered with the first bytes of the fragment that exceeds it."""

    def data(text: str):
        return text if opcode == TEXT else text.encode()

    found = timeline(
        fragments([b"abc", b"de", b"f", b"", b"gh"], opcode), max_message_size=5, chunks=True
    )
    assert found == [
        (2, (opcode, data("abcdef"), False)),
        (4, (opcode, data("gh"), True)),
    ]


def test_fragment_that_exceeds_the_limit_at_its_header():
    first, second = fragments([b"abc", b"def"])
    found = timeline([first, second[:6], second[6:7], second[7:]], max_message_size=5, chunks=True)
    assert _whole([event for _, event in found]) == (TEXT, "abcdef")
    assert found[-1][0] == 3


def test_last_chunk_can_be_empty():
    found = events(fragments([b"abcdef", b""]), max_message_size=5, chunks=True)
    assert found == [(TEXT, "abcdef", False), (TEXT, "", True)]


def test_chunk_never_cuts_a_character():
    payload = "aü€\U0001f600".encode()
    for place in range(1, 10):
        pieces = [payload[:place], payload[place:]]
        # Handed out from the beginning, or from the second fragment on.
        for limit in (0, place):
            found = events(fragments(pieces), max_message_size=limit, chunks=True)
            assert _whole(found) == (TEXT, "aü€\U0001f600")


def test_limit_of_zero():
    stream = frame(TEXT, "") + frame(TEXT, "a") + frame(BINARY, b"b")
    found = events([stream], max_message_size=0, chunks=True)
    assert found == [(TEXT, ""), (TEXT, "a", True), (BINARY, b"b", True)]


def test_message_after_chunks_is_assembled():
    stream = frame(TEXT, "abcdef") + frame(TEXT, "abc") + b"".join(fragments([b"a", b"b"]))
    found = events([stream], max_message_size=5, chunks=True)
    assert found == [(TEXT, "abcdef", True), (TEXT, "abc"), (TEXT, "ab")]


def test_control_frames_between_chunks():
    first, second = fragments([b"abcdef", b"gh"])
    stream = first + frame(PING, b"p") + second + frame(CLOSE, close_payload(1000))
    assert events([stream], max_message_size=5, chunks=True) == [
        (TEXT, "abcdef", False),
        (PING, b"p"),
        (TEXT, "gh", True),
        (CLOSE, 1000, ""),
    ]


def test_longest_length():
    stream = frame(BINARY, b"abc", form=64, announce=(1 << 63) - 1)
    assert events([stream], chunks=True) == [(BINARY, b"abc", False)]


def test_max_fragments_counts_while_assembling():
    pieces = [b"abcdef", *[b"x"] * 50]
    found = events(fragments(pieces), max_message_size=5, max_fragments=3, chunks=True)
    assert _whole(found) == (TEXT, "abcdef" + "x" * 50)
    pieces = [b""] * 4
    found = events(fragments(pieces), max_message_size=5, max_fragments=3, chunks=True)
    assert found == [(FAIL, POLICY_VIOLATION)]


@pytest.mark.parametrize("text", INVALID, ids=bytes.hex)
def test_chunk_that_is_not_utf8_is_1007(text: bytes):
    stream = frame(TEXT, b"good " + text)
    for segments in cuts(stream):
        *pieces, last = events(segments, max_message_size=0, chunks=True)
        assert last == (FAIL, INVALID_PAYLOAD)
        assert all(piece[0] == TEXT and piece[2] is False for piece in pieces)
        delivered = "".join(piece[1] for piece in pieces).encode()
        assert (b"good " + text).startswith(delivered)


# Memory


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
def test_memory_is_bounded_by_the_limit(name: str, chunks: bool):
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT, max_fragments=10000, chunks=chunks)
    for segment in STREAMS[name]:
        feed(decoder, buffer, segment)
        assert held(decoder) <= LIMIT + LIMIT // 8 + LITTLE


@pytest.mark.parametrize("ends", [frame(CLOSE, close_payload(1000)), frame(TEXT, b"\xff")])
def test_memory_after_the_end(ends: bytes):
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT)
    for segment in (frame(BINARY, b"b" * LIMIT), frame(BINARY, b"b" * 4000, fin=False), ends):
        feed(decoder, buffer, segment)
    assert held(decoder) <= LITTLE


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_memory_of_the_last_message(opcode: int):
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT)
    feed(decoder, buffer, frame(opcode, b"a" * LIMIT))
    feed(decoder, buffer, frame(opcode, b"a" * LIMIT)[:-1])
    assert held(decoder) <= LIMIT + LIMIT // 8 + LITTLE


@pytest.mark.parametrize("chunks", [False, True])
def test_memory_peak(chunks: bool):
    """A message is in memory twice while its parts are joined, and never more."""
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


def _allocated() -> int:
    """Return the bytes that the package's code holds, without those of other threads."""
    package = tracemalloc.Filter(True, "*/esp_ws_ap/*")
    return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([package]).traces)


def test_memory_does_not_leak():
    buffer = bytearray(512)
    decoder = Decoder(buffer, max_message_size=LIMIT)
    stream = frame(TEXT, "ü" * 100) + b"".join(fragments([b"a" * 300, b"b"])) + frame(PING)
    tracemalloc.start()
    try:
        for _ in range(20):
            feed(decoder, buffer, stream)
        before = _allocated()
        for _ in range(500):
            feed(decoder, buffer, stream)
        after = _allocated()
    finally:
        tracemalloc.stop()
    assert after - before < 2000
    assert drain(decoder) == []

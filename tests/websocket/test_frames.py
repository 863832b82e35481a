# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Messages and control frames, whole and in pieces (RFC 6455, 5.2 to 5.6)."""

import itertools

import pytest

from esp_ws_ap.websocket.frames import BINARY, CONTINUATION, PING, PONG, TEXT, Decoder
from tests.raw_websocket import apply_mask, frame
from tests.websocket.segments import SIZES, bytewise, cut, cuts, fragments
from tests.websocket.streams import drain, events, feed, timeline

LENGTHS = (
    *(0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 129, 130, 131, 255, 256),
    *(511, 512, 513, 514, 1023, 1024, 1025, 65535, 65536, 65537),
)
LIMIT = 70000


def _payload(length: int) -> bytes:
    return bytes(33 + index % 94 for index in range(length))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_message_of_every_length_class_in_any_segments(opcode: int, length: int, size: int):
    payload = _payload(length)
    expected = [(opcode, payload.decode() if opcode == TEXT else payload)]
    for segments in cuts(frame(opcode, payload)):
        found = timeline(segments, size, max_message_size=LIMIT)
        assert found == [(len(segments) - 1, expected[0])], [len(part) for part in segments]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 124, 125])
@pytest.mark.parametrize("opcode", [PING, PONG])
def test_control_frame_of_every_length_in_any_segments(opcode: int, length: int, size: int):
    payload = bytes(range(length))
    for segments in cuts(frame(opcode, payload)):
        assert timeline(segments, size) == [(len(segments) - 1, (opcode, payload))]


def test_binary_message_of_any_bytes_and_length():
    payload = bytes(index * 37 & 0xFF for index in range(1100))
    for length in range(len(payload)):
        stream = frame(BINARY, payload[:length])
        assert events([stream], 1200) == [(BINARY, payload[:length])]
        assert events([stream[:9], stream[9:]], 1200) == [(BINARY, payload[:length])]


@pytest.mark.parametrize(
    "mask", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0", b"\1\2\3\4"]
)
def test_any_mask_in_any_segments(mask: bytes):
    payload = _payload(29)
    for segments in cuts(frame(TEXT, payload, mask=mask)):
        assert events(segments) == [(TEXT, payload.decode())]


@pytest.mark.parametrize("length", [1023, 1024, 1025, 1026, 2048, 2051, 5000])
def test_mask_goes_on_over_long_segments(length: int):
    payload = bytes(index * 7 & 0xFF for index in range(length))
    stream = frame(BINARY, payload, mask=b"\x12\x34\x56\x78")
    for place in (9, 10, 11, 12, 1030, 1031, 1032, 1033, 1034):
        if place < len(stream):
            assert events(cut(stream, place), 8192, max_message_size=LIMIT) == [(BINARY, payload)]


MANY = (
    frame(TEXT, "first")
    + frame(PING, b"1")
    + frame(BINARY, b"\0\xff")
    + frame(TEXT, "")
    + frame(TEXT, "zwölf", fin=False)
    + frame(PONG, b"")
    + frame(CONTINUATION, "")
    + frame(PING, b"2")
    + frame(TEXT, "last")
)
MANY_EVENTS = [
    (TEXT, "first"),
    (PING, b"1"),
    (BINARY, b"\0\xff"),
    (TEXT, ""),
    (PONG, b""),
    (TEXT, "zwölf"),
    (PING, b"2"),
    (TEXT, "last"),
]


@pytest.mark.parametrize("size", SIZES)
def test_many_frames_in_any_segments(size: int):
    for segments in cuts(MANY):
        assert events(segments, size) == MANY_EVENTS
    for places in itertools.combinations(range(1, len(MANY), 3), 2):
        assert events(cut(MANY, *places), size) == MANY_EVENTS


@pytest.mark.parametrize("size", SIZES)
def test_many_frames_in_one_segment(size: int):
    assert events([MANY * 200], size) == MANY_EVENTS * 200


def test_messages_of_several_clients_on_one_buffer():
    """Each client gets every third segment, cut at every byte, and a buffer others write to."""
    buffer = bytearray(160)
    streams = [
        frame(TEXT, f"client {number} " * 20, fin=False)
        + frame(PING, bytes([number]) * 125)
        + frame(CONTINUATION, "ü" * number)
        + frame(BINARY, bytes([number]) * 300)
        for number in range(3)
    ]
    expected = [
        [
            (PING, bytes([number]) * 125),
            (TEXT, f"client {number} " * 20 + "ü" * number),
            (BINARY, bytes([number]) * 300),
        ]
        for number in range(3)
    ]
    for step in (1, 2, 3, 5, 7, 64, 131, 200):
        decoders = [Decoder(buffer) for _ in streams]
        found: list[list] = [[] for _ in streams]
        for start in range(0, max(map(len, streams)), step):
            for number, stream in enumerate(streams):
                found[number] += feed(decoders[number], buffer, stream[start : start + step])
        assert found == expected, step


def test_nothing_received_is_no_event():
    buffer = bytearray(160)
    decoder = Decoder(buffer)
    decoder.commit(0)
    assert drain(decoder) == []
    assert feed(decoder, buffer, frame(TEXT, "abc")[:7]) == []
    decoder.space()
    decoder.commit(0)
    assert drain(decoder) == []
    assert feed(decoder, buffer, frame(TEXT, "abc")[7:]) == [(TEXT, "abc")]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_fragments_in_any_segments(opcode: int, size: int):
    for pieces in (
        [b"", b""],
        [b"", b"", b""],
        [b"a", b""],
        [b"", b"a"],
        [b"ab", b"", b"cd"],
        [b"", b"", b"abc", b"", b""],
        [b"abc", b"defg", b"hijkl"],
    ):
        whole = b"".join(pieces)
        expected = [(opcode, whole.decode() if opcode == TEXT else whole)]
        for segments in cuts(b"".join(fragments(pieces, opcode))):
            assert events(segments, size) == expected


@pytest.mark.parametrize("size", SIZES)
def test_control_frames_between_fragments(size: int):
    first, second, third = fragments([b"one ", b"two ", b"three"])
    ping, pong = frame(PING, b"p" * 125), frame(PONG, b"o")
    stream = first + ping + second + pong + ping + third
    expected = [(PING, b"p" * 125), (PONG, b"o"), (PING, b"p" * 125), (TEXT, "one two three")]
    for segments in cuts(stream):
        assert events(segments, size) == expected


def test_control_frame_between_the_bytes_of_a_character():
    first, second = fragments([b"caf\xc3", b"\xa9"])
    for segments in cuts(first + frame(PING, b"\xff\xc3") + second):
        assert events(segments) == [(PING, b"\xff\xc3"), (TEXT, "café")]


def test_next_message_after_a_fragmented_one():
    stream = b"".join(fragments([b"a", b"b"])) + b"".join(fragments([b"c", b"d"], BINARY))
    assert events([stream * 3]) == [(TEXT, "ab"), (BINARY, b"cd")] * 3


def test_message_in_progress_is_known():
    buffer = bytearray(160)
    decoder = Decoder(buffer)
    stream = b"".join(fragments([b"a", b"b"]))
    assert not decoder.in_message
    for index, byte in enumerate(bytewise(stream)):
        assert feed(decoder, buffer, byte) == ([] if index < len(stream) - 1 else [(TEXT, "ab")])
        assert decoder.in_message == (index < len(stream) - 1)


def test_examples_of_the_rfc():
    """RFC 6455, 5.7, as far as a client sends it."""
    masked_hello = bytes.fromhex("818537fa213d7f9f4d5158")
    masked_pong = bytes.fromhex("8a8537fa213d7f9f4d5158")
    assert events([masked_hello + masked_pong]) == [(TEXT, "Hello"), (PONG, b"Hello")]
    assert apply_mask(masked_hello[6:], masked_hello[2:6]) == b"Hello"

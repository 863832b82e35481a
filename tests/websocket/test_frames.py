# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Frames: what a client may send (RFC 6455 sections 5 and 7.4), and what the board sends."""

import itertools
from typing import Any

import pytest
from websockets.frames import Close, Frame, Opcode
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage

from esp_ws_ap.websocket import frames
from esp_ws_ap.websocket.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FAIL,
    NO_STATUS,
    PING,
    POLICY_VIOLATION,
    PONG,
    TEXT,
    Decoder,
    close_code_is_valid,
    close_payload,
    encode_frame,
    encode_message,
)
from esp_ws_ap.websocket.violations import INVALID_PAYLOAD, MESSAGE_TOO_BIG, PROTOCOL_ERROR
from tests.raw_websocket import apply_mask, frame
from tests.websocket.kernels import KERNELS
from tests.websocket.received import received
from tests.websocket.segments import SIZES, bytewise, cut, cuts, fragments
from tests.websocket.streams import drain, events, feed, timeline
from tests.websocket.utf8 import INVALID, VALID

LENGTHS = (
    *(0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 129, 130, 131, 255, 256),
    *(511, 512, 513, 514, 1023, 1024, 1025, 65535, 65536, 65537),
)


LIMIT = 70000


@pytest.fixture(autouse=True, params=KERNELS)
def kernel(request, monkeypatch) -> None:
    """Everything is decoded with either kernel."""
    monkeypatch.setattr(frames, "unmask", KERNELS[request.param])


def _payload(length: int) -> bytes:
    return bytes(33 + index % 94 for index in range(length))


# Messages and control frames (sections 5.2 to 5.6)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_message_of_every_length(opcode: int, length: int, size: int):
    payload = _payload(length)
    expected = [(opcode, payload.decode() if opcode == TEXT else payload)]
    for segments in cuts(frame(opcode, payload)):
        found = timeline(segments, size, max_message_size=LIMIT)
        assert found == [(len(segments) - 1, expected[0])], [len(part) for part in segments]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 124, 125])
@pytest.mark.parametrize("opcode", [PING, PONG])
def test_control_frame_of_every_length(opcode: int, length: int, size: int):
    payload = bytes(range(length))
    for segments in cuts(frame(opcode, payload)):
        assert timeline(segments, size) == [(len(segments) - 1, (opcode, payload))]


def test_binary_message_of_any_bytes():
    payload = bytes(index * 37 & 0xFF for index in range(1100))
    for length in range(len(payload)):
        stream = frame(BINARY, payload[:length])
        assert events([stream], 1200) == [(BINARY, payload[:length])]
        assert events([stream[:9], stream[9:]], 1200) == [(BINARY, payload[:length])]


@pytest.mark.parametrize(
    "mask", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\1", b"\x80\0\0\0", b"\1\2\3\4"]
)
def test_masking_key(mask: bytes):
    payload = _payload(29)
    for segments in cuts(frame(TEXT, payload, mask=mask)):
        assert events(segments) == [(TEXT, payload.decode())]


@pytest.mark.parametrize("length", [1023, 1024, 1025, 1026, 2048, 2051, 5000])
def test_masking_key_goes_on_in_the_next_segment(length: int):
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
def test_many_frames(size: int):
    for segments in cuts(MANY):
        assert events(segments, size) == MANY_EVENTS
    for places in itertools.combinations(range(1, len(MANY), 3), 2):
        assert events(cut(MANY, *places), size) == MANY_EVENTS


@pytest.mark.parametrize("size", SIZES)
def test_many_frames_in_one_segment(size: int):
    assert events([MANY * 200], size) == MANY_EVENTS * 200


def test_buffer_is_shared():
    """Three decoders take turns; each overwrites what the others have left in the buffer."""
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


def test_commit_of_nothing_is_no_event():
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
def test_fragments(opcode: int, size: int):
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


def test_control_frame_inside_a_character():
    first, second = fragments([b"caf\xc3", b"\xa9"])
    for segments in cuts(first + frame(PING, b"\xff\xc3") + second):
        assert events(segments) == [(PING, b"\xff\xc3"), (TEXT, "café")]


def test_message_after_a_fragmented_one():
    stream = b"".join(fragments([b"a", b"b"])) + b"".join(fragments([b"c", b"d"], BINARY))
    assert events([stream * 3]) == [(TEXT, "ab"), (BINARY, b"cd")] * 3


def test_in_message():
    buffer = bytearray(160)
    decoder = Decoder(buffer)
    stream = b"".join(fragments([b"a", b"b"]))
    assert not decoder.in_message
    for index, byte in enumerate(bytewise(stream)):
        assert feed(decoder, buffer, byte) == ([] if index < len(stream) - 1 else [(TEXT, "ab")])
        assert decoder.in_message == (index < len(stream) - 1)


def test_examples_of_rfc_6455():
    """Section 5.7, as far as a client sends it."""
    masked_hello = bytes.fromhex("818537fa213d7f9f4d5158")
    masked_pong = bytes.fromhex("8a8537fa213d7f9f4d5158")
    assert events([masked_hello + masked_pong]) == [(TEXT, "Hello"), (PONG, b"Hello")]
    assert apply_mask(masked_hello[6:], masked_hello[2:6]) == b"Hello"


# Violations


DATA = (CONTINUATION, TEXT, BINARY)


CONTROL = (CLOSE, PING, PONG)


RESERVED = (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)


#: Each a stream, and after how many of its bytes it fails.
VIOLATIONS = {
    **{
        f"reserved bits {rsv}, opcode {opcode}": (frame(opcode, b"", rsv=rsv), 2)
        for rsv in range(1, 8)
        for opcode in DATA + CONTROL
    },
    **{
        f"reserved opcode {opcode}, fin {fin}": (frame(opcode, b"abc", fin=fin), 2)
        for opcode in RESERVED
        for fin in (True, False)
    },
    **{
        f"not masked, opcode {opcode}, {length} bytes": (frame(opcode, b"a" * length, mask=None), 2)
        for opcode in (TEXT, BINARY, *CONTROL)
        for length in (0, 1, 125)
    },
    "not masked, 16-bit length": (frame(TEXT, b"a" * 126, mask=None), 2),
    "not masked, 64-bit length": (frame(TEXT, b"a" * 65536, mask=None), 2),
    **{
        f"fragmented control frame, opcode {opcode}": (frame(opcode, b"", fin=False), 2)
        for opcode in CONTROL
    },
    **{
        f"control frame of {length} bytes, opcode {opcode}": (frame(opcode, b"a" * length), 2)
        for opcode in CONTROL
        for length in (126, 127, 65536)
    },
    **{
        f"control frame of {length} bytes in {form} bits": (
            frame(PING, b"a" * length, form=form),
            2,
        )
        for length in (0, 5, 125)
        for form in (16, 64)
    },
    **{
        f"{length} bytes in 16 bits": (frame(TEXT, b"a" * length, form=16), 8)
        for length in (0, 1, 125)
    },
    **{
        f"{length} bytes in 64 bits": (frame(BINARY, b"a" * length, form=64), 14)
        for length in (0, 1, 125, 126, 127, 65535)
    },
    **{
        f"length {announced:#x}": (frame(TEXT, b"", form=64, announce=announced), 14)
        for announced in (1 << 63, (1 << 63) + 1, (1 << 64) - 1)
    },
    "continuation without a message": (frame(CONTINUATION, b"a"), 2),
    "last continuation without a message": (frame(CONTINUATION, b""), 2),
    "first continuation without a message": (frame(CONTINUATION, b"", fin=False), 2),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_violation_is_1002_as_early_as_possible(name: str):
    stream, enough = VIOLATIONS[name]
    before = frame(TEXT, "ok")
    assert timeline([before, *bytewise(stream[:enough])]) == [
        (0, (TEXT, "ok")),
        (enough, (FAIL, PROTOCOL_ERROR)),
    ]
    assert events([before + stream]) == [(TEXT, "ok"), (FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", VIOLATIONS)
def test_violation_is_1002_in_any_segments(name: str, size: int):
    stream, _ = VIOLATIONS[name]
    if len(stream) > 300:
        return
    stream += frame(TEXT, "after") + frame(CLOSE, close_payload(1000))
    for segments in cuts(stream):
        assert events(segments, size) == [(FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("fin", [True, False])
def test_new_message_inside_a_fragmented_one_is_1002(opcode: int, fin: bool):
    stream = frame(TEXT, "a", fin=False) + frame(opcode, "b", fin=fin) + frame(CONTINUATION, "c")
    for segments in cuts(stream):
        assert events(segments) == [(FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (b"".join(fragments([b"a", b"b"])), (TEXT, "ab")),
        (frame(TEXT, "a"), (TEXT, "a")),
        (frame(PING), (PING, b"")),
    ],
)
def test_unexpected_continuation_is_1002(before: bytes, event: tuple):
    for segments in cuts(before + frame(CONTINUATION, "c")):
        assert events(segments) == [event, (FAIL, PROTOCOL_ERROR)]


# Limits


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("limit", [0, 1, 125, 126, 200, 65535, 65536])
def test_message_over_the_limit_is_1009(opcode: int, limit: int):
    payload = b"a" * limit
    message = payload.decode() if opcode == TEXT else payload
    for size in SIZES:
        fits = events([frame(opcode, payload)], size, max_message_size=limit)
        assert fits == [(opcode, message)]
        stream = frame(opcode, payload + b"a") + frame(TEXT, "")
        assert events([stream], size, max_message_size=limit) == [(FAIL, MESSAGE_TOO_BIG)]


@pytest.mark.parametrize("length", [126, 65536, 1 << 20, 1 << 31, 1 << 32, 1 << 62, (1 << 63) - 1])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_message_over_the_limit_is_1009_at_its_header(opcode: int, length: int):
    header = frame(opcode, b"", announce=length, form=16 if length < 65536 else 64)
    found = timeline(bytewise(header), max_message_size=125)
    assert found == [(len(header) - 1, (FAIL, MESSAGE_TOO_BIG))]
    header = frame(opcode, "", announce=11)
    assert timeline(bytewise(header), max_message_size=10) == [(5, (FAIL, MESSAGE_TOO_BIG))]


def test_fragments_over_the_limit_are_1009():
    sizes = (10, 0, 20, 30, 40)
    pieces = [b"a" * size for size in sizes]
    frames = fragments(pieces)
    for segments in ([b"".join(frames)], frames, bytewise(b"".join(frames))):
        assert events(segments, max_message_size=100) == [(TEXT, "a" * 100)]
        assert events(segments, max_message_size=99) == [(FAIL, MESSAGE_TOO_BIG)]
    # The last fragment's header is enough.
    stream = b"".join(frames[:4]) + frames[4][:6]
    assert events([stream], max_message_size=99) == [(FAIL, MESSAGE_TOO_BIG)]
    assert events([stream[:-1]], max_message_size=99) == []


def test_control_frames_do_not_count():
    first, second = fragments([b"a" * 99, b"a"], BINARY)
    stream = first + frame(PING, b"p" * 125) * 20 + second
    expected = [(PING, b"p" * 125)] * 20 + [(BINARY, b"a" * 100)]
    assert events([stream], max_message_size=100, max_fragments=2) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 128])
@pytest.mark.parametrize("piece", [b"", b"a"])
def test_too_many_fragments_are_1008(limit: int, piece: bytes):
    for size in SIZES:
        fits = b"".join(fragments([piece] * limit))
        assert events([fits], size, max_fragments=limit) == [(TEXT, piece.decode() * limit)]
        *before, last = fragments([piece] * (limit + 1))
        found = timeline([*before, *bytewise(last)], size, max_fragments=limit)
        assert found == [(limit + 5, (FAIL, POLICY_VIOLATION))]


def test_limits_are_those_of_one_message():
    stream = b"".join(fragments([b"a" * 60, b"a" * 20, b"a" * 20]))
    found = events([stream * 5], max_message_size=100, max_fragments=3)
    assert found == [(TEXT, "a" * 100)] * 5


# The client's close frame (sections 5.5.1, 7.1.5, 7.1.6 and 7.4)


#: From, to, and True if a close frame may carry these codes.
CODES = (
    (0, 999, False),
    (1000, 1003, True),
    (1004, 1006, False),
    (1007, 1014, True),
    (1015, 1015, False),
    (1016, 2999, False),
    (3000, 3999, True),
    (4000, 4999, True),
    (5000, 65535, False),
)


def test_close_code():
    for first, last, allowed in CODES:
        for code in range(first, last + 1):
            expected = (CLOSE, code, "why") if allowed else (FAIL, PROTOCOL_ERROR)
            assert events([frame(CLOSE, code.to_bytes(2, "big") + b"why")], 160) == [expected]
            assert close_code_is_valid(code) is allowed


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", [code for row in CODES for code in row[:2]])
def test_close_code_in_any_segments(code: int, size: int):
    allowed = next(row[2] for row in CODES if row[0] <= code <= row[1])
    expected = (CLOSE, code, "") if allowed else (FAIL, PROTOCOL_ERROR)
    for segments in cuts(frame(CLOSE, code.to_bytes(2, "big"))):
        assert timeline(segments, size) == [(len(segments) - 1, expected)]


def test_close_without_a_code_is_1005():
    for segments in cuts(frame(CLOSE)):
        assert events(segments) == [(CLOSE, NO_STATUS, "")]


@pytest.mark.parametrize("byte", [b"\0", b"\x03", b"\xff"])
def test_close_with_half_a_code_is_1002(byte: bytes):
    for segments in cuts(frame(CLOSE, byte)):
        assert events(segments) == [(FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize(
    "reason", ["a", "bye", "a" * 123, "ü" * 61, "€" * 41, "\U0001f600" * 30 + "abc", "\0", "\ufeff"]
)
def test_close_reason(reason: str):
    stream = frame(CLOSE, b"\x03\xe8" + reason.encode())
    for size in SIZES:
        for segments in cuts(stream):
            assert events(segments, size) == [(CLOSE, 1000, reason)]


@pytest.mark.parametrize("text", VALID, ids=bytes.hex)
def test_close_reason_that_is_utf8(text: bytes):
    assert events([frame(CLOSE, b"\x03\xe8" + text)]) == [(CLOSE, 1000, text.decode())]


@pytest.mark.parametrize("text", INVALID, ids=bytes.hex)
def test_close_reason_that_is_not_utf8_is_1007(text: bytes):
    for reason in (text, b"abc" + text, text + b"abc", "ü".encode() + text + "ü".encode()):
        for segments in cuts(frame(CLOSE, b"\x03\xe8" + reason)):
            assert events(segments) == [(FAIL, INVALID_PAYLOAD)]


@pytest.mark.parametrize("code", [999, 1005, 65535])
def test_close_code_is_checked_before_the_reason(code: int):
    assert events([frame(CLOSE, code.to_bytes(2, "big") + b"\xff")]) == [(FAIL, PROTOCOL_ERROR)]


def test_close_between_fragments():
    buffer = bytearray(160)
    decoder = Decoder(buffer)
    stream = frame(TEXT, "half a mess", fin=False) + frame(CLOSE, b"\x03\xe8")
    assert feed(decoder, buffer, stream) == [(CLOSE, 1000, "")]
    assert feed(decoder, buffer, frame(0, "age")) == []
    assert not decoder.in_message


# The end


@pytest.mark.parametrize(
    ("stream", "last"),
    [
        (frame(CLOSE), (CLOSE, NO_STATUS, "")),
        (frame(CLOSE, b"\x03\xe8"), (CLOSE, 1000, "")),
        (frame(CLOSE, b"\x0f\xa0bye"), (CLOSE, 4000, "bye")),
        (frame(TEXT, b"\xff"), (FAIL, INVALID_PAYLOAD)),
        (frame(TEXT, b"a" * 50), (FAIL, MESSAGE_TOO_BIG)),
        (frame(TEXT, b"", fin=False) * 2, (FAIL, PROTOCOL_ERROR)),
        (frame(CLOSE, b"\3"), (FAIL, PROTOCOL_ERROR)),
        (frame(CLOSE, b"\3\xe8\xff"), (FAIL, INVALID_PAYLOAD)),
    ],
)
def test_nothing_is_delivered_after_a_close_or_a_failure(stream: bytes, last: tuple):
    after = frame(TEXT, "x") + frame(PING) + frame(CLOSE, b"\3") + b"\xff" * 300
    for segments in ([stream + after], [stream, after], bytewise(stream + after)):
        assert events(segments, 160, max_message_size=40) == [last]


def test_fail():
    """The connection ends for another reason, in the middle of a message."""
    buffer = bytearray(160)
    for place in range(1, 30):
        decoder = Decoder(buffer)
        stream = b"".join(fragments([b"abc", b"defghij"])) + frame(TEXT, "next")
        before = feed(decoder, buffer, stream[:place])
        assert decoder.fail("mask") == FAIL
        reason = "frame is not masked"
        assert (decoder.close_code, decoder.close_reason) == (PROTOCOL_ERROR, reason)
        assert not decoder.in_message
        assert len(decoder.space()) == len(buffer)
        assert feed(decoder, buffer, stream[place:]) == []
        assert before == ([(TEXT, "abcdefghij")] if place >= 22 else [])


def test_fail_drops_unread_bytes():
    buffer = bytearray(160)
    decoder = Decoder(buffer)
    stream = frame(TEXT, "a") + frame(TEXT, "b")
    decoder.space()[: len(stream)] = stream
    decoder.commit(len(stream))
    assert decoder.next() == TEXT
    decoder.fail("mask")
    assert drain(decoder) == []
    assert NO_STATUS != decoder.close_code == PROTOCOL_ERROR


# What the board sends, byte for byte as websockets and wsproto make it (section 5.2)


SENT_LENGTHS = (0, 1, 2, 124, 125, 126, 127, 255, 256, 65534, 65535, 65536, 65537, 100000)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize("length", SENT_LENGTHS)
@pytest.mark.parametrize("opcode", [CONTINUATION, TEXT, BINARY])
@pytest.mark.parametrize("fin", [True, False])
def test_encode_data_frame(opcode: int, length: int, fin: bool, kind: type):
    payload = bytes(index % 251 for index in range(length))
    expected = Frame(Opcode(opcode), payload, fin).serialize(mask=False)
    assert encode_frame(opcode, kind(payload), fin) == expected
    if fin:
        assert encode_frame(opcode, kind(payload)) == expected


@pytest.mark.parametrize("length", range(126))
@pytest.mark.parametrize("opcode", [CLOSE, PING, PONG])
def test_encode_control_frame(opcode: int, length: int):
    payload = bytes(range(length))
    assert encode_frame(opcode, payload) == Frame(Opcode(opcode), payload).serialize(mask=False)


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65535, 65536])
def test_encode_as_wsproto(length: int):
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


def test_encode_frame_copies_the_payload():
    payload = bytearray(b"abc")
    made = encode_frame(TEXT, payload)
    assert type(made) is bytearray
    payload[0] = 0
    assert made == b"\x81\x03abc"


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, *range(1007, 1015), 3000, 4999])
@pytest.mark.parametrize("reason", ["", "bye", "ü€\U0001f600", "a" * 123])
def test_close_payload(code: int, reason: str):
    assert close_payload(code, reason) == Close(code, reason).serialize()
    sent = Connection(ConnectionType.SERVER).send(CloseConnection(code, reason))
    assert encode_frame(CLOSE, close_payload(code, reason)) == sent


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("character", "aü€\U0001f600")
def test_close_payload_cuts_a_long_reason(character: str, before: int):
    reason = "-" * before + character * 200
    sent = Connection(ConnectionType.SERVER).send(CloseConnection(1000, reason))
    assert encode_frame(CLOSE, close_payload(1000, reason)) == sent


def test_close_payload_without_a_code():
    assert close_payload(NO_STATUS) == close_payload(NO_STATUS, "why") == b""


@pytest.mark.parametrize("code", [0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65535, 65536, -1])
def test_close_payload_with_an_invalid_code(code: int):
    with pytest.raises(ValueError, match=str(code)):
        close_payload(code)


@pytest.mark.parametrize("length", [0, 1, 99, 100])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_encode_message_in_one_frame(length: int, kind: type):
    assert encode_message(kind(b"a" * length), 100) == encode_frame(BINARY, b"a" * length)
    assert encode_message("a" * length, 100) == encode_frame(TEXT, b"a" * length)
    assert encode_message("ü" * 50, 100) == encode_frame(TEXT, "ü".encode() * 50)


@pytest.mark.parametrize("length", [101, 199, 200, 201, 1000])
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_encode_message_in_fragments(length: int, kind: type):
    data = bytes(index % 251 for index in range(length))
    frames: Any = encode_message(kind(data), 100)
    assert [len(one) for one in frames[:-1]] == [102] * (len(frames) - 1)
    assert len(frames) == -(-length // 100)
    assert b"".join(received(frames)) == data


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_encode_message_cuts_inside_characters(size: int):
    text = "aü€\U0001f600" * 30
    frames: Any = encode_message(text, size)
    assert frames[0][0] == TEXT and {one[0] & 0x7F for one in frames[1:]} == {CONTINUATION}
    assert "".join(received(frames)) == text

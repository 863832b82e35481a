# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What a client may not send, and what it is told (RFC 6455, 5.2 to 5.5 and 7.4.1)."""

import pytest

from esp_ws_ap.websocket.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FAIL,
    INVALID_PAYLOAD,
    MESSAGE_TOO_BIG,
    NO_STATUS,
    PING,
    POLICY_VIOLATION,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    Decoder,
)
from tests.raw_websocket import close_payload, frame
from tests.websocket.segments import SIZES, bytewise, cuts, fragments
from tests.websocket.streams import drain, events, feed, timeline

DATA = (CONTINUATION, TEXT, BINARY)
CONTROL = (CLOSE, PING, PONG)
RESERVED = (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)

#: Each a stream, and how many of its bytes are enough to refuse it.
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
def test_violation_fails_as_early_as_it_can(name: str):
    stream, enough = VIOLATIONS[name]
    before = frame(TEXT, "ok")
    assert timeline([before, *bytewise(stream[:enough])]) == [
        (0, (TEXT, "ok")),
        (enough, (FAIL, PROTOCOL_ERROR)),
    ]
    assert events([before + stream]) == [(TEXT, "ok"), (FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", VIOLATIONS)
def test_violation_in_any_segments_and_nothing_behind_it(name: str, size: int):
    stream, _ = VIOLATIONS[name]
    if len(stream) > 300:
        return
    stream += frame(TEXT, "behind") + frame(CLOSE, close_payload(1000))
    for segments in cuts(stream):
        assert events(segments, size) == [(FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("fin", [True, False])
def test_new_message_inside_a_fragmented_one(opcode: int, fin: bool):
    stream = frame(TEXT, "a", fin=False) + frame(opcode, "b", fin=fin) + frame(CONTINUATION, "c")
    for segments in cuts(stream):
        assert events(segments) == [(FAIL, PROTOCOL_ERROR)]


def test_continuation_behind_a_finished_message():
    stream = b"".join(fragments([b"a", b"b"])) + frame(CONTINUATION, "c")
    for segments in cuts(stream):
        assert events(segments) == [(TEXT, "ab"), (FAIL, PROTOCOL_ERROR)]


def test_continuation_behind_a_whole_message():
    assert events([frame(TEXT, "a") + frame(CONTINUATION, "b")]) == [
        (TEXT, "a"),
        (FAIL, PROTOCOL_ERROR),
    ]


def test_control_frame_does_not_stand_in_for_a_message():
    assert events([frame(PING) + frame(CONTINUATION, "b")]) == [(PING, b""), (FAIL, PROTOCOL_ERROR)]


# Limits


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("limit", [0, 1, 125, 126, 200, 65535, 65536])
def test_message_of_the_limit_passes_and_one_byte_more_fails(opcode: int, limit: int):
    payload = b"a" * limit
    message = payload.decode() if opcode == TEXT else payload
    for size in SIZES:
        fits = events([frame(opcode, payload)], size, max_message_size=limit)
        assert fits == [(opcode, message)]
        stream = frame(opcode, payload + b"a") + frame(TEXT, "")
        assert events([stream], size, max_message_size=limit) == [(FAIL, MESSAGE_TOO_BIG)]


@pytest.mark.parametrize("length", [126, 65536, 1 << 20, 1 << 31, 1 << 32, 1 << 62, (1 << 63) - 1])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_too_long_a_message_fails_at_its_header(opcode: int, length: int):
    header = frame(opcode, b"", announce=length, form=16 if length < 65536 else 64)
    found = timeline(bytewise(header), max_message_size=125)
    assert found == [(len(header) - 1, (FAIL, MESSAGE_TOO_BIG))]


def test_short_message_over_a_shorter_limit_fails_at_its_header():
    header = frame(TEXT, "", announce=11)
    assert timeline(bytewise(header), max_message_size=10) == [(5, (FAIL, MESSAGE_TOO_BIG))]


def test_fragments_count_together():
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


def test_size_is_counted_anew_for_each_message():
    stream = b"".join(fragments([b"a" * 60, b"a" * 40]))
    assert events([stream * 5], max_message_size=100) == [(TEXT, "a" * 100)] * 5


def test_control_frames_do_not_count_towards_a_message():
    first, second = fragments([b"a" * 99, b"a"], BINARY)
    stream = first + frame(PING, b"p" * 125) * 20 + second
    expected = [(PING, b"p" * 125)] * 20 + [(BINARY, b"a" * 100)]
    assert events([stream], max_message_size=100, max_fragments=2) == expected


@pytest.mark.parametrize("limit", [1, 2, 3, 128])
@pytest.mark.parametrize("piece", [b"", b"a"])
def test_one_fragment_too_many(limit: int, piece: bytes):
    for size in SIZES:
        fits = b"".join(fragments([piece] * limit))
        assert events([fits], size, max_fragments=limit) == [(TEXT, piece.decode() * limit)]
        *before, last = fragments([piece] * (limit + 1))
        found = timeline([*before, *bytewise(last)], size, max_fragments=limit)
        assert found == [(limit + 5, (FAIL, POLICY_VIOLATION))]


def test_fragments_are_counted_anew_for_each_message():
    stream = b"".join(fragments([b"a"] * 3))
    assert events([stream * 5], max_fragments=3) == [(TEXT, "aaa")] * 5


# The end


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (frame(TEXT, b"\xff"), INVALID_PAYLOAD),
        (frame(TEXT, b"a" * 50), MESSAGE_TOO_BIG),
        (frame(TEXT, b"", fin=False) * 2, PROTOCOL_ERROR),
        (frame(CLOSE, b"\3"), PROTOCOL_ERROR),
        (frame(CLOSE, b"\3\xe8\xff"), INVALID_PAYLOAD),
    ],
)
def test_nothing_is_delivered_behind_a_failure(stream: bytes, code: int):
    behind = frame(TEXT, "x") + frame(PING) + frame(CLOSE, close_payload(1000)) + b"\xff" * 300
    for segments in ([stream + behind], [stream, behind], bytewise(stream + behind)):
        assert events(segments, 160, max_message_size=40) == [(FAIL, code)]


def test_failed_from_outside():
    """Whoever closes the connection for reasons of its own, in the middle of a message."""
    buffer = bytearray(160)
    for cut in range(1, 30):
        decoder = Decoder(buffer)
        stream = b"".join(fragments([b"abc", b"defghij"])) + frame(TEXT, "next")
        before = feed(decoder, buffer, stream[:cut])
        assert decoder.fail(POLICY_VIOLATION, "too slow") == FAIL
        assert (decoder.close_code, decoder.close_reason) == (POLICY_VIOLATION, "too slow")
        assert not decoder.in_message
        assert len(decoder.space()) == len(buffer)
        assert feed(decoder, buffer, stream[cut:]) == []
        assert before == ([(TEXT, "abcdefghij")] if cut >= 22 else [])


def test_failed_from_outside_with_bytes_unread():
    buffer = bytearray(160)
    decoder = Decoder(buffer)
    stream = frame(TEXT, "a") + frame(TEXT, "b")
    decoder.space()[: len(stream)] = stream
    decoder.commit(len(stream))
    assert decoder.next() == TEXT
    decoder.fail(POLICY_VIOLATION, "enough")
    assert drain(decoder) == []
    assert NO_STATUS != decoder.close_code == POLICY_VIOLATION

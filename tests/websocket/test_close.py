# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The client's close frame (RFC 6455, 5.5.1, 7.1.5, 7.1.6 and 7.4)."""

import pytest

from esp_ws_ap.websocket.frames import (
    CLOSE,
    FAIL,
    INVALID_PAYLOAD,
    NO_STATUS,
    PROTOCOL_ERROR,
    TEXT,
    Decoder,
    close_code_is_valid,
    close_payload,
)
from tests.raw_websocket import frame
from tests.websocket.segments import SIZES, bytewise, cuts
from tests.websocket.streams import events, feed, timeline
from tests.websocket.utf8 import INVALID, VALID

#: From, to, and whether a close frame may carry these codes.
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


def test_every_code():
    for first, last, allowed in CODES:
        for code in range(first, last + 1):
            expected = (CLOSE, code, "why") if allowed else (FAIL, PROTOCOL_ERROR)
            assert events([frame(CLOSE, code.to_bytes(2, "big") + b"why")], 160) == [expected]
            assert close_code_is_valid(code) is allowed


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("code", [code for row in CODES for code in row[:2]])
def test_code_in_any_segments(code: int, size: int):
    allowed = next(row[2] for row in CODES if row[0] <= code <= row[1])
    expected = (CLOSE, code, "") if allowed else (FAIL, PROTOCOL_ERROR)
    for segments in cuts(frame(CLOSE, code.to_bytes(2, "big"))):
        assert timeline(segments, size) == [(len(segments) - 1, expected)]


def test_close_without_a_code():
    for segments in cuts(frame(CLOSE)):
        assert events(segments) == [(CLOSE, NO_STATUS, "")]


@pytest.mark.parametrize("byte", [b"\0", b"\x03", b"\xff"])
def test_close_with_half_a_code(byte: bytes):
    for segments in cuts(frame(CLOSE, byte)):
        assert events(segments) == [(FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize(
    "reason", ["a", "bye", "a" * 123, "ü" * 61, "€" * 41, "\U0001f600" * 30 + "abc", "\0", "\ufeff"]
)
def test_reason_up_to_its_longest(reason: str):
    stream = frame(CLOSE, b"\x03\xe8" + reason.encode())
    for size in SIZES:
        for segments in cuts(stream):
            assert events(segments, size) == [(CLOSE, 1000, reason)]


@pytest.mark.parametrize("text", VALID, ids=bytes.hex)
def test_reason_that_is_utf8(text: bytes):
    assert events([frame(CLOSE, b"\x03\xe8" + text)]) == [(CLOSE, 1000, text.decode())]


@pytest.mark.parametrize("text", INVALID, ids=bytes.hex)
def test_reason_that_is_not_utf8(text: bytes):
    for reason in (text, b"abc" + text, text + b"abc", "ü".encode() + text + "ü".encode()):
        for segments in cuts(frame(CLOSE, b"\x03\xe8" + reason)):
            assert events(segments) == [(FAIL, INVALID_PAYLOAD)]


@pytest.mark.parametrize("code", [999, 1005, 65535])
def test_a_wrong_code_counts_before_a_wrong_reason(code: int):
    assert events([frame(CLOSE, code.to_bytes(2, "big") + b"\xff")]) == [(FAIL, PROTOCOL_ERROR)]


@pytest.mark.parametrize("payload", [b"", b"\x03\xe8", b"\x0f\xa0bye"])
def test_nothing_is_delivered_behind_a_close(payload: bytes):
    close = frame(CLOSE, payload)
    behind = frame(TEXT, "x") + frame(CLOSE, b"\3") + b"\xff" * 300
    for segments in ([close + behind], [close, behind], bytewise(close + behind)):
        assert [event[0] for event in events(segments, 160)] == [CLOSE]


def test_close_between_fragments_ends_the_message_too():
    buffer = bytearray(160)
    decoder = Decoder(buffer)
    stream = frame(TEXT, "half a mess", fin=False) + frame(CLOSE, b"\x03\xe8")
    assert feed(decoder, buffer, stream) == [(CLOSE, 1000, "")]
    assert feed(decoder, buffer, frame(0, "age")) == []
    assert not decoder.in_message


# The server's


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1007, 1011, 1014, 3000, 4999])
@pytest.mark.parametrize("reason", ["", "bye", "ü" * 61, "a" * 123])
def test_close_payload(code: int, reason: str):
    assert close_payload(code, reason) == code.to_bytes(2, "big") + reason.encode()


def test_close_payload_without_a_code():
    assert close_payload(NO_STATUS) == close_payload(NO_STATUS, "why") == b""


@pytest.mark.parametrize("code", [0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65535, 65536, -1])
def test_close_payload_with_a_code_that_no_frame_may_carry(code: int):
    with pytest.raises(ValueError, match=str(code)):
        close_payload(code)


@pytest.mark.parametrize("character", ["a", "ü", "€", "\U0001f600"])
@pytest.mark.parametrize("before", range(8))
def test_close_payload_cuts_the_reason_between_characters(character: str, before: int):
    reason = "-" * before + character * 200
    payload = close_payload(1000, reason)
    text = payload[2:].decode()
    assert reason.startswith(text)
    assert 125 - len(character.encode()) < len(payload) <= 125

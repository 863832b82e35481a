# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Messages that are too long to be put together, handed out as they arrive (``chunks=True``)."""

import pytest

from esp_ws_ap.websocket.frames import (
    BINARY,
    CLOSE,
    FAIL,
    INVALID_PAYLOAD,
    PING,
    POLICY_VIOLATION,
    TEXT,
)
from tests.raw_websocket import close_payload, frame
from tests.websocket.segments import SIZES, bytewise, cuts, fragments
from tests.websocket.streams import events, timeline
from tests.websocket.utf8 import INVALID

LONG_TEXT = "aü€\U0001f600" * 100


def _whole(pieces: list[tuple]) -> tuple:
    """The message that the pieces are, all handed out as pieces, and the last one as the last."""
    assert pieces
    opcode = pieces[0][0]
    assert all(piece[0] == opcode and len(piece) == 3 for piece in pieces), pieces
    assert [piece[2] for piece in pieces] == [False] * (len(pieces) - 1) + [True]
    assert all(piece[1] for piece in pieces[:-1]), "an empty piece that is not the last"
    return opcode, pieces[0][1][:0].join(piece[1] for piece in pieces)


@pytest.mark.parametrize("limit", [0, 1, 20, 999])
@pytest.mark.parametrize("size", [*SIZES, 161, 162, 163])
def test_pieces_are_the_message(size: int, limit: int):
    payload = LONG_TEXT.encode()
    options = {"max_message_size": limit, "chunks": True}
    text = events([frame(TEXT, payload)], size, **options)
    assert _whole(text) == (TEXT, LONG_TEXT)
    binary = events([frame(BINARY, payload)], size, **options)
    assert _whole(binary) == (BINARY, payload)
    text = events(bytewise(frame(TEXT, payload)), size, **options)
    assert _whole(text) == (TEXT, LONG_TEXT)
    assert max(len(piece[1]) for piece in text) == 1


def test_pieces_in_any_segments():
    text = "aü€\U0001f600b"
    for stream in (frame(TEXT, text), b"".join(fragments([text.encode()[:4], text.encode()[4:]]))):
        for segments in cuts(stream):
            found = events(segments, max_message_size=3, chunks=True)
            assert _whole(found) == (TEXT, text)


def test_pieces_come_as_they_arrive():
    stream = frame(BINARY, b"abcdef")
    found = timeline([stream[:8], stream[8:9], stream[9:]], max_message_size=5, chunks=True)
    assert found == [
        (0, (BINARY, b"ab", False)),
        (1, (BINARY, b"c", False)),
        (2, (BINARY, b"def", True)),
    ]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_message_within_the_limit_is_put_together(opcode: int):
    message = "abcde" if opcode == TEXT else b"abcde"
    for segments in ([frame(opcode, b"abcde")], fragments([b"ab", b"c", b"de"], opcode)):
        whole = b"".join(segments)
        for parts in cuts(whole):
            found = events(parts, max_message_size=5, chunks=True)
            assert found == [(opcode, message)]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_fragments_are_put_together_until_they_cross_the_limit(opcode: int):
    """What has been kept comes with the first bytes of the fragment that is one too many."""

    def data(text: str):
        return text if opcode == TEXT else text.encode()

    found = timeline(
        fragments([b"abc", b"de", b"f", b"", b"gh"], opcode), max_message_size=5, chunks=True
    )
    assert found == [
        (2, (opcode, data("abcdef"), False)),
        (4, (opcode, data("gh"), True)),
    ]


def test_a_fragment_that_crosses_the_limit_at_its_header_only():
    first, second = fragments([b"abc", b"def"])
    found = timeline([first, second[:6], second[6:7], second[7:]], max_message_size=5, chunks=True)
    assert _whole([event for _, event in found]) == (TEXT, "abcdef")
    assert found[-1][0] == 3


def test_last_piece_can_be_empty():
    found = events(fragments([b"abcdef", b""]), max_message_size=5, chunks=True)
    assert found == [(TEXT, "abcdef", False), (TEXT, "", True)]


def test_a_character_is_never_cut():
    payload = "aü€\U0001f600".encode()
    for place in range(1, 10):
        pieces = [payload[:place], payload[place:]]
        # Handed out from the beginning, or from the second fragment on.
        for limit in (0, place):
            found = events(fragments(pieces), max_message_size=limit, chunks=True)
            assert _whole(found) == (TEXT, "aü€\U0001f600")


def test_limit_of_zero_hands_out_all_but_the_empty_message():
    stream = frame(TEXT, "") + frame(TEXT, "a") + frame(BINARY, b"b")
    found = events([stream], max_message_size=0, chunks=True)
    assert found == [(TEXT, ""), (TEXT, "a", True), (BINARY, b"b", True)]


def test_message_after_a_long_one_is_put_together_again():
    stream = frame(TEXT, "abcdef") + frame(TEXT, "abc") + b"".join(fragments([b"a", b"b"]))
    found = events([stream], max_message_size=5, chunks=True)
    assert found == [(TEXT, "abcdef", True), (TEXT, "abc"), (TEXT, "ab")]


def test_control_frames_between_pieces():
    first, second = fragments([b"abcdef", b"gh"])
    stream = first + frame(PING, b"p") + second + frame(CLOSE, close_payload(1000))
    assert events([stream], max_message_size=5, chunks=True) == [
        (TEXT, "abcdef", False),
        (PING, b"p"),
        (TEXT, "gh", True),
        (CLOSE, 1000, ""),
    ]


def test_longest_length_is_no_failure():
    stream = frame(BINARY, b"abc", form=64, announce=(1 << 63) - 1)
    assert events([stream], chunks=True) == [(BINARY, b"abc", False)]


def test_fragments_are_limited_only_while_they_are_kept():
    pieces = [b"abcdef", *[b"x"] * 50]
    found = events(fragments(pieces), max_message_size=5, max_fragments=3, chunks=True)
    assert _whole(found) == (TEXT, "abcdef" + "x" * 50)
    pieces = [b""] * 4
    found = events(fragments(pieces), max_message_size=5, max_fragments=3, chunks=True)
    assert found == [(FAIL, POLICY_VIOLATION)]


@pytest.mark.parametrize("text", INVALID, ids=bytes.hex)
def test_text_that_is_not_utf8(text: bytes):
    stream = frame(TEXT, b"good " + text)
    for segments in cuts(stream):
        *pieces, last = events(segments, max_message_size=0, chunks=True)
        assert last == (FAIL, INVALID_PAYLOAD)
        assert all(piece[0] == TEXT and piece[2] is False for piece in pieces)
        delivered = "".join(piece[1] for piece in pieces).encode()
        assert (b"good " + text).startswith(delivered)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Text must be UTF-8 (RFC 6455 section 8.1; RFC 3629). It is checked strictly, and as it arrives: it
fails with the first segment or fragment after which it cannot become valid.
"""

import pytest

from esp_ws_ap.websocket.frames import BINARY, FAIL, TEXT
from esp_ws_ap.websocket.violations import INVALID_PAYLOAD
from tests.raw_websocket import frame
from tests.websocket.segments import bytewise, cut, first_bad, fragments
from tests.websocket.streams import events, timeline
from tests.websocket.utf8 import INVALID, VALID

#: What comes before and after a sequence.
AROUND = [
    (b"", b""),
    (b"a", b"b"),
    (b"\xc3\xbc", b"\xf0\x9f\x98\x80"),
    (b"\xed\x9f\xbf", b"\xee\x80\x80"),
    (b"a" * 11, b"b" * 11),
]


def _texts(sequences: list[bytes]) -> list[bytes]:
    return [before + sequence + after for sequence in sequences for before, after in AROUND]


TEXTS = _texts(VALID) + _texts(INVALID)


def _expected(pieces: list[bytes], skip: int = 0) -> list:
    bad = first_bad(pieces)
    if bad is not None:
        return [(bad + skip, (FAIL, INVALID_PAYLOAD))]
    return [(len(pieces) - 1 + skip, (TEXT, b"".join(pieces).decode()))]


def test_tables_of_utf8():
    assert all(first_bad([text]) is None for text in _texts(VALID))
    assert all(first_bad([text]) is not None for text in _texts(INVALID))


@pytest.mark.parametrize("size", [160, 8192])
def test_text_in_one_frame(size: int):
    for text in TEXTS:
        assert timeline([frame(TEXT, text)], size) == _expected([text])


def test_text_in_two_fragments():
    for text in TEXTS:
        for place in range(len(text) + 1):
            pieces = [text[:place], text[place:]]
            assert timeline(fragments(pieces)) == _expected(pieces)
            # All of it in one segment: the same verdict.
            whole = b"".join(fragments(pieces))
            assert events([whole]) == [event for _, event in _expected(pieces)]


def test_text_in_fragments_of_one_byte():
    for text in TEXTS:
        pieces = bytewise(text)
        assert timeline(fragments(pieces)) == _expected(pieces)


def test_text_in_two_segments():
    for text in TEXTS:
        stream = frame(TEXT, text)
        header, payload = stream[:6], stream[6:]
        for place in range(1, len(text)):
            pieces = [text[:place], text[place:]]
            assert timeline([header, *cut(payload, place)]) == _expected(pieces, 1)


def test_text_in_segments_of_one_byte():
    for text in TEXTS:
        stream = frame(TEXT, text)
        segments = [stream[:6], *bytewise(stream[6:])]
        assert timeline(segments) == _expected(bytewise(text), 1)


def test_text_in_fragments_and_segments():
    for text in _texts(VALID[-2:]) + TEXTS[:: len(AROUND)]:
        for place in range(len(text) + 1):
            stream = b"".join(fragments([text[:place], text[place:]]))
            bad = first_bad([text])
            expected = (TEXT, text.decode()) if bad is None else (FAIL, INVALID_PAYLOAD)
            assert events(bytewise(stream)) == [expected]


@pytest.mark.parametrize("size", [160, 1024])
@pytest.mark.parametrize("place", [0, 1, 124, 125, 126, 146, 147, 148, 149, 1013, 1014, 1015, 2047])
def test_sequence_inside_long_ascii(place: int, size: int):
    """The borders of the buffers fall on each byte of a sequence."""
    for sequence in VALID + INVALID:
        text = b"x" * place + sequence + b"y" * (2048 - place)
        expected = [event for _, event in _expected([text])]
        assert events([frame(TEXT, text)], size) == expected
        # It fails with the first buffer that shows it, not at the end of the message.
        if first_bad([text]) is not None and place < 1024:
            assert events([frame(TEXT, text)[: place + 8 + 8]], size) == expected


def test_long_text():
    text = "".join(chr(code) for code in (0x61, 0xFC, 0x20AC, 0x1F600, 0x7FF, 0xD7FF)) * 300
    payload = text.encode()
    for size in (160, 161, 162, 163, 1024):
        assert events([frame(TEXT, payload)], size, max_message_size=10000) == [(TEXT, text)]


def _sequences():
    """All sequences of two bytes, and of three and four as far as they can differ."""
    for first in range(256):
        for second in range(256):
            yield bytes((first, second))
    last = (0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF)
    for first in range(0xE0, 0x100):
        for second in range(256):
            for third in last:
                yield bytes((first, second, third))
    for first in range(0xF0, 0x100):
        for second in range(0x70, 0xD0):
            for third in last:
                for fourth in last:
                    yield bytes((first, second, third, fourth))


def test_every_sequence():
    for sequence in _sequences():
        try:
            expected: tuple = (TEXT, sequence.decode())
        except UnicodeDecodeError:
            expected = (FAIL, INVALID_PAYLOAD)
        assert events([frame(TEXT, sequence, mask=bytes(4))], 160) == [expected], sequence.hex()


def test_binary_is_not_checked():
    for sequence in INVALID:
        assert events(bytewise(frame(BINARY, sequence))) == [(BINARY, sequence)]
        assert events(fragments([sequence, sequence], BINARY)) == [(BINARY, sequence * 2)]


def test_cut_character_stays_in_its_message():
    stream = b"".join(fragments([b"a\xc3", b"\xbc"])) + frame(TEXT, b"b")
    assert events([stream]) == [(TEXT, "aü"), (TEXT, "b")]
    assert events(bytewise(stream)) == [(TEXT, "aü"), (TEXT, "b")]

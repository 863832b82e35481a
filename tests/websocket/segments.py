# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Ways to cut a stream into segments and fragments, and where a text stops being UTF-8."""

import contextlib
from collections.abc import Iterable, Iterator

from tests.raw_websocket import CONTINUATION, TEXT, frame

#: The smallest buffer that a decoder takes, and a large one.
SIZES = (160, 70000)


def bytewise(stream: bytes) -> list[bytes]:
    """One segment for each byte."""
    return [stream[index : index + 1] for index in range(len(stream))]


def cut(stream: bytes, *places: int) -> list[bytes]:
    """The stream in segments that begin at these places."""
    borders = [0, *sorted(places), len(stream)]
    return [stream[start:end] for start, end in zip(borders, borders[1:])]


def cuts(stream: bytes) -> Iterator[list[bytes]]:
    """
    The stream in one piece, byte by byte, cut at every byte, and a short one at every pair.

    A long one is cut at every byte near its ends and near multiples of the buffers' sizes.
    """
    length = len(stream)
    yield [stream]
    places = range(1, length)
    if length <= 300:
        yield bytewise(stream)
    else:
        places = [
            place
            for place in places
            if min(place, length - place) <= 20
            or any(min(place % step, -place % step) <= 2 for step in (4096, 65536))
        ]
    for place in places:
        yield cut(stream, place)
    if length <= 40:
        for first in range(1, length):
            for second in range(first + 1, length):
                yield cut(stream, first, second)


def fragments(pieces: Iterable[bytes], opcode: int = TEXT) -> list[bytes]:
    """A message as one frame for each piece."""
    pieces = list(pieces)
    last = len(pieces) - 1
    return [
        frame(CONTINUATION if index else opcode, piece, fin=index == last)
        for index, piece in enumerate(pieces)
    ]


def _can_become_utf8(text: bytes) -> bool:
    """Return True if these bytes are UTF-8 or begin it: some end for the last character fits."""
    for end in (b"", b"\x80", b"\xa0", b"\x80\x80", b"\xa0\x80", b"\x80\x80\x80", b"\xa0\x80\x80"):
        try:
            (text + end).decode()
        except UnicodeDecodeError:
            continue
        return True
    return False


def first_bad(pieces: Iterable[bytes]) -> int | None:
    """
    The number of the first piece after which a text cannot become UTF-8.

    CPython's incremental decoder is not strict enough: it waits for the third byte of a surrogate.
    """
    pieces = list(pieces)
    text = b"".join(pieces)
    with contextlib.suppress(UnicodeDecodeError):
        text.decode()
        return None
    text = b""
    for index, piece in enumerate(pieces):
        text += piece
        if not _can_become_utf8(text):
            return index
    return len(pieces) - 1

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Streams for hypothesis: random bytes, and valid frames with changes.

A stream is a list of segments. Most of a structured one is what a client sends; then frames are
doubled, dropped or swapped, bits are flipped, bytes are removed, and the whole is cut again.
"""

from typing import NamedTuple

from hypothesis import strategies as st

from esp_ws_ap.websocket.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT
from tests.raw_websocket import frame
from tests.websocket.segments import cut
from tests.websocket.utf8 import INVALID, VALID

#: Limits that are small enough for the streams to reach.
MAX_SIZE = 300
MAX_FRAGMENTS = 6


class Stream(NamedTuple):
    """What a client sends, and the size of the buffer that receives it."""

    segments: list[bytes]
    size: int


_TEXTS = st.one_of(
    st.sampled_from(VALID + INVALID),
    st.lists(st.sampled_from([*VALID, b"abc", b"x" * 40]), max_size=5).map(b"".join),
    st.text(max_size=8).map(str.encode),
    st.sampled_from(
        [
            b"",
            b"a" * 125,
            b"b" * 126,
            "ü€\U0001f600".encode() * 14,
            b"c" * 300,
            b"c" * 301,
            b"c" * 400,
        ]
    ),
)
_BYTES = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        [b"", b"\0" * 125, b"\xff" * 126, b"b" * 299, b"b" * 300, b"b" * 301, b"b" * 500]
    ),
)
_CODES = st.one_of(
    st.sampled_from([0, 999, 1000, 1001, 1003, 1004, 1005, 1006, 1007, 1011, 1013, 1014, 1015]),
    st.sampled_from([1016, 2999, 3000, 4999, 5000, 65535]),
)
_MASKS = st.sampled_from([b"\0\0\0\0", b"\x37\xfa\x21\x3d", b"\xff\x80\x00\x7f"])


@st.composite
def _message(draw) -> list[bytes]:
    """A message in one frame or in fragments, with control frames between them."""
    opcode = draw(st.sampled_from([TEXT, TEXT, BINARY]))
    payload = draw(_TEXTS if opcode == TEXT else _BYTES)
    places = draw(st.lists(st.integers(0, len(payload)), max_size=draw(st.sampled_from([0, 2, 7]))))
    pieces = cut(payload, *places)
    mask = draw(_MASKS)
    frames = []
    for index, piece in enumerate(pieces):
        if index and draw(st.booleans()):
            frames.append(draw(_control()))
        fin = index == len(pieces) - 1
        frames.append(frame(CONTINUATION if index else opcode, piece, fin=fin, mask=mask))
    return frames


@st.composite
def _control(draw) -> bytes:
    return frame(
        draw(st.sampled_from([PING, PONG])), draw(st.binary(max_size=6)), mask=draw(_MASKS)
    )


@st.composite
def _close(draw) -> list[bytes]:
    payload = draw(st.sampled_from([b"", b"\3"]) | st.none())
    if payload is None:
        payload = (draw(_CODES).to_bytes(2, "big") + draw(_TEXTS))[:125]
    return [frame(CLOSE, payload)]


@st.composite
def _odd(draw) -> list[bytes]:
    """One frame with any bits and any length, valid or not."""
    payload = draw(st.binary(max_size=6) | st.sampled_from([b"x" * 125, b"x" * 126]))
    form = draw(st.sampled_from([None, None, 7, 16, 64]))
    if form == 7 or form is None and draw(st.booleans()):
        payload = payload[:125]
    announce = None
    if draw(st.integers(0, 3)) == 0:
        form = 64
        announce = draw(
            st.sampled_from([0, 125, 126, 65535, 65536, 1 << 31, 1 << 32, 1 << 62, 1 << 63])
            | st.integers(0, (1 << 64) - 1)
        )
    return [
        frame(
            draw(st.sampled_from([CONTINUATION, TEXT, BINARY]) | st.integers(0, 15)),
            payload,
            fin=draw(st.booleans()),
            rsv=draw(st.sampled_from([0, 0, 0, 0, 1, 2, 4, 7])),
            mask=draw(st.sampled_from([b"\1\2\3\4", b"\0\0\0\0", b"\1\2\3\4", None])),
            announce=announce,
            form=form,
        )
    ]


def _cut(data: bytes, places: list[int]) -> list[bytes]:
    if places == [-1]:
        return [data[index : index + 1] for index in range(len(data))]
    return [part for part in cut(data, *(place % (len(data) + 1) for place in places)) if part]


_PLACES = st.one_of(
    st.just([]),
    st.just([-1]),
    st.lists(st.integers(0, 40), max_size=4),
    st.lists(st.integers(0, 2000), max_size=8),
)
_FEW = st.sampled_from([0, 0, 2])
_BUFFERS = st.sampled_from([160, 160, 161, 163, 256, 1024])


@st.composite
def valid(draw) -> Stream:
    """Frames that are valid except for their texts, their sizes and their number."""
    parts = draw(st.lists(_message(), max_size=5))
    if draw(st.booleans()):
        parts.append(draw(_close()))
    data = b"".join(one for part in parts for one in part)
    return Stream(_cut(data, draw(_PLACES)), draw(_BUFFERS))


@st.composite
def changed(draw) -> Stream:
    """Frames, most of them valid, with changes."""
    parts = draw(st.lists(st.one_of(*[_message()] * 7, _odd()), max_size=5))
    if draw(st.booleans()):
        parts.append(draw(_close()))
    frames = [one for part in parts for one in part]
    for change in draw(st.lists(st.sampled_from(["double", "drop", "swap"]), max_size=draw(_FEW))):
        if frames:
            at = draw(st.integers(0, len(frames) - 1))
            if change == "double":
                frames.insert(at, frames[at])
            elif change == "drop":
                del frames[at]
            else:
                to = draw(st.integers(0, len(frames) - 1))
                frames[at], frames[to] = frames[to], frames[at]
    data = bytearray(b"".join(frames))
    for change in draw(
        st.lists(
            st.sampled_from(["flip", "head", "cut", "insert", "end", "end"]), max_size=draw(_FEW)
        )
    ):
        if not data:
            break
        at = draw(st.integers(0, len(data) - 1))
        if change == "flip":
            data[at] ^= 1 << draw(st.integers(0, 7))
        elif change == "head":
            # A flipped bit matters most where a frame begins.
            starts = [0]
            for one in frames:
                starts.append(starts[-1] + len(one))
            at = draw(st.sampled_from(starts[:-1] or [0])) + draw(st.integers(0, 1))
            if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
        elif change == "cut":
            del data[at : at + draw(st.integers(1, 5))]
        elif change == "insert":
            data[at:at] = draw(st.binary(min_size=1, max_size=4))
        else:
            del data[at:]
    return Stream(_cut(bytes(data), draw(_PLACES)), draw(_BUFFERS))


@st.composite
def random_bytes(draw) -> Stream:
    """Random bytes, with some beginnings of frames among them."""
    heads = [b"\x81\x80", b"\x82\x85", b"\x01\x81", b"\x80\x80", b"\x00\x82", b"\x89\x80"]
    heads += [b"\x88\x82", b"\x81\xfe\0\x7e", b"\x82\xff\0\0\0\0\0\1\0\0", b"\0\0\0\0"]
    parts = draw(st.lists(st.sampled_from(heads) | st.binary(max_size=8), max_size=12))
    return Stream(_cut(b"".join(parts), draw(_PLACES)), draw(_BUFFERS))


streams = st.one_of(valid(), valid(), changed(), changed(), random_bytes())

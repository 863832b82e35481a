# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.join_code`
================================================================================

QR codes for the serial console and for pages, made with ``adafruit_miniqr``.

A code is a tuple of ints, one a row: the most significant of as many bits as there are rows is the
leftmost module, 1 is dark. Import this module where a code is wanted, not at the top of a file: it
is rarely needed.
"""

import gc
import sys

try:
    from typing import Iterator
except ImportError:
    pass

# How many bytes fit into a code of version 1, 2 ... 9 with error correction L and M.
_ROOM_L = b"\x11\x20\x35\x4e\x6a\x86\x9a\xc0\xe6"
_ROOM_M = b"\x0e\x1a\x2a\x3e\x54\x6a\x7a\x98\xb4"

_QUIET = 4  # light modules around a code


def show(ssid: str, password: str) -> None:
    """
    Print a QR code on the serial console with which a phone's camera joins the hotspot.

    It takes the board about half a second (an estimate: 3 ms on a PC with MicroPython).

    :param str ssid: The network's name.
    :param str password: Its password.
    :raises ImportError: if ``adafruit_miniqr`` is not in ``/lib``.
    :raises MemoryError: if too little memory is free.
    """
    rows = encode(wifi_uri(ssid, password))
    print("To join, scan this with the phone's camera:")
    for line in lines(rows):
        print(line)


def encode(text: str) -> "tuple[int, ...]":
    """The smallest QR code that holds a text, with the better error correction that fits into it.

    ``adafruit_miniqr`` is imported for this and forgotten afterwards.

    :param str text: at most 230 bytes of UTF-8
    :raises ImportError: ``adafruit_miniqr`` is not in ``/lib``
    :raises ValueError: the text is too long
    :raises MemoryError: too little memory is free
    """
    data = text.encode()
    version = 0
    while data and len(data) > _ROOM_L[version]:
        version += 1
        if version == len(_ROOM_L):
            raise ValueError(f"{len(data)} bytes are too many for a QR code: at most {_ROOM_L[-1]}")
    forget = "adafruit_miniqr" not in sys.modules
    try:
        return _encode(data, version)
    finally:
        if forget and "adafruit_miniqr" in sys.modules:
            del sys.modules["adafruit_miniqr"]
        gc.collect()


def _encode(data: bytes, version: int) -> "tuple[int, ...]":
    # A function of its own, so that nothing of the library is referred to when it returns.
    gc.collect()
    try:
        import adafruit_miniqr
    except ImportError:
        raise ImportError("adafruit_miniqr is not in /lib") from None

    level = adafruit_miniqr.M if len(data) <= _ROOM_M[version] else adafruit_miniqr.L
    # With the version given: what the library chooses can be too small for the text by a byte.
    code = adafruit_miniqr.QRCode(qr_type=version + 1, error_correct=level)
    code.add_data(data)
    code.make()
    rows = []
    for y in range(code.module_count):
        row = 0
        for x in range(code.module_count):
            row = row << 1 | (1 if code.matrix[y, x] else 0)  # type: ignore[index]
        rows.append(row)
    return tuple(rows)


def lines(rows: "tuple[int, ...]") -> "Iterator[str]":
    """A code for the serial console: two rows of modules a line, as half blocks.

    Black on white is painted with two colours of the 256 that every theme leaves alone, so that it
    can be scanned from dark and light terminals alike: the basic "black" and "white" are what the
    theme says, and in some both are grey. Where a terminal ignores colours, the code is dark on
    light in a light one. Each line begins and ends its colours, whatever is printed in between.

    :param tuple rows: from `encode`
    """
    width = len(rows) + 2 * _QUIET
    for y in range(-_QUIET, len(rows) + _QUIET, 2):
        upper = rows[y] << _QUIET if 0 <= y < len(rows) else 0
        lower = rows[y + 1] << _QUIET if 0 <= y + 1 < len(rows) else 0
        line = ["\x1b[38;5;16;48;5;231m"]
        for bit in range(width - 1, -1, -1):
            line.append(" \u2580\u2584\u2588"[(upper >> bit & 1) + 2 * (lower >> bit & 1)])
        line.append("\x1b[0m")
        yield "".join(line)


def svg(rows: "tuple[int, ...]") -> str:
    """A code for a page: an SVG image that takes the size its place gives it.

    It brings its white background along, for pages that are dark.

    :param tuple rows: from `encode`
    """
    size = len(rows)
    path = []
    for y in range(size):
        row = rows[y]
        line = [f"M0 {y}"]
        x = 0
        while x < size:
            start = x
            dark = row >> (size - 1 - x) & 1
            while x < size and row >> (size - 1 - x) & 1 == dark:
                x += 1
            line.append(f"h{x - start}" if dark else f"m{x - start} 0")
        path.append("".join(line))
    size += 2 * _QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path transform="translate({_QUIET} {_QUIET}.5)" stroke="#000" '
        f'd="{"".join(path)}"/></svg>'
    )


def wifi_uri(ssid: str, password: str) -> str:
    """What a phone's camera takes for "join this network".

    A name or a password of hex digits alone gets no quotes around it: the format's first
    description asks for them, but iPhones take them as part of the name. Without them Android
    takes only 64 digits for something else, which `Settings` refuses.

    :param str ssid: the network's name
    :param str password: its password
    """
    return f"WIFI:T:WPA;S:{_escape(ssid)};P:{_escape(password)};;"


def _escape(text: str) -> str:
    for character in '\\;,:"':  # the backslash first, before there are more of them
        text = text.replace(character, "\\" + character)
    return text

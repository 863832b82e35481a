# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.join_code`
================================================================================

QR codes for the serial console and for pages, made with ``adafruit_miniqr``.

A code is a tuple of ints, one for each row. A row has as many bits as the code has rows; the most
significant bit is the leftmost module, and 1 is dark. Import this module only where a code is made,
not at the top of a file: it is rarely needed.
"""

import gc
import sys

try:
    from typing import Iterator
except ImportError:
    pass

# The most bytes in a code of version 1, 2 ... 9 with error correction L and M.
_MAX_BYTES_L = b"\x11\x20\x35\x4e\x6a\x86\x9a\xc0\xe6"
_MAX_BYTES_M = b"\x0e\x1a\x2a\x3e\x54\x6a\x7a\x98\xb4"

_QUIET_ZONE = 4  # light modules around a code
_ROW_SIZE = 7  # bytes for the 53 bits of the largest code


def show(rows: "tuple[int, ...]") -> None:
    """
    Print a QR code on the serial console that lets a phone's camera join the hotspot. Not on a
    board with a built-in display, which shows the console too: it has no half blocks.

    :param tuple rows: From `encode`.
    """
    try:
        import board

        if hasattr(board, "DISPLAY"):
            return
    except ImportError:
        pass  # MicroPython
    print("To join, scan this with the phone's camera:")
    for line in lines(rows):
        print(line)


def encode(text: str) -> "tuple[int, ...]":
    """
    Make the smallest QR code for a text, with error correction M if that fits, else L. It takes the
    board about half a second (an estimate: 3 ms on a PC with MicroPython).

    ``adafruit_miniqr`` is imported for this, and unloaded afterwards.

    :param str text: At most 230 bytes of UTF-8.
    :raises ImportError: If ``adafruit_miniqr`` is not in ``/lib``.
    :raises ValueError: If the text is too long.
    :raises MemoryError: If too little memory is free.
    """
    data = text.encode()
    version = 0
    while data and len(data) > _MAX_BYTES_L[version]:
        version += 1
        if version == len(_MAX_BYTES_L):
            raise ValueError(
                f"{len(data)} bytes are too many for a QR code: at most {_MAX_BYTES_L[-1]}"
            )
    unload = "adafruit_miniqr" not in sys.modules
    try:
        return _encode(data, version)
    finally:
        if unload and "adafruit_miniqr" in sys.modules:
            del sys.modules["adafruit_miniqr"]
        gc.collect()


def _encode(data: bytes, version: int) -> "tuple[int, ...]":
    # A function of its own, so that no reference to the library is left when it returns.
    gc.collect()
    try:
        import adafruit_miniqr
    except ImportError:
        raise ImportError("adafruit_miniqr is not in /lib") from None

    level = adafruit_miniqr.M if len(data) <= _MAX_BYTES_M[version] else adafruit_miniqr.L
    # With the version given: the one that the library chooses can be a byte too small.
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


def pack(rows: "tuple[int, ...]") -> bytes:
    """
    Return a code in the form in which it takes the least memory.

    :param tuple rows: From `encode`.
    """
    return b"".join([row.to_bytes(_ROW_SIZE, "big") for row in rows])


def unpack(code: bytes) -> "tuple[int, ...]":
    """
    Return the rows of a code from `pack`.

    :param bytes code: The code.
    """
    starts = range(0, len(code), _ROW_SIZE)
    return tuple([int.from_bytes(code[at : at + _ROW_SIZE], "big") for at in starts])


def lines(rows: "tuple[int, ...]") -> "Iterator[str]":
    """
    Return a code as lines for the serial console: half blocks, two rows of modules in each line.

    Black and white are two of the 256 colors that no theme changes, so that the code can be scanned
    from dark and light terminals alike: the basic "black" and "white" depend on the theme, and both
    are gray in some. A terminal without colors shows the code in its own, which works if that is
    dark on light. Each line sets and resets its colors, so output in between stays as it is.

    :param tuple rows: From `encode`.
    """
    width = len(rows) + 2 * _QUIET_ZONE
    for y in range(-_QUIET_ZONE, len(rows) + _QUIET_ZONE, 2):
        upper = rows[y] << _QUIET_ZONE if 0 <= y < len(rows) else 0
        lower = rows[y + 1] << _QUIET_ZONE if 0 <= y + 1 < len(rows) else 0
        line = ["\x1b[38;5;16;48;5;231m"]
        for bit in range(width - 1, -1, -1):
            line.append(" \u2580\u2584\u2588"[(upper >> bit & 1) + 2 * (lower >> bit & 1)])
        line.append("\x1b[0m")
        yield "".join(line)


def svg(rows: "tuple[int, ...]") -> str:
    """
    Return a code as an SVG image for a page. It scales to the size of its container.

    It has a white background, for dark pages.

    :param tuple rows: From `encode`.
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
    size += 2 * _QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><rect width="{size}" height="{size}" fill="#fff"/>'
        f'<path transform="translate({_QUIET_ZONE} {_QUIET_ZONE}.5)" stroke="#000" '
        f'd="{"".join(path)}"/></svg>'
    )


def wifi_uri(ssid: str, password: str) -> str:
    """
    Return the text that makes a phone's camera offer to join a network.

    A name or password of hex digits only is not quoted. The first description of the format asks
    for quotes, but iPhones take them as part of the name. Unquoted, Android mistakes only a
    password of 64 hex digits for a key, and `Settings` rejects those.

    :param str ssid: The network's name.
    :param str password: Its password.
    """
    return f"WIFI:T:WPA;S:{_escape(ssid)};P:{_escape(password)};;"


def _escape(text: str) -> str:
    for character in '\\;,:"':  # the backslash first, or those of the others would be escaped
        text = text.replace(character, "\\" + character)
    return text

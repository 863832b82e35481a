# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.unmask_ulab`
================================================================================

Unmasks with ``ulab``, which every build for the ESP32-S3 has. From 256 bytes on it is several times
as fast as big integers, and makes half of their garbage or less.
"""

from ulab import numpy

bitwise_xor = numpy.bitwise_xor  # type: ignore[attr-defined]
frombuffer = numpy.frombuffer  # type: ignore[attr-defined]
uint8 = numpy.uint8


def unmask(buffer: bytearray, mask: int, start: int, end: int) -> None:
    """
    Unmask a part of a buffer in place (RFC 6455 section 5.3).

    :param bytearray buffer: The buffer.
    :param int mask: The four bytes of the mask, the first one as the highest.
    :param int start: Where the part begins; there the mask begins too.
    :param int end: Where it ends.
    """
    key = mask.to_bytes(4, "big")
    count = (end - start) & ~3
    if count:
        rows = frombuffer(buffer, dtype=uint8, count=count, offset=start)
        rows = rows.reshape((count // 4, 4))
        rows[:] = bitwise_xor(rows, frombuffer(key, dtype=uint8))
        start += count
    for index in range(start, end):  # at most three
        buffer[index] ^= key[index - start]

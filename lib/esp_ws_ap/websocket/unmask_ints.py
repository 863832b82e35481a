# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.unmask_ints`
================================================================================

Unmasks with big integers, where there is no ``ulab``. It makes garbage of four times what it
unmasks at once, in contiguous blocks.
"""

from micropython import const

_SIZE = const(1024)  # bytes that are unmasked at once; more of them are no faster

# Times the four bytes of a mask, this integer is the mask over and over.
_ONES = int.from_bytes(b"\0\0\0\1" * (_SIZE // 4), "big")


def unmask(buffer: bytearray, mask: int, start: int, end: int) -> None:
    """
    Unmask a part of a buffer in place (RFC 6455 section 5.3).

    :param bytearray buffer: The buffer.
    :param int mask: The four bytes of the mask, the first one as the highest.
    :param int start: Where the part begins; there the mask begins too.
    :param int end: Where it ends.
    """
    view = memoryview(buffer)
    from_bytes = int.from_bytes
    key = mask * _ONES
    while start < end:
        count = min(_SIZE, end - start)
        if count < _SIZE:
            key >>= (_SIZE - count) * 8
        part = view[start : start + count]
        part[:] = (from_bytes(part, "big") ^ key).to_bytes(count, "big")
        start += count

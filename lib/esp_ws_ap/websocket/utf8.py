# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.utf8`
================================================================================

What the board's UTF-8 decoder does not check. The first text that is not ASCII imports this module.
"""

# Lead bytes that the board's decoder accepts although RFC 3629 forbids them, always or with some
# second bytes: each with the lowest and the highest second byte that is allowed.
_SECOND_BYTES = (
    (b"\xc0", 1, 0),
    (b"\xc1", 1, 0),
    (b"\xe0", 0xA0, 0xBF),
    (b"\xed", 0x80, 0x9F),
    (b"\xf0", 0x90, 0xBF),
    (b"\xf4", 0x80, 0x8F),
    (b"\xf5", 1, 0),
    (b"\xf6", 1, 0),
    (b"\xf7", 1, 0),
)


def is_strict(data, start: int, end: int) -> bool:
    """
    Return True if text that the board's decoder accepts is also valid by RFC 3629.

    :param data: Has the text.
    :param int start: Where it begins.
    :param int end: Where it ends.
    """
    for lead, lowest, highest in _SECOND_BYTES:
        at = data.find(lead, start, end)
        while at >= 0:
            at += 1
            if lowest > highest or at < end and not lowest <= data[at] <= highest:
                return False
            at = data.find(lead, at, end)
    return True

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Decodes streams and prints the events: ``replay.py cases.json``.

MicroPython runs it, and the test compares with the events on CPython. A case is the size of the
buffer, the decoder's options, and the segments in hexadecimal.
"""

import json
import sys
from binascii import hexlify, unhexlify

from streams import feed

from esp_ws_ap.websocket.frames import FAIL, Decoder


def plain(item):
    """An item for JSON: text and bytes in hexadecimal."""
    if isinstance(item, str):
        return "text " + hexlify(item.encode()).decode()
    if isinstance(item, bytes):
        return hexlify(item).decode()
    return item


def replay(case):
    """The events of one case, each with the number of its segment."""
    size, options, segments = case
    buffer = bytearray(size)
    decoder = Decoder(buffer, **options)
    return [
        [number] + [plain(item) for item in event]
        for number, segment in enumerate(segments)
        for event in feed(decoder, buffer, unhexlify(segment))
    ]


def verdicts(lead):
    """1 for each valid text message of two or four bytes with this lead byte, else 0."""
    buffer = bytearray(160)
    result = bytearray()
    message = bytearray(b"\x81\x82\0\0\0\0" + bytes([lead, 0]))
    longer = bytearray(b"\x81\x84\0\0\0\0" + bytes([lead, 0, 0x80, 0x80]))
    for stream in (message, longer):
        for second in range(256):
            stream[7] = second
            decoder = Decoder(buffer)
            decoder.space()[: len(stream)] = stream
            decoder.commit(len(stream))
            result.append(48 + (decoder.next() != FAIL))
    return result.decode()


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        for line in file:
            print(json.dumps(replay(json.loads(line))))
    for lead in range(256):
        print(verdicts(lead))

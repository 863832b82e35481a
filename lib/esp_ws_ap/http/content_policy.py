# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.content_policy`
================================================================================

The Content-Security-Policy of an HTML file: a browser may run the scripts and apply the styles
that are written in it, each named by its hash. The file is read piece by piece, on the board or on
a PC.
"""

import hashlib
import struct
from binascii import b2a_base64, crc32

#: The longest file that is read, in bytes: the program stands still meanwhile.
MAX_SIZE = 262144

# Elements whose content is text: a "<" in it begins no other element.
_TEXT_ELEMENTS = (b"script", b"style", b"title", b"textarea")
_LOOKAHEAD = 9  # the longest of their names, and the character after it

_NOTHING_INLINE = "script-src 'self'; style-src 'self'"


def examine(path: str) -> tuple:
    """
    Read a file, and compute its checksum and its policy in one pass.

    :param str path: The file. HTML must be UTF-8.
    :return: Its CRC-32 and length in the form of a gzip trailer (None if it is longer than
        `MAX_SIZE`), and the directives script-src and style-src of a Content-Security-Policy that
        allows the board's own files and what is inline in this one.
    """
    crc = 0
    length = 0
    sources = {b"script": "script-src 'self'", b"style": "style-src 'self'"}
    name = b""  # of the text element
    digest = None  # of its text; None while it is empty
    mark = b"<"  # what to look for
    text = b""
    with open(path, "rb") as file:
        while True:
            piece = file.read(1024)
            if not piece:
                break
            length += len(piece)
            if length > MAX_SIZE:
                return None, _NOTHING_INLINE
            crc = crc32(piece, crc)
            text += piece
            lower = text.lower()
            at = 0
            while True:
                found = lower.find(mark, at)
                end = found
                if found < 0:
                    end = max(at, len(text) - _LOOKAHEAD)
                    if end > at and text[end - 1] == 13:
                        end -= 1
                if mark[:2] == b"</" and name in sources and end > at:
                    if digest is None:
                        digest = hashlib.new("sha256")
                    # A browser converts every line end to LF, before it computes the hash.
                    digest.update(text[at:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
                at = end
                if found < 0 or mark == b"<" and len(text) - found <= _LOOKAHEAD:
                    break
                at += 1
                if mark == b">":
                    mark = b"</" + name
                elif mark != b"<":
                    mark = b"<"
                    if digest is not None:
                        value = str(b2a_base64(digest.digest())[:-1], "utf-8")
                        sources[name] += f" 'sha256-{value}'"
                        digest = None
                elif lower[at : at + 3] == b"!--":
                    mark = b"-->"
                    at += 1  # <!--> is a whole comment
                else:
                    for name in _TEXT_ELEMENTS:
                        end = at + len(name)
                        if lower[at:end] == name and lower[end] in b" \t\r\n\f/>":
                            mark = b">"
                            break
            text = text[at:]
    return struct.pack("<II", crc, length), f"{sources[b'script']}; {sources[b'style']}"

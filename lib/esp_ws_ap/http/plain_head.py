# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.plain_head`
================================================================================

The head of an ordinary request, such as a browser sends to the board. Anything unusual is left to
`esp_ws_ap.http.request_head`, which is imported for it and is four times as large.
"""

try:
    from typing import Iterable
except ImportError:
    pass

_LETTERS = "abcdefghijklmnopqrstuvwxyz-"


class RequestError(Exception):
    """
    A request is rejected before the program sees it.

    :param int code: The status code.
    :param str reason: The reason phrase.
    :param str text: The explanation for the reader, one sentence.
    :param tuple foreign: Of a request for another host that is otherwise correct: method, host in
        lower case, target, and True if HTML is accepted; empty for all others.
    """

    def __init__(self, code: int, reason: str, text: str, foreign: tuple = ()) -> None:
        super().__init__(text)
        self.code = code
        self.reason = reason
        self.text = text
        self.foreign = foreign


def read_plain_head(head: bytes, hosts: "Iterable[str]") -> "tuple | None":
    """
    Return what `normalize_head` returns if the request is plainly correct, or None to leave it to
    that function.

    :param bytes head: The request line and the headers, without the empty line after them.
    :param hosts: The names and addresses of this board, in lower case.
    """
    text = head.replace(b"\r\n", b"")
    if not text or min(text) < 32 or max(text) > 126 or len(head) - len(text) > 99:
        return None
    if text.count(b",") > 50 or text.count(b";") > 50:
        return None
    lines = str(head, "utf-8").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3 or parts[0] not in ("GET", "HEAD", "POST") or parts[2] != "HTTP/1.1":
        return None
    if parts[1][:1] != "/" or len(parts[1]) > 64:
        return None
    result = lines[:1]
    names = ["transfer-encoding", "expect"]
    host = ""
    length = 0
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not name or not colon or name.strip(_LETTERS) or name in names:
            return None
        names.append(name)
        value = value.strip(" ")
        if name == "host":
            host = value
            continue
        if name == "content-length":
            if not value.isdigit() or len(value) > 9:
                return None
            length = int(value)
        result.append(f"{name}: {value}")
    name, _, port = host.partition(":")
    if name.lower() not in hosts or port and not port.isdigit():
        return None
    result.append(f"host: {host}\r\n\r\n")
    return "\r\n".join(result).encode(), length

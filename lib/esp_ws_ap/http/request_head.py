# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.request_head`
================================================================================

What the head of an HTTP request must look like before `adafruit_httpserver` gets to see it
(RFC 9112).
"""

try:
    from typing import Iterable
except ImportError:
    pass

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")

# Neither is allowed anywhere; looked for one by one, because that runs at the speed of C.
_CONTROLS = tuple(chr(code) for code in range(32) if code not in (9, 10, 13)) + ("\x7f",)

_NOT_IN_NAMES = '()<>@,;:\\"/[]?={} \t'


class Refused(Exception):
    """
    A request that is answered without the program.

    :param int code: The status code.
    :param str reason: The standard text beside it.
    :param str text: What a person is to read.
    :param tuple foreign: Method, host in lower case and target of a request that is meant for
        another host and has no other fault.
    """

    def __init__(self, code: int, reason: str, text: str, foreign: tuple = ()) -> None:
        super().__init__(text)
        self.code = code
        self.reason = reason
        self.text = text
        self.foreign = foreign


def _bad(text: str) -> Refused:
    return Refused(400, "Bad Request", text)


def check(head: bytes, hosts: "Iterable[str]") -> tuple:
    """
    Check the head of a request, and write it anew in the one form that the server reads well.

    :param bytes head: The request line and the headers, without the empty line behind them.
    :param hosts: The names and addresses of this board, in lower case.
    :return: The head with the empty line behind it, as bytes, and the length of the body.
    :raises Refused: with the answer to a request that the server is not to see.
    """
    lines = _lines(head)
    method, target, version = _request_line(lines[0])
    host = None
    length = None
    result = []
    for line in lines[1:]:
        name, value = _header(line)
        if name == "host":
            if host is not None:
                raise _bad("The request has two Host headers.")
            host = value
        else:
            if name == "transfer-encoding":
                raise Refused(411, "Length Required", "Send the body with a Content-Length.")
            if name == "content-length":
                if length is not None or not value.isdigit() or len(value) > 9:
                    raise _bad("Content-Length is not a number.")
                length = int(value)
            result.append(f"{name}: {value}")
    if host and target[:7].lower() == "http://":
        host, _, path = _partition(target[7:], "/")
        target = "/" + path
    if not host:
        raise _bad("The request has no Host header.")
    if target[0] != "/":
        raise _bad("The request line has no path.")
    name, _, port = (host, "", "") if host[:1] == "[" else _partition(host, ":")  # IPv6
    if port and not port.isdigit():
        raise _bad("The Host is not: name, or name and port.")
    name = name.lower()
    if name[-1:] == ".":
        name = name[:-1]  # "esp.local." is the same name, written in full
    if name not in hosts:
        text = "This board answers to: " + ", ".join(sorted(hosts))
        raise Refused(421, "Misdirected Request", text, (method, name, target))
    # Host comes last, because the server cannot read a last header that has no value.
    result.append(f"host: {host}\r\n\r\n")
    return (f"{method} {target} {version}\r\n" + "\r\n".join(result)).encode(), length or 0


def _lines(head: bytes) -> list:
    """The lines of a head as text, without anything that RFC 9110 section 5.5 forbids."""
    try:
        text = str(head, "utf-8")
    except UnicodeError:
        text = ""
    if len(text) != len(head):
        # Bytes beyond ASCII are allowed in values, and mean nothing that can be relied on.
        if any(byte > 0x7E for byte in head.split(b"\r\n", 1)[0]):
            raise _bad("The request line is not ASCII.")
        text = "".join(chr(byte) if byte < 0x80 else "?" for byte in head)
    for control in _CONTROLS:
        if control in text:
            raise _bad("The request head has control characters in it.")
    lines = text.split("\r\n")
    for line in lines:
        if "\r" in line or "\n" in line:
            raise _bad("A line of the request head does not end in CR LF.")
    return lines


def _request_line(line: str) -> tuple:
    """Method, target and version (RFC 9112 section 3)."""
    parts = line.split(" ")
    if len(parts) != 3 or "\t" in line or not parts[0] or not parts[1]:
        raise _bad("The request line is not: method, path, version.")
    method, _, version = parts
    if version != "HTTP/1.1" and version != "HTTP/1.0":
        if version[:5] != "HTTP/":
            raise _bad("The request line does not end in an HTTP version.")
        raise Refused(505, "HTTP Version Not Supported", "Only HTTP/1.1 is spoken here.")
    if method not in _METHODS:
        raise Refused(501, "Not Implemented", "This method is not known here.")
    return method, parts[1], version


def _header(line: str) -> tuple:
    """The name in lower case and the value of a header line (RFC 9112 section 5)."""
    name, colon, value = _partition(line, ":")
    if not colon or not name or any(character in name for character in _NOT_IN_NAMES):
        raise _bad("A header line is not: name, colon, value.")
    return name.lower(), value.strip(" \t")


def _partition(text: str, separator: str) -> tuple:
    parts = text.split(separator, 1)
    return (parts[0], separator, parts[1]) if len(parts) == 2 else (text, "", "")

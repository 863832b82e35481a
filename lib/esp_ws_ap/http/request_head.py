# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.request_head`
================================================================================

The head of an HTTP request (RFC 9112): checked, and rewritten in the one form that
`adafruit_httpserver` reads reliably. The server then parses the result once more: that is the
price of using it unchanged.
"""

try:
    from typing import Iterable
except ImportError:
    pass

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")

# The characters of a token, such as a header's name (RFC 9110 section 5.6.2).
_TOKEN = "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+.^_`|~"


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


def _bad_request(text: str) -> RequestError:
    return RequestError(400, "Bad Request", text)


def normalize_head(head: bytes, hosts: "Iterable[str]") -> tuple:
    """
    Check the head of a request, and rewrite it: names in lower case, one space after each colon,
    the path alone in the request line, Host last.

    :param bytes head: The request line and the headers, without the empty line after them.
    :param hosts: The names and addresses of this board, in lower case.
    :return: The head with the empty line after it, as bytes, and the length of the body.
    :raises RequestError: If the server must not see the request.
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
                raise _bad_request("The request has two Host headers.")
            host = value
        else:
            if name == "transfer-encoding":
                raise RequestError(411, "Length Required", "Send the body with a Content-Length.")
            if name == "content-length":
                if length is not None or not value.isdigit() or len(value) > 9:
                    raise _bad_request("Content-Length is not a number.")
                length = int(value)
            result.append(f"{name}: {value}")
    if host and target[:7].lower() == "http://":
        host, _, path = _partition(target[7:], "/")
        target = "/" + path
    if not host:
        raise _bad_request("The request has no Host header.")
    if target[0] != "/":
        raise _bad_request("The request line has no path.")
    name, _, port = (host, "", "") if host[:1] == "[" else _partition(host, ":")  # IPv6
    if port and not port.isdigit():
        raise _bad_request("Host must be a name, or a name and a port.")
    name = name.lower()
    if name[-1:] == ".":
        name = name[:-1]  # "esp.local." is the same name, fully qualified
    if name not in hosts:
        text = "This board answers to: " + ", ".join(sorted(hosts))
        html = any(line[:8] == "accept: " and "text/html" in line.lower() for line in result)
        raise RequestError(421, "Misdirected Request", text, (method, name, target, html))
    # Host comes last, because the server fails on a last header without a value.
    result.append(f"host: {host}\r\n\r\n")
    return (f"{method} {target} {version}\r\n" + "\r\n".join(result)).encode(), length or 0


def _lines(head: bytes) -> list:
    """Split a head into lines of text, without the characters that RFC 9110 section 5.5 forbids."""
    try:
        text = str(head, "utf-8")
    except UnicodeError:
        text = ""
    if len(text) != len(head):
        # Bytes beyond ASCII are allowed in values, in no particular encoding.
        if any(byte > 0x7E for byte in head.split(b"\r\n", 1)[0]):
            raise _bad_request("The request line is not ASCII.")
        text = "".join(chr(byte) if byte < 0x80 else "?" for byte in head)
    # All of this runs in C; a loop over the head would not.
    rest = head.replace(b"\r\n", b"")
    other = rest.replace(b"\t", b"").replace(b"\r", b"").replace(b"\n", b"")
    if other and min(other) < 32 or b"\x7f" in other:
        raise _bad_request("The request head contains control characters.")
    if b"\r" in rest or b"\n" in rest:
        raise _bad_request("A line of the request head does not end in CR LF.")
    return text.split("\r\n")


def _request_line(line: str) -> tuple:
    """Return method, target and version (RFC 9112 section 3)."""
    parts = line.split(" ")
    if len(parts) != 3 or "\t" in line or not parts[0] or not parts[1]:
        raise _bad_request("The request line must be: method, path, version.")
    method, _, version = parts
    if version != "HTTP/1.1" and version != "HTTP/1.0":
        if version[:5] != "HTTP/":
            raise _bad_request("The request line does not end in an HTTP version.")
        raise RequestError(505, "HTTP Version Not Supported", "Only HTTP/1.1 is supported.")
    if method not in _METHODS:
        raise RequestError(501, "Not Implemented", "This method is not supported.")
    return method, parts[1], version


def _header(line: str) -> tuple:
    """Return the name in lower case and the value of a header line (RFC 9112 section 5)."""
    name, colon, value = _partition(line, ":")
    if not colon or not name or name.strip(_TOKEN):
        raise _bad_request("A header line must be: name, colon, value.")
    return name.lower(), value.strip(" \t")


def _partition(text: str, separator: str) -> tuple:
    parts = text.split(separator, 1)
    return (parts[0], separator, parts[1]) if len(parts) == 2 else (text, "", "")

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

from micropython import const

try:
    from typing import Iterable
except ImportError:
    pass

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")

# Headers that have one value, so that a second one leaves open which of them counts (RFC 9110; RFC
# 6265 section 5.4, RFC 6455 section 11.3, the Fetch standard).
_SINGLE = (
    " access-control-request-method authorization content-length content-location content-range"
    " content-type cookie date from host if-modified-since if-range if-unmodified-since"
    " last-event-id max-forwards origin proxy-authorization range referer"
    " sec-websocket-key sec-websocket-version user-agent "
)

# What the server and the programs split into lists. More than a browser ever sends, and few enough
# for a small heap.
_MAX_HEADERS = const(64)
_MAX_ITEMS = const(64)  # in the query, and in the value of one header

_QUERY = "The query has more than 64 parameters."

# Characters. The board matches paths with a routine that calls itself for each of them.
_MAX_PATH = const(400)

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


def too_large(text: str) -> RequestError:
    return RequestError(431, "Request Header Fields Too Large", text)


def normalize_head(head: "bytes | bytearray", hosts: "Iterable[str]") -> tuple:
    """
    Check the head of a request, and rewrite it: names in lower case, one space after each colon,
    the path alone in the request line, Host last.

    :param head: The request line and the headers, without the empty line after them.
    :param hosts: The names and addresses of this board, in lower case.
    :return: The head with the empty line after it, as bytes, and the length of the body.
    :raises RequestError: If the server must not see the request.
    """
    if head.count(b"\r\n") > _MAX_HEADERS:
        raise too_large(f"The request has more than {_MAX_HEADERS} headers.")
    # Before anything is copied. A probe of another host, which may have many, is redirected.
    if head.count(b"&") >= 4 * _MAX_ITEMS:
        raise _bad_request(_QUERY)
    lines = _lines(head)
    method, target, version = _request_line(lines[0])
    host = None
    length = None
    result = []
    singles = []
    for line in lines[1:]:
        name, value = _header(line)
        if f" {name} " in _SINGLE:
            if name in singles:
                raise _bad_request(f"The request has two {name} headers.")
            singles.append(name)
        if value.count(",") >= _MAX_ITEMS or value.count(";") >= _MAX_ITEMS:
            raise too_large(f"The header {name} has more than {_MAX_ITEMS} items.")
        if name == "host":
            host = value
        else:
            if name == "expect" and value.lower() != "100-continue":
                raise RequestError(417, "Expectation Failed", "Only 100-continue is supported.")
            if name == "transfer-encoding":
                raise RequestError(411, "Length Required", "Send the body with a Content-Length.")
            if name == "content-length":
                if not value.isdigit() or len(value) > 9:
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
    if len(target.split("?", 1)[0]) > _MAX_PATH:
        text = f"The path is longer than {_MAX_PATH} characters."
        raise RequestError(414, "URI Too Long", text)
    if target.count("&") >= _MAX_ITEMS:
        raise _bad_request(_QUERY)
    # Host comes last, because the server fails on a last header without a value.
    result.append(f"host: {host}\r\n\r\n")
    return (f"{method} {target} {version}\r\n" + "\r\n".join(result)).encode(), length or 0


def _lines(head: "bytes | bytearray") -> list:
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

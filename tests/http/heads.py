# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Heads of requests, and what becomes of them. MicroPython reads it too."""

HOSTS = ("192.168.4.1", "board.local")

_HOST = b"\r\nHost: 192.168.4.1"


def _line(line):
    return line + _HOST


def _header(header):
    return b"GET / HTTP/1.1" + _HOST + b"\r\n" + header


#: Each a head, what the server gets without the empty line, and the length of the body.
GOOD = [
    (_line(b"GET / HTTP/1.1"), "GET / HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET / HTTP/1.0"), "GET / HTTP/1.0\r\nhost: 192.168.4.1", 0),
    (_line(b"GET /a/b?c=d&e HTTP/1.1"), "GET /a/b?c=d&e HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET /?a?b HTTP/1.1"), "GET /?a?b HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET //a//b HTTP/1.1"), "GET //a//b HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET /%00%ff%0d%0a HTTP/1.1"), "GET /%00%ff%0d%0a HTTP/1.1\r\nhost: 192.168.4.1", 0),
    # The host: any case, with a port, anywhere among the headers
    (b"GET / HTTP/1.1\r\nhOST:board.local", "GET / HTTP/1.1\r\nhost: board.local", 0),
    (b"GET / HTTP/1.1\r\nHost: Board.LOCAL:80", "GET / HTTP/1.1\r\nhost: Board.LOCAL:80", 0),
    (b"GET / HTTP/1.1\r\nHost: board.local:", "GET / HTTP/1.1\r\nhost: board.local:", 0),
    (b"GET / HTTP/1.1\r\nHost:\t board.local \t", "GET / HTTP/1.1\r\nhost: board.local", 0),
    (
        b"GET / HTTP/1.1\r\nA: b\r\nHost: board.local\r\nC: d",
        "GET / HTTP/1.1\r\na: b\r\nc: d\r\nhost: board.local",
        0,
    ),
    # Values
    (_header(b"A:b"), "GET / HTTP/1.1\r\na: b\r\nhost: 192.168.4.1", 0),
    (_header(b"A:  b c\td \t"), "GET / HTTP/1.1\r\na: b c\td\r\nhost: 192.168.4.1", 0),
    (_header(b"A:"), "GET / HTTP/1.1\r\na: \r\nhost: 192.168.4.1", 0),
    (_header(b"A: \t "), "GET / HTTP/1.1\r\na: \r\nhost: 192.168.4.1", 0),
    (_header(b"A: b: c:d"), "GET / HTTP/1.1\r\na: b: c:d\r\nhost: 192.168.4.1", 0),
    (_header(b"A: b\r\na: c"), "GET / HTTP/1.1\r\na: b\r\na: c\r\nhost: 192.168.4.1", 0),
    (
        _header(b"!#$%&'*+-.^_`|~9: b"),
        "GET / HTTP/1.1\r\n!#$%&'*+-.^_`|~9: b\r\nhost: 192.168.4.1",
        0,
    ),
    # Beyond ASCII, in a value only: UTF-8, Latin-1, a line separator, a surrogate
    (_header(b"A: \xc3\xbc"), "GET / HTTP/1.1\r\na: ??\r\nhost: 192.168.4.1", 0),
    (_header(b"A: \xfc!"), "GET / HTTP/1.1\r\na: ?!\r\nhost: 192.168.4.1", 0),
    (_header(b"A: \xe2\x80\xa8B: c"), "GET / HTTP/1.1\r\na: ???B: c\r\nhost: 192.168.4.1", 0),
    (_header(b"A: \xc2\x85B: c"), "GET / HTTP/1.1\r\na: ??B: c\r\nhost: 192.168.4.1", 0),
    (_header(b"A: \xed\xa0\x80"), "GET / HTTP/1.1\r\na: ???\r\nhost: 192.168.4.1", 0),
    # Bodies
    (
        _line(b"POST / HTTP/1.1") + b"\r\nContent-Length: 12",
        "POST / HTTP/1.1\r\ncontent-length: 12\r\nhost: 192.168.4.1",
        12,
    ),
    (_header(b"Content-Length: 0"), "GET / HTTP/1.1\r\ncontent-length: 0\r\nhost: 192.168.4.1", 0),
    (
        _header(b"CONTENT-LENGTH:999999999"),
        "GET / HTTP/1.1\r\ncontent-length: 999999999\r\nhost: 192.168.4.1",
        999999999,
    ),
    # RFC 9112, 3.2.2: the whole URL in the request line, which counts more than the Host
    (_line(b"GET http://board.local/a?b HTTP/1.1"), "GET /a?b HTTP/1.1\r\nhost: board.local", 0),
    (_line(b"GET HTTP://Board.local:80 HTTP/1.1"), "GET / HTTP/1.1\r\nhost: Board.local:80", 0),
    (
        b"GET http://board.local/ HTTP/1.1\r\nHost: elsewhere.example",
        "GET / HTTP/1.1\r\nhost: board.local",
        0,
    ),
]
for _method in ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
    GOOD.append(
        (
            _line(_method.encode() + b" / HTTP/1.1"),
            _method + " / HTTP/1.1\r\nhost: 192.168.4.1",
            0,
        )
    )

#: Each a head, and the status code that answers it.
BAD = [
    (b"", 400),
    (b"GET", 400),
    (_HOST, 400),
    # The request line
    (_line(b"GET /"), 400),
    (_line(b"GET HTTP/1.1"), 400),
    (_line(b"GET  HTTP/1.1"), 400),
    (_line(b"GET / HTTP/1.1 "), 400),
    (_line(b" GET / HTTP/1.1"), 400),
    (_line(b"GET  / HTTP/1.1"), 400),
    (_line(b"GET /  HTTP/1.1"), 400),
    (_line(b"GET / a HTTP/1.1"), 400),
    (_line(b"GET /a\tb HTTP/1.1"), 400),
    (_line(b"GET\t/ HTTP/1.1"), 400),
    (_line(b"GET a HTTP/1.1"), 400),
    (_line(b"GET ?a HTTP/1.1"), 400),
    (_line(b"OPTIONS * HTTP/1.1"), 400),
    (_line(b"GET ftp://board.local/ HTTP/1.1"), 400),
    (_line(b"GET /\xc3\xbc HTTP/1.1"), 400),
    (_line(b"GET /\xff HTTP/1.1"), 400),
    (_line(b"G\xc3\x8bT / HTTP/1.1"), 400),
    (_line(b"GET /\0 HTTP/1.1"), 400),
    (_line(b"GET /\x7f HTTP/1.1"), 400),
    # The version
    (_line(b"GET / http/1.1"), 400),
    (_line(b"GET / HTTP"), 400),
    (_line(b"GET / 1.1"), 400),
    (_line(b"GET / HTTP/2.0"), 505),
    (_line(b"GET / HTTP/2"), 505),
    (_line(b"GET / HTTP/0.9"), 505),
    (_line(b"PRI * HTTP/2.0"), 505),
    # The method
    (_line(b"CONNECT / HTTP/1.1"), 501),
    (_line(b"BREW / HTTP/1.1"), 501),
    (_line(b"get / HTTP/1.1"), 501),
    (_line(b"GETS / HTTP/1.1"), 501),
    # The host
    (b"GET / HTTP/1.1", 400),
    (b"GET / HTTP/1.0", 400),
    (b"GET / HTTP/1.1\r\nHost:", 400),
    (b"GET / HTTP/1.1\r\nHost: \t", 400),
    (b"GET / HTTP/1.1\r\nHost: :80", 421),
    (_header(b"Host: 192.168.4.1"), 400),
    (_header(b"hOST: 192.168.4.1"), 400),
    (b"GET / HTTP/1.1\r\nHost: elsewhere.example", 421),
    (b"GET / HTTP/1.1\r\nHost: board.local.elsewhere.example", 421),
    (b"GET / HTTP/1.1\r\nHost: 192.168.4.11", 421),
    (b"GET / HTTP/1.1\r\nHost: board.local, elsewhere.example", 421),
    (b"GET / HTTP/1.1\r\nHost: b\xc3\xb6ard.local", 421),
    (_line(b"GET http://elsewhere.example/ HTTP/1.1"), 421),
    (_line(b"GET http:/// HTTP/1.1"), 400),
    (_line(b"GET http:// HTTP/1.1"), 400),
    (_line(b"GET http://:80/ HTTP/1.1"), 421),
    (_line(b"GET http://[::1]/ HTTP/1.1"), 421),
    (b"GET / HTTP/1.1\r\nHost: [::1]:80", 421),
    (b"GET / HTTP/1.1\r\nHost: [", 421),
    (_line(b"GET http://user@board.local/ HTTP/1.1"), 421),
    # RFC 9112, 3.2: no Host at all, or what no Host can be
    (b"GET http://board.local/ HTTP/1.1", 400),
    (b"GET / HTTP/1.1\r\nHost: board.local:a", 400),
    (b"GET / HTTP/1.1\r\nHost: board.local:x@elsewhere.example", 400),
    (b"GET / HTTP/1.1\r\nHost: board.local:80, elsewhere.example", 400),
    (b"GET / HTTP/1.1\r\nHost: board.local:80:80", 400),
    (_line(b"GET http://board.local:x@elsewhere.example/ HTTP/1.1"), 400),
    # Lines
    (_header(b" folded"), 400),
    (_header(b"\tfolded"), 400),
    (_header(b"A: b\r\n folded"), 400),
    (_header(b"A: b\r\n\tfolded"), 400),
    (b"GET / HTTP/1.1\nHost: board.local", 400),
    (b"GET / HTTP/1.1\rHost: board.local", 400),
    (_header(b"A: b\nC: d"), 400),
    (_header(b"A: b\rC: d"), 400),
    (_header(b"A: b\r\r\nC: d"), 400),
    (_header(b"A: b\r"), 400),
    (_header(b"A: b\n"), 400),
    (_header(b""), 400),
    (_header(b"A: b\r\n\r\nC: d"), 400),
    # Names
    (_header(b"A"), 400),
    (_header(b"A b"), 400),
    (_header(b": b"), 400),
    (_header(b" : b"), 400),
    (_header(b"A : b"), 400),
    (_header(b"A\t: b"), 400),
    (_header(b"A b: c"), 400),
    (_header(b"A\xc3\xbc: b"), 400),
    (_header(b"A\xff: b"), 400),
    # Bodies
    (_header(b"Content-Length:"), 400),
    (_header(b"Content-Length: a"), 400),
    (_header(b"Content-Length: -1"), 400),
    (_header(b"Content-Length: +1"), 400),
    (_header(b"Content-Length: 1 2"), 400),
    (_header(b"Content-Length: 1, 1"), 400),
    (_header(b"Content-Length: 1.0"), 400),
    (_header(b"Content-Length: 0x1"), 400),
    (_header(b"Content-Length: 1_0"), 400),
    (_header(b"Content-Length: \xc2\xb2"), 400),
    (_header(b"Content-Length: 9999999999"), 400),
    (_header(b"Content-Length: 1\r\nContent-Length: 1"), 400),
    (_header(b"Content-Length: 1\r\nContent-Length: 2"), 400),
    (_header(b"Transfer-Encoding: chunked"), 411),
    (_header(b"TRANSFER-ENCODING:gzip, chunked"), 411),
    (_header(b"Content-Length: 1\r\nTransfer-Encoding: chunked"), 411),
]
for _code in range(32):
    if _code not in (9, 10, 13):
        BAD.append((_header(b"A: b" + bytes([_code]) + b"c"), 400))
        BAD.append((_header(b"A" + bytes([_code]) + b": b"), 400))
BAD.append((_header(b"A: \x7f"), 400))
for _character in '()<>@,;:\\"/[]?={} \t':
    if _character != ":":
        BAD.append((_header(b"A" + _character.encode() + b": b"), 400))

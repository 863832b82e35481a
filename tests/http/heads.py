# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Request heads, valid and invalid. MicroPython reads this module too."""

HOSTS = ("192.168.4.1", "board.local")

_HOST = b"\r\nHost: 192.168.4.1"


def _line(line):
    return line + _HOST


def _header(header):
    return b"GET / HTTP/1.1" + _HOST + b"\r\n" + header


#: Each: a head, the normalized head without the empty line, and the length of the body.
VALID = [
    (_line(b"GET / HTTP/1.1"), "GET / HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET / HTTP/1.0"), "GET / HTTP/1.0\r\nhost: 192.168.4.1", 0),
    (_line(b"GET /a/b?c=d&e HTTP/1.1"), "GET /a/b?c=d&e HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET /?a?b HTTP/1.1"), "GET /?a?b HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET //a//b HTTP/1.1"), "GET //a//b HTTP/1.1\r\nhost: 192.168.4.1", 0),
    (_line(b"GET /%00%ff%0d%0a HTTP/1.1"), "GET /%00%ff%0d%0a HTTP/1.1\r\nhost: 192.168.4.1", 0),
    # Host: in any case, with a port, anywhere among the headers
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
    # Beyond ASCII, in values only: UTF-8, Latin-1, a line separator, a surrogate
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
    (
        _header(b"Expect: 100-Continue"),
        "GET / HTTP/1.1\r\nexpect: 100-Continue\r\nhost: 192.168.4.1",
        0,
    ),
    # RFC 9112 section 3.2.2: absolute-form, whose host replaces the Host header
    (_line(b"GET http://board.local/a?b HTTP/1.1"), "GET /a?b HTTP/1.1\r\nhost: board.local", 0),
    (_line(b"GET HTTP://Board.local:80 HTTP/1.1"), "GET / HTTP/1.1\r\nhost: Board.local:80", 0),
    (
        b"GET http://board.local/ HTTP/1.1\r\nHost: elsewhere.example",
        "GET / HTTP/1.1\r\nhost: board.local",
        0,
    ),
]
for _method in ("HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
    VALID.append(
        (
            _line(_method.encode() + b" / HTTP/1.1"),
            _method + " / HTTP/1.1\r\nhost: 192.168.4.1",
            0,
        )
    )

#: At the limits.
VALID += [
    (
        _line(b"GET /" + b"a" * 399 + b"?a" + b"&a" * 63 + b" HTTP/1.1"),
        "GET /" + "a" * 399 + "?a" + "&a" * 63 + " HTTP/1.1\r\nhost: 192.168.4.1",
        0,
    ),
    (
        _header(b"\r\n".join([b"A: " + b",;" * 63] * 63)),
        "GET / HTTP/1.1" + ("\r\na: " + ",;" * 63) * 63 + "\r\nhost: 192.168.4.1",
        0,
    ),
]

#: Headers that may come once (RFC 9110; Cookie: RFC 6265; Sec-WebSocket: RFC 6455).
SINGLE = """
    Access-Control-Request-Method Authorization Content-Length Content-Location Content-Range
    Content-Type Cookie Date From Host If-Modified-Since If-Range If-Unmodified-Since
    Last-Event-ID Max-Forwards Origin Proxy-Authorization Range Referer Sec-WebSocket-Key
    Sec-WebSocket-Version User-Agent
""".split()

_CONTROLS = [code for code in range(32) if code not in (9, 10, 13)]

#: Each: the status code, the explanation, and heads that are rejected with them.
INVALID = [
    # RFC 9112 section 3: the request line
    (
        400,
        "The request line must be: method, path, version.",
        [
            b"",
            b"GET",
            _HOST,
            _line(b"GET /"),
            _line(b"GET HTTP/1.1"),
            _line(b"GET  HTTP/1.1"),
            _line(b"GET / HTTP/1.1 "),
            _line(b" GET / HTTP/1.1"),
            _line(b"GET  / HTTP/1.1"),
            _line(b"GET /  HTTP/1.1"),
            _line(b"GET / a HTTP/1.1"),
            _line(b"GET /a\tb HTTP/1.1"),
            _line(b"GET\t/ HTTP/1.1"),
            _line(b"GET\t/\tHTTP/1.1"),
        ],
    ),
    (
        400,
        "The request line does not end in an HTTP version.",
        [
            _line(b"GET / http/1.1"),
            _line(b"GET / HTTQ/1.1"),
            _line(b"GET / HTTP"),
            _line(b"GET / 1.1"),
        ],
    ),
    (
        400,
        "The request line has no path.",
        [
            _line(b"GET a HTTP/1.1"),
            _line(b"GET ?a HTTP/1.1"),
            _line(b"GET board.local:80 HTTP/1.1"),
            _line(b"OPTIONS * HTTP/1.1"),
            _line(b"GET ftp://board.local/ HTTP/1.1"),
            _line(b"GET https://board.local/ HTTP/1.1"),
        ],
    ),
    (
        400,
        "The request line is not ASCII.",
        [
            _line(b"GET /\xc3\xbc HTTP/1.1"),
            _line(b"GET /\xff HTTP/1.1"),
            _line(b"GET /\x80 HTTP/1.1"),
            _line(b"G\xc3\x8bT / HTTP/1.1"),
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        ],
    ),
    (
        505,
        "Only HTTP/1.1 is supported.",
        [
            _line(b"GET / HTTP/" + version)
            for version in (b"2.0", b"2", b"0.9", b"1.2", b"1.11", b"")
        ]
        + [_line(b"PRI * HTTP/2.0")],
    ),
    (
        501,
        "This method is not supported.",
        [_line(method + b" / HTTP/1.1") for method in (b"CONNECT", b"BREW", b"get", b"GETS")],
    ),
    # RFC 9112 sections 2.2 and 5.2: lines
    (
        400,
        "A line of the request head does not end in CR LF.",
        [
            b"GET / HTTP/1.1\nHost: board.local",
            b"GET / HTTP/1.1\rHost: board.local",
            _header(b"A: b\nC: d"),
            _header(b"A: b\rC: d"),
            _header(b"A: b\r\r\nC: d"),
            _header(b"A: b\r"),
            _header(b"A: b\n"),
        ],
    ),
    (
        400,
        "The request head contains control characters.",
        [_line(b"GET /\x7f HTTP/1.1"), _header(b"A: \x7f")]
        + [_line(b"GET /" + bytes([code]) + b" HTTP/1.1") for code in _CONTROLS]
        + [_header(b"A: b" + bytes([code]) + b"c") for code in _CONTROLS]
        + [_header(b"A" + bytes([code]) + b": b") for code in _CONTROLS],
    ),
    # RFC 9110 section 5.6.2, RFC 9112 section 5: names
    (
        400,
        "A header line must be: name, colon, value.",
        [
            _header(b""),
            _header(b"A: b\r\n\r\nC: d"),
            _header(b" folded"),
            _header(b"\tfolded"),
            _header(b"A: b\r\n folded"),
            _header(b"A: b\r\n\tfolded"),
            _header(b"A"),
            _header(b"A b"),
            _header(b": b"),
            _header(b" : b"),
            _header(b" A: b"),
            _header(b"A b: c"),
            _header(b"A\xc3\xbc: b"),
            _header(b"A\xff: b"),
            b"GET / HTTP/1.1\r\n Host: board.local",
        ]
        + [_header(b"A" + bytes([code]) + b": b") for code in b'()<>@,;\\"/[]?={} \t'],
    ),
    # RFC 9112 section 3.2: exactly one Host
    (
        400,
        "The request has no Host header.",
        [
            b"GET / HTTP/1.1",
            b"GET / HTTP/1.0",
            b"GET / HTTP/1.1\r\nHost:",
            b"GET / HTTP/1.1\r\nHost: \t",
            b"GET http://board.local/ HTTP/1.1",
            _line(b"GET http:/// HTTP/1.1"),
            _line(b"GET http:// HTTP/1.1"),
        ],
    ),
    (
        400,
        "The request has two host headers.",
        [
            _header(b"Host: 192.168.4.1"),
            _header(b"hOST: 192.168.4.1"),
            b"GET / HTTP/1.1\r\nHost: " + _HOST,
        ],
    ),
    (
        400,
        "Host must be a name, or a name and a port.",
        [
            b"GET / HTTP/1.1\r\nHost: board.local:a",
            b"GET / HTTP/1.1\r\nHost: board.local:-1",
            b"GET / HTTP/1.1\r\nHost: board.local:x@elsewhere.example",
            b"GET / HTTP/1.1\r\nHost: board.local:80, elsewhere.example",
            b"GET / HTTP/1.1\r\nHost: board.local:80:80",
            _line(b"GET http://board.local:x@elsewhere.example/ HTTP/1.1"),
        ],
    ),
    # RFC 9110 section 15.5.20: another host
    (
        421,
        "This board answers to: 192.168.4.1, board.local",
        [
            b"GET / HTTP/1.1\r\nHost: " + host
            for host in (
                b"elsewhere.example",
                b"elsewhere.example:80",
                b"board.local.elsewhere.example",
                b"192.168.4.2",
                b"192.168.4.11",
                b"board.local, elsewhere.example",
                b"elsewhere.example, board.local",
                b"board.local@elsewhere.example",
                b"b\xc3\xb6ard.local",
                b":80",
                b"[::1]:80",
                b"[",
            )
        ]
        + [
            _line(b"GET http://elsewhere.example/ HTTP/1.1"),
            _line(b"GET http://:80/ HTTP/1.1"),
            _line(b"GET http://[::1]/ HTTP/1.1"),
            _line(b"GET http://user@board.local/ HTTP/1.1"),
        ],
    ),
    # RFC 9112 section 6: the length of the body
    (
        400,
        "Content-Length is not a number.",
        [
            _header(b"Content-Length:" + value)
            for value in (b"", b" a", b" -1", b" +1", b" 1 2", b" 1, 1", b" 1.0", b" 0x1", b" 1_0")
            + (b" \xc2\xb2", b" 9999999999", b" " + b"9" * 30)
        ],
    ),
    # Limits, so that nothing takes memory or call stack in proportion to what a client sends
    (
        414,
        "The path is longer than 400 characters.",
        [
            _line(b"GET /" + b"a" * 400 + b" HTTP/1.1"),
            _line(b"GET /" + b"%41" * 500 + b" HTTP/1.1"),
        ],
    ),
    (
        400,
        "The query has more than 64 parameters.",
        [_line(b"GET /?a" + b"&a" * count + b" HTTP/1.1") for count in (64, 1900)],
    ),
    (
        431,
        "The request has more than 64 headers.",
        [_header(b"A:\r\n" * 63 + b"A:"), _header(b"A:b\r\n" * 700 + b"A:")],
    ),
    (
        431,
        "The header a has more than 64 items.",
        [_header(b"A: " + item * 64) for item in (b",", b";", b"b, ", b"b;q=0.1,")]
        + [_header(b"A: " + b"," * 3000)],
    ),
    # RFC 9110 section 10.1.1
    (417, "Only 100-continue is supported.", [_header(b"Expect: 200-ok"), _header(b"Expect:")]),
    (
        411,
        "Send the body with a Content-Length.",
        [
            _header(b"Transfer-Encoding: chunked"),
            _header(b"transfer-encoding: identity"),
            _header(b"TRANSFER-ENCODING:gzip, chunked"),
            _header(b"Content-Length: 1\r\nTransfer-Encoding: chunked"),
        ],
    ),
]

# RFC 9110 section 5.3: a header that is no list, twice
for _name in SINGLE:
    _first = _name + ": 1\r\nA: b\r\n" + _name + ": "
    INVALID.append(
        (
            400,
            "The request has two " + _name.lower() + " headers.",
            [_header((_first + value).encode()) for value in ("1", "2", "")],
        )
    )

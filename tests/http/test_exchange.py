# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Which requests the program gets to see, and what the others are answered."""

import json

import pytest

from tests.network import DEADLINE, Network
from tests.raw_http import parse

HOST = b"Host: 192.168.4.1\r\n"
GET = b"GET /echo HTTP/1.1\r\n"


@pytest.fixture
def seen(network: Network) -> list:
    """Every request that the program has seen; each is answered with what it saw."""
    requests: list = []

    def handler(request):
        requests.append(request)
        seen = {
            "method": request.method,
            "path": request.path,
            "query": {name: request.query_params.get_list(name) for name in request.query_params},
            "headers": {name: request.headers.get_list(name) for name in request.headers},
            "body": request.body.hex(),
        }
        return network.http.JSONResponse(request, seen)

    methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]
    network.route("/echo", methods)(handler)
    return requests


def is_refused(network: Network, data: bytes, status: int, text: str, line: str | None = None):
    """Check the answer, the log, and that the board goes on."""
    __tracebackhide__ = True
    response = network.answer(data)
    body = f"{text}\n".encode()
    assert response.status == status, response
    assert response.body == body
    assert response.headers == {
        "content-type": "text/plain",
        "content-length": str(len(body)),
        "connection": "close",
    }
    assert len(network.log) == 2, network.log
    assert network.log[1].startswith('WARNING - 127.0.0.2: "')
    assert network.log[1].endswith(f'" answered {status}')
    if line is not None:
        assert network.log[1] == f'WARNING - 127.0.0.2: "{line}" answered {status}'
    network.is_served()


REQUEST_LINE = "The request line must be: method, path, version."
NO_VERSION = "The request line does not end in an HTTP version."
NOT_ASCII = "The request line is not ASCII."
CONTROLS = "The request head contains control characters."
LINE_ENDS = "A line of the request head does not end in CR LF."
HEADER = "A header line must be: name, colon, value."
LENGTH = "Content-Length is not a number."
TOO_LONG = "The request body is longer than 4096 bytes."
ENCODED = "Send the body with a Content-Length."
METHOD = "This method is not supported."
VERSION = "Only HTTP/1.1 is supported."
PORT = "Host must be a name, or a name and a port."
NO_PATH = "The request line has no path."


@pytest.mark.parametrize(
    ("head", "status", "text"),
    [
        # RFC 9112 section 3: the request line
        (b"GET\r\n" + HOST, 400, REQUEST_LINE),
        (b"GET /echo\r\n" + HOST, 400, REQUEST_LINE),
        (b"GET  /echo HTTP/1.1\r\n" + HOST, 400, REQUEST_LINE),
        (b"GET /echo  HTTP/1.1\r\n" + HOST, 400, REQUEST_LINE),
        (b"GET /echo HTTP/1.1 \r\n" + HOST, 400, REQUEST_LINE),
        (b" GET /echo HTTP/1.1\r\n" + HOST, 400, REQUEST_LINE),
        (b"GET\t/echo\tHTTP/1.1\r\n" + HOST, 400, REQUEST_LINE),
        (b"GET /echo\tx HTTP/1.1\r\n" + HOST, 400, REQUEST_LINE),
        (b"GET /a b HTTP/1.1\r\n" + HOST, 400, REQUEST_LINE),
        (b"hello\r\n" + HOST, 400, REQUEST_LINE),
        (b"one two three\r\n" + HOST, 400, NO_VERSION),
        (b"GET /echo HTTQ/1.1\r\n" + HOST, 400, NO_VERSION),
        (b"GET /echo http/1.1\r\n" + HOST, 400, NO_VERSION),
        (b"GET echo HTTP/1.1\r\n" + HOST, 400, NO_PATH),
        (b"GET ?x HTTP/1.1\r\n" + HOST, 400, NO_PATH),
        (b"OPTIONS * HTTP/1.1\r\n" + HOST, 400, NO_PATH),
        (b"GET https://192.168.4.1/ HTTP/1.1\r\n" + HOST, 400, NO_PATH),
        (b"GET 192.168.4.1:80 HTTP/1.1\r\n" + HOST, 400, NO_PATH),
        (b"GET /\xc3\xbc HTTP/1.1\r\n" + HOST, 400, NOT_ASCII),
        (b"GET /\xff HTTP/1.1\r\n" + HOST, 400, NOT_ASCII),
        (b"GET /\x80 HTTP/1.1\r\n" + HOST, 400, NOT_ASCII),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400, NOT_ASCII),
        (b"GET /\0 HTTP/1.1\r\n" + HOST, 400, CONTROLS),
        (b"GET /\x7f HTTP/1.1\r\n" + HOST, 400, CONTROLS),
        # RFC 9112 section 2.2: line ends
        (b"GET /echo HTTP/1.1\n" + HOST, 400, LINE_ENDS),
        (b"GET /echo HTTP/1.1\r" + HOST, 400, LINE_ENDS),
        (GET + b"Host: 192.168.4.1\nX: 1\r\n", 400, LINE_ENDS),
        (GET + HOST + b"X: a\rb\r\n", 400, LINE_ENDS),
        # RFC 9110 section 5.6.2, RFC 9112 section 5: headers
        (GET + HOST + b"X\r\n", 400, HEADER),
        (GET + HOST + b": 1\r\n", 400, HEADER),
        (GET + HOST + b"X : 1\r\n", 400, HEADER),
        (GET + HOST + b"X\t: 1\r\n", 400, HEADER),
        (GET + HOST + b" X: 1\r\n", 400, HEADER),
        (GET + b" Host: 192.168.4.1\r\n", 400, HEADER),
        (GET + HOST + b"X: 1\r\n folded\r\n", 400, HEADER),
        (GET + HOST + b"a b: 1\r\n", 400, HEADER),
        (GET + HOST + b"{x}: 1\r\n", 400, HEADER),
        (GET + HOST + b"X: \0\r\n", 400, CONTROLS),
        (GET + HOST + b"X: \x1b[2J\r\n", 400, CONTROLS),
        (GET + HOST + b"X: \x0bb\r\n", 400, CONTROLS),
        # RFC 9112 section 3.2: exactly one Host
        (GET, 400, "The request has no Host header."),
        (GET + b"Host:\r\n", 400, "The request has no Host header."),
        (GET + HOST + HOST, 400, "The request has two Host headers."),
        (GET + HOST + b"hOST: 192.168.4.1\r\n", 400, "The request has two Host headers."),
        (GET + b"Host: \r\n" + HOST, 400, "The request has two Host headers."),
        (b"GET http://192.168.4.1/echo HTTP/1.1\r\n", 400, "The request has no Host header."),
        (GET + b"Host: 192.168.4.1:http\r\n", 400, PORT),
        (GET + b"Host: 192.168.4.1:80:80\r\n", 400, PORT),
        (GET + b"Host: 192.168.4.1:-1\r\n", 400, PORT),
        (GET + b"Host: a:b@192.168.4.1\r\n", 400, PORT),
        # RFC 9112 section 6: the length of the body
        (GET + HOST + b"Content-Length: x\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length:\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: -1\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: +1\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: 1_0\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: 0x1\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: 1.0\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: 1, 1\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: 1\r\nContent-Length: 1\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: 0\r\nContent-Length: 5\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: " + b"9" * 30 + b"\r\n", 400, LENGTH),
        (GET + HOST + b"Content-Length: \xc2\xb2\r\n", 400, LENGTH),
        (GET + HOST + b"Transfer-Encoding: chunked\r\n", 411, ENCODED),
        (GET + HOST + b"transfer-encoding: identity\r\n", 411, ENCODED),
        (GET + HOST + b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", 411, ENCODED),
        (
            GET + HOST + b"Content-Length: 4097\r\n",
            413,
            "The request body is longer than 4096 bytes.",
        ),
        (
            GET + HOST + b"Content-Length: 999999999\r\n",
            413,
            "The request body is longer than 4096 bytes.",
        ),
        # RFC 9110 section 15.5.20: another host's request
        (GET + b"Host: evil.example\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: 192.168.4.1.evil.example\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: evil.example:80\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: 192.168.4.2\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: 192.168.4.10\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: 192.168.4.1@evil.example\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: evil.example, 192.168.4.1\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: [::1]\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: :80\r\n", 421, "This board answers to: {hosts}"),
        (GET + b"Host: k\xc3\xbcche\r\n", 421, "This board answers to: {hosts}"),
        (
            b"GET http://evil.example/echo HTTP/1.1\r\n" + HOST,
            421,
            "This board answers to: {hosts}",
        ),
        # RFC 9110 sections 15.6.2 and 15.6.6
        (b"BREW /echo HTTP/1.1\r\n" + HOST, 501, METHOD),
        (b"get /echo HTTP/1.1\r\n" + HOST, 501, METHOD),
        (b"CONNECT 192.168.4.1:80 HTTP/1.1\r\n" + HOST, 501, METHOD),
        (b"PRI * HTTP/2.0\r\n" + HOST, 505, VERSION),
        (b"GET /echo HTTP/2.0\r\n" + HOST, 505, VERSION),
        (b"GET /echo HTTP/1.2\r\n" + HOST, 505, VERSION),
        (b"GET /echo HTTP/0.9\r\n" + HOST, 505, VERSION),
        (b"GET /echo HTTP/1.11\r\n" + HOST, 505, VERSION),
        (b"GET /echo HTTP/\r\n" + HOST, 505, VERSION),
    ],
)
def test_a_wrong_request_is_answered_in_words(
    network: Network, seen: list, head: bytes, status: int, text: str
):
    text = text.replace("{hosts}", "127.0.0.1, 192.168.4.1, localhost")
    is_refused(network, head + b"\r\n", status, text)
    assert seen == [] or seen[0].path != "/echo"


@pytest.mark.parametrize("size", range(0, 12))
def test_garbage_is_answered_in_words(network: Network, size: int):
    garbage = bytes((index * 37 + size * 11) % 256 for index in range(1 << size))
    garbage = garbage.replace(b"\r\n", b"xx")
    response = network.answer(garbage + b"\r\n\r\n")
    assert response.status == 400
    assert response.body.endswith(b".\n")
    assert network.log[-1].endswith(" answered 400")
    assert all(" " <= character <= "~" for character in network.log[-1])
    network.is_served()


@pytest.mark.parametrize(
    "head",
    [
        GET + HOST,
        GET + b"host:192.168.4.1\r\n",
        GET + b"HOST: \t 192.168.4.1 \t\r\n",
        GET + b"Host: 192.168.4.1:80\r\n",
        GET + b"Host: 192.168.4.1:8080\r\n",
        GET + b"Host: localhost\r\n",
        GET + b"Host: LocalHost:1234\r\n",
        GET + b"Host: 127.0.0.1:65535\r\n",
        b"GET http://192.168.4.1/echo HTTP/1.1\r\n" + HOST,
        b"GET http://192.168.4.1:80/echo HTTP/1.1\r\n" + HOST,
        b"GET HTTP://localhost/echo HTTP/1.1\r\n" + HOST,
        # RFC 9112 section 3.2.2: the target's host replaces the header's
        b"GET http://localhost/echo HTTP/1.1\r\nHost: evil.example\r\n",
        b"GET /echo HTTP/1.0\r\n" + HOST,
        b"\r\n" + GET + HOST,
    ],
)
def test_a_right_request_reaches_the_program(network: Network, seen: list, head: bytes):
    response = network.answer(head + b"\r\n")
    assert response.status == 200, response
    assert json.loads(response.body)["path"] == "/echo"
    assert len(seen) == 1


def test_a_host_of_the_programs_own(make_network):
    network = make_network(hosts=["esp.local"])
    for host, status in [("esp.local", 200), ("ESP.local:80", 200), ("192.168.4.1", 421)]:
        assert network.fetch("/hello.txt", headers={"Host": host}).status == status


def test_what_the_program_sees(network: Network, seen: list):
    data = (
        b"POST /echo?a=1&b=%20&a=2 HTTP/1.1\r\n"
        b"X-Empty:\r\nHost: 192.168.4.1\r\nx-mixed-CASE:value\r\n"
        b"X-List: a\r\nX-List:b,  c\t\r\nX-Beyond: k\xc3\xbcche \xff\r\n"
        b"X-Colon: a:b: c\r\nContent-Length: 6\r\n\r\n\x00\xff\r\n\r\n"
    )
    answer = json.loads(network.answer(data).body)
    assert answer["method"] == "POST"
    assert answer["path"] == "/echo"
    assert answer["query"]["a"] == ["1", "2"]
    assert answer["body"] == b"\x00\xff\r\n\r\n".hex()
    assert answer["headers"].pop("x-beyond")[0].startswith("k")
    assert answer["headers"] == {
        "x-empty": [""],
        "x-mixed-case": ["value"],
        "x-list": ["a", "b,  c"],
        "x-colon": ["a:b: c"],
        "content-length": ["6"],
        "host": ["192.168.4.1"],
    }


@pytest.mark.parametrize("size", [0, 1, 1023, 1024, 1025, 4096])
def test_a_body_arrives_byte_for_byte(network: Network, seen: list, size: int):
    body = bytes(index * 7 % 256 for index in range(size))
    data = network.request("/echo", method="POST", body=body)
    answer = json.loads(network.answer(data).body)
    assert bytes.fromhex(answer["body"]) == body


def test_what_is_longer_than_content_length_is_not_body(network: Network, seen: list):
    data = network.request("/echo", method="POST", body=b"12345", headers={"Content-Length": "3"})
    assert json.loads(network.answer(data).body)["body"] == b"123".hex()


@pytest.mark.parametrize("count", [1, 2, 50])
def test_a_request_behind_a_request_is_not_answered(network: Network, seen: list, count: int):
    """Every answer says Connection: close, so the client has to ask again (RFC 9112, 9.6)."""
    data = network.request("/echo")
    response = network.answer(data + data * count)
    assert response.status == 200 and response.headers["connection"] == "close"
    assert response.body.count(b'"method"') == 1
    assert len(seen) == 1


def test_a_request_split_at_every_byte(network: Network, seen: list):
    data = network.request("/echo", method="POST", body=b"12345", headers={"Host": "localhost"})
    for cut in range(1, len(data)):
        with network.connected() as phone:
            phone.sendall(data[:cut])
            assert phone.is_silent()
            phone.sendall(data[cut:])
            response = parse(network.receive_all(phone))
        assert response.status == 200 and response.end == "fin"
        assert json.loads(response.body)["body"] == b"12345".hex(), cut
    assert len(seen) == len(data) - 1


def test_a_request_byte_by_byte(network: Network, seen: list):
    with network.connect() as phone:
        for byte in network.request("/echo", method="POST", body=b"12345"):
            phone.sendall(bytes([byte]))
        assert parse(network.receive_all(phone)).status == 200


@pytest.mark.parametrize("size", [512, 4096])
def test_the_longest_head(make_network, size: int):
    network = make_network(max_header=size)
    head = b"GET /hello.txt HTTP/1.1\r\nHost: localhost\r\nX: "
    for length, status in [(size - 1, 200), (size, 200), (size + 1, 431)]:
        data = head + b"x" * (length - len(head)) + b"\r\n\r\n"
        response = network.answer(data)
        assert response.status == status, length
    assert response.body == f"The request head is longer than {size} bytes.\n".encode()
    assert network.log[-1] == 'WARNING - 127.0.0.2: "GET /hello.txt" answered 431'


@pytest.mark.parametrize("size", [0, 10])
def test_the_longest_body(make_network, size: int):
    network = make_network(max_body=size)
    network.route("/", "POST")(lambda request: network.http.Response(request, request.body))
    body = b"x" * size
    assert network.fetch("/", method="POST", body=body).body == body
    response = network.fetch("/", method="POST", body=body + b"x")
    assert response.status == 413
    assert response.body == f"The request body is longer than {size} bytes.\n".encode()
    assert network.log[-1] == 'WARNING - 127.0.0.2: "POST /" answered 413'


FLOODS = {
    "a line of 64 KB": (b"GET /" + b"a" * 65536, 431),
    "a line of 64 KB with an end": (b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\n\r\n", 431),
    "a header of 64 KB": (GET + HOST + b"X: " + b"a" * 65536 + b"\r\n\r\n", 431),
    "1 MB of headers": (GET + HOST + b"X-Header: value\r\n" * 61681, 431),
    "1 MB of headers with an end": (GET + HOST + b"X-Header: value\r\n" * 61681 + b"\r\n", 431),
    "1 MB without a line end": (b"a" * (1 << 20), 431),
    "1 MB of line ends": (b"\r\n" * (1 << 19), 400),
    "1 MB of line feeds": (b"\n" * (1 << 20), 431),
    "1 MB of NUL": (bytes(1 << 20), 400),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_is_answered_and_the_answer_can_be_read(network: Network, flood: str):
    """The phone sends all it has before it reads; no RST may take the answer away."""
    data, status = FLOODS[flood]
    largest = 0
    with network.connected() as phone:
        (exchange,) = network.pool.exchanges
        rest = memoryview(data)

        def send() -> bool:
            nonlocal rest, largest
            try:
                rest = rest[phone.send(rest) :]
            except BlockingIOError:
                pass
            except ConnectionError:
                return True
            largest = max(largest, len(exchange._input))
            return not rest

        network.until(send, "all sent, or cut off")
        received = network.receive_all(phone)
    assert parse(received).status == status
    assert largest < 4096 + 1500
    network.is_served()


def test_a_body_that_nobody_wants_can_be_sent_to_its_end(network: Network, seen: list):
    """A phone that uploads 60 KB to a board that takes 4 reads why, not a reset."""
    data = network.request("/echo", method="POST", body=bytes(60000))
    response = network.answer(data)
    assert response.status == 413
    assert seen == []


def test_a_refused_phone_may_go_on_for_a_second(network: Network):
    with network.connected() as phone:
        phone.sendall(b"rubbish\r\n\r\n")
        network.until(phone.waiting)
        network.advance(0.9)
        phone.sendall(b"more")
        network.turn(20)
        network.advance(0.2)
        received = network.receive_all(phone)
    assert parse(received).status == 400 and received.end == "fin"


def test_a_refused_phone_that_closes_is_forgotten_at_once(network: Network):
    with network.connected() as phone:
        phone.sendall(b"rubbish\r\n\r\n")
        network.until(phone.waiting)
        phone.recv(DEADLINE * 1000)
    network.until(lambda: not network.pool.exchanges)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""One HTTP connection: its request, its response, its timeouts, and how it ends."""

import json

import pytest

from tests import raw_http, raw_websocket
from tests.in_process import DEADLINE, SECURITY, Network
from tests.raw_http import Received, parse

HOST = b"Host: 192.168.4.1\r\n"
GET = b"GET /echo HTTP/1.1\r\n"
FAILED = b"The program on the board failed.\n"
BIG = bytes(range(256)) * 400
HALF_BODY = b"POST /echo HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\n\r\n1234"


@pytest.fixture
def seen(network: Network) -> list:
    """The requests that have reached the route /echo; each is answered with its content."""
    requests: list = []

    def handler(request):
        requests.append(request)
        content = {
            "method": request.method,
            "path": request.path,
            "query": {name: request.query_params.get_list(name) for name in request.query_params},
            "headers": {name: request.headers.get_list(name) for name in request.headers},
            "body": request.body.hex(),
        }
        return network.http.JSONResponse(request, content)

    network.route("/echo", ["GET", "POST"])(handler)
    return requests


@pytest.fixture
def big_file(network: Network) -> str:
    """The name of a file of 100 KB."""
    (network.shared.drive / "static" / "big.bin").write_bytes(BIG)
    return "big.bin"


def is_closed(network: Network) -> None:
    """Check that the board has closed the connection, and serves the next."""
    network.until(lambda: network.loop.sockets == ["HTTP listener"])
    network.is_served()


def unchunked(body: bytes) -> bytes:
    """Remove the chunked transfer coding (RFC 9112 section 7.1)."""
    result = b""
    while True:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        result += body[:length]
        assert body[length : length + 2] == b"\r\n"
        body = body[length + 2 :]
        if not length:
            assert body == b""
            return result


# The request


def test_request_reaches_the_program(network: Network, seen: list):
    data = (
        b"\r\n"  # RFC 9112 section 2.2: a server ignores an empty line before the request
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
def test_body_of_any_length(network: Network, seen: list, size: int):
    body = bytes(index * 7 % 256 for index in range(size))
    data = network.request("/echo", method="POST", body=body)
    assert bytes.fromhex(json.loads(network.answer(data).body)["body"]) == body


def test_body_ends_at_content_length(network: Network, seen: list):
    data = network.request("/echo", method="POST", body=b"12345", headers={"Content-Length": "3"})
    assert json.loads(network.answer(data).body)["body"] == b"123".hex()


@pytest.mark.parametrize("count", [1, 2, 50])
def test_pipelined_request_is_not_answered(network: Network, seen: list, count: int):
    """Each response says Connection: close, so the client must ask again (RFC 9112, 9.6)."""
    response = network.answer(network.request("/echo") * (1 + count))
    assert response.status == 200 and response.headers["connection"] == "close"
    assert response.body.count(b'"method"') == 1
    assert len(seen) == 1


def test_request_in_pieces(network: Network, seen: list):
    data = network.request("/echo", method="POST", body=b"12345")
    cuts = [[data[:cut], data[cut:]] for cut in range(1, len(data))]
    for pieces in [*cuts, [bytes([byte]) for byte in data]]:
        with network.connected() as client:
            for piece in pieces[:-1]:
                client.sendall(piece)
            assert client.is_silent()
            client.sendall(pieces[-1])
            response = parse(network.receive_all(client))
        assert response.status == 200 and response.end == "fin"
        assert json.loads(response.body)["body"] == b"12345".hex()
    assert len(seen) == len(data)


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ((b"", b""), b"HTTP/1.1 100 Continue\r\n\r\n"),
        ((b"HTTP/1.1", b"HTTP/1.0"), b""),
        ((b"Length: 5", b"Length: 0"), b"HTTP/1.1 200 "),
        ((b"Length: 5", b"Length: 5000"), b"HTTP/1.1 413 "),
        ((b"100-", b"101-"), b"HTTP/1.1 417 "),
        ((b"Host: ", b"Host: x"), b"HTTP/1.1 421 "),
    ],
)
def test_expectation_is_answered_at_once(network: Network, seen: list, change, first: bytes):
    """The client sends its body after that (RFC 9110 section 10.1.1)."""
    head = HALF_BODY[:-4].replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n").replace(*change)
    with network.connected() as client:
        client.sendall(head)
        network.turn(20)
        received = client.waiting()
        assert received[: len(first)] == first and bool(received) == bool(first)
        if not first or b" 100 " in first:
            client.sendall(b"12345")
            data = network.receive_all(client).data
            assert data.startswith(first + b"HTTP/1.1 200 ")
            assert b"12345".hex().encode() in data


# Requests that are rejected


@pytest.mark.parametrize(
    ("head", "status", "text", "line"),
    [
        (b"hello\r\n" + HOST, 400, "The request line must be: method, path, version.", "hello"),
        (GET + b"Host: a\r\n", 421, "This board answers to: {hosts}", "GET /echo"),
        (GET + HOST + b"Transfer-Encoding: x\r\n", 411, "Send the body with a Content-Length.", ""),
        (GET + HOST + b"Content-Length: 4097\r\n", 413, "The request body {long}", "GET /echo"),
        (GET + HOST + b"X: " + b"a" * 4096, 431, "The request head {long}", "GET /echo"),
        (b"BREW / HTTP/1.1\r\n" + HOST, 501, "This method is not supported.", "BREW /"),
        (b"GET / HTTP/2.0\r\n" + HOST, 505, "Only HTTP/1.1 is supported.", "GET /"),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_rejected_request(network: Network, seen: list, head, status: int, text: str, line: str):
    text = text.replace("{hosts}", "127.0.0.1, 192.168.4.1, localhost")
    body = text.replace("{long}", "is longer than 4096 bytes.").encode() + b"\n"
    response = network.answer(head + b"\r\n")
    assert response.status == status, response
    assert response.body == body
    assert response.headers == SECURITY | {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "connection": "close",
    }
    log = f'WARNING - 127.0.0.2: "{line or "GET /echo"}" answered {status}: {body[:-1].decode()}'
    assert network.log[1:] == [log]
    assert seen == []
    network.is_served()


@pytest.mark.parametrize("size", range(0, 12))
def test_garbage_is_400(network: Network, size: int):
    garbage = bytes((index * 37 + size * 11) % 256 for index in range(1 << size))
    garbage = garbage.replace(b"\r\n", b"xx")
    response = network.answer(garbage + b"\r\n\r\n")
    assert response.status == 400
    assert response.body.endswith(b".\n")
    assert " answered 400: " in network.log[-1]
    assert all(" " <= character <= "~" for character in network.log[-1])
    network.is_served()


@pytest.mark.parametrize("size", [512, 4096])
def test_max_header(make_network, size: int):
    network = make_network(max_header=size)
    head = b"GET /hello.txt HTTP/1.1\r\nHost: localhost\r\nX: "
    for length, status in [(size - 1, 200), (size, 200), (size + 1, 431)]:
        response = network.answer(head + b"x" * (length - len(head)) + b"\r\n\r\n")
        assert response.status == status, length
    assert response.body == f"The request head is longer than {size} bytes.\n".encode()
    assert '"GET /hello.txt" answered 431: The request head is longer' in network.log[-1]


@pytest.mark.parametrize("size", [0, 10])
def test_max_body(make_network, size: int):
    network = make_network(max_body=size)
    network.route("/", "POST")(lambda request: network.http.Response(request, request.body))
    body = b"x" * size
    assert network.fetch("/", method="POST", body=body).body == body
    response = network.fetch("/", method="POST", body=body + b"x")
    assert response.status == 413
    assert response.body == f"The request body is longer than {size} bytes.\n".encode()


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
def test_response_to_a_flood_can_be_read(network: Network, flood: str):
    """The client sends everything before it reads; no reset may discard the response."""
    data, status = FLOODS[flood]
    largest = 0
    with network.connected() as client:
        (exchange,) = network.pool.exchanges
        rest = memoryview(data)

        def send() -> bool:
            nonlocal rest, largest
            try:
                rest = rest[client.send(rest) :]
            except BlockingIOError:
                pass
            except ConnectionError:
                return True
            largest = max(largest, len(exchange._input))
            return not rest

        network.until(send, "all sent, or cut off")
        received = network.receive_all(client)
    assert parse(received).status == status
    assert largest < 4096 + 1500
    network.is_served()


def test_rejected_body_can_be_sent_to_its_end(network: Network, seen: list):
    """A client that uploads 60 KB reads why the board takes 4 KB, not a reset."""
    data = network.request("/echo", method="POST", body=bytes(60000))
    assert network.answer(data).status == 413
    assert seen == []


def test_rejected_client_may_send_for_another_second(network: Network):
    with network.connected() as client:
        client.sendall(b"rubbish\r\n\r\n")
        network.until(client.waiting)
        network.advance(0.9)
        client.sendall(b"more")
        network.turn(20)
        network.advance(0.2)
        received = network.receive_all(client)
    assert parse(received).status == 400 and received.end == "fin"


@pytest.mark.parametrize("end", ["close", "reset"])
def test_rejected_client_that_disconnects(network: Network, end: str):
    client = network.connected()
    client.sendall(b"rubbish\r\n\r\n")
    network.until(client.waiting)
    if end == "close":
        client.recv(DEADLINE * 1000)
        client.close()
    else:
        client.reset()
    is_closed(network)


# Timeouts


def test_silent_client_is_dropped(network: Network):
    with network.connected() as client:
        network.advance(4.9)
        assert client.is_silent()
        assert len(network.log) == 1
        network.advance(0.2)
        assert raw_http.receive(client) == Received(b"", "fin")
    assert network.log[1:] == ["INFO - 127.0.0.2 dropped: sent no request"]
    is_closed(network)


@pytest.mark.parametrize(
    "part", [b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r", HALF_BODY]
)
def test_incomplete_request_is_408(network: Network, seen: list, part: bytes):
    with network.connected() as client:
        client.sendall(part)
        network.advance(4.9)
        assert client.is_silent()
        network.advance(0.2)
        response = parse(network.receive_all(client))
    assert (response.status, response.reason, response.end) == (408, "Request Timeout", "fin")
    assert response.body == b"The request took too long to arrive.\n"
    line = part.split(b" HTTP/")[0].decode()
    reason = "408: The request took too long to arrive."
    assert network.log[1:] == [f'WARNING - 127.0.0.2: "{line}" answered {reason}']
    assert seen == []
    is_closed(network)


@pytest.mark.parametrize(("seconds", "status"), [(4, 200), (6, 408)])
def test_request_timeout_is_for_the_whole_request(network: Network, seconds: int, status: int):
    data = network.request("/hello.txt")
    pieces = [data[start : start + 4] for start in range(0, len(data), 4)]
    with network.connected() as client:
        for piece in pieces:
            network.advance(seconds / len(pieces))
            client.sendall(piece)
        assert parse(network.receive_all(client)).status == status


def test_request_timeout_option(make_network):
    network = make_network(request_timeout=500)
    with network.connected() as client:
        network.advance(0.4)
        assert client.is_silent()
        network.advance(0.2)
        assert raw_http.receive(client).end == "fin"


def test_station_out_of_range_with_half_a_request(network: Network):
    with network.connected("127.0.0.9") as client:
        client.sendall(b"GET /hello")
        network.until(lambda: not network.pool.exchanges[0].is_idle)
        network.board.network.leave("127.0.0.9")
        network.advance(17)
        assert network.loop.sockets == ["HTTP listener"]
        network.board.network.join("127.0.0.9")
    network.is_served()


# Clients that disconnect


@pytest.mark.parametrize("end", ["fin", "half", "reset"])
@pytest.mark.parametrize("part", [b"", b"G", b"GET /echo HTTP/1.1\r\n" + HOST, HALF_BODY])
def test_client_disconnects_before_its_request_is_complete(
    network: Network, seen: list, part: bytes, end: str
):
    client = network.connected()
    if part:
        client.sendall(part)
        network.until(lambda: not network.pool.exchanges[0].is_idle)
    if end == "reset":
        client.reset()
    elif end == "fin":
        client.close()
    else:
        client.end_sending()
        assert raw_http.receive(client) == Received(b"", "fin")
    what = "in the middle of a request" if part else "before sending a request"
    network.wait_for("INFO - 127.0.0.2 disconnected " + what)
    assert seen == []
    is_closed(network)


def test_client_disconnects_before_it_is_accepted(network: Network):
    network.serve()
    network.connect().close()
    network.wait_for("INFO - 127.0.0.2 disconnected before sending a request")
    is_closed(network)


@pytest.mark.parametrize(
    ("target", "status"), [("/hello.txt", 200), ("/echo", 200), ("/nothing.txt", 404), ("*", 400)]
)
def test_half_closed_client_is_answered(network: Network, seen: list, target: str, status: int):
    """A client such as ``nc -N`` ends its side at once. The board has not read that end yet."""
    with network.connected() as client:
        client.sendall(network.request(target))
        client.end_sending()
        response = parse(network.receive_all(client))
    assert response.status == status
    assert len(response.body) == int(response.headers["content-length"])
    assert response.end == "fin"
    is_closed(network)


def test_half_closed_client_gets_a_long_file(network: Network, big_file: str):
    with network.connect(receive_buffer=4096) as client:
        client.sendall(network.request("/" + big_file))
        client.end_sending()
        assert parse(network.receive_all(client)).body == BIG
    is_closed(network)


def test_reset_after_a_complete_request(network: Network, seen: list):
    client = network.connected()
    client.send(network.request("/echo"))
    client.reset()
    is_closed(network)
    assert network.errors() == []


@pytest.mark.parametrize("delay", [0, 1, 3])
def test_reset_while_the_program_answers(network: Network, delay: int):
    clients = []

    @network.route("/slow")
    def handler(request):
        def body():
            for index in range(50):
                if index == delay:
                    clients[0].reset()
                yield "x" * 1000

        return network.http.ChunkedResponse(request, body)

    clients.append(network.connected())
    clients[0].sendall(network.request("/slow")[:-1])
    clients[0].send(b"\n")
    is_closed(network)


@pytest.mark.parametrize("by", ["handler", "pool"])
def test_reset_before_an_error_is_answered(network: Network, by: str):
    """Head and body are sent apart, and the head may find that the client has disconnected."""

    def reset(*arguments):
        client.reset()
        if by == "handler":
            raise network.board.world.builtins["OSError"](11)

    network.route("/page")(reset)
    network.pool.on_foreign_host = reset
    client = network.connected()
    client.send(network.request("/page", headers={} if by == "handler" else {"Host": "a"}))
    is_closed(network)
    assert len(network.errors()) <= 6 if by == "handler" else network.errors() == []


# Routes


@pytest.mark.parametrize(
    ("path", "target", "parameters"),
    [
        ("/device/<name>", "/device/pump", {"name": "pump"}),
        ("/device/<name>/set/<value>", "/device/pump/set/7", {"name": "pump", "value": "7"}),
        ("/<a>", "/x.y?z=1", {"a": "x.y"}),
        ("/one/.../end", "/one/two/end", {}),
        ("/one/..../end", "/one/two/three/end", {}),
        ("/api/....", "/api/v1/x", {}),
        ("/exact", "/exact?query", {}),
        # Decoded once, as UTF-8, before the route is looked for
        ("/device/<name>", "/device/K%C3%BCche%201+1", {"name": "Küche 1+1"}),
        ("/device/<name>", "/device/100%25", {"name": "100%"}),
        ("/device/<name>", "/device/%2525", {"name": "%25"}),
        ("/device/<name>", "/device/50%", {"name": "50%"}),
        ("/my page/小河", "/my%20page/%E5%B0%8F%e6%b2%b3", {}),
    ],
)
def test_route_parameters(network: Network, path: str, target: str, parameters: dict):
    @network.route(path)
    def handler(request, **values):
        return network.http.JSONResponse(request, values)

    response = network.fetch(target)
    assert response.status == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(response.body) == parameters
    assert network.fetch("/one/two/three/four").status == 404
    assert network.fetch("/device/%0A").status == network.fetch("/%00").status == 400


def test_query_is_decoded(network: Network, seen: list):
    """As URLSearchParams writes it (the URL standard, application/x-www-form-urlencoded)."""
    answer = json.loads(network.fetch("/echo?K%C3%BCche=a+%2B%201&%26=%3D%25&K%C3%BCche&x=%").body)
    assert answer["query"] == {"Küche": ["a + 1", ""], "&": ["=%"], "x": ["%"]}


def test_first_route_comes_before_the_files(network: Network):
    for number in (1, 2):
        network.route("/hello.txt")(
            lambda request, n=number: network.http.Response(request, f"{n}")
        )
    assert network.fetch("/hello.txt").body == b"1"


def test_form_data(network: Network):
    @network.route("/form", "POST")
    def handler(request):
        return network.http.JSONResponse(request, {"name": request.form_data.get("name")})

    headers = {"Content-Type": "application/x-www-form-urlencoded"}

    def send(body: bytes):
        return network.fetch("/form", method="POST", body=body, headers=headers)

    assert json.loads(send(b"name=K%C3%BCche+1&x=1").body) == {"name": "Küche 1"}
    assert send(b"name=\xff").body == b"The form is not UTF-8.\n"
    assert send(b"a&" * 1900).body == b"The form has more than 64 fields.\n"
    assert network.fetch("/form").status == 404  # by GET it is a file, and there is none


def test_basic_authentication(network: Network):
    network.server.require_authentication([network.http.Basic("ada", "lovelace")])
    network.route("/own")(lambda request: network.http.Response(request, "in"))
    assert network.fetch("/own").status == 401
    assert network.log[-1] == 'WARNING - 127.0.0.2: "GET /own" answered 401: Unauthorized'
    assert network.fetch("/own", headers={"Authorization": "Basic YWRhOmxvdmVsYWNl"}).body == b"in"


# The response


def test_head_of_a_route(network: Network):
    @network.route("/page", ["GET", "HEAD"])
    def handler(request):
        return network.http.Response(request, "content", content_type="text/html")

    get, head = network.fetch("/page"), network.fetch("/page", method="HEAD")
    assert head == get._replace(body=b"") and get.body == b"content"


def test_status_headers_and_cookies(network: Network):
    network.server.headers = {"X-Server": "board"}

    @network.route("/")
    def handler(request):
        return network.http.Response(
            request, "", headers={"X-Mine": "1"}, cookies={"a": "b"}, status=(299, "Fine")
        )

    response = network.fetch("/")
    assert (response.status, response.reason, response.body) == (299, "Fine", b"")
    assert response.headers["x-mine"] == "1"
    assert response.headers["x-server"] == "board"
    assert response.headers["set-cookie"] == "a=b"


@pytest.mark.parametrize("size", [0, 1, 1440, 5760, 5761, 100000])
def test_response_of_any_length(network: Network, size: int):
    content = BIG[:size]
    network.route("/")(lambda request: network.http.Response(request, content))
    response = network.fetch("/")
    assert response.body == content
    assert response.headers["content-length"] == str(size)


def test_redirect(network: Network):
    network.route("/old")(lambda request: network.http.Redirect(request, "/new", permanent=True))
    response = network.fetch("/old")
    assert (response.status, response.headers["location"]) == (301, "/new")


@pytest.mark.parametrize("count", [0, 1, 600])
def test_chunked_response(network: Network, count: int):
    @network.route("/")
    def handler(request):
        def body():
            for number in range(count):
                yield f"{number}, "
                yield ""
                yield b"\xff\r\n"

        return network.http.ChunkedResponse(request, body)

    response = network.fetch("/")
    expected = b"".join(b"%d, \xff\r\n" % number for number in range(count))
    assert response.headers["transfer-encoding"] == "chunked"
    assert unchunked(response.body) == expected


def test_file_as_an_attachment(network: Network, big_file: str):
    assert network.lib.files.FileResponse is network.http.FileResponse

    @network.route("/download")
    def handler(request):
        return network.http.FileResponse(request, big_file, "/static", as_attachment=True)

    response = network.fetch("/download")
    assert response.body == BIG
    assert response.headers["content-disposition"] == "attachment; filename=big.bin"


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("text/html", "text/html; charset=utf-8"),
        ("Text/CSV", "Text/CSV; charset=utf-8"),
        ("text/javascript", "text/javascript; charset=utf-8"),
        ("application/ld+json", "application/ld+json; charset=utf-8"),
        ("image/svg+xml", "image/svg+xml; charset=utf-8"),
        ("text/plain; format=flowed", "text/plain; format=flowed; charset=utf-8"),
        ("text/plain;Charset=latin-1", "text/plain;Charset=latin-1"),
        ("text/event-stream", "text/event-stream"),  # always UTF-8
        ("image/png", "image/png"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",) * 2,
    ],
)
def test_charset_and_security_headers(network: Network, kind: str, sent: str):
    @network.route("/page")
    def handler(request):
        own = {"Referrer-Policy": "origin", "X-Note": "content-type: a"}
        return network.http.Response(request, "°\r\n\r\n", content_type=kind, headers=own)

    response = network.fetch("/page")
    assert response.body == "°\r\n\r\n".encode()
    assert response.headers == SECURITY | {
        "content-type": sent,
        "content-length": "6",
        "connection": "close",
        "referrer-policy": "origin",
        "x-note": "content-type: a",
    }


# Long responses


@pytest.fixture
def closed() -> list:
    """The bodies that were closed."""
    return []


@pytest.fixture(params=["file", "whole", 100, 1000, 20000], ids=str)
def long(request: pytest.FixtureRequest, network: Network, big_file: str, closed: list) -> object:
    """The kind of the response of 100 KB to /long; a number is the length of its chunks."""
    kind = request.param

    def body():
        try:
            for start in range(0, len(BIG), kind):
                yield memoryview(BIG)[start : start + kind]
        finally:
            closed.append(kind)

    @network.route("/long")
    def handler(to_answer):
        if kind == "file":
            return network.http.FileResponse(to_answer, big_file, "/static")
        if kind == "whole":
            return network.http.Response(to_answer, BIG)
        return network.http.ChunkedResponse(to_answer, body)

    return kind


def test_slow_client_keeps_nobody_waiting(network: Network, long, closed: list):
    """It reads 5 KB/s. No look at the clock passes in vain while the others are answered."""
    hub = network.hub()
    hub.on_message(lambda client, data: client.send(data))
    received = bytearray()
    queued = 0
    with (
        network.websocket(source="127.0.0.3") as other,
        network.connect(receive_buffer=4096) as client,
    ):
        client.sendall(network.request("/long"))
        network.until(client.waiting)
        (exchange,) = network.pool.exchanges
        while part := client.recv(512):
            received += part
            queued = max(queued, exchange.queued)
            network.advance(0.1)
            before = network.clock.milliseconds
            network.clock.step = 1
            other.send_text(str(len(received)))
            while not other.sock.waiting():  # type: ignore[attr-defined]
                network.turn()
            network.clock.step = 0
            assert network.clock.milliseconds - before < 300
            while (frame := other.receive()).opcode == raw_websocket.PING:
                other.send(raw_websocket.PONG, frame.payload)
            assert frame.payload == str(len(received)).encode()
    body = bytes(received).partition(b"\r\n\r\n")[2]
    assert (unchunked(body) if isinstance(long, int) else body) == BIG
    assert queued <= (len(BIG) if long == "whole" else 21000 if long == 20000 else 3000)
    assert closed == ([long] if isinstance(long, int) else [])


@pytest.mark.parametrize("rate", [0, 512])
def test_client_that_reads_less_than_1_kb_a_second_is_dropped(
    network: Network, long, closed: list, rate: int
):
    with network.connect(receive_buffer=4096) as client:
        client.sendall(network.request("/long"))
        network.until(client.waiting)
        (exchange,) = network.pool.exchanges
        file = exchange._body
        network.turn(200)
        network.advance(9.5)
        assert network.pool.exchanges == [exchange]
        for _ in range(15 if rate else 1):
            client.recv(rate)
            network.advance(1)
        assert network.pool.exchanges == []
    assert network.log[-1] == "WARNING - 127.0.0.2 dropped: not reading the response"
    assert long != "file" or file.closed
    assert closed == ([long] if isinstance(long, int) else [])
    is_closed(network)


def test_generator_that_takes_time_is_interrupted(network: Network):
    """After 2 ms of it, the others have their turn."""

    @network.route("/")
    def handler(request):
        def body():
            for _ in range(20):
                network.clock.milliseconds += 5
                yield "x"

        return network.http.ChunkedResponse(request, body)

    with network.connect() as client:
        client.sendall(network.request("/"))
        network.until(client.waiting)
        before = network.clock.milliseconds
        network.turn()
        assert network.clock.milliseconds - before == 5
        assert parse(network.receive_all(client)).body.count(b"x") == 20


# Streams


@pytest.fixture
def event_streams(network: Network) -> list:
    """The responses to /events."""
    responses: list = []

    @network.route("/events")
    def handler(request):
        responses.append(network.http.SSEResponse(request))
        return responses[-1]

    return responses


def test_server_sent_events(network: Network, event_streams: list):
    with network.connect() as client:
        client.sendall(network.request("/events"))
        network.until(client.waiting)
        assert b"content-type: text/event-stream\r\n" in client.recv(1000)
        for number in range(50):
            event_streams[0].send_event(f"event {number}", event="tick")
            network.advance(1)
            assert client.recv(1000) == b"data: event %d\nevent: tick\n\n" % number
        event_streams[0].close()
        assert network.receive_all(client).end == "fin"
    assert len(network.log) == 1


def test_server_sent_events_to_a_client_that_has_disconnected(
    network: Network, event_streams: list
):
    with network.connect() as client:
        client.sendall(network.request("/events"))
        network.until(client.waiting)
    network.until(lambda: network.loop.sockets == ["HTTP listener"])
    with pytest.raises(network.board.world.builtins["BrokenPipeError"]):
        event_streams[0].send_event("still there?")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_what_waits_is_copied_if_it_can_change(network: Network, event_streams: list, kind):
    """As a camera's frame, whose buffer is filled again."""
    frame = bytearray(BIG[:20000])
    with network.connect(receive_buffer=4096) as client:
        client.sendall(network.request("/events"))
        network.until(client.waiting)
        event_streams[0]._send_bytes(event_streams[0]._request.connection, kind(frame))
        frame[:] = bytes(20000)
        event_streams[0]._close_connection()
        assert parse(network.receive_all(client)).body == BIG[:20000]


@pytest.mark.parametrize(("count", "pause"), [(10, 0.1), (10000, 0)])
def test_stream_to_a_client_that_does_not_read_is_dropped(
    network: Network, event_streams: list, count: int, pause: float
):
    with network.connect(receive_buffer=4096) as client:
        client.sendall(network.request("/events"))
        network.until(client.waiting)
        (exchange,) = network.pool.exchanges
        with pytest.raises(network.board.world.builtins["BrokenPipeError"]):
            for _ in range(count):
                event_streams[0].send_event("x" * 4000)
                assert exchange.queued < (70000 if not pause else 13000)
                network.advance(pause)
    line = "WARNING - 127.0.0.2 dropped: it reads slower than the program sends"
    assert network.log[1:] == [line]


@pytest.mark.parametrize(
    "faults", [["partial=1"], ["eagain=0.5"], ["partial=0.5", "eagain=0.3"], ["delay=3"]]
)
def test_responses_over_a_bad_network(network: Network, big_file: str, faults: list[str]):
    @network.route("/chunks")
    def chunks(request):
        return network.http.ChunkedResponse(request, lambda: (f"{n}," for n in range(300)))

    @network.route("/whole")
    def whole(request):
        return network.http.Response(request, BIG)

    network.serve()
    for fault in faults:
        network.board.faults.set(fault)
    for _ in range(3):
        assert network.fetch("/" + big_file).body == BIG
        assert network.fetch("/whole").body == BIG
        body = network.fetch("/chunks").body
        assert body.endswith(b"\r\n0\r\n\r\n") and body.count(b",") == 300
        assert network.answer(b"rubbish\r\n\r\n").status == 400


# Handlers that fail


def _raise(error):
    raise error


def _board_error(network, number):
    return network.board.world.builtins["OSError"](number)


def _open_missing(network, request):
    with network.board.drive.open("/nothing.txt"):
        pass


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (lambda network, request: _raise(ValueError("no such pin")), "ValueError: no such pin"),
        (lambda network, request: _raise(MemoryError("40000 bytes")), "MemoryError: 40000 bytes"),
        (lambda network, request: {}["missing"], "KeyError: 'missing'"),
        (lambda network, request: next(iter(())), "StopIteration: "),
        (lambda network, request: network.http.Response(request, 42), "TypeError: "),
        (lambda network, request: network.http.JSONResponse(request, {"x": b""}), "TypeError: "),
        (_open_missing, "OSError: "),
        # The server would take these of a handler for the client's.
        (lambda network, request: _raise(_board_error(network, 11)), "OSError: [Errno 11] EAGAIN"),
        (lambda network, request: _raise(_board_error(network, 104)), "OSError: [Errno 104] "),
    ],
    ids=lambda value: value.strip(": ") if isinstance(value, str) else "",
)
def test_handler_that_fails_is_500(network: Network, handler, error: str):
    network.route("/page")(lambda request: handler(network, request))
    response = network.fetch("/page")
    assert (response.status, response.reason) == (500, "Internal Server Error")
    assert response.body == FAILED
    line = f'WARNING - 127.0.0.2: "GET /page" answered 500: {FAILED[:-1].decode()}'
    assert line in network.log
    errors = network.errors()
    assert errors[0].startswith(f'ERROR - "GET /page" failed: {error}')
    assert errors[1] == "ERROR -   Traceback (most recent call last):"
    assert network.fetch("/page").status == 500
    assert len(network.errors()) == 2 * len(errors)
    network.is_served()


@pytest.mark.parametrize(
    ("result", "what"),
    [
        (None, "None"),
        ("text", "a str"),
        (("text", 200), "a tuple"),
        ({}, "a dict"),
        (b"", "a bytes"),
    ],
    ids=str,
)
def test_route_that_returns_no_response(network: Network, result: object, what: str):
    @network.route("/pa ge/<name>")
    def page(request, name):
        return result

    response = network.fetch("/pa%20ge/x?secret")
    assert response.status == 500 and response.body == FAILED
    usage = "write return Response(request, text)"
    assert network.errors() == [f"ERROR - page() of the route /pa ge/x returned {what}: {usage}"]
    network.fetch("/pa%20ge/x", headers={"Upgrade": "websocket"})
    assert network.errors()[-1].endswith(": write return hub.upgrade(request)")


@pytest.mark.parametrize("sent", [0, 1, 20])
def test_chunked_body_that_fails_has_no_last_chunk(network: Network, sent: int):
    """It is too late for a 500, but the client notices that the response is incomplete."""

    @network.route("/page")
    def handler(request):
        def body():
            for _ in range(sent):
                yield "x" * 100
            raise ValueError("no sensor")

        return network.http.ChunkedResponse(request, body)

    response = network.fetch("/page")
    assert response.status == 200
    assert not response.body.endswith(b"0\r\n\r\n")
    assert network.errors()[0] == 'ERROR - "GET /page" failed: ValueError: no sensor'
    network.is_served()


def test_failure_affects_one_client(network: Network):
    network.route("/fails")(lambda request: _raise(ValueError("mine")))
    with network.connect() as one, network.connect("127.0.0.3") as other:
        one.sendall(network.request("/fails"))
        other.sendall(network.request("/hello.txt"))
        assert parse(network.receive_all(one)).status == 500
        assert parse(network.receive_all(other)).status == 200
    network.errors()

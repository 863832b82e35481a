# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Routes, every kind of adafruit_httpserver's responses, and handlers that fail."""

import json
import threading

import pytest

from tests.network import Network
from tests.raw_http import parse

FAILED = b"The program on the board failed.\n"
BIG = bytes(range(256)) * 400


def unchunked(body: bytes) -> bytes:
    """Take the chunked transfer coding off (RFC 9112 section 7.1)."""
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
    ],
)
def test_a_route_with_parameters_and_wildcards(
    network: Network, path: str, target: str, parameters: dict
):
    @network.route(path)
    def handler(request, **values):
        return network.http.JSONResponse(request, values)

    response = network.fetch(target)
    assert response.status == 200
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.body) == parameters
    assert network.fetch("/one/two/three/four").status == 404


def test_the_first_route_that_fits_is_taken_before_the_files(network: Network):
    for number in (1, 2):
        network.route("/hello.txt")(
            lambda request, n=number: network.http.Response(request, f"{n}")
        )
    assert network.fetch("/hello.txt").body == b"1"


def test_a_route_for_post(network: Network):
    @network.route("/form", "POST")
    def handler(request):
        return network.http.JSONResponse(request, {"name": request.form_data.get("name")})

    response = network.fetch(
        "/form",
        method="POST",
        body=b"name=Ada&x=1",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert json.loads(response.body) == {"name": "Ada"}
    # Another method: there is no file of that name, and a route is no file.
    assert network.fetch("/form").status == 404


def test_head_of_a_route(network: Network):
    @network.route("/page", ["GET", "HEAD"])
    def handler(request):
        return network.http.Response(request, "content", content_type="text/html")

    get, head = network.fetch("/page"), network.fetch("/page", method="HEAD")
    assert head == get._replace(body=b"") and get.body == b"content"


def test_the_programs_own_headers_and_cookies(network: Network):
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


def test_a_password_for_every_page(network: Network):
    network.server.require_authentication([network.http.Basic("ada", "lovelace")])
    network.route("/own")(lambda request: network.http.Response(request, "in"))
    assert network.fetch("/own").status == 401
    assert network.log[-1] == 'WARNING - 127.0.0.2: "GET /own" answered 401'
    assert network.fetch("/own", headers={"Authorization": "Basic YWRhOmxvdmVsYWNl"}).body == b"in"


# Kinds of responses


@pytest.mark.parametrize("size", [0, 1, 1440, 5760, 5761, 100000])
def test_a_response_of_any_size(network: Network, size: int):
    content = (BIG)[:size]
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


@pytest.mark.parametrize("own", [False, True])
def test_a_file_of_100_kb_with_each_file_response(network: Network, own: bool):
    (network.shared.drive / "static" / "big.bin").write_bytes(BIG)
    response_class = network.lib.files.FileResponse if own else network.http.FileResponse

    @network.route("/download")
    def handler(request):
        return response_class(request, "big.bin", "/static", as_attachment=True)

    response = network.fetch("/download")
    assert response.body == BIG
    assert response.headers["content-disposition"] == "attachment; filename=big.bin"


@pytest.mark.parametrize("kind", ["chunked", "file"])
def test_a_long_answer_of_parts_waits_for_the_phone(network: Network, kind: str):
    """Adafruit's own responses send part by part; the phone reads in a thread of its own."""
    (network.shared.drive / "static" / "big.bin").write_bytes(BIG)

    @network.route("/long")
    def handler(request):
        if kind == "file":
            return network.http.FileResponse(request, "big.bin", "/static")
        parts = [BIG[start : start + 1000] for start in range(0, len(BIG), 1000)]
        return network.http.ChunkedResponse(request, lambda: iter(parts))

    phone = network.connect(receive_buffer=4096)
    received = bytearray()

    def read():
        while True:
            try:
                part = super(type(phone), phone).recv(512)
            except BlockingIOError:
                continue
            if not part:
                return
            received.extend(part)

    thread = threading.Thread(target=read, daemon=True)
    phone.send(network.request("/long"))
    thread.start()
    network.until(lambda: not thread.is_alive())
    body = bytes(received).partition(b"\r\n\r\n")[2]
    assert (unchunked(body) if kind == "chunked" else body) == BIG


@pytest.mark.parametrize("kind", ["chunked", "file"])
def test_a_long_answer_of_parts_gives_a_phone_up_that_takes_nothing(network: Network, kind: str):
    (network.shared.drive / "static" / "big.bin").write_bytes(BIG)

    @network.route("/long")
    def handler(request):
        if kind == "file":
            return network.http.FileResponse(request, "big.bin", "/static")
        return network.http.ChunkedResponse(request, lambda: ("x" * 1000 for _ in range(1000)))

    phone = network.connect(receive_buffer=4096)
    before = network.clock.milliseconds
    network.clock.step = 1
    phone.sendall(network.request("/long"))
    network.wait_for("WARNING - 127.0.0.2 dropped: not reading the response")
    network.clock.step = 0
    assert network.clock.milliseconds - before < 5000
    assert network.loop.sockets == ["HTTP listener"]
    network.is_served()


def test_server_sent_events(network: Network):
    responses = []

    @network.route("/events")
    def handler(request):
        responses.append(network.http.SSEResponse(request))
        return responses[0]

    with network.connect() as phone:
        phone.sendall(network.request("/events"))
        network.until(phone.waiting)
        assert b"content-type: text/event-stream\r\n" in phone.recv(1000)
        for number in range(50):
            responses[0].send_event(f"event {number}", event="tick")
            network.advance(1)
            assert phone.recv(1000) == b"data: event %d\nevent: tick\n\n" % number
        responses[0].close()
        assert network.receive_all(phone).end == "fin"
    assert len(network.log) == 1


def test_server_sent_events_to_a_phone_that_has_gone(network: Network):
    responses = []

    @network.route("/events")
    def handler(request):
        responses.append(network.http.SSEResponse(request))
        return responses[0]

    with network.connect() as phone:
        phone.sendall(network.request("/events"))
        network.until(phone.waiting)
    for _ in range(5):
        responses[0].send_event("still there?")
        network.advance(1)
    network.until(lambda: network.loop.sockets == ["HTTP listener"])


# Handlers that fail


def _raises_value_error(network, request):
    raise ValueError("no such pin")


def _raises_key_error(network, request):
    return {}["missing"]


def _raises_memory_error(network, request):
    raise MemoryError("memory allocation failed, allocating 40000 bytes")


def _raises_enoent(network, request):
    with network.board.drive.open("/nothing.txt"):
        pass


def _raises_stop_iteration(network, request):
    next(iter(()))


def _returns_the_wrong_thing(network, request):
    return "just text"


def _gives_a_number_as_body(network, request):
    return network.http.Response(request, 42)


def _gives_what_json_has_no_form_for(network, request):
    return network.http.JSONResponse(request, {"x": b"bytes"})


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (_raises_value_error, "ValueError: no such pin"),
        (_raises_key_error, "KeyError: 'missing'"),
        (_raises_memory_error, "MemoryError: memory allocation failed, allocating 40000 bytes"),
        (_raises_enoent, "OSError: "),
        (_raises_stop_iteration, "StopIteration: "),
        (_returns_the_wrong_thing, "AttributeError: "),
        (_gives_a_number_as_body, "TypeError: "),
        (_gives_what_json_has_no_form_for, "TypeError: "),
    ],
)
def test_a_handler_that_fails_is_500(network: Network, handler, error: str):
    network.route("/page")(lambda request: handler(network, request))
    response = network.fetch("/page")
    assert (response.status, response.reason) == (500, "Internal Server Error")
    assert response.body == FAILED
    assert network.log[1] == 'WARNING - 127.0.0.2: "GET /page" answered 500'
    errors = network.errors()
    assert errors[0].startswith(f'ERROR - "GET /page" failed: {error}')
    assert errors[1] == "ERROR -   Traceback (most recent call last):"
    assert network.fetch("/page").status == 500
    assert len(network.errors()) == 2 * len(errors)
    network.is_served()


@pytest.mark.parametrize("number", [11, 104, 116, 128, 32])
def test_a_handler_that_raises_what_sockets_raise(network: Network, number: int):
    """adafruit_httpserver takes EAGAIN and ECONNRESET of a handler for the phone's."""
    board_error = network.board.world.builtins["OSError"]

    @network.route("/page")
    def handler(request):
        raise board_error(number)

    with network.connected() as phone:
        phone.sendall(network.request("/page"))
        network.advance(10.1)
        response = parse(network.receive_all(phone))
    assert response.status == 500
    assert response.body == FAILED
    assert network.log[1] == 'WARNING - 127.0.0.2: "GET /page" answered 500'
    network.errors()
    network.is_served()


def test_a_handler_that_returns_nothing(network: Network):
    network.route("/page")(lambda request: None)
    response = network.fetch("/page")
    assert response.status == 500 and response.body == FAILED
    assert network.log[1:] == ['WARNING - 127.0.0.2: "GET /page" answered 500']


@pytest.mark.parametrize("sent", [0, 1, 20])
def test_a_body_that_fails_half_way_ends_the_answer(network: Network, sent: int):
    """Too late for a 500; the last chunk is missing, and the phone can tell."""

    @network.route("/page")
    def handler(request):
        def body():
            for _ in range(sent):
                yield "x" * 100
            raise ValueError("sensor is gone")

        return network.http.ChunkedResponse(request, body)

    response = network.fetch("/page")
    assert response.status == 200
    assert not response.body.endswith(b"0\r\n\r\n")
    assert network.errors()[0] == 'ERROR - "GET /page" failed: ValueError: sensor is gone'
    network.is_served()


def test_only_one_phone_meets_the_failure(network: Network):
    def fails(request):
        raise ValueError("mine")

    network.route("/fails")(fails)
    with network.connect() as one, network.connect("127.0.0.3") as other:
        one.sendall(network.request("/fails"))
        other.sendall(network.request("/hello.txt"))
        assert parse(network.receive_all(one)).status == 500
        assert parse(network.receive_all(other)).status == 200
    network.errors()


# The port


def test_a_port_that_is_taken_is_said_in_words(network: Network):
    network.board.faults.set("port-80-taken")
    try:
        with pytest.raises(RuntimeError) as raised:
            network.server.start("0.0.0.0", 80)
    finally:
        network.board.faults.set("port-80-taken=off")
    assert str(raised.value) == (
        "port 80 is taken; if the web workflow has it, take CIRCUITPY_WEB_API_PASSWORD out of "
        "settings.toml or set CIRCUITPY_WEB_API_PORT = 8080 there"
    )
    assert network.loop.sockets == []
    assert all(place is None for place in network.board.network.table)
    network.is_served()

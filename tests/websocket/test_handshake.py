# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The opening handshake (RFC 6455 section 4.2)."""

import pytest

from tests.in_process import Events, Network, let_time_pass
from tests.raw_http import parse
from tests.raw_websocket import TEXT, Frame, RawWebSocket, close_payload, frame

GOOD = (
    b"GET /ws HTTP/1.1\r\nHost: 192.168.4.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.fixture
def events(network: Network) -> Events:
    """The events of a hub at /ws, which echoes."""
    hub = network.hub()
    events = Events(hub)

    @hub.on_message
    def echo(client, data):
        client.send(data)

    return events


def has_opened(network: Network, events: Events) -> None:
    network.until(lambda: events.of("open"))


def test_example_of_rfc_6455(network: Network, events: Events):
    """Section 1.3, byte for byte."""
    with network.connect() as phone:
        phone.sendall(GOOD)
        network.until(phone.waiting)
        assert phone.waiting() == (
            b"HTTP/1.1 101 Switching Protocols\r\n"
            b"Upgrade: websocket\r\n"
            b"Connection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
            b"\r\n"
        )
        has_opened(network, events)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"websocket", b"WebSocket"),
        (b"websocket", b"WEBSOCKET"),
        (b"websocket", b"h2c, websocket"),
        (b"websocket", b"h2c ,\twebsocket , x"),
        (b"Connection: Upgrade", b"connection: upgrade"),
        (b"Connection: Upgrade", b"Connection: keep-alive, Upgrade"),
        (b"Connection: Upgrade", b"Connection:keep-alive,upgrade"),
        (b"Connection: Upgrade", b"Connection: keep-alive\r\nConnection: Upgrade"),
        (b"Connection: Upgrade", b"Connection: , Upgrade,"),
        (b"Upgrade: websocket", b"Upgrade: x\r\nUpgrade: websocket"),
        (b"Sec-WebSocket-Key: ", b"SEC-WEBSOCKET-KEY:"),
        (b"Sec-WebSocket-Key: ", b"sec-websocket-key: \t "),
        (b"Version: 13", b"Version:13 "),
        (b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nSec-WebSocket-Protocol: chat\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nCookie: a=b\r\nUser-Agent: \xc3\xbc\r\nAccept:\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nContent-Length: 0\r\n\r\n"),
        (b"/ws", b"/ws?token=1"),
        (b"/ws", b"http://192.168.4.1/ws"),
    ],
)
def test_valid_handshake(network: Network, events: Events, old: bytes, new: bytes):
    assert old in GOOD
    with network.connect() as phone:
        phone.sendall(GOOD.replace(old, new, 1))
        network.until(phone.waiting)
        received = phone.waiting()
        assert received.startswith(b"HTTP/1.1 101 Switching Protocols\r\n"), received
        assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in received
        # What was not agreed on may not be named (section 4.1).
        assert b"-extensions" not in received.lower() and b"-protocol" not in received.lower()
        has_opened(network, events)


UPGRADE = (426, b"This address is for WebSocket connections.\n", {"upgrade": "websocket"})
VERSION = (
    426,
    b"Only version 13 of the WebSocket protocol is supported.\n",
    {"sec-websocket-version": "13"},
)
KEY = (400, b"Sec-WebSocket-Key must be 16 bytes in base64.\n", {})
CONNECTION = (400, b"The header Connection: Upgrade is missing.\n", {})


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        (b"Upgrade: websocket\r\n", b"", UPGRADE),
        (b"Upgrade: websocket", b"Upgrade:", UPGRADE),
        (b"Upgrade: websocket", b"Upgrade: h2c", UPGRADE),
        (b"Upgrade: websocket", b"Upgrade: websocket2", UPGRADE),
        (b"Upgrade: websocket", b"Upgrade: web socket", UPGRADE),
        (b"Connection: Upgrade\r\n", b"", CONNECTION),
        (b"Connection: Upgrade", b"Connection: keep-alive", CONNECTION),
        (b"Connection: Upgrade", b"Connection: xUpgrade", CONNECTION),
        (b"Version: 13", b"Version: 12", VERSION),
        (b"Version: 13", b"Version: 8", VERSION),
        (b"Version: 13", b"Version: 130", VERSION),
        (b"Version: 13", b"Version: 013", VERSION),
        (b"Version: 13", b"Version:", VERSION),
        (b"Version: 13", b"Version: 13, 8", VERSION),
        (b"Sec-WebSocket-Version: 13\r\n", b"", VERSION),
        (b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", b"", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25j", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZQ", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZQ==x", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"dGhlIHNhbXBsZSBub25jZQAA", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"!!!!!!!!!!!!!!!!!!!!!!==", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"========================", KEY),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"\xc3\xbchlIHNhbXBsZSBub25jZQ==", KEY),
        (b"GET", b"POST", (405, b"Use GET here.\n", {"allow": "GET"})),
        (b"HTTP/1.1", b"HTTP/1.0", (400, b"A WebSocket handshake needs HTTP/1.1.\n", {})),
        (b"Host: 192.168.4.1", b"Host: evil.example", (421, None, {})),
        (b"Host: 192.168.4.1\r\n", b"", (400, None, {})),
    ],
)
def test_invalid_handshake(network: Network, events: Events, old: bytes, new: bytes, answer: tuple):
    status, text, headers = answer
    assert old in GOOD
    response = network.answer(GOOD.replace(old, new, 1))
    assert response.status == status, response
    assert text is None or response.body == text
    assert response.headers.items() >= headers.items()
    assert "close" in response.headers["connection"]
    assert len(network.log) == 2
    method = "POST" if new == b"POST" else "GET"
    line = f'WARNING - 127.0.0.2: "{method} /ws" answered {status}: '
    assert network.log[1] == line + response.body.decode().strip()
    assert events.all == []
    network.is_served()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD"])
def test_method_is_get(network: Network, method: str):
    hub = network.lib.hub.Hub(loop=network.loop)
    network.route("/ws")(hub.upgrade)
    response = network.answer(GOOD.replace(b"GET", method.encode()))
    assert response.status == (404 if method == "HEAD" else 405)


@pytest.mark.parametrize(
    ("host", "origin", "allowed"),
    [
        ("192.168.4.1", None, True),
        ("192.168.4.1", "http://192.168.4.1", True),
        ("192.168.4.1:8080", "http://192.168.4.1:8080", True),
        ("localhost:1234", "http://LOCALHOST:1234", True),
        ("192.168.4.1", "null", False),
        ("192.168.4.1", "", False),
        ("192.168.4.1", "http://evil.example", False),
        ("192.168.4.1", "http://192.168.4.1.evil.example", False),
        ("192.168.4.1", "http://evil.example/192.168.4.1", False),
        ("192.168.4.1", "http://192.168.4.1@evil.example", False),
        ("192.168.4.1", "http://192.168.4.1:8080", False),
        ("192.168.4.1:8080", "http://192.168.4.1", False),
        ("192.168.4.1", "https://192.168.4.1", False),
        ("192.168.4.1", "http://localhost", False),
        ("192.168.4.1", "http://", False),
        ("192.168.4.1", "http://192.168.4.1:443", False),
        ("192.168.4.1", "ws://evil.example", False),
        ("192.168.4.1", "wss://192.168.4.1", False),
        ("192.168.4.1", "files://x", False),
        # No page of another site can have these.
        ("192.168.4.1", "file://", True),
        ("192.168.4.1", "file:///C:/page.html", True),
        ("192.168.4.1", "ws://192.168.4.1", True),
        ("192.168.4.1:8080", "ws://192.168.4.1:8080/", True),
        ("192.168.4.1", "http://192.168.4.1/", True),
        ("192.168.4.1", "http://192.168.4.1:80", True),
        ("192.168.4.1:80", "http://192.168.4.1", True),
    ],
)
def test_origin_of_another_site_is_403(
    network: Network, events: Events, host: str, origin: str | None, allowed: bool
):
    request = GOOD.replace(b"Host: 192.168.4.1", b"Host: " + host.encode())
    if origin is not None:
        request = request.replace(b"\r\n\r\n", b"\r\nOrigin: %s\r\n\r\n" % origin.encode())
    if allowed:
        with network.connect() as phone:
            phone.sendall(request)
            network.until(phone.waiting)
            assert phone.waiting()[9:12] == b"101"
        return
    response = network.answer(request)
    assert response.status == 403
    assert response.body == b"Pages of other sites may not connect.\n"
    assert network.log[1:] == [
        f'WARNING - a page of "{origin}" may not connect: see origins= of the Hub',
        'WARNING - 127.0.0.2: "GET /ws" answered 403: Pages of other sites may not connect.',
    ]
    assert events.all == []


@pytest.mark.parametrize(
    ("origins", "origin", "status"),
    [
        (["http://dev.example:5173"], "http://dev.example:5173", 101),
        (["http://dev.example:5173"], "http://dev.example", 403),
        (["http://dev.example:5173"], "http://192.168.4.1", 101),
        (["http://dev.example:80/"], "http://dev.example", 101),
        ("https://dev.example", "https://dev.example:443", 101),
        ("http://dev.example", "http://dev.example", 101),
        ("http://dev.example", "http://dev", 403),
        (["null"], "null", 101),
        (["*"], "http://evil.example", 101),
    ],
)
def test_origins(network: Network, origins, origin: str, status: int):
    network.hub(origins=origins)
    with network.connect() as phone:
        phone.sendall(GOOD.replace(b"\r\n\r\n", b"\r\nOrigin: %s\r\n\r\n" % origin.encode()))
        network.until(phone.waiting)
        assert phone.waiting()[9:12] == str(status).encode()


@pytest.mark.parametrize(
    ("offered", "wanted", "chosen"),
    [
        (["b", "a"], ["a, b"], "b"),
        (["b", "a"], ["a"], "a"),
        (["b", "a"], ["c,a ,\tb"], "b"),
        (["b", "a"], ["c", "a"], "a"),
        (["b"], ["B"], None),
        (["b"], ["c"], None),
        (["b"], [], None),
        (["b"], [""], None),
        ([], ["a"], None),
    ],
)
def test_subprotocols(network: Network, offered, wanted: list[str], chosen: str | None):
    events = Events(network.hub(subprotocols=offered))
    lines = b"".join(b"\r\nSec-WebSocket-Protocol: " + name.encode() for name in wanted)
    with network.connect() as phone:
        phone.sendall(GOOD.replace(b"\r\n\r\n", lines + b"\r\n\r\n"))
        network.until(phone.waiting)
        head = phone.waiting()
        assert head[9:12] == b"101"
        named = [line for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Protocol")]
        assert named == ([b"Sec-WebSocket-Protocol: " + chosen.encode()] if chosen else [])
        has_opened(network, events)
        assert events.clients[0].subprotocol == chosen


def test_headers_of_the_server(network: Network):
    network.server.headers = {"X-Server": "board"}
    hub = network.hub()
    with network.websocket() as client:
        assert client.response.headers["x-server"] == "board"
        network.until(lambda: hub.clients)


# Bytes after the request


@pytest.mark.parametrize("cut", [0, 1, 2, 6, 10, 11, 17, 22])
def test_messages_in_the_segment_of_the_request(network: Network, events: Events, cut: int):
    data = frame(TEXT, "hello") + frame(TEXT, "again")
    with network.websocket(early=data[:cut]) as client:
        client.send_bytes(data[cut:])
        assert client.receive_text() == "hello"
        assert client.receive_text() == "again"
    assert events.messages == ["hello", "again"]


@pytest.mark.parametrize("count", [1, 100])
def test_long_messages_after_the_request(network: Network, events: Events, count: int):
    """More than the buffer for requests holds: the rest waits in the socket."""
    messages = [f"{number}:" + "x" * (4000 // count) for number in range(count)]
    data = b"".join(frame(TEXT, text) for text in messages)
    with network.websocket(early=data) as client:
        assert [client.receive_text() for _ in range(count)] == messages


def test_close_after_the_request(network: Network, events: Events):
    with network.websocket(early=frame(8, close_payload(1000, "bye"))) as client:
        assert client.receive() == Frame(8, close_payload(1000))
        assert client.receive_rest().end == "fin"
    assert events.all == [("open", 1), ("close", 1, 1000, "bye")]


def test_unmasked_frame_after_the_request_is_1002(network: Network, events: Events):
    with network.websocket(early=frame(TEXT, "x", mask=None)) as client:
        assert client.receive().close_code == 1002
        network.advance(1)
    assert events.of("close") == [(1, 1002, "frame is not masked")]


def test_request_and_answer_in_parts(network: Network, events: Events):
    network.serve()
    network.board.faults.set("partial=1")
    data = GOOD + frame(TEXT, "hello")
    for cut in range(1, len(data), 7):
        with network.connected() as phone:
            phone.sendall(data[:cut])
            network.turn(3)
            phone.sendall(data[cut:])
            network.until(lambda phone=phone: phone.waiting().endswith(b"\x81\x05hello"))
            assert phone.waiting().count(b"\r\n") == 5
    network.board.faults.set("partial=off")


@pytest.mark.parametrize("fault", ["eagain=0.5", "delay=2"])
def test_handshake_over_a_bad_network(network: Network, events: Events, fault: str):
    network.serve()
    network.board.faults.set(fault)
    for number in range(10):
        with network.websocket(early=frame(TEXT, f"hello {number}")) as client:
            assert client.receive_text() == f"hello {number}"
            assert client.close().close_code == 1000
    assert len(events.messages) == 10


def test_request_timeout_does_not_end_the_websocket(network: Network, events: Events):
    with network.websocket() as client:
        has_opened(network, events)
        let_time_pass(network, 60, client)
        client.send_text("still here")
        assert client.receive_text() == "still here"


def test_reset_before_the_answer(network: Network, events: Events):
    phone = network.connected()
    phone.send(GOOD)
    phone.reset()
    network.until(lambda: network.loop.sockets == ["HTTP listener"])
    network.advance(1)
    assert [event[2] for event in events.of("close")] in ([], [1006])
    network.is_served()


def test_path_without_a_websocket(network: Network):
    response = network.answer(GOOD.replace(b"/ws", b"/nothing"))
    assert response.status == 404


def test_raw_websocket_reports_a_rejection(network: Network):
    """The tests' own client."""
    with pytest.raises(AssertionError, match="not upgraded"):
        RawWebSocket(network.address, "/hello.txt", sock=network.connect())
    assert parse(network.exchange(network.request("/hello.txt"))).status == 200

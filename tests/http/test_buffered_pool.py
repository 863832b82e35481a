# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The pool: hosts, the board's 8 sockets, and the port."""

import pytest

from tests.in_process import SECURITY, Network
from tests.raw_http import parse

FOREIGN = {"Host": "Elsewhere.example:80"}


# Hosts


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("esp.local", 200),
        ("ESP.local:80", 200),
        ("esp.local.", 200),
        ("localhost", 200),
        ("LocalHost:1234", 200),
        ("127.0.0.1:65535", 200),
        ("192.168.4.1", 421),
    ],
)
def test_hosts(make_network, host: str, status: int):
    network = make_network(hosts=["ESP.local"])
    assert network.fetch("/hello.txt", headers={"Host": host}).status == status


def test_foreign_host_is_answered_by_its_handler(network: Network):
    asked = []

    def answer(*arguments):
        asked.append(arguments)
        return 200, "Fine", "hello\n", "X-Mine: 1\r\n"

    network.pool.on_foreign_host = answer
    response = network.fetch("/a?b", headers=FOREIGN)
    assert asked == [("127.0.0.2", "GET", "elsewhere.example", "/a?b", False)]
    assert (response.status, response.reason, response.body) == (200, "Fine", b"hello\n")
    own = {"x-mine": "1", "connection": "close", "content-length": "6"}
    assert response.headers == SECURITY | own
    assert not [line for line in network.log if "answered" in line]


def test_foreign_host_is_421_if_the_handler_returns_none(network: Network):
    for handler in (lambda *arguments: None, None):
        network.pool.on_foreign_host = handler
        response = network.fetch(headers=FOREIGN)
        assert response.status == 421 and b"This board answers to" in response.body
    # Once: the handler counts its own, because apps try again and again.
    (line,) = [line for line in network.log if "answered 421" in line]
    assert line.startswith('WARNING - 127.0.0.2: "GET /" answered 421: This board answers to: ')


def test_foreign_host_handler_that_fails_closes_the_connection(network: Network):
    network.pool.on_foreign_host = lambda *arguments: 1 / 0
    client = network.connected()
    client.sendall(network.request(headers=FOREIGN))
    network.until(lambda: not network.pool.exchanges, "the connection is closed")
    assert "ZeroDivisionError" in network.errors()[0]
    network.is_served()


# Sockets


def test_silent_clients_make_room(network: Network):
    """With every socket taken by a silent client, a request is answered after about 1 s."""
    silent = [network.connected() for _ in range(7)]
    assert network.loop.free_sockets == 0
    with network.connect("127.0.0.3") as client:
        client.sendall(network.request("/hello.txt"))
        network.turn(50)
        assert len(network.pool.exchanges) == 7
        network.advance(0.8)
        assert client.is_silent()
        network.advance(0.5)
        assert parse(network.receive_all(client)).status == 200
    sockets = "HTTP listener, HTTP, HTTP, HTTP, HTTP, HTTP, HTTP, HTTP"
    lines = ["WARNING - no socket is free: " + sockets, "INFO - 127.0.0.2 dropped: sent no request"]
    assert network.log[1:] == lines
    assert sum(client.is_silent() for client in silent) == 6
    network.advance(4)
    assert network.log[1:] == lines + lines[1:] * 6
    assert network.loop.sockets == ["HTTP listener"]
    network.is_served()


@pytest.mark.parametrize("streams", [2, 7])
def test_streams_make_room_for_a_page(network: Network, streams: int):
    """Such as EventSources; the sockets that they leave are taken by WebSockets."""
    hub = network.hub(max_clients=7)

    @network.route("/events")
    def handler(request):
        return network.http.SSEResponse(request)

    websockets = [network.websocket() for _ in range(7 - streams)]
    phones = [network.connect() for _ in range(streams)]
    for phone in phones:
        phone.sendall(network.request("/events"))
        network.until(phone.waiting)
        phone.recv(1000)
    network.advance(1)
    sockets = ", ".join(["HTTP listener"] + ["WebSocket"] * len(websockets) + ["HTTP"] * streams)
    warning = "WARNING - no socket is free: " + sockets
    assert [line for line in network.log if "client" not in line][1:] == [warning]
    for _ in range(2):
        with network.connect("127.0.0.3") as page:
            page.sendall(network.request("/hello.txt"))
            network.advance(0.7)
            assert parse(network.receive_all(page)).status == 200
        # The newest has made room, and its browser connects again.
        assert [phone.is_silent() for phone in phones] == [True] * (streams - 1) + [False]
        assert network.log[-1] == "INFO - 127.0.0.2 dropped: makes room for another client"
        phones[-1] = network.connect()
        phones[-1].sendall(network.request("/events"))
        network.until(phones[-1].waiting)
        phones[-1].recv(1000)
    assert len([line for line in network.log if line == warning]) == 1
    assert len(hub.clients) == len(websockets)


@pytest.mark.parametrize(("rate", "dropped"), [(0, 1), (2, 1), (5, 1), (40, 0)])
def test_slow_clients_make_room_for_a_page(network: Network, rate: int, dropped: int):
    """Two phones load a long file at some KB/s, and the others have a WebSocket."""
    (network.shared.drive / "static" / "long.bin").write_bytes(bytes(1 << 20))
    network.hub(max_clients=5)
    websockets = [network.websocket() for _ in range(5)]
    readers = [network.connect(receive_buffer=4096) for _ in range(2)]
    for reader in readers:
        reader.sendall(network.request("/long.bin"))
        network.until(reader.waiting)

    def pass_time(seconds: float) -> None:
        for step in range(round(seconds * 10)):
            network.advance(0.1)
            for reader in readers:
                if rate >= 10 or step % 10 == 9:
                    left = rate * (100 if rate >= 10 else 1000)
                    while left > 0 and reader.waiting():
                        left -= len(reader.recv(left))
                        network.turn(4)

    pass_time(3)
    with network.connect("127.0.0.3") as page:
        page.sendall(network.request("/hello.txt"))
        pass_time(1.7)
        if not dropped:
            assert page.is_silent()
            readers[0].close()
            network.advance(0.3)
        assert parse(network.receive_all(page)).status == 200
    line = "INFO - 127.0.0.2 dropped: makes room for another client"
    assert network.log.count(line) == dropped
    assert len(websockets) == 5


def test_full_timeout_while_a_socket_is_free(network: Network):
    clients = [network.connected() for _ in range(6)]
    network.advance(4.5)
    assert network.loop.free_sockets == 1
    for client in clients:
        client.sendall(network.request("/hello.txt"))
        assert parse(network.receive_all(client)).status == 200


def test_accept_waits_for_a_free_socket(network: Network):
    """Without one, the board's accept() would close the connection."""
    clients = [network.connected() for _ in range(7)]
    waiting = [network.connect("127.0.0.3") for _ in range(3)]
    for client in waiting:
        client.sendall(network.request("/hello.txt"))
        assert client.is_silent()
    assert network.loop.sockets == ["HTTP listener"] + ["HTTP"] * 7
    for client in clients:
        client.close()
    network.until(lambda: network.loop.free_sockets == 7)
    assert network.log[1:] == ["INFO - 127.0.0.2 disconnected before sending a request"] * 7
    assert waiting[0].is_silent()
    network.advance(0.2)
    for client in waiting:
        assert parse(network.receive_all(client)).status == 200


def test_sockets_that_the_loop_does_not_know(network: Network):
    """The program has opened them itself: accept() fails, and the next one succeeds."""
    network.serve()
    own = [network.shared.socket_pool.socket() for _ in range(7)]
    client = network.connect()
    network.turn(20)
    for sock in own:
        sock.close()
    client.close()
    network.is_served()


def test_five_clients_load_forty_files(network: Network):
    hosts = [f"127.0.0.{10 + index}" for index in range(5)]
    for _ in range(8):
        clients = [network.connect(host) for host in hosts]
        for client in clients:
            client.sendall(network.request("/all.bin"))
        for client in clients:
            assert len(parse(network.receive_all(client)).body) == 25600


def test_low_memory_drops_idle_connections(network: Network):
    with network.connected() as idle, network.connected() as begun:
        begun.sendall(network.request("/hello.txt")[:-1])
        network.loop.low_memory = True
        network.until(lambda: not idle.is_silent())
        assert network.log[1] == "INFO - 127.0.0.2 dropped: sent no request"
        begun.sendall(b"\n")
        assert parse(network.receive_all(begun)).status == 200


def test_drop_closes_the_connections_of_an_address(network: Network):
    with network.connected() as leaves, network.connected("127.0.0.3") as stays:
        network.pool.drop("127.0.0.2")
        assert not leaves.is_silent()
        assert network.log[1:] == ["INFO - 127.0.0.2 dropped: it has left the hotspot"]
        stays.sendall(network.request("/hello.txt"))
        assert parse(network.receive_all(stays)).status == 200


# The port


def test_port_that_is_taken(network: Network):
    network.board.faults.set("port-80-taken")
    try:
        with pytest.raises(RuntimeError) as raised:
            network.server.start("0.0.0.0", 80)
    finally:
        network.board.faults.set("port-80-taken=off")
    assert str(raised.value) == (
        "port 80 is taken; if the web workflow has it, set CIRCUITPY_WEB_API_PORT = 8080 "
        "in settings.toml"
    )
    assert network.loop.sockets == []
    assert all(place is None for place in network.board.network.table)
    network.is_served()


# Servers


@pytest.mark.parametrize("polled", [False, True])
def test_second_server(network: Network, polled: bool):
    """Each port is answered by its own server."""
    other = network.http.Server(network.pool)
    for server in (network.server, other):
        text = "other" if server is other else "first"
        server.route("/who")(lambda request, text=text: network.http.Response(request, text))
    network.serve()
    if polled:
        other.start("0.0.0.0", 8000)
        network.loop.on_turn(lambda: other.stopped or other.poll())
    else:
        network.pool.serve(other, "0.0.0.0", 8000)
    assert network.fetch("/who").body == b"first"
    network.port = 8000
    assert network.fetch("/who").body == b"other"
    assert not [line for line in network.log if "polls" in line]
    other.stop()


def test_server_that_nothing_polls_is_503(network: Network):
    server = network.http.Server(network.pool)
    network.serve()
    server.start("0.0.0.0", 8000)
    network.port = 8000
    with network.connected() as client:
        client.sendall(network.request("/"))
        network.advance(5.2)
        assert parse(network.receive_all(client)).status == 503
    server.stop()
    assert "hotspot.pool.serve(server, port=8000)" in network.log[-1]


def test_server_that_the_program_polls_in_a_loop_of_its_own(network: Network):
    """`Server.serve_forever` does that too."""
    network.route("/who")(lambda request: network.http.Response(request, "me"))
    network._serving = True
    network.server.start("0.0.0.0", 80)
    network.turn = lambda count=1: [network.server.poll() for _ in range(count)]  # type: ignore
    assert network.fetch("/who").body == b"me"
    assert len(network.fetch("/all.bin").body) == 25600
    (line,) = [line for line in network.log if "polls" in line]
    assert "hotspot.run(server)" in line


def test_websocket_of_the_library(network: Network):
    opened = []

    @network.route("/ws")
    def connect(request):
        opened.append(network.http.Websocket(request))
        return opened[0]

    with network.websocket() as client:
        network.until(lambda: opened)
        assert opened[0].receive() is None
        for text in ("hello", "x" * 4000):
            client.send_text(text)
            assert network.until(opened[0].receive) == text
            opened[0].send_message(text)
            assert client.receive_text() == text
        for number in range(200):
            client.send_text(f"{number}" + "x" * 100)
        network.turn(50)
        for number in range(200):
            assert network.until(opened[0].receive) == f"{number}" + "x" * 100
        client.sock.close()
        network.until(lambda: opened[0].receive() or opened[0].closed)
    assert network.loop.sockets == ["HTTP listener"]

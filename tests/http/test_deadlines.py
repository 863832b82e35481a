# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Phones that are slow, silent, half gone or gone; and what becomes of the board's 8 sockets."""

import pytest

from tests import raw_http
from tests.network import Network
from tests.raw_http import Received, parse

LONG = "static/longer.bin"


@pytest.fixture
def program(network: Network) -> list[str]:
    """The paths that the program was asked for."""
    asked: list[str] = []

    @network.route("/program", ["GET", "POST"])
    def handler(request):
        asked.append(request.path)
        return network.http.Response(request, "answer")

    return asked


def is_forgotten(network: Network) -> None:
    """Check that the board has let the phone go, and goes on."""
    network.until(lambda: network.loop.sockets == ["HTTP listener"])
    network.is_served()


# Slow and silent


def test_a_silent_phone_is_dropped_at_the_deadline(network: Network):
    with network.connected() as phone:
        network.advance(4.9)
        assert phone.is_silent()
        assert len(network.log) == 1
        network.advance(0.2)
        assert raw_http.receive(phone) == Received(b"", "fin")
    assert network.log[1:] == ["INFO - 127.0.0.2 dropped: sent no request"]
    is_forgotten(network)


@pytest.mark.parametrize("part", [b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n\r"])
def test_half_a_request_is_408_at_the_deadline(network: Network, part: bytes):
    with network.connected() as phone:
        phone.sendall(part)
        network.advance(4.9)
        assert phone.is_silent()
        network.advance(0.2)
        response = parse(network.receive_all(phone))
    assert (response.status, response.reason, response.end) == (408, "Request Timeout", "fin")
    assert response.body == b"The request took too long to arrive.\n"
    line = part.split(b" HTTP/")[0].decode()
    assert network.log[1:] == [f'WARNING - 127.0.0.2: "{line}" answered 408']
    is_forgotten(network)


def test_half_a_body_is_408_at_the_deadline(network: Network, program: list):
    with network.connected() as phone:
        phone.sendall(network.request("/program", method="POST", body=b"12345")[:-1])
        network.advance(5.1)
        response = parse(network.receive_all(phone))
    assert response.status == 408
    assert network.log[1:] == ['WARNING - 127.0.0.2: "POST /program" answered 408']
    assert program == []


def test_a_drip_does_not_put_the_deadline_off(network: Network):
    with network.connected() as phone:
        for byte in network.request("/hello.txt")[:49]:
            phone.sendall(bytes([byte]))
            network.advance(0.1)
        assert phone.is_silent()
        phone.sendall(b"x")
        network.advance(0.2)
        assert parse(network.receive_all(phone)).status == 408


def test_a_slow_phone_is_served_within_the_deadline(network: Network):
    data = network.request("/hello.txt")
    with network.connected() as phone:
        for start in range(0, len(data), 8):
            network.advance(0.4)
            phone.sendall(data[start : start + 8])
        assert parse(network.receive_all(phone)).status == 200


def test_an_own_deadline(make_network):
    network = make_network(request_timeout=500)
    with network.connected() as phone:
        network.advance(0.4)
        assert phone.is_silent()
        network.advance(0.2)
        assert raw_http.receive(phone).end == "fin"


# Half gone


def test_a_phone_that_only_connects(network: Network):
    network.connected().close()
    network.wait_for("INFO - 127.0.0.2 closed without a request")
    is_forgotten(network)


def test_a_phone_that_only_connects_and_is_gone_before_it_is_accepted(network: Network):
    network.serve()
    network.connect().close()
    network.wait_for("INFO - 127.0.0.2 closed without a request")
    is_forgotten(network)


@pytest.mark.parametrize("part", [b"G", b"GET /hello.txt HTTP/1.1\r\nHost: localhost\r\n"])
def test_half_a_request_and_the_end(network: Network, part: bytes):
    with network.connected() as phone:
        phone.sendall(part)
        phone.end_sending()
        assert raw_http.receive(phone) == Received(b"", "fin")
    network.wait_for("INFO - 127.0.0.2 closed in the middle of a request")
    is_forgotten(network)


def test_half_a_body_and_the_end(network: Network, program: list):
    with network.connected() as phone:
        phone.sendall(network.request("/program", method="POST", body=b"12345")[:-1])
        phone.end_sending()
        assert raw_http.receive(phone) == Received(b"", "fin")
    assert program == []


@pytest.mark.parametrize("target", ["/hello.txt", "/program", "/nothing.txt"])
def test_a_whole_request_and_the_end(network: Network, program: list, target: str):
    """A client such as ``nc -N`` ends its side at once. The board has not read that end yet."""
    with network.connected() as phone:
        phone.sendall(network.request(target))
        phone.end_sending()
        response = parse(network.receive_all(phone))
    assert response.status == (404 if target == "/nothing.txt" else 200)
    assert len(response.body) == int(response.headers["content-length"])
    assert response.end == "fin"
    is_forgotten(network)


def test_a_long_file_to_a_phone_that_has_ended_its_side(network: Network):
    content = bytes(range(256)) * 400
    (network.shared.drive / LONG).write_bytes(content)
    with network.connect(receive_buffer=4096) as phone:
        phone.sendall(network.request("/longer.bin"))
        phone.end_sending()
        response = parse(network.receive_all(phone))
    assert response.body == content
    is_forgotten(network)


def test_a_wrong_request_and_the_end(network: Network):
    with network.connected() as phone:
        phone.sendall(b"rubbish\r\n\r\n")
        phone.end_sending()
        response = parse(raw_http.receive(phone))
    assert response.status == 400 and response.end == "fin"
    is_forgotten(network)


# Gone


@pytest.mark.parametrize("part", [b"", b"GET /", b"GET /program HTTP/1.1\r\nHost: localhost\r\n"])
def test_a_reset_before_the_request_is_whole(network: Network, program: list, part: bytes):
    phone = network.connected()
    if part:
        phone.sendall(part)
        network.until(lambda: network.pool.exchanges[0]._input == part)
    phone.reset()
    network.wait_for(
        "INFO - 127.0.0.2 closed " + ("in the middle of a request" if part else "without a request")
    )
    assert program == []
    is_forgotten(network)


def test_a_reset_right_behind_the_request(network: Network, program: list):
    phone = network.connected()
    phone.send(network.request("/program"))
    phone.reset()
    is_forgotten(network)
    assert network.errors() == []


@pytest.mark.parametrize("delay", [0, 1, 3])
def test_a_reset_while_the_program_answers(network: Network, delay: int):
    phones = []

    @network.route("/slow")
    def handler(request):
        def body():
            for index in range(50):
                if index == delay:
                    phones[0].reset()
                yield "x" * 1000

        return network.http.ChunkedResponse(request, body)

    phones.append(network.connected())
    phones[0].sendall(network.request("/slow")[:-1])
    phones[0].send(b"\n")
    is_forgotten(network)


def test_a_reset_while_the_phone_is_refused(network: Network):
    phone = network.connected()
    phone.sendall(b"rubbish\r\n\r\n")
    network.until(phone.waiting)
    phone.reset()
    is_forgotten(network)


def test_a_phone_that_walks_out_of_range_with_half_a_request(network: Network):
    with network.connected("127.0.0.9") as phone:
        phone.sendall(b"GET /hello")
        network.until(lambda: network.pool.exchanges[0]._input)
        network.board.network.leave("127.0.0.9")
        network.advance(17)
        assert network.loop.sockets == ["HTTP listener"]
        network.board.network.join("127.0.0.9")
    network.is_served()


# Eight sockets


def test_silent_phones_do_not_keep_others_out(network: Network):
    """With every socket taken by a silent phone, a page comes within the hurry deadline."""
    silent = [network.connected() for _ in range(7)]
    assert network.loop.free_sockets == 0
    with network.connect("127.0.0.3") as phone:
        phone.sendall(network.request("/hello.txt"))
        network.turn(50)
        assert len(network.pool.exchanges) == 7
        network.advance(0.8)
        assert phone.is_silent()
        network.advance(0.5)
        response = parse(network.receive_all(phone))
        assert response.status == 200
    assert network.log[1:] == ["INFO - 127.0.0.2 dropped: sent no request"]
    assert sum(phone.is_silent() for phone in silent) == 6
    network.advance(4)
    assert network.log[1:] == ["INFO - 127.0.0.2 dropped: sent no request"] * 7
    is_forgotten(network)


def test_a_phone_has_its_full_time_while_a_socket_is_free(network: Network):
    phones = [network.connected() for _ in range(6)]
    network.advance(4.5)
    assert network.loop.free_sockets == 1
    for phone in phones:
        phone.sendall(network.request("/hello.txt"))
        assert parse(network.receive_all(phone)).status == 200


def test_no_connection_is_accepted_and_lost_while_no_socket_is_free(network: Network):
    """The board's accept() would close it without a word."""
    phones = [network.connected() for _ in range(7)]
    waiting = [network.connect("127.0.0.3") for _ in range(3)]
    for phone in waiting:
        phone.sendall(network.request("/hello.txt"))
        assert phone.is_silent()
    assert network.loop.sockets == ["HTTP listener"] + ["HTTP"] * 7
    for phone in phones:
        phone.close()
    network.until(lambda: network.loop.free_sockets == 7)
    assert network.log[1:] == ["INFO - 127.0.0.2 closed without a request"] * 7
    assert waiting[0].is_silent()
    network.advance(0.2)
    for phone in waiting:
        assert parse(network.receive_all(phone)).status == 200


def test_forty_pages_at_once(network: Network):
    hosts = [f"127.0.0.{10 + index}" for index in range(5)]
    for _ in range(8):
        phones = [network.connect(host) for host in hosts]
        for phone in phones:
            phone.sendall(network.request("/all.bin"))
        for phone in phones:
            assert len(parse(network.receive_all(phone)).body) == 25600


def test_a_listener_that_is_taken_by_surprise_says_nothing(network: Network):
    """The sockets that the loop does not know: a program's own."""
    network.serve()
    own = [network.shared.socket_pool.socket() for _ in range(7)]
    phone = network.connect()
    network.turn(20)
    for sock in own:
        sock.close()
    phone.close()
    network.is_served()


# Sends that take a part, or nothing


@pytest.mark.parametrize("faults", [["partial=1"], ["eagain=0.5"], ["partial=0.5", "eagain=0.3"]])
def test_answers_are_whole_over_a_bad_network(network: Network, faults: list[str]):
    content = bytes(range(256)) * 200
    (network.shared.drive / LONG).write_bytes(content)

    @network.route("/chunks")
    def chunks(request):
        return network.http.ChunkedResponse(request, lambda: (f"{n}," for n in range(300)))

    @network.route("/whole")
    def whole(request):
        return network.http.Response(request, content)

    network.serve()
    for fault in faults:
        network.board.faults.set(fault)
    for _ in range(3):
        assert network.fetch("/longer.bin").body == content
        assert network.fetch("/whole").body == content
        body = network.fetch("/chunks").body
        assert body.endswith(b"\r\n0\r\n\r\n") and body.count(b",") == 300
        assert network.answer(b"rubbish\r\n\r\n").status == 400


def test_a_late_network(network: Network):
    network.serve()
    network.board.faults.set("delay=3")
    assert network.fetch("/all.bin").body == bytes(range(256)) * 100

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Who is still there: pings to those who are silent, and the end of those who do not answer."""

import pytest

from tests.network import Events, Network, let_time_pass
from tests.raw_websocket import BINARY, CONTINUATION, PING, PONG, TEXT, Frame, frame
from tests.websocket.member import Member


def ping(member: Member) -> Frame:
    """The board's next ping."""
    received = member.next()
    assert received.opcode == PING and len(received.payload) == 4
    return received


def test_a_silent_client_is_pinged_after_the_interval(network: Network):
    member = Member(network, network.hub(ping_interval=3000))
    network.advance(2.9)
    assert member.raw.sock.is_silent()  # type: ignore[attr-defined]
    network.advance(0.3)
    ping(member)
    # One at a time.
    network.advance(5)
    assert member.raw.sock.is_silent()  # type: ignore[attr-defined]


@pytest.mark.parametrize("opcode", [TEXT, PING, PONG, CONTINUATION])
def test_who_sends_anything_is_not_pinged(network: Network, opcode: int):
    hub = network.hub(ping_interval=3000, message_timeout=1000000)
    member = Member(network, hub)
    if opcode == CONTINUATION:
        member.raw.send(TEXT, "x", fin=False)
    for _ in range(5):
        network.advance(2)
        member.raw.send(opcode, "x", fin=opcode != CONTINUATION)
        network.turn(5)
        if opcode == PING:
            assert member.next() == Frame(PONG, b"x")
    assert member.raw.sock.is_silent()  # type: ignore[attr-defined]


def test_the_latency_is_the_round_trip(network: Network):
    member = Member(network, network.hub(ping_interval=3000))
    assert member.board.latency is None
    assert member.board.stats()["latency"] is None
    for trip in (200, 50, 1000):
        network.advance(3.1)
        payload = ping(member).payload
        network.clock.milliseconds += trip
        member.raw.send(PONG, payload)
        network.turn(5)
        latency = member.board.latency
        assert latency is not None and trip <= latency <= trip + 100
    stats = member.board.stats()
    assert 200 <= stats["latency"] <= 300
    assert 1000 <= stats["latency_worst"] <= 1100


def test_the_last_16_round_trips_count(network: Network):
    member = Member(network, network.hub(ping_interval=1000))
    trips = [5000, *range(10, 170, 10)]
    for trip in trips:
        network.clock.milliseconds += 2000
        network.turn(2)
        payload = ping(member).payload
        network.clock.milliseconds += trip
        member.raw.send(PONG, payload)
        network.turn(5)
        assert member.board.latency == trip
    stats = member.board.stats()
    assert stats["latency_worst"] == 160
    assert 80 <= stats["latency"] <= 90


def test_a_pong_that_was_not_asked_for_means_nothing(network: Network):
    hub = network.hub(ping_interval=3000, ping_timeout=5000)
    member = Member(network, hub)
    for payload in (b"", b"\0\0\0\0", network.clock().to_bytes(4, "big"), b"x" * 125):
        member.raw.send(PONG, payload)
        network.turn(5)
    assert member.board.latency is None
    network.advance(3.2)
    asked = ping(member).payload
    # Another's payload, and a part of it, are no answers.
    for payload in (b"", b"\0\0\0\0", asked[:3], asked + b"\0"):
        member.raw.send(PONG, payload)
        network.turn(5)
        assert member.board.latency is None
    member.raw.send(PONG, asked)
    network.turn(5)
    latency = member.board.latency
    assert latency is not None
    # Nor does the answer count twice.
    network.advance(1)
    member.raw.send(PONG, asked)
    network.turn(5)
    assert member.board.latency == latency


@pytest.mark.parametrize("how", ["silent", "out of reach", "vanished while much waits for it"])
def test_a_dead_peer_is_found_within_30_s_by_default(network: Network, how: str):
    """Whatever TCP thinks: the connection is open all the time."""
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    if how == "out of reach":
        member.go_away()
    elif how != "silent":
        member.fill_socket()
        member.board.send("waits")
    network.advance(9.5)
    assert events.of("close") == []
    start = network.clock.milliseconds
    while not events.of("close"):
        network.advance(0.1)
        assert network.clock.milliseconds - start < 20500
    assert network.clock.milliseconds - start >= 10000
    assert events.of("close") == [(1, 1006, "no answer to a ping")]
    assert network.log[-1] == "INFO - client 1 left: 1006 no answer to a ping"
    assert network.loop.sockets == ["HTTP listener"]


def test_a_ping_goes_before_the_messages_that_wait(network: Network):
    hub = network.hub(ping_interval=3000, ping_timeout=60000)
    member = Member(network, hub)
    sent = member.fill_socket()
    for number in range(5):
        member.board.send(str(number))
    network.advance(3.2)
    member.come_back()
    member.skip(sent - 1)
    ping(member)
    member.skip(1)
    assert [member.message() for _ in range(5)] == list("01234")


def test_who_answers_stays_for_ever(network: Network):
    hub = network.hub()
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(4)]
    let_time_pass(network, 300, *(member.raw for member in members))
    assert hub.clients == [member.board for member in members]
    assert hub.broadcast("good morning") == 4
    assert [member.message() for member in members] == ["good morning"] * 4


def test_a_long_frame_in_which_no_pong_can_come_is_a_sign_of_life(network: Network):
    """A phone uploads over a bad link: its pong has to wait for the end of the frame."""
    hub = network.hub(ping_interval=3000, ping_timeout=3000, max_message_size=1000)
    received = []
    hub.on_chunk(lambda client, piece, final: received.append(len(piece)))
    member = Member(network, hub)
    network.advance(2.9)
    upload = frame(BINARY, bytes(20000))
    member.raw.sock.send(upload[:1000])
    network.turn(5)
    network.advance(3.1)
    payload = ping(member).payload
    for start in range(1000, len(upload), 1000):
        member.raw.sock.send(upload[start : start + 1000])
        network.turn(5)
        network.advance(1)
    assert sum(received) == 20000
    assert member.board.state == network.lib.connection.OPEN
    member.raw.send(PONG, payload)
    network.turn(5)
    assert member.board.latency is not None
    # Then it falls silent in earnest.
    network.advance(6.5)
    assert member.board.state == network.lib.connection.CLOSED


@pytest.mark.parametrize("cut", [1, 2, 5, 9])
@pytest.mark.parametrize("opcode", [PING, PONG])
def test_a_control_frame_in_two_segments_is_no_message_that_takes_too_long(
    network: Network, cut: int, opcode: int
):
    hub = network.hub(message_timeout=3000, ping_interval=1000000)
    member = Member(network, hub)
    data = frame(opcode, "four")
    member.raw.sock.send(data[:cut])
    network.turn(5)
    member.raw.sock.send(data[cut:])
    network.turn(5)
    network.advance(30)
    assert member.board.state == network.lib.connection.OPEN


def test_a_client_on_its_way_out_is_not_pinged(network: Network):
    hub = network.hub(ping_interval=1000)
    member = Member(network, hub)
    member.board.close()
    member.next()
    network.advance(4)
    assert member.raw.sock.is_silent()  # type: ignore[attr-defined]
    network.advance(2)
    assert hub.clients == []


def test_the_clock_may_wrap_between_ping_and_pong(network: Network):
    member = Member(network, network.hub(ping_interval=500))
    network.clock.milliseconds = (1 << 29) - 20
    network.turn(2)
    payload = ping(member).payload
    network.clock.milliseconds += 100
    member.raw.send(PONG, payload)
    network.turn(5)
    assert member.board.latency == 100

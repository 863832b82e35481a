# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Dead clients are found: the board pings, and a page, which cannot ping, sends heartbeats."""

import pytest

from tests.in_process import Events, Network, let_time_pass
from tests.raw_websocket import BINARY, CONTINUATION, PING, PONG, TEXT, Frame, frame
from tests.websocket.member import Member, join_members

PAGE = "/ws?page=0123456789abcdef"


# Heartbeats of a page


def test_heartbeat_is_answered_with_its_number(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    for number in (1, 2, 4711):
        member.raw.send_text(f"\x05{number} - 0")
        assert member.message() == f"\x06{number}"


def test_heartbeat_is_not_delivered(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub, target=PAGE)
    member.raw.send_text("\x051 - 0")
    member.message()
    assert events.of("message") == []
    assert member.board.messages_in == 0


def test_heartbeat_tells_the_latency(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    for number, known in (("12", 12), ("-", 12), ("99999999", 65535), ("x", 65535), ("³", 65535)):
        member.raw.send_text(f"\x051 {number} 0")
        assert member.message() == "\x061"
        assert member.board.latency == known
    assert member.board.stats()["latency_worst"] == 65535


def test_heartbeat_tells_hidden(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    assert not member.board.hidden
    for hidden in (True, False):
        member.raw.send_text(f"\x051 - {int(hidden)}")
        member.message()
        assert member.board.hidden is hidden


@pytest.mark.parametrize(
    "text", ["\x05", "\x051", "\x051 2", "\x051 2 3", "\x051 2 0 1", "\x05" + "1" * 27 + " - 00"]
)
def test_invalid_heartbeat_is_a_message(network: Network, text: str):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub, target=PAGE)
    member.raw.send_text(text)
    network.until(lambda: events.of("message"), "a message")
    assert events.of("message") == [(1, text)]


@pytest.mark.parametrize("target", ["/ws", "/ws?page=0123456789abcde"])
def test_heartbeat_without_a_page_id_is_a_message(network: Network, target: str):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub, target=target)
    member.raw.send_text("\x051 - 0")
    network.until(lambda: events.of("message"), "a message")
    assert events.of("message") == [(1, "\x051 - 0")]


def test_heartbeat_answers_replace_each_other(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    count = member.fill_socket()
    for number in range(3):
        hub.deliver(member.board, Decoded(f"\x05{number} - 0"))
    member.come_back()
    for _ in range(count):
        assert member.message() == "x" * 716
    assert member.message() == "\x062"
    hub.broadcast("after it")
    assert member.message() == "after it"


class Decoded:
    """A text message as the decoder holds it."""

    chunk = False

    def __init__(self, data: str) -> None:
        self.data = data


# Pings of the board


def ping(member: Member) -> Frame:
    """The board's next ping."""
    received = member.next()
    assert received.opcode == PING and len(received.payload) == 4
    return received


def test_ping_after_the_interval(network: Network):
    member = Member(network, network.hub(ping_interval=3000))
    network.advance(2.9)
    assert member.raw.sock.is_silent()  # type: ignore[attr-defined]
    network.advance(0.3)
    ping(member)
    # One at a time.
    network.advance(5)
    assert member.raw.sock.is_silent()  # type: ignore[attr-defined]


@pytest.mark.parametrize("opcode", [TEXT, PING, PONG, CONTINUATION])
def test_no_ping_to_a_client_that_sends(network: Network, opcode: int):
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


def test_pong_gives_the_latency(network: Network):
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


def test_latency_of_the_last_16_pongs(network: Network):
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


def test_unsolicited_pong_is_ignored(network: Network):
    hub = network.hub(ping_interval=3000, ping_timeout=5000)
    member = Member(network, hub)
    for payload in (b"", b"\0\0\0\0", network.clock().to_bytes(4, "big"), b"x" * 125):
        member.raw.send(PONG, payload)
        network.turn(5)
    assert member.board.latency is None
    network.advance(3.2)
    asked = ping(member).payload
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
def test_no_pong_is_1006_within_30_s(network: Network, how: str):
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
    assert network.log[-1] == "INFO - client 1 disconnected: 1006 no answer to a ping"
    assert network.loop.sockets == ["HTTP listener"]


def test_client_that_answers_stays(network: Network):
    hub = network.hub()
    members = join_members(network, hub, 4)
    let_time_pass(network, 300, *(member.raw for member in members))
    assert hub.clients == [member.board for member in members]
    assert hub.broadcast("good morning") == 4
    assert [member.message() for member in members] == ["good morning"] * 4


def test_no_pong_inside_a_long_frame(network: Network):
    """The pong comes after the frame; until then, its bytes will do."""
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
    network.advance(6.5)
    assert member.board.state == network.lib.connection.CLOSED


@pytest.mark.parametrize("cut", [1, 2, 5, 9])
@pytest.mark.parametrize("opcode", [PING, PONG])
def test_control_frame_in_two_segments_is_no_message_timeout(
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


def test_no_ping_while_closing(network: Network):
    hub = network.hub(ping_interval=1000)
    member = Member(network, hub)
    member.board.close()
    member.next()
    network.advance(4)
    assert member.raw.sock.is_silent()  # type: ignore[attr-defined]
    network.advance(2)
    assert hub.clients == []


def test_ticks_wrap_between_ping_and_pong(network: Network):
    member = Member(network, network.hub(ping_interval=500))
    network.clock.milliseconds = (1 << 29) - 20
    network.turn(2)
    payload = ping(member).payload
    network.clock.milliseconds += 100
    member.raw.send(PONG, payload)
    network.turn(5)
    assert member.board.latency == 100

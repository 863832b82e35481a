# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""One turn of the loop is not one client's: 16 events each, and the rest waits its turn."""

from typing import Any

import pytest

from tests.network import Events, Network, close_frame
from tests.raw_websocket import BINARY, CLOSE, PING, PONG, TEXT, Frame, close_payload, frame
from tests.websocket.member import Member


def turn_until(network: Network, condition, limit: int = 1000) -> int:
    """Turn until the condition holds; how many turns it took."""
    turns = 0
    while not condition():
        network.turn()
        turns += 1
        assert turns < limit
    return turns


def test_a_flooding_client_gets_16_events_a_turn(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    member.say(*(str(number) for number in range(100)))
    turn_until(network, lambda: events.messages)
    counts = [len(events.messages)]
    while len(events.messages) < 100:
        network.turn()
        counts.append(len(events.messages))
    assert counts == [16, 32, 48, 64, 80, 96, 100]
    assert events.messages == [str(number) for number in range(100)]


def test_the_others_get_theirs_in_the_same_turn(network: Network):
    hub = network.hub()
    order: list[int] = []
    hub.on_message(lambda client, data: order.append(client.id))
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(4)]
    members[0].say(*["flood"] * 300)
    turn_until(network, lambda: order)
    for member in members[1:]:
        member.say("me")
    start = len(order)
    network.turn()
    seen = order[start:]
    assert seen.count(1) == 16
    assert sorted(number for number in seen if number != 1) == [2, 3, 4]


def test_four_floods_have_equal_shares(network: Network):
    hub = network.hub()
    counts = {1: 0, 2: 0, 3: 0, 4: 0}

    @hub.on_message
    def message(client, data):
        counts[client.id] += 1

    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(4)]
    for member in members:
        member.say(*["x"] * 400)
    network.turn(2)
    before = dict(counts)
    network.turn(10)
    assert [counts[number] - before[number] for number in counts] == [160] * 4
    network.turn(20)
    assert list(counts.values()) == [400] * 4


def test_control_frames_count_as_events(network: Network, monkeypatch):
    member = Member(network, network.hub())
    pings: list[bytes] = []
    answer = member.board.send_queue.put_pong
    monkeypatch.setattr(
        member.board.send_queue,
        "put_pong",
        lambda data: (pings.append(bytes(data[2:])), answer(data)),
    )
    member.raw.sock.send(b"".join(frame(PING, str(number)) for number in range(100)))
    turn_until(network, lambda: pings)
    counts = [len(pings)]
    while len(pings) < 100:
        network.turn()
        counts.append(len(pings))
    assert counts == [16, 32, 48, 64, 80, 96, 100]
    assert pings == [b"%d" % number for number in range(100)]
    # Not every ping needs a pong of its own (RFC 6455 section 5.5.3), but the last one does.
    pongs = [member.next()]
    while pongs[-1] != Frame(PONG, b"99"):
        pongs.append(member.next())
    numbers = [int(pong.payload) for pong in pongs]
    assert numbers == sorted(set(numbers))


def test_a_thousand_pings_in_one_segment_leave_the_client_in_peace(network: Network):
    """What was set aside is no message that takes too long."""
    hub = network.hub(message_timeout=3000, ping_interval=1000000)
    member = Member(network, hub)
    for number in range(2):
        member.raw.sock.send(frame(PING) * 999 + frame(PING, str(number)))
        network.turn(100)
        network.advance(5)
        while (pong := member.next()).payload != b"%d" % number:
            assert pong == Frame(PONG, b"")
    assert member.board.state == network.lib.connection.OPEN


def test_nothing_is_lost_or_reordered_with_one_buffer_for_all(network: Network):
    """All at once, in pieces of any size; what is set aside of one meets the bytes of another."""
    hub = network.hub()
    got: dict[int, list] = {1: [], 2: [], 3: [], 4: []}

    @hub.on_message
    def message(client, data):
        got[client.id].append(data)

    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(4)]
    sent: list[list] = []
    streams: list[memoryview] = []
    for number in range(4):
        own: list[Any] = [f"{number}.{index}" + "é" * (index % 90) for index in range(300)]
        own[100::7] = [bytes([number, index % 256]) * (index % 400) for index in range(100, 300, 7)]
        sent.append(own)
        data = b"".join(
            frame(TEXT, item) if isinstance(item, str) else frame(BINARY, item) for item in own
        )
        streams.append(memoryview(data))
    step = 0
    while any(streams):
        step += 1
        for number, member in enumerate(members):
            size = (step * 37 + number * 501) % 1999 + 1
            try:
                count = member.raw.sock.send(streams[number][:size])
            except BlockingIOError:
                count = 0
            streams[number] = streams[number][count:]
        network.turn()
    network.until(lambda: all(len(items) == 300 for items in got.values()))
    assert list(got.values()) == sent


@pytest.mark.parametrize("tail", ["message", "ping", "long message"])
def test_a_frame_cut_anywhere_while_it_is_set_aside(network: Network, tail: str):
    """17 events, the last of them cut, and then the rest of it, while another client talks."""
    hub = network.hub()
    events = Events(hub)
    member, other = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    end = {
        "message": frame(TEXT, "the last"),
        "ping": frame(PING, "the last"),
        "long message": frame(TEXT, "the last" * 40),
    }[tail]
    for cut in range(len(end) + 1):
        events.all.clear()
        member.raw.sock.send(b"".join(frame(TEXT, str(n)) for n in range(40)) + end[:cut])
        turn_until(network, lambda: events.messages)
        other.say("between")
        network.turn()
        member.raw.sock.send(end[cut:] + frame(TEXT, "behind"))
        network.until(lambda: "behind" in events.messages and "between" in events.messages)
        own = [event[2] for event in events.all if event[:2] == ("message", 1)]
        expected = [str(number) for number in range(40)]
        if tail == "ping":
            assert member.next() == Frame(PONG, b"the last")
        else:
            expected.append("the last" if tail == "message" else "the last" * 40)
        assert own == [*expected, "behind"]


def test_a_close_that_was_set_aside_is_heard(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    data = frame(TEXT, "x") * 40 + frame(CLOSE, close_payload(4000, "bye")) + frame(TEXT, "late")
    member.raw.sock.send(data)
    network.until(lambda: events.of("close"))
    assert events.messages == ["x"] * 40
    assert events.of("close") == [(1, 4000, "bye")]


def test_a_failure_that_was_set_aside_is_told(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    member.raw.sock.send(frame(TEXT, "x") * 40 + frame(TEXT, b"\xff") + frame(TEXT, "late"))
    assert close_frame(member.raw) == (1007, "text is not UTF-8")
    assert events.messages == ["x"] * 40


def test_messages_before_the_end_of_the_connection_are_delivered(network: Network):
    """FIN has come, and some of what was sent before it is set aside."""
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    member.say(*["x"] * 100)
    member.raw.sock.end_sending()  # type: ignore[attr-defined]
    network.until(lambda: events.of("close"))
    assert events.messages == ["x"] * 100


@pytest.mark.parametrize("way", ["station left", "ping", "ghost", "end", "fail"])
def test_who_is_gone_says_nothing_more(network: Network, way: str):
    """Its bytes that were set aside are not looked at, not even to be found wrong."""
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    member.raw.sock.send(frame(TEXT, "x") * 20 + frame(TEXT, b"\xff") + frame(TEXT, "late"))
    turn_until(network, lambda: events.messages)
    assert len(events.messages) == 16
    before = len(network.log)
    if way == "fail":
        member.board.fail(1002, "test")
    elif way == "ghost":
        member.board.abort(1001, "replaced")
    elif way == "end":
        hub._shut_down()
    else:
        member.board.abort(1006, way)
    network.turn(5)
    network.advance(1)
    assert len(events.messages) == 16
    ((_, code, reason),) = events.of("close")
    assert code in (1001, 1002, 1006)
    assert network.log[before:] == [f"INFO - client 1 left: {code} {reason}"]


def test_messages_right_behind_the_handshake_are_in_order(network: Network):
    hub = network.hub()
    events = Events(hub)
    data = b"".join(frame(TEXT, str(number)) for number in range(300))
    with network.websocket(behind=data):
        network.until(lambda: len(events.messages) == 300)
    assert events.messages == [str(number) for number in range(300)]


# No memory


def test_a_handler_without_memory_is_logged_and_no_more(network: Network):
    hub = network.hub()
    events = Events(hub)

    @hub.on_message
    def message(client, data):
        if data == "big":
            raise MemoryError("memory allocation failed, allocating 65536 bytes")
        client.send(data)

    member, other = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    member.say("big", "small")
    other.say("undisturbed")
    assert member.message() == "small"
    assert other.message() == "undisturbed"
    assert [type(event[1]) for event in events.of("error")] == [MemoryError]
    assert network.errors()[0] == (
        "ERROR - client 1: a handler failed: "
        "MemoryError: memory allocation failed, allocating 65536 bytes"
    )


def without_memory(*_: Any) -> None:
    """What takes more memory than there is."""
    raise MemoryError("memory allocation failed")


@pytest.mark.parametrize("turn", ["first", "set aside"])
def test_no_memory_in_the_middle_of_a_receive(network: Network, monkeypatch, turn: str):
    """That client is closed with 1011, because its bytes are lost; the others notice nothing."""
    hub = network.hub()
    events = Events(hub)
    member, other = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    if turn == "set aside":
        member.say(*["x"] * 20)
        turn_until(network, lambda: len(events.messages) == 16)
    monkeypatch.setattr(member.board._decoder, "next", without_memory)
    member.say("lost")
    other.say("undisturbed")
    assert close_frame(member.raw) == (1011, "fault on the board")
    network.until(lambda: "undisturbed" in events.messages)
    assert "lost" not in events.messages
    assert [(event[0], type(event[1])) for event in events.of("error")] == [(1, MemoryError)]
    assert "MemoryError: memory allocation failed" in network.errors()[0]
    network.advance(1)
    assert hub.clients == [other.board]
    assert network.loop.sockets == ["HTTP listener", "WebSocket"]
    other.board.send("still here")
    assert other.message() == "still here"
    network.is_served()


def test_no_memory_for_what_comes_right_behind_the_handshake(network: Network, monkeypatch):
    hub = network.hub()
    other = Member(network, hub, "127.0.0.3")
    with monkeypatch.context() as patch:
        patch.setattr(network.lib.frames.Decoder, "next", without_memory)
        with network.websocket(behind=frame(TEXT, "lost")) as client:
            assert close_frame(client) == (1011, "fault on the board")
    network.advance(1)
    assert hub.clients == [other.board]
    assert "MemoryError" in network.errors()[0]
    other.board.send("still here")
    assert other.message() == "still here"


def test_no_memory_for_a_new_client_costs_no_socket(network: Network, monkeypatch):
    hub = network.hub()
    other = Member(network, hub, "127.0.0.3")
    with monkeypatch.context() as patch:
        patch.setattr(network.lib.connection, "Decoder", without_memory)
        with network.websocket() as client:
            assert client.receive_rest().data == b""
    assert "MemoryError: memory allocation failed" in network.errors()[0]
    assert network.loop.sockets == ["HTTP listener", "WebSocket"]
    other.board.send("still here")
    assert other.message() == "still here"
    with Member(network, hub).raw as again:
        hub.broadcast("welcome")
        assert again.receive_text() == "welcome"

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Fairness: 16 events a turn for each client, and no client disturbs another."""

from typing import Any

import pytest

from tests.in_process import Events, Network, close_frame
from tests.raw_websocket import BINARY, CLOSE, PING, PONG, TEXT, Frame, close_payload, frame
from tests.websocket.member import Member, join_members


def turn_until(network: Network, condition) -> None:
    """Turn until the condition holds, and not once more."""
    for _ in range(1000):
        if condition():
            return
        network.turn()
    pytest.fail("not within 1000 turns")


# Turns


def test_16_messages_in_one_turn(network: Network):
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


def test_16_control_frames_in_one_turn(network: Network, monkeypatch):
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


def test_other_clients_have_the_same_turn(network: Network):
    hub = network.hub()
    order: list[int] = []
    hub.on_message(lambda client, data: order.append(client.id))
    members = join_members(network, hub, 4)
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

    members = join_members(network, hub, 4)
    for member in members:
        member.say(*["x"] * 140)
    network.turn(2)
    before = dict(counts)
    network.turn(5)
    assert [counts[number] - before[number] for number in counts] == [80] * 4
    network.turn(10)
    assert list(counts.values()) == [140] * 4


def test_buffer_grows_for_a_client_that_sends_more(network: Network):
    hub = network.hub()
    seen = []
    hub.on_message(lambda client, data: seen.append(data))
    small, large = (member.raw for member in join_members(network, hub, 2))
    small.send_text("x" * 900)
    network.until(lambda: seen)
    assert len(hub.buffer) == 1024
    for client in (large, small, large):
        client.send_text("y" * 4096)
    network.until(lambda: len(seen) == 4)
    assert seen[1:] == ["y" * 4096] * 3
    assert len(hub.buffer) == 4110


def test_4110_bytes_in_one_turn(network: Network):
    hub = network.hub()
    hub.on_message(lambda client, data: None)
    loud, quiet = (member.raw for member in join_members(network, hub, 2))
    for _ in range(5):
        try:
            loud.sock.send(frame(TEXT, "x" * 100) * 600)
        except BlockingIOError:
            pass
    board = hub.clients[0]
    before = board.bytes_in
    network.turn()
    assert board.bytes_in - before <= 4110
    quiet.send_text("hello")
    network.until(lambda: hub.clients[1].messages_in)


def test_set_aside_is_no_message_timeout(network: Network):
    hub = network.hub(message_timeout=3000, ping_interval=1000000)
    member = Member(network, hub)
    for number in range(2):
        member.raw.sock.send(frame(PING) * 999 + frame(PING, str(number)))
        network.turn(100)
        network.advance(5)
        while (pong := member.next()).payload != b"%d" % number:
            assert pong == Frame(PONG, b"")
    assert member.board.state == network.lib.connection.OPEN


def test_set_aside_keeps_all_messages_in_order(network: Network):
    """Four clients at once, in segments of any size, with one buffer."""
    hub = network.hub()
    got: dict[int, list] = {1: [], 2: [], 3: [], 4: []}

    @hub.on_message
    def message(client, data):
        got[client.id].append(data)

    members = join_members(network, hub, 4)
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
def test_set_aside_with_a_frame_cut_anywhere(network: Network, tail: str):
    """A frame that is cut is set aside, and its rest comes after another client's message."""
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
        member.raw.sock.send(end[cut:] + frame(TEXT, "after"))
        network.until(lambda: "after" in events.messages and "between" in events.messages)
        own = [event[2] for event in events.all if event[:2] == ("message", 1)]
        expected = [str(number) for number in range(40)]
        if tail == "ping":
            assert member.next() == Frame(PONG, b"the last")
        else:
            expected.append("the last" if tail == "message" else "the last" * 40)
        assert own == [*expected, "after"]


def test_set_aside_close(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    data = frame(TEXT, "x") * 40 + frame(CLOSE, close_payload(4000, "bye")) + frame(TEXT, "late")
    member.raw.sock.send(data)
    network.until(lambda: events.of("close"))
    assert events.messages == ["x"] * 40
    assert events.of("close") == [(1, 4000, "bye")]


def test_set_aside_failure(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    member.raw.sock.send(frame(TEXT, "x") * 40 + frame(TEXT, b"\xff") + frame(TEXT, "late"))
    assert close_frame(member.raw) == (1007, "text is not UTF-8")
    assert events.messages == ["x"] * 40


def test_set_aside_before_fin(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    member.say(*["x"] * 100)
    member.raw.sock.end_sending()  # type: ignore[attr-defined]
    network.until(lambda: events.of("close"))
    assert events.messages == ["x"] * 100


@pytest.mark.parametrize("way", ["station left", "ping", "ghost", "end", "fail"])
def test_set_aside_is_dropped_when_the_client_is_closed(network: Network, way: str):
    """It is not decoded, or its invalid text would be a second failure."""
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
    assert network.log[before:] == [f"INFO - client 1 disconnected: {code} {reason}"]


# Other clients


def test_client_that_never_reads_does_not_disturb(network: Network):
    hub = network.hub(max_queued=20000)
    stuck = network.websocket(source="127.0.0.8", receive_buffer=4096)
    network.until(lambda: hub.clients)
    clients = [member.raw for member in join_members(network, hub, 2)]
    for number in range(60):
        hub.broadcast(f"{number} " + "x" * 1000)
        for client in clients:
            assert client.receive_text().startswith(f"{number} ")
    assert "WARNING - client 1 failed: 1013 reads too slowly" in str(network.log)
    network.advance(1)
    assert [client.id for client in hub.clients] == [2, 3]
    stuck.sock.close()


def let_read(network: Network, members: list[Member], seconds: float, rate: int) -> None:
    """Let time pass in turns of 5 ms while these clients read so many bytes a second."""
    for _ in range(round(seconds * 200)):
        network.clock.milliseconds += 5
        network.turn()
        for member in members:
            member.raw.sock.waiting() and member.raw.sock.recv(rate // 200)  # type: ignore


def readers(network: Network, hub: Any, count: int) -> list[Member]:
    """Clients whose PC keeps little for them."""
    return [Member(network, hub, f"127.0.0.{5 + n}", receive_buffer=2048) for n in range(count)]


@pytest.mark.parametrize(
    ("messages", "answer"),
    [([""] * 200, "x" * 200), (["x" * 4000] * 20, "y" * 6000), (["x" * 100] * 300, "z" * 500)],
)
@pytest.mark.parametrize("senders", [1, 2])
def test_sender_waits_for_readers(network: Network, messages: list, answer: str, senders: int):
    """What it causes is never more than a reader of 400 KB/s takes."""
    hub = network.hub()
    hub.on_message(lambda client, data: hub.broadcast(answer, exclude=client))
    events = Events(hub)
    slow = readers(network, hub, 2)
    loud = [Member(network, hub, f"127.0.0.{2 + n}") for n in range(senders)]
    rest = [memoryview(b"".join(frame(TEXT, text) for text in messages))] * senders
    for _ in range(100):
        for number, member in enumerate(loud):
            try:
                sent = member.raw.sock.send(rest[number])
                rest[number] = rest[number][sent:]
            except BlockingIOError:
                pass
        let_read(network, slow + loud, 0.05, 400000)
        if len(events.messages) == senders * len(messages):
            break
    let_read(network, slow + loud, 0.5, 400000)
    assert len(events.messages) == senders * len(messages), "nothing is lost"
    assert not events.of("close") and hub.stats()["refused"] == 0
    assert [client.queued for client in hub.clients] == [0] * (2 + senders)


def test_client_beside_a_slow_viewer(network: Network):
    """Its values come 20 times a second, and it chats, while the viewer takes 5 KB/s."""
    hub = network.hub()
    hub.on_message(lambda client, data: hub.broadcast(data, latest=len(data) < 50 or None))
    events = Events(hub)
    (viewer,) = readers(network, hub, 1)
    writer = Member(network, hub)
    for step in range(1200):
        writer.say(f"value {step}", *["chat" + "x" * 496] * (step % 20 == 0))
        viewer.raw.sock.send(frame(PONG, b"") * (step % 100 == 0))
        for member, size in ((writer, 1 << 16), (viewer, 250)):
            member.raw.sock.waiting() and member.raw.sock.recv(size)  # type: ignore
        network.advance(0.05)
    assert len(events.messages) == 1260 and not events.of("close")
    assert [client.queued for client in hub.clients] == [0, 0]


@pytest.mark.parametrize("lease", [False, True])
def test_sender_does_not_wait_for_a_client_that_takes_nothing(network: Network, lease: bool):
    hub = network.hub(ping_interval=1500, ping_timeout=1500)
    hub.on_message(lambda client, data: hub.broadcast(data, exclude=client))
    events = Events(hub)
    stuck, writer = join_members(network, hub, 2)
    stuck.fill_socket()
    writer.board.holds_lease = lease
    writer.say(*["x" * 300] * 20)
    network.advance(0.9)
    assert (len(events.messages) == 20) == lease
    network.advance(0.2)
    assert len(events.messages) == 20
    writer.say(*["x" * 300] * 60)
    network.turn(10)
    assert "WARNING - client 1 failed: 1013 reads too slowly" in str(network.log)
    network.advance(1)
    assert [event[:2] for event in events.of("close")] == [(1, 1013)]
    writer.raw.close()


def test_client_that_waits_for_readers_is_not_silent(network: Network):
    """Its pongs are not read, either. After 3 s it goes on all the same."""
    hub = network.hub(ping_interval=1000, ping_timeout=1000)
    hub.on_message(lambda client, data: hub.broadcast(data, exclude=client))
    events = Events(hub)
    slow, writer = join_members(network, hub, 2)
    slow.fill_socket()
    writer.say(*["x" * 3000] * 3)
    for _ in range(58):
        network.advance(0.05)
        slow.board.send_queue.last_taken = network.loop.now
        slow.board._last_received = network.loop.now
    assert len(events.messages) == 1 and writer.board.state == 1
    for _ in range(8):
        network.advance(0.05)
        slow.board.send_queue.last_taken = network.loop.now
    assert len(events.messages) == 2 and not events.of("close")


@pytest.mark.parametrize("where", ["handler", "timer"])
def test_long_turn_is_no_silence(network: Network, where: str):
    """What arrived meanwhile is read before a client is dropped."""

    def sleeps(*_: Any) -> None:
        if hub.clients[1:] and network.loop.now >= due:
            network.clock.milliseconds += 30000
            patient.say("here")
            other.say("here")

    due = 1 << 30
    if where == "timer":
        network.loop.every(0.1, sleeps)
    hub = network.hub()
    patient, other = join_members(network, hub, 2)
    network.advance(10)
    assert patient.next().opcode == other.next().opcode == PING
    if where == "handler":
        hub.on_message(sleeps)
        other.say("slow")
    due = 0
    network.clock.milliseconds += 100
    network.turn()
    due = 1 << 30
    network.advance(0.3)
    assert network.loop.longest_turn == 30000
    assert hub.clients == [patient.board, other.board]


def test_client_that_a_watermark_handler_aborts_hides_no_other(network: Network):
    hub = network.hub(max_queued=2000)
    hub.on_watermark(lambda client, above: client.abort())
    members = join_members(network, hub, 3)
    members[0].fill_socket()
    assert hub.broadcast("x" * 500) == 3
    assert [member.message() for member in members[1:]] == ["x" * 500] * 2


@pytest.mark.parametrize("kind", ["flood", "rubbish", "drip", "vanish", "ping flood"])
def test_client_that_misbehaves_does_not_disturb(network: Network, kind: str):
    hub = network.hub()
    hub.on_message(lambda client, data: client.id == 2 and client.send(data))
    bad, good = (member.raw for member in join_members(network, hub, 2))
    data = {
        "flood": frame(TEXT, "x" * 4000) * 20,
        "rubbish": bytes(range(256)) * 20,
        "drip": b"\x81",
        "vanish": frame(TEXT, "x" * 4000)[:2000],
        "ping flood": frame(9, "x" * 125) * 300,
    }[kind]
    for number in range(30):
        try:
            bad.sock.send(data)
        except (BlockingIOError, ConnectionError):
            pass
        if kind == "vanish" and number == 10:
            bad.reset()
            bad = network.websocket(source="127.0.0.9")
        good.send_text(f"hello {number}")
        turns = 0
        while not good.sock.waiting():  # type: ignore[attr-defined]
            network.turn()
            turns += 1
            assert turns < 1000
        assert good.receive_text() == f"hello {number}"
    assert any(client.id == 2 for client in hub.clients)


@pytest.mark.parametrize("where", ["open", "message", "chunk", "close", "route"])
def test_function_that_takes_long_is_named(network: Network, where: str):
    hub = network.hub(max_message_size=1000)

    def mine(*_: Any) -> None:
        network.clock.milliseconds += 600

    if where == "route":
        network.route("/slow")(mine)
        network.fetch("/slow")
        network.errors()
    else:
        getattr(hub, "on_" + where)(mine)
        for _ in range(2):
            member = Member(network, hub)
            member.say("x", "x" * 2000)
            network.advance(0.1)
            member.board.abort()
    name = "GET /slow" if where == "route" else "mine"
    line = f"WARNING - {name} took 600 ms: no one was served"
    assert network.log.count(line) == 1


@pytest.mark.parametrize("where", ["timer", "open", "message", "chunk", "close", "watermark"])
def test_handler_of_other_arguments_is_named(network: Network, where: str):
    hub = network.hub(max_message_size=1000, max_queued=1400)

    def mine(one, two, three, four):
        pass

    parameters = {"timer": "", "open": "client", "message": "client, data"}
    parameters |= {"chunk": "client, data, last", "close": "client, code, reason"}
    if where == "timer":
        network.loop.every(0.1, mine)  # type: ignore
    else:
        getattr(hub, "on_" + where)(mine)
    member = Member(network, hub)
    if where == "watermark":
        member.fill_socket()
    else:
        member.say("x", "x" * 2000)
        network.advance(0.3)
    member.board.abort()
    line = f"ERROR -   it is called with: def mine({parameters.get(where, 'client, above')})"
    assert network.errors().count(line) == 1


# Without memory


def test_memory_error_in_a_handler(network: Network):
    hub = network.hub()
    events = Events(hub)

    @hub.on_message
    def message(client, data):
        if data == "big":
            raise MemoryError("memory allocation failed, allocating 65536 bytes")
        client.send(data)

    member, other = join_members(network, hub, 2)
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
    """Stands in for a function that needs memory."""
    raise MemoryError("memory allocation failed")


@pytest.mark.parametrize("turn", ["first", "set aside"])
def test_memory_error_in_the_decoder_is_1011(network: Network, monkeypatch, turn: str):
    hub = network.hub()
    events = Events(hub)
    member, other = join_members(network, hub, 2)
    if turn == "set aside":
        member.say(*["x"] * 20)
        turn_until(network, lambda: len(events.messages) == 16)
    monkeypatch.setattr(member.board._decoder, "next", without_memory)
    member.say("lost")
    other.say("undisturbed")
    assert close_frame(member.raw) == (1011, "error on the board")
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


def test_memory_error_after_the_handshake_is_1011(network: Network, monkeypatch):
    hub = network.hub()
    other = Member(network, hub, "127.0.0.3")
    with monkeypatch.context() as patch:
        patch.setattr(network.lib.frames.Decoder, "next", without_memory)
        with network.websocket(early=frame(TEXT, "lost")) as client:
            assert close_frame(client) == (1011, "error on the board")
    network.advance(1)
    assert hub.clients == [other.board]
    assert "MemoryError" in network.errors()[0]
    other.board.send("still here")
    assert other.message() == "still here"


def test_memory_error_for_a_new_client_leaks_no_socket(network: Network, monkeypatch):
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

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Everybody who is connected: limits, broadcasts, handlers that fail, the end of the program."""

from typing import Any

import pytest

from tests.network import Events, Network, close_frame
from tests.raw_http import Received
from tests.raw_websocket import CLOSE, TEXT, Frame, RawWebSocket, close_payload, frame


def join(network: Network, hub: Any, count: int, **options: Any) -> list[RawWebSocket]:
    """So many clients, from phones of their own."""
    clients = []
    for number in range(count):
        before = len(hub.clients)
        clients.append(network.websocket(source=f"127.0.0.{2 + number}", **options))
        network.until(lambda before=before: len(hub.clients) == before + 1, "joined")
    return clients


# Broadcast


def test_a_broadcast_reaches_everybody(network: Network):
    hub = network.hub()
    clients = join(network, hub, 4)
    for data, opcode in (("käse", TEXT), (b"\x00\xff", 2), ("", TEXT)):
        assert hub.broadcast(data) == 4
        payload = data.encode() if isinstance(data, str) else data
        assert [client.receive() for client in clients] == [Frame(opcode, payload)] * 4


def test_a_broadcast_to_all_but_one(network: Network):
    hub = network.hub()
    clients = join(network, hub, 3)
    assert hub.broadcast("hello", exclude=hub.clients[1]) == 2
    assert hub.broadcast("all") == 3
    assert clients[0].receive_text() == "hello"
    assert clients[1].receive_text() == "all"
    assert clients[2].receive_text() == "hello"


def test_a_broadcast_to_nobody(network: Network):
    hub = network.hub()
    assert hub.broadcast("hello") == 0
    (client,) = join(network, hub, 1)
    assert hub.broadcast("hello", exclude=hub.clients[0]) == 0
    assert client.sock.is_silent()  # type: ignore[attr-defined]


def test_a_long_broadcast_arrives_in_fragments_at_everybody(network: Network):
    hub = network.hub(max_frame_size=1000, max_queued=1 << 20)
    clients = join(network, hub, 2)
    assert hub.broadcast("x" * 10500) == 2
    for client in clients:
        frames = [client.receive() for _ in range(11)]
        assert [part.fin for part in frames] == [False] * 10 + [True]
        assert b"".join(part.payload for part in frames) == b"x" * 10500


def test_a_broadcast_leaves_out_who_is_on_the_way_out(network: Network):
    hub = network.hub()
    clients = join(network, hub, 3)
    hub.clients[0].close()
    clients[1].reset()
    network.until(lambda: len(hub.clients) == 2)
    assert hub.broadcast("hello") == 1
    assert clients[2].receive_text() == "hello"


def test_clients_may_go_while_a_broadcast_is_under_way(network: Network):
    """One has vanished: the send to it fails, and the others are sent to all the same."""
    hub = network.hub()
    clients = join(network, hub, 4)
    events = Events(hub)
    clients[1].reset()
    clients[2].reset()
    for _ in range(3):
        hub.broadcast("hello")
    network.until(lambda: len(hub.clients) == 2)
    for client in (clients[0], clients[3]):
        assert [client.receive_text() for _ in range(3)] == ["hello"] * 3
    assert sorted(event[0] for event in events.of("close")) == [2, 3]


def test_a_handler_sends_to_another_client(network: Network):
    hub = network.hub()

    @hub.on_message
    def pass_on(client, data):
        for other in hub.clients:
            if other is not client:
                other.send(data)

    one, other = join(network, hub, 2)
    one.send_text("to you")
    assert other.receive_text() == "to you"
    other.send_text("and back")
    assert one.receive_text() == "and back"


def test_handlers_may_close_anybody(network: Network):
    hub = network.hub()

    @hub.on_message
    def close(client, data):
        for other in hub.clients:
            other.close(4000, data)

    clients = join(network, hub, 3)
    clients[1].send_text("out, everybody")
    for client in clients:
        assert client.receive() == Frame(CLOSE, close_payload(4000, "out, everybody"))
        client.send(CLOSE, close_payload(4000))
    network.until(lambda: not hub.clients)


def test_on_close_may_send_to_the_others_and_join_lists_are_right(network: Network):
    hub = network.hub()
    seen = []

    @hub.on_close
    def closed(client, code, reason):
        seen.append((client in hub.clients, hub.broadcast(f"{client.id} has left")))

    one, other = join(network, hub, 2)
    one.close()
    assert other.receive_text() == "1 has left"
    assert seen == [(False, 1)]


def test_on_open_may_close_at_once(network: Network):
    hub = network.hub()

    @hub.on_open
    def opened(client):
        client.send("sorry")
        client.close(4001, "not you")

    with network.websocket(behind=frame(TEXT, "hello")) as client:
        assert client.receive_text() == "sorry"
        assert client.receive() == Frame(CLOSE, close_payload(4001, "not you"))


# Places


def test_the_fifth_client_is_refused_in_words(network: Network):
    hub = network.hub()
    events = Events(hub)
    clients = join(network, hub, 4)
    with network.websocket(source="127.0.0.9", behind=frame(TEXT, "me too")) as fifth:
        assert fifth.receive() == Frame(CLOSE, close_payload(1013, "all 4 places are taken"))
        fifth.send(CLOSE, close_payload(1013))
        assert fifth.receive_rest() == Received(b"", "fin")
    assert len(events.of("open")) == 4
    assert events.messages == [] and events.of("close") == []
    assert len(hub.clients) == 4
    assert network.log[-1] == "WARNING - client 5 from 127.0.0.9 refused: all 4 places are taken"
    clients[0].send_text("still here")
    network.until(lambda: events.messages == ["still here"])


def test_a_refused_client_that_never_answers_is_gone_in_time(network: Network):
    hub = network.hub(max_clients=1)
    join(network, hub, 1)
    with network.websocket(source="127.0.0.9") as second:
        assert second.receive().close_code == 1013
        network.advance(0.9)
        assert network.loop.sockets.count("WebSocket") == 2
        network.advance(0.2)
        assert second.receive_rest() == Received(b"", "fin")
    assert network.loop.sockets.count("WebSocket") == 1


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_place_is_free_again_when_somebody_has_left(network: Network, end: str):
    hub = network.hub(max_clients=2)
    clients = join(network, hub, 2)
    getattr(clients[0], end)()
    network.until(lambda: len(hub.clients) == 1)
    with network.websocket(source="127.0.0.9") as third:
        network.until(lambda: len(hub.clients) == 2)
        assert [client.id for client in hub.clients] == [2, 3]
        hub.broadcast("welcome")
        assert third.receive_text() == "welcome"
    assert network.log[-1] == "INFO - client 3 joined from 127.0.0.9: 2 of 2"


def test_a_reload_of_the_page_finds_its_place_while_the_old_one_is_closing(network: Network):
    """A client whose close frame is not answered yet holds no place."""
    hub = network.hub(max_clients=1)
    (old,) = join(network, hub, 1)
    hub.clients[0].close(1000)
    assert old.receive().opcode == CLOSE
    with network.websocket(source="127.0.0.9") as new:
        network.until(lambda: len(hub.clients) == 2)
        hub.broadcast("welcome")
        assert new.receive_text() == "welcome"


def test_ids_are_never_used_again(network: Network):
    hub = network.hub(max_clients=1)
    events = Events(hub)
    for number in range(1, 6):
        with network.websocket() as client:
            network.until(lambda: hub.clients)
            client.close()
        network.until(lambda: not hub.clients)
        assert events.clients[-1].id == number
    assert [event[0] for event in events.of("close")] == [1, 2, 3, 4, 5]


def test_with_all_places_taken_a_page_is_served(network: Network):
    hub = network.hub()
    join(network, hub, 4)
    for _ in range(5):
        network.is_served()
    with network.connected("127.0.0.8"), network.connected("127.0.0.9"):
        network.is_served()


def test_pages_do_not_wait_for_ever_behind_many_refused_clients(network: Network):
    """Refused clients hold sockets until they answer: 4 clients, 3 refused, and no socket left."""
    hub = network.hub()
    join(network, hub, 4)
    refused = [network.websocket(source=f"127.0.0.{10 + number}") for number in range(3)]
    assert network.loop.free_sockets == 0
    with network.connect("127.0.0.9") as phone:
        phone.sendall(network.request("/hello.txt"))
        network.advance(5.5)
        assert network.receive_all(phone).data.startswith(b"HTTP/1.1 200 OK\r\n")
    for client in refused:
        assert close_frame(client)[0] == 1013


# Two hubs


def test_two_hubs_on_two_routes_know_nothing_of_each_other(network: Network):
    chat, control = network.hub("/chat", max_clients=1), network.hub("/control", max_clients=1)
    chat_events, control_events = Events(chat), Events(control)
    with network.websocket("/chat") as one, network.websocket("/control") as other:
        network.until(lambda: chat.clients and control.clients)
        one.send_text("chat")
        other.send_text("control")
        network.until(lambda: chat_events.messages and control_events.messages)
        assert chat_events.messages == ["chat"] and control_events.messages == ["control"]
        assert chat.broadcast("to the chat") == 1
        assert one.receive_text() == "to the chat"
        assert other.sock.is_silent()  # type: ignore[attr-defined]


# Handlers that fail


@pytest.mark.parametrize("event", ["open", "message", "close", "chunk"])
def test_a_handler_that_fails_hurts_nobody(network: Network, event: str):
    hub = network.hub(max_message_size=1000)
    events = Events(hub)

    def fails(client, *rest):
        if client.id == 1:
            raise ValueError(f"no {event} today")
        client.send("served")

    getattr(hub, "on_" + event)(fails)
    one = network.websocket(source="127.0.0.8")
    network.until(lambda: hub.clients)
    one.send(TEXT, "x" * 2000 if event == "chunk" else "hello")
    if event == "close":
        one.close()
    network.until(lambda: events.of("error"))
    number, error = events.of("error")[0]
    assert number == 1 and str(error) == f"no {event} today"
    errors = network.errors()
    assert errors[:2] == [
        f"ERROR - client 1: a handler failed: ValueError: no {event} today",
        "ERROR -   Traceback (most recent call last):",
    ]
    # The client stays, and so do the others.
    with network.websocket(source="127.0.0.9") as other:
        network.until(lambda: any(client.id == 2 for client in hub.clients))
        other.send(TEXT, "x" * 2000 if event == "chunk" else "hello")
        if event in ("open", "message", "chunk"):
            assert other.receive_text() == "served"
        if event != "close":
            assert [client.id for client in hub.clients] == [1, 2]
            hub.broadcast("to all")
            assert one.receive_text() == "to all"
    network.errors()


def test_an_error_handler_that_fails_is_logged_and_no_more(network: Network):
    hub = network.hub()
    hub.on_message(lambda client, data: 1 // 0)
    hub.on_error(lambda client, error: {}["missing"])
    with network.websocket() as client:
        for _ in range(2):
            client.send_text("x")
        network.until(lambda: sum("the error handler failed" in line for line in network.log) == 2)
        errors = network.errors()
        assert "ERROR - client 1: a handler failed: ZeroDivisionError: " in errors[0]
        assert "ERROR - the error handler failed: KeyError: 'missing'" in errors
        hub.broadcast("still here")
        assert client.receive_text() == "still here"


def test_an_error_handler_may_close_the_client(network: Network):
    hub = network.hub()
    hub.on_message(lambda client, data: 1 // 0)
    hub.on_error(lambda client, error: client.close(1011, "fault on the board"))
    with network.websocket() as client:
        client.send_text("x")
        assert close_frame(client) == (1011, "fault on the board")
    network.errors()


def test_a_hub_without_handlers(network: Network):
    hub = network.hub()
    with network.websocket() as client:
        client.send_text("x")
        client.send(2, b"y")
        network.until(lambda: hub.clients and hub.clients[0].messages_in == 2)
        client.close()


def test_a_timer_that_fails_hurts_nobody(network: Network):
    hub = network.hub()
    times = []

    @network.loop.every(0.5)
    def fails():
        times.append(network.clock.milliseconds)
        if len(times) <= 4:
            raise ValueError("no sensor")

    with network.websocket() as client:
        network.until(lambda: hub.clients)
        network.advance(2.05)
        hub.broadcast("still here")
        assert client.receive_text() == "still here"
    assert len(times) == 4
    errors = network.errors()
    assert errors.count("ERROR - a timer failed: ValueError: no sensor") == 4


# Bad company


def test_others_do_not_notice_a_client_that_never_reads(network: Network):
    hub = network.hub(max_queued=20000)
    stuck = network.websocket(source="127.0.0.8", receive_buffer=4096)
    network.until(lambda: hub.clients)
    clients = join(network, hub, 2)
    for number in range(60):
        hub.broadcast(f"{number} " + "x" * 1000)
        for client in clients:
            assert client.receive_text().startswith(f"{number} ")
    assert "WARNING - client 1 failed: 1013 takes its messages too slowly" in network.log
    network.advance(1)
    assert [client.id for client in hub.clients] == [2, 3]
    stuck.sock.close()


@pytest.mark.parametrize("kind", ["flood", "rubbish", "drip", "vanish", "ping flood"])
def test_others_do_not_notice_a_client_that_misbehaves(network: Network, kind: str):
    hub = network.hub()
    hub.on_message(lambda client, data: client.id == 2 and client.send(data))
    bad, good = join(network, hub, 2)
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


def test_a_client_that_talks_without_end_lets_the_others_have_their_turn(network: Network):
    """One turn of the loop reads a bounded part of what has come."""
    hub = network.hub()
    hub.on_message(lambda client, data: None)
    loud, quiet = join(network, hub, 2)
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


# The end of the program


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_at_the_end_everybody_hears_1001(network: Network, error: type[BaseException]):
    """Loop.run ends with the exception that Ctrl-C or a reload has raised."""
    hub = network.hub()
    events = Events(hub)
    clients = join(network, hub, 3)
    silent = network.connected("127.0.0.9")

    def interrupt():
        raise error

    network.loop.every(0.01, interrupt)
    network.clock.step = 1
    network.server.start = lambda host, port: None
    with pytest.raises(error):
        network.loop.run(network.server, network.pool, watchdog=None)
    for client in clients:
        assert client.receive() == Frame(CLOSE, close_payload(1001, "the board restarts"))
        assert client.receive_rest() == Received(b"", "fin")
    assert sorted(events.of("close")) == [(n, 1001, "the board restarts") for n in (1, 2, 3)]
    assert silent.recv(1) == b""
    assert network.loop.sockets == ["HTTP listener"]


def test_a_failing_on_close_at_the_end_keeps_nobody_from_hearing_it(network: Network):
    hub = network.hub()
    hub.on_close(lambda client, code, reason: 1 // 0)
    clients = join(network, hub, 2)
    hub._shut_down()
    for client in clients:
        assert close_frame(client) == (1001, "the board restarts")
    network.errors()


def test_a_client_that_takes_nothing_does_not_hold_the_end_up(network: Network):
    hub = network.hub(max_queued=1 << 20)
    stuck = network.websocket(source="127.0.0.8", receive_buffer=4096)
    network.until(lambda: hub.clients)
    hub.broadcast(b"x" * 100000)
    (other,) = join(network, hub, 1)
    hub._shut_down()
    assert close_frame(other) == (1001, "the board restarts")
    assert network.loop.sockets == ["HTTP listener"]
    stuck.sock.close()

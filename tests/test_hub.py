# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The hub: broadcasts and groups, max_clients, several hubs, events, the end of the program."""

import io
import json
import re
from array import array
from types import SimpleNamespace
from typing import Any

import pytest

from tests.in_process import Events, Network, close_frame
from tests.raw_http import Received
from tests.raw_websocket import CLOSE, TEXT, Frame, RawWebSocket, close_payload, frame
from tests.websocket.member import Member, join_members


def join(network: Network, hub: Any, count: int) -> list[RawWebSocket]:
    """As `join_members`, with the clients' ends only."""
    return [member.raw for member in join_members(network, hub, count)]


@pytest.fixture
def three(network: Network) -> list[Member]:
    """Three clients of one hub."""
    return join_members(network, network.hub(), 3)


def received(members: list[Member]) -> list[list]:
    """The messages that each has received."""
    members[0].board._hub.broadcast("end")
    return [member.everything("end")[:-1] for member in members]


# Broadcast


def test_broadcast(network: Network):
    hub = network.hub()
    clients = join(network, hub, 4)
    for data, opcode in (("käse", TEXT), (b"\x00\xff", 2), ("", TEXT)):
        assert hub.broadcast(data) == 4
        payload = data.encode() if isinstance(data, str) else data
        assert [client.receive() for client in clients] == [Frame(opcode, payload)] * 4


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ({"a": [1, "é"]}, '{"a": [1, "é"]}'),
        ([], "[]"),
        ({"t": float("nan"), "a": [{"b": float("-inf")}, (1.5, "nan")]},) * 2,
        (array("h", [1, -1]), b"\x01\0\xff\xff"),
        ((part for part in ("a", "b")), "ab"),
        (io.BytesIO(b"file"), b"file"),
        ([b"a"], "a list becomes JSON: write client.send(iter(parts))"),
        *((data, "client.send(data) takes str, bytes, dict, list, a file or a generator, not")
          for data in (None, 1, 1.5, (1, 2), {1}, range(3), print)),
    ],
)  # fmt: skip
def test_kinds_of_data(network: Network, data: Any, sent: Any):
    """What is sent, or the message of a TypeError. A file or a generator goes to one client."""
    hub = network.hub()
    is_error = isinstance(sent, str) and "client.send" in sent
    member = Member(network, hub)
    if is_error:
        with pytest.raises(TypeError, match=re.escape(sent)):
            member.board.send(data)
    elif isinstance(sent, dict):
        member.board.send(data)
        assert json.loads(str(member.message())) == {"t": None, "a": [{"b": None}, [1.5, "nan"]]}
    else:
        member.board.send(data)
        assert member.message() == sent
    if is_error or hasattr(data, "__next__") and not hub.clients[0].close():
        with pytest.raises(TypeError):
            hub.broadcast(data)
    elif isinstance(sent, (str, bytes)):
        assert hub.broadcast(data, latest=1) == 1 and member.message() == sent


@pytest.mark.parametrize("part", [1, None, {"a": 1}, b"x"])
def test_generator_of_anything_else_is_1011(network: Network, part: Any):
    member = Member(network, network.hub())
    member.board.send(piece for piece in ["a", part])
    assert close_frame(member.raw) == (1011, "error on the board")
    assert "TypeError: the parts of a message are all str or all bytes, not" in network.errors()[0]


def test_broadcast_is_encoded_once(network: Network, monkeypatch):
    hub = network.hub(max_frame_size=1000)
    members = join_members(network, hub, 3)
    for member in members:
        member.fill_socket()
    built = []
    frame = network.lib.frames.encode_frame

    def counting(*arguments):
        built.append(frame(*arguments))
        return built[-1]

    monkeypatch.setattr(network.lib.frames, "encode_frame", counting)
    assert hub.broadcast("short") == 3
    assert len(built) == 1
    assert hub.broadcast("y" * 3500) == 3
    assert len(built) == 5
    assert hub.broadcast("z", latest="key") == 3
    assert len(built) == 6
    for member in members:
        queue = member.board.send_queue.items
        assert all(any(part is other for other in built) for part in queue[-6:-1])
        assert queue[-1][1] is built[5]


def test_broadcast_to_no_client_is_not_encoded(network: Network, monkeypatch):
    hub = network.hub()
    Member(network, hub)
    monkeypatch.setattr(network.lib.hub, "encode_message", None)
    assert hub.broadcast("x", exclude=hub.clients[0]) == 0
    assert hub.broadcast("x", group="empty") == 0


def test_broadcast_counts_the_clients_that_take_it(network: Network):
    hub = network.hub(max_queued=2000, refuse_when_full=True)
    slow, good = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    slow.fill_socket()
    for number in range(20):
        taken = slow.board.queued + 500 <= 2000
        assert hub.broadcast(f"{number:496}") == 1 + taken
        assert int(good.message()) == number
    assert slow.board.send_queue.refused > 10 and good.board.send_queue.refused == 0


def test_broadcast_leaves_out_closing_clients(network: Network):
    hub = network.hub()
    clients = join(network, hub, 3)
    hub.clients[0].close()
    clients[1].reset()
    network.until(lambda: len(hub.clients) == 2)
    assert hub.broadcast("hello") == 1
    assert clients[2].receive_text() == "hello"


def test_broadcast_when_a_send_fails(network: Network):
    """The others get it all the same."""
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


def test_broadcast_to_a_group(three: list[Member]):
    hub = three[0].board._hub
    three[0].board.join("kitchen")
    three[2].board.join("kitchen")
    three[2].board.join("hall")
    assert hub.broadcast("soup", group="kitchen") == 2
    assert hub.broadcast("coats", group="hall") == 1
    assert hub.broadcast("no one", group="cellar") == 0
    assert hub.broadcast("all") == 3
    assert received(three) == [["soup", "all"], ["all"], ["soup", "coats", "all"]]


def test_broadcast_with_exclude_group_and_where(three: list[Member]):
    hub = three[0].board._hub
    for member in three:
        member.board.join("players")
    assert hub.broadcast("to the others", exclude=three[0].board, group="players") == 2
    asked = []

    def where(client):
        asked.append(client.id)
        return client.id == 2

    assert hub.broadcast("to the second", where=where) == 1
    assert hub.broadcast("to no client", three[1].board, group="players", where=where) == 0
    assert asked == [1, 2, 3, 1, 3]
    assert received(three) == [[], ["to the others", "to the second"], ["to the others"]]


def test_broadcast_raises_what_where_raises(three: list[Member]):
    with pytest.raises(ZeroDivisionError):
        three[0].board._hub.broadcast("x", where=lambda client: 1 // 0)
    assert received(three) == [[], [], []]


def test_join_and_leave(three: list[Member]):
    board = three[0].board
    assert board.groups == ()
    board.join("a")
    board.join("b")
    board.join("a")
    assert board.groups == ("a", "b")
    board.leave("a")
    board.leave("never joined")
    assert board.groups == ("b",)
    board.leave("b")
    board.leave("b")
    assert board.groups == ()
    assert board._hub.broadcast("x", group="a") == 0
    assert three[1].board.groups == ()


@pytest.mark.parametrize("group", [["a", "b"], ("a",), {"a"}, None, 1, b"a"])
def test_group_that_is_not_a_str_is_a_type_error(three: list[Member], group: Any):
    board = three[0].board
    with pytest.raises(TypeError, match=r'write client.join\("name"\), once for each group'):
        board.join(group)
    with pytest.raises(TypeError, match=r'write client.leave\("name"\), once for each group'):
        board.leave(group)
    assert board.groups == ()
    if group is not None:
        with pytest.raises(TypeError, match=r'write hub.broadcast\(data, group="name"\), once'):
            board._hub.broadcast("x", group=group)


def test_group_of_a_disconnected_client_is_empty(network: Network):
    hub = network.hub()
    one = Member(network, hub)
    one.board.join("room")
    one.raw.close()
    network.until(lambda: not hub.clients)
    assert hub.broadcast("x", group="room") == 0
    two = Member(network, hub)
    assert two.board.groups == ()


# max_clients


def test_one_client_too_many_is_1013(network: Network):
    hub = network.hub()
    events = Events(hub)
    clients = join(network, hub, 4)
    with network.websocket(source="127.0.0.9", early=frame(TEXT, "me too")) as fifth:
        assert fifth.receive() == Frame(CLOSE, close_payload(1013, "all 4 places are taken"))
        fifth.send(CLOSE, close_payload(1013))
        assert fifth.receive_rest() == Received(b"", "fin")
    assert len(events.of("open")) == 4
    assert events.messages == [] and events.of("close") == []
    assert len(hub.clients) == 4
    assert network.log[-1] == "WARNING - client 5 from 127.0.0.9 rejected: all 4 places are taken"
    clients[0].send_text("still here")
    network.until(lambda: events.messages == ["still here"])


def test_rejected_client_that_never_answers(network: Network):
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
def test_client_that_disconnects_makes_room(network: Network, end: str):
    hub = network.hub(max_clients=2)
    clients = join(network, hub, 2)
    getattr(clients[0], end)()
    network.until(lambda: len(hub.clients) == 1)
    with network.websocket(source="127.0.0.9") as third:
        network.until(lambda: len(hub.clients) == 2)
        assert [client.id for client in hub.clients] == [2, 3]
        hub.broadcast("welcome")
        assert third.receive_text() == "welcome"
    assert network.log[-1] == "INFO - client 3 connected from 127.0.0.9: 2 of 2"


def test_closing_client_makes_room(network: Network):
    """Even if it has not answered the close frame yet."""
    hub = network.hub(max_clients=1)
    (old,) = join(network, hub, 1)
    hub.clients[0].close(1000)
    assert old.receive().opcode == CLOSE
    with network.websocket(source="127.0.0.9") as new:
        network.until(lambda: len(hub.clients) == 2)
        hub.broadcast("welcome")
        assert new.receive_text() == "welcome"


def test_page_is_served_beside_max_clients(network: Network):
    hub = network.hub()
    join(network, hub, 4)
    for _ in range(5):
        network.is_served()
    with network.connected("127.0.0.8"), network.connected("127.0.0.9"):
        network.is_served()


def test_page_is_served_beside_rejected_clients(network: Network):
    """Rejected clients hold sockets until they answer: 4 clients, 3 rejected, no socket left."""
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


# Several hubs


def test_hubs_leave_a_socket_for_a_page(network: Network):
    """Without a hotspot, nothing else counts how many clients they may have together."""
    for path in ("/a", "/b"):
        network.hub(path)
    clients = [network.websocket(("/a", "/b")[number % 2]) for number in range(6)]
    network.until(lambda: network.loop.free_sockets == 1)
    with network.websocket("/a") as seventh:
        assert close_frame(seventh) == (1013, "all 3 places are taken")
    assert clients[0].sock.is_silent()  # type: ignore[attr-defined]
    network.is_served()


def test_two_hubs_are_separate(network: Network):
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


@pytest.fixture
def hotspot(network: Network) -> SimpleNamespace:
    """As much of a Hotspot as a hub uses."""
    settings = SimpleNamespace(ws_max_clients=4, ws_max_message=1000)
    return SimpleNamespace(
        loop=network.loop, settings=settings, access_point=None, open_handlers=[], hubs=[]
    )


@pytest.mark.parametrize(
    ("wanted", "got", "warnings"),
    [
        ([None], [4], []),
        ([5], [5], []),
        ([None, None], [4, 1], []),
        ([2, 2, None], [2, 2, 1], []),
        ([9], [5], [(5, 9, 0)]),
        ([3, 3], [3, 2], [(2, 3, 3)]),
        ([None, None, None], [4, 1, 0], [(0, 4, 5)]),
        ([5, None, 1], [5, 0, 0], [(0, 4, 5), (0, 1, 5)]),
    ],
)
def test_hubs_of_a_hotspot_share_its_clients(
    network: Network, hotspot: Any, wanted: list, got: list, warnings: list
):
    hubs = [network.lib.hub.Hub(hotspot, max_clients=count) for count in wanted]
    assert [hub.max_clients for hub in hubs] == got
    assert hotspot.hubs == hubs
    assert network.log == [
        f"WARNING - a hub may have {count} clients, not {asked}: the board has sockets for 5, and "
        f"other hubs may have {taken} of them; give each hub its max_clients"
        for count, asked, taken in warnings
    ]


def test_hub_of_a_hotspot(network: Network, hotspot: Any):
    """It takes the settings; the hotspot's handlers are called before its own."""
    order: list[str] = []
    hotspot.open_handlers.append(lambda client: order.append("hotspot"))
    hub = network.lib.hub.Hub(hotspot)
    hub.on_open(lambda client: order.append("hub"))
    assert (hub.loop, hub.max_message_size) == (network.loop, 1000)
    network.route("/ws")(hub.upgrade)
    Member(network, hub)
    assert order == ["hotspot", "hub"]


def test_hub_without_a_loop_is_a_type_error(network: Network):
    for arguments in ((), (network.server,), (network.pool.socket_pool,)):
        with pytest.raises(TypeError, match=r"write Hub\(hotspot\), or Hub\(loop=loop\)"):
            network.lib.hub.Hub(*arguments)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda hub, client: client.close("bye"), 'write client.close(4000, "reason")'),
        (lambda hub, client: client.close(1000, None), 'write client.close(4000, "reason")'),
        (lambda hub, client: client.close(999), "no close frame may carry the code 999"),
        (lambda hub, client: client.ping("x"), "a ping carries at most 125 bytes"),
        (lambda hub, client: hub.broadcast("x", "kitchen"), "exclude takes a client"),
    ],
)
def test_wrong_arguments_are_told_in_words(network: Network, call: Any, text: str):
    hub = network.hub()
    member = Member(network, hub)
    with pytest.raises((TypeError, ValueError), match=re.escape(text)):
        call(hub, member.board)
    assert member.board.state == 1


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ('{"a": [1]}', {"a": [1]}),
        (' \n[1, "2"]', [1, "2"]),
        ("{}", {}),
        ("[]", []),
        *((text, None) for text in ("1", '"x"', "null", "", "{", "[1", "{'a': 1}", "hello")),
        ("[" * 100000, None),
        (b'{"a": 1}', None),
    ],
)
@pytest.mark.parametrize("both", [True, False])
def test_json(network: Network, text: Any, parsed: Any, both: bool):
    hub = network.hub(max_message_size=200000)
    got: list = []
    hub.on_json(lambda client, data: got.append(data))
    if both:
        hub.on_message(lambda client, data: got.append(("not JSON", data)))
    member = Member(network, hub)
    member.raw.send(2 if isinstance(text, bytes) else TEXT, text)
    network.until(lambda: member.board.messages_in)
    if parsed is None:
        assert got == ([("not JSON", text)] if both else [])
    else:
        assert got == [parsed]
    line = "WARNING - client 1: not JSON, and no function of on_message"
    assert network.log.count(line) == (parsed is None and not both)


# Events


def test_events_have_several_handlers(network: Network):
    hub = network.hub()
    one, two = Events(hub), Events(hub)
    member = Member(network, hub)
    member.raw.send_text("hello")
    network.until(lambda: two.messages)
    member.raw.close()
    network.until(lambda: two.of("close"))
    assert one.all == two.all == [("open", 1), ("message", 1, "hello"), ("close", 1, 1000, "")]


@pytest.mark.parametrize(
    "name", ["open", "message", "json", "chunk", "close", "error", "watermark"]
)
def test_assigned_handler_is_an_attribute_error(network: Network, name: str):
    hub = network.hub()
    with pytest.raises(AttributeError, match=f"write @hub.on_{name} above the function"):
        setattr(hub, "on_" + name, print)
    with pytest.raises(TypeError, match=f"write @hub.on_{name} above the function"):
        getattr(hub, "on_" + name)()


@pytest.mark.parametrize("event", ["open", "message", "close", "chunk"])
def test_handler_that_raises(network: Network, event: str):
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
    # The client stays connected, and so do the others.
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


def test_on_error_that_raises(network: Network):
    hub = network.hub()
    hub.on_message(lambda client, data: 1 // 0)
    hub.on_error(lambda client, error: {}["missing"])
    with network.websocket() as client:
        for _ in range(2):
            client.send_text("x")
        network.until(lambda: list(network.loop.failures.values()) == [1, 1])
        errors = network.errors()
        assert "ERROR - client 1: a handler failed: ZeroDivisionError: " in errors[0]
        assert "ERROR - on_error failed: KeyError: 'missing'" in errors
        hub.broadcast("still here")
        assert client.receive_text() == "still here"


def test_on_error_may_close_the_client(network: Network):
    hub = network.hub()
    hub.on_message(lambda client, data: 1 // 0)
    hub.on_error(lambda client, error: client.close(1011, "error on the board"))
    with network.websocket() as client:
        client.send_text("x")
        assert close_frame(client) == (1011, "error on the board")
    network.errors()


def test_hub_without_handlers(network: Network):
    hub = network.hub()
    with network.websocket() as client:
        client.send_text("x")
        client.send(2, b"y")
        network.until(lambda: hub.clients and hub.clients[0].messages_in == 2)
        client.close()


def test_on_message_may_close_all_clients(network: Network):
    hub = network.hub()

    @hub.on_message
    def close(client, data):
        for other in hub.clients:
            other.close(4000, data)

    clients = join(network, hub, 3)
    clients[1].send_text("all of you")
    for client in clients:
        assert client.receive() == Frame(CLOSE, close_payload(4000, "all of you"))
        client.send(CLOSE, close_payload(4000))
    network.until(lambda: not hub.clients)


def test_on_close_may_broadcast(network: Network):
    hub = network.hub()
    seen = []

    @hub.on_close
    def closed(client, code, reason):
        seen.append((client in hub.clients, hub.broadcast(f"{client.id} has left")))

    one, other = join(network, hub, 2)
    one.close()
    assert other.receive_text() == "1 has left"
    assert seen == [(False, 1)]


def test_on_open_may_close(network: Network):
    hub = network.hub()

    @hub.on_open
    def opened(client):
        client.send("sorry")
        client.close(4001, "not you")

    with network.websocket(early=frame(TEXT, "hello")) as client:
        assert client.receive_text() == "sorry"
        assert client.receive() == Frame(CLOSE, close_payload(4001, "not you"))


# The end of the program


def test_shutdown_is_1001(network: Network):
    hub = network.hub()
    events = Events(hub)
    clients = join(network, hub, 3)
    network.loop.shut_down()
    for client in clients:
        assert client.receive() == Frame(CLOSE, close_payload(1001, "the board restarts"))
        assert client.receive_rest() == Received(b"", "fin")
    assert sorted(events.of("close")) == [(n, 1001, "the board restarts") for n in (1, 2, 3)]
    assert network.loop.sockets == ["HTTP listener"]


def test_shutdown_if_on_close_raises(network: Network):
    hub = network.hub()
    hub.on_close(lambda client, code, reason: 1 // 0)
    clients = join(network, hub, 2)
    hub._shut_down()
    for client in clients:
        assert close_frame(client) == (1001, "the board restarts")
    network.errors()


def test_shutdown_with_a_client_that_does_not_read(network: Network):
    hub = network.hub(max_queued=1 << 20)
    stuck = network.websocket(source="127.0.0.8", receive_buffer=4096)
    network.until(lambda: hub.clients)
    hub.broadcast(b"x" * 100000)
    (other,) = join(network, hub, 1)
    hub._shut_down()
    assert close_frame(other) == (1001, "the board restarts")
    assert network.loop.sockets == ["HTTP listener"]
    stuck.sock.close()


def test_shutdown_ends_although_a_closed_connection_is_still_listed(network: Network):
    """Ctrl-C may come between the two steps of closing."""
    hub = network.hub()
    member = Member(network, hub)
    connections = list(hub._connections)
    member.raw.close()
    network.until(lambda: not hub.clients)
    hub._connections.extend(connections)
    hub._shut_down()
    hub._connections.clear()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The hub's clients: pages that connect again, stations that leave, statistics."""

import io
import json
from types import SimpleNamespace
from typing import Any

import pytest

from tests.in_process import Events, Network, close_frame
from tests.raw_http import Received
from tests.raw_websocket import BINARY, CLOSE, PONG, TEXT, Frame, close_payload, frame
from tests.websocket.member import Member, join_members

PAGE = "0123456789abcdef0123456789abcdef"
TARGET = "/ws?page=" + PAGE
REPLACED = "replaced by a newer connection of this page"

COUNTERS = ("messages_in", "messages_out", "bytes_in", "bytes_out", "replaced", "refused")


# Ghosts: older connections of a page that connects again


def test_page_replaces_its_ghost(network: Network):
    hub = network.hub()
    events = Events(hub)
    ghost = Member(network, hub, target=TARGET)
    assert ghost.board.page == PAGE
    new = Member(network, hub, target=TARGET)
    assert hub.clients == [new.board]
    assert ghost.next() == Frame(CLOSE, close_payload(1001, REPLACED))
    assert ghost.raw.receive_rest() == Received(b"", "fin")
    # on_close of the old one comes before on_open of the new one.
    assert events.all == [("open", 1), ("close", 1, 1001, REPLACED), ("open", 2)]
    hub.broadcast("welcome back")
    assert new.message() == "welcome back"
    assert network.loop.sockets == ["HTTP listener", "WebSocket"]


def test_page_replaces_its_ghost_at_max_clients(network: Network):
    hub = network.hub()
    events = Events(hub)
    others = [Member(network, hub, f"127.0.0.{3 + number}") for number in range(3)]
    ghost = Member(network, hub, target=TARGET)
    ghost.go_away()
    network.turn(5)
    ghost.come_back()
    new = Member(network, hub, target=TARGET)
    assert hub.clients == [*(other.board for other in others), new.board]
    assert [event[0] for event in events.of("close")] == [ghost.board.id]
    assert hub.stats()["rejected"] == 0
    assert hub.broadcast("all here") == 4
    assert new.message() == "all here"
    assert [other.message() for other in others] == ["all here"] * 3


def test_ghost_that_does_not_read_is_replaced(network: Network):
    hub = network.hub(max_clients=1, max_queued=1 << 20)
    ghost = Member(network, hub, target=TARGET, receive_buffer=4096)
    ghost.board.send(bytes(500000))
    network.turn(20)
    new = Member(network, hub, target=TARGET)
    assert hub.clients == [new.board]
    assert ghost.board.state == network.lib.connection.CLOSED


def test_page_that_reloads_has_one_client(network: Network):
    hub = network.hub(max_clients=1)
    events = Events(hub)
    for number in range(10):
        member = Member(network, hub, target=TARGET)
        assert hub.clients == [member.board] and member.board.id == number + 1
    assert [event[1] for event in events.of("close")] == [1001] * 9
    assert hub.stats()["closes"] == {1001: 9}


def test_session_survives_a_reload_and_a_restart(network: Network, caplog):
    """It is not the page's id, and cannot be turned back into it."""
    hub, other = network.hub("/ws"), network.hub("/other")
    first = [Member(network, hub, target=target).board for target in (TARGET, TARGET + "x", "/ws")]
    again = [Member(network, hub, target=target).board for target in (TARGET, TARGET + "x", "/ws")]
    sessions = [client.session for client in first]
    assert [client.session for client in again[:2]] == sessions[:2]
    assert len({*sessions, again[2].session}) == 4
    assert [client.returned for client in first + again] == [False] * 3 + [True, True, False]
    assert again[0].session not in PAGE and PAGE[:8] not in again[0].session
    for client in list(hub.clients):
        client.abort()
    restarted = Member(network, other, target="/other?page=" + PAGE).board
    assert restarted.session == sessions[0] and not restarted.returned
    assert (restarted.path, first[0].path) == ("/other", "/ws")


def test_sessions_that_are_remembered_are_limited(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=TARGET)
    for number in range(70):
        member.board.session = f"{number:04}"
        hub._note_session(member.board)
    assert len(hub._seen) == 256
    member.board.abort()
    assert Member(network, hub, target=TARGET).board.returned is False


def test_rejected_client_is_no_session_that_returns(network: Network):
    hub = network.hub(max_clients=1)
    member = Member(network, hub)
    with network.websocket(TARGET) as rejected:
        assert close_frame(rejected)[0] == 1013
    member.board.abort()
    assert Member(network, hub, target=TARGET).board.returned is False


def test_pages_with_other_ids_are_no_ghosts(network: Network):
    hub = network.hub()
    ids = [PAGE, PAGE[:-1] + "0", PAGE.upper(), PAGE[:16]]
    members = [Member(network, hub, target="/ws?page=" + name) for name in ids]
    assert hub.clients == [member.board for member in members]


@pytest.mark.parametrize(
    "query",
    ["", "?", "?page", "?page=", "?page=1", "?page=" + "a" * 15, "?pages=" + PAGE, "?x=1&PAGE=y"],
)
def test_short_page_id_is_ignored(network: Network, query: str):
    hub = network.hub()
    one = Member(network, hub, target="/ws" + query)
    two = Member(network, hub, target="/ws" + query)
    assert hub.clients == [one.board, two.board]
    assert hub.broadcast("both") == 2
    assert one.message() == two.message() == "both"


def test_page_id_counts_from_the_same_address_only(network: Network):
    hub = network.hub()
    one = Member(network, hub, "127.0.0.2", target=TARGET)
    stranger = Member(network, hub, "127.0.0.3", target=TARGET)
    assert hub.clients == [one.board, stranger.board]
    assert hub.broadcast("both") == 2
    assert one.message() == stranger.message() == "both"


def test_page_id_of_another_address_at_max_clients(network: Network):
    hub = network.hub(max_clients=1)
    one = Member(network, hub, "127.0.0.2", target=TARGET)
    with network.websocket(TARGET, source="127.0.0.3") as stranger:
        assert close_frame(stranger) == (1013, "all 1 places are taken")
    assert hub.clients == [one.board]


def test_page_id_is_never_logged(network: Network):
    hub = network.hub()
    Member(network, hub, target=TARGET)
    member = Member(network, hub, target=TARGET)
    assert not any(PAGE in line for line in network.log)
    assert PAGE not in str(hub.stats()) and PAGE not in str(member.board.stats())


def test_ghosts_are_those_of_one_hub(network: Network):
    chat, control = network.hub("/chat"), network.hub("/control")
    one = Member(network, chat, target="/chat?page=" + PAGE)
    other = Member(network, control, target="/control?page=" + PAGE)
    assert chat.clients == [one.board] and control.clients == [other.board]


def test_ghost_is_replaced_if_on_close_raises(network: Network):
    hub = network.hub(max_clients=1)
    hub.on_close(lambda client, code, reason: client.id > 1 or 1 // 0)
    Member(network, hub, target=TARGET)
    new = Member(network, hub, target=TARGET)
    assert hub.clients == [new.board]
    assert "ZeroDivisionError" in network.errors()[0]


def test_query(network: Network):
    hub = network.hub()
    seen = []
    hub.on_open(lambda client: seen.append(client.query.get("room", "hall")))
    Member(network, hub, target="/ws?room=kitchen&page=" + PAGE)
    Member(network, hub, target="/ws?room=K%C3%BCche+%26+Bad&room=hall")
    Member(network, hub)
    assert seen == ["kitchen", "Küche & Bad", "hall"]
    assert not [line for line in network.log if PAGE[:8] in line or "room" in line]


# Stations


class AccessPoint:
    """As much of an AccessPoint as a hub uses."""

    def __init__(self) -> None:
        self.stations: dict[bytes, Any] = {}
        self.handlers: list = []

    def on_leave(self, handler):
        """As AccessPoint.on_leave."""
        self.handlers.append(handler)
        return handler

    def join(self, address: str | None, rssi: int = -40) -> None:
        """A station joins."""
        self.stations[str(address).encode()] = SimpleNamespace(address=address, rssi=rssi)

    def leave(self, address: str | None) -> None:
        """A station leaves."""
        station = self.stations.pop(str(address).encode())
        for handler in self.handlers:
            handler(station)


@pytest.fixture
def access_point() -> AccessPoint:
    """An access point with four stations."""
    access_point = AccessPoint()
    for number in range(4):
        access_point.join(f"127.0.0.{2 + number}", -40 - number)
    return access_point


def test_station_that_leaves_is_1006(network: Network, access_point: AccessPoint):
    hub = network.hub(access_point=access_point)
    events = Events(hub)
    members = join_members(network, hub, 4)
    members[1].fill_socket()
    access_point.leave("127.0.0.3")
    assert events.of("close") == [(2, 1006, "left the hotspot")]
    assert network.log[-1] == "INFO - client 2 disconnected: 1006 left the hotspot"
    assert hub.clients == [members[0].board, members[2].board, members[3].board]
    assert network.loop.sockets.count("WebSocket") == 3
    for member in (members[0], members[2], members[3]):
        member.board.send("still here")
        assert member.message() == "still here"
    with network.websocket(source="127.0.0.9"):
        network.until(lambda: len(hub.clients) == 4)


def test_station_leaves_with_all_its_clients(network: Network, access_point: AccessPoint):
    """Also one that is closing, and one that was rejected."""
    hub = network.hub(access_point=access_point, max_clients=3)
    events = Events(hub)
    members = [Member(network, hub, "127.0.0.2") for _ in range(2)]
    other = Member(network, hub, "127.0.0.3")
    rejected = network.websocket(source="127.0.0.2")
    members[1].board.close(4000, "bye")
    network.turn(5)
    access_point.leave("127.0.0.2")
    assert sorted(events.of("close")) == [(1, 1006, "left the hotspot"), (2, 4000, "bye")]
    assert hub.clients == [other.board]
    assert network.loop.sockets == ["HTTP listener", "WebSocket"]
    rejected.sock.close()


def test_station_leaves_and_on_close_broadcasts(network: Network, access_point: AccessPoint):
    hub = network.hub(access_point=access_point)
    hub.on_close(lambda client, code, reason: hub.broadcast(f"{client.id} {reason}"))
    members = [Member(network, hub, source) for source in ("127.0.0.2", "127.0.0.2", "127.0.0.3")]
    access_point.leave("127.0.0.2")
    assert members[2].message() == "2 left the hotspot"
    assert members[2].message() == "1 left the hotspot"


def test_station_leaves_with_messages_set_aside(network: Network, access_point: AccessPoint):
    hub = network.hub(access_point=access_point)
    events = Events(hub)
    member = Member(network, hub)
    member.raw.sock.send(frame(TEXT, "x") * 100)
    while not events.messages:
        network.turn()
    access_point.leave("127.0.0.2")
    network.turn(10)
    assert len(events.messages) == 16
    assert [event[1] for event in events.of("close")] == [1006]


@pytest.mark.parametrize("address", ["127.0.0.5", None])
def test_station_without_a_client_leaves(
    network: Network, access_point: AccessPoint, address: str | None
):
    access_point.join(address)
    hub = network.hub(access_point=access_point)
    member = Member(network, hub)
    access_point.leave(address)
    assert hub.clients == [member.board]


def test_rssi(network: Network, access_point: AccessPoint):
    hub = network.hub(access_point=access_point)
    members = join_members(network, hub, 2)
    assert [member.board.rssi for member in members] == [-40, -41]
    assert members[1].board.stats()["rssi"] == -41
    access_point.stations[b"127.0.0.3"].rssi = -77
    assert members[1].board.rssi == -77
    del access_point.stations[b"127.0.0.3"]
    assert members[1].board.rssi is None


def test_rssi_without_an_access_point(network: Network):
    hub = network.hub()
    member = Member(network, hub)
    assert member.board.rssi is None and member.board.stats()["rssi"] is None


# Statistics


def test_client_stats(network: Network):
    member = Member(network, network.hub(ping_interval=3000))
    member.raw.send_text("four")
    member.raw.send(BINARY, bytes(300))
    network.until(lambda: member.board.messages_in == 2)
    member.board.send("x")
    member.message()
    network.advance(3.1)
    payload = member.next().payload
    member.raw.send(PONG, payload)
    network.turn(5)
    stats = member.board.stats()
    assert stats["id"] == 1 and stats["address"] == "127.0.0.2"
    assert (stats["messages_in"], stats["messages_out"]) == (2, 1)
    received = frame(TEXT, "four") + frame(BINARY, bytes(300)) + frame(PONG, payload)
    assert stats["bytes_in"] == len(received)
    assert stats["bytes_out"] == len(b"\x81\x01x" + b"\x89\x04" + payload)
    assert stats["latency"] == stats["latency_worst"] == member.board.latency is not None
    assert (stats["queued"], stats["queued_messages"], stats["queued_most"]) == (0, 0, 0)
    assert (stats["replaced"], stats["refused"]) == (0, 0)
    assert json.loads(json.dumps(stats)) == stats


def test_client_stats_of_a_slow_client(network: Network):
    hub = network.hub(max_queued=2000, refuse_when_full=True)
    member = Member(network, hub)
    filled = member.fill_socket()
    for _ in range(10):
        member.board.send("x" * 296)
        member.board.send("y", latest="key")
    stats = member.board.stats()
    assert stats["queued"] == stats["queued_most"] == 720 + 4 * 300
    assert stats["queued_messages"] == 1 + 4 + 1
    assert (stats["replaced"], stats["refused"]) == (9, 6)
    assert stats["messages_out"] == filled + 4
    member.come_back()
    member.skip(filled)
    for _ in range(5):
        member.message()
    stats = member.board.stats()
    assert (stats["queued"], stats["queued_messages"]) == (0, 0)
    assert stats["queued_most"] == 1920
    assert stats["messages_out"] == filled + 5


def test_stats_without_clients(network: Network):
    hub = network.hub()
    network.serve()
    stats = hub.stats()
    assert all(stats[name] == 0 for name in COUNTERS)
    assert stats["clients"] == stats["joined"] == stats["rejected"] == 0
    assert stats["closes"] == {} and stats["queued_most"] == 0
    assert stats["sockets"] == ["HTTP listener"]
    assert json.loads(json.dumps(stats)) == stats


def test_stats_are_sums_over_all_clients(network: Network):
    hub = network.hub(refuse_when_full=True, max_queued=2000)
    hub.on_message(lambda client, data: client.send(data))
    members = join_members(network, hub, 4)
    for number, member in enumerate(members):
        for _ in range(number + 1):
            member.raw.send_text("x" * 10 * number)
            member.message()
    members[0].fill_socket()
    for _ in range(10):
        members[0].board.send("x" * 900)
        members[0].board.send("x", latest=1)
    before = hub.stats()
    for name in COUNTERS:
        assert before[name] == sum(member.board.stats()[name] for member in members)
    assert before["messages_in"] == 10
    assert before["replaced"] == 9 and before["refused"] >= 8
    assert before["queued_most"] == members[0].board.send_queue.queued_most
    # Two disconnect, and the sums keep their numbers.
    members[0].board.abort(1006, "test")
    members[2].raw.send(8, close_payload(4000, "bye"))
    network.until(lambda: len(hub.clients) == 2)
    after = hub.stats()
    assert after["closes"] == {1006: 1, 4000: 1}
    for name in ("messages_in", "messages_out", "replaced", "refused", "queued_most"):
        assert after[name] == before[name]
    assert after["bytes_in"] == before["bytes_in"] + len(frame(8, close_payload(4000, "bye")))
    assert (after["clients"], after["joined"]) == (2, 4)
    assert hub.stats() == after
    assert len(json.dumps(after)) < 1000
    assert json.loads(json.dumps(after))["closes"] == {"1006": 1, "4000": 1}


def test_stats_of_rejected_clients(network: Network):
    hub = network.hub(max_clients=1)
    Member(network, hub)
    for number in range(3):
        with network.websocket(source=f"127.0.0.{5 + number}") as client:
            assert close_frame(client)[0] == 1013
    network.advance(1.5)
    stats = hub.stats()
    assert (stats["clients"], stats["joined"], stats["rejected"]) == (1, 1, 3)
    assert stats["closes"] == {}


def test_stats_of_close_codes(network: Network):
    hub = network.hub()
    for code in (1000, 4000, 4000):
        member = Member(network, hub)
        member.raw.close(code)
    member = Member(network, hub)
    member.raw.send(TEXT, b"\xff")
    close_frame(member.raw)
    network.advance(1)
    assert hub.stats()["closes"] == {1000: 1, 4000: 2, 1007: 1}


def test_close_codes_are_counted_within_limits(network: Network):
    hub = network.hub()
    for code in range(4000, 4040):
        member = Member(network, hub)
        member.board._handle_close(code, "")
        network.turn()
    closes = hub.stats()["closes"]
    assert len(closes) == 25 and closes[0] == 16 and closes[4023] == 1


@pytest.mark.parametrize(
    ("code", "reason", "text"),
    [
        (1000, "", "1000 closed by the page"),
        (1000, "bye", "1000 bye"),
        (1001, "", "1001 the page was left"),
        (1005, "", "1005 no code was given"),
        (1006, "", "1006 the connection was lost"),
        (4001, "", "4001"),
    ],
)
def test_close_code_is_logged_with_its_meaning(network: Network, code: int, reason: str, text: str):
    hub = network.hub()
    events = Events(hub)
    client = Member(network, hub).board
    if code == 1006:
        client.abort()
    else:
        client._handle_close(code, reason)
    network.turn()
    assert network.log[-1] == "INFO - client 1 disconnected: " + text
    assert events.of("close") == [(1, code, reason)]


def test_stats_in_on_close(network: Network):
    """The client is counted once."""
    hub = network.hub()
    seen = []
    hub.on_close(lambda client, code, reason: seen.append(hub.stats()))
    member = Member(network, hub)
    member.raw.send_text("x")
    network.until(lambda: member.board.messages_in)
    member.raw.close()
    assert seen[0]["messages_in"] == 1 and seen[0]["clients"] == 0
    assert seen[0]["closes"] == {1000: 1}


@pytest.mark.parametrize("what", ["_add_up", "log"])
def test_on_close_is_called_when_memory_is_short(network: Network, monkeypatch, what: str):
    def no_memory(*_: Any) -> None:
        raise MemoryError

    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    monkeypatch.setattr(hub, what, SimpleNamespace(info=no_memory) if what == "log" else no_memory)
    member.raw.sock.close()
    network.until(lambda: events.of("close"), "on_close")
    assert hub.clients == [] and not network.errors()


def test_stats_of_sockets(network: Network):
    hub = network.hub()
    Member(network, hub)
    with network.connected("127.0.0.9"):
        assert hub.stats()["sockets"] == ["HTTP listener", "WebSocket", "HTTP"]


def test_stats_of_the_longest_turn(network: Network):
    """In ms. Waiting does not count."""
    hub = network.hub()

    @hub.on_message
    def slow(client, data):
        network.clock.milliseconds += int(data)

    member = Member(network, hub)
    assert hub.stats()["longest_turn"] == 0
    for milliseconds in (20, 250, 100):
        member.raw.send_text(str(milliseconds))
        network.turn(5)
    assert network.loop.longest_turn == hub.stats()["longest_turn"] == 250


def test_stats_of_the_least_memory(network: Network, monkeypatch):
    hub = network.hub()
    network.serve()
    free = iter((5000, 3000, 4000))
    monkeypatch.setattr(network.lib.loop.gc, "mem_free", lambda: next(free, 9000), raising=False)
    assert hub.stats()["least_memory"] is None
    seen = []
    for _ in range(3):
        network.clock.milliseconds += 6000
        network.turn()  # runs what is due
        network.clock.step = 1
        network.loop.turn(wait=True)
        network.clock.step = 0
        seen.append(hub.stats()["least_memory"])
    assert seen == [5000, 3000, 3000]


def test_client_leaves_if_the_source_of_a_message_fails_to_close(network: Network):
    class Source(io.BytesIO):
        def close(self) -> None:
            raise ValueError("mine")

    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub)
    member.fill_socket()
    assert member.board.send(Source(b"waits"))
    network.advance(21)
    assert events.of("close") == [(1, 1006, "no answer to a ping")]
    assert hub.clients == []
    assert "ERROR - closing a message's source failed: ValueError: mine" in network.errors()

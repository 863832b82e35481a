# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Statistics: plain values that add up, and keep those who have left."""

import json

from tests.network import Network, close_frame
from tests.raw_websocket import BINARY, PONG, TEXT, close_payload, frame
from tests.websocket.member import Member

COUNTERS = ("messages_in", "messages_out", "bytes_in", "bytes_out", "replaced", "refused")


def test_the_numbers_of_a_client(network: Network):
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


def test_the_numbers_of_a_client_that_is_slow(network: Network):
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


def test_a_hub_without_clients(network: Network):
    hub = network.hub()
    network.serve()
    stats = hub.stats()
    assert all(stats[name] == 0 for name in COUNTERS)
    assert stats["clients"] == stats["joined"] == stats["rejected"] == 0
    assert stats["closes"] == {} and stats["queued_most"] == 0
    assert stats["sockets"] == ["HTTP listener"]
    assert json.loads(json.dumps(stats)) == stats


def test_the_hub_adds_up_and_keeps_those_who_have_left(network: Network):
    hub = network.hub(refuse_when_full=True, max_queued=2000)
    hub.on_message(lambda client, data: client.send(data))
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(4)]
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
    assert before["queued_most"] == members[0].board.queued_most
    # Two go, with different codes; nothing is lost from the sums.
    members[0].board.abort(1006, "gone")
    members[2].raw.send(8, close_payload(4000, "bye"))
    network.until(lambda: len(hub.clients) == 2)
    after = hub.stats()
    assert after["closes"] == {1006: 1, 4000: 1}
    for name in ("messages_in", "messages_out", "replaced", "refused", "queued_most"):
        assert after[name] == before[name]
    assert after["bytes_in"] == before["bytes_in"] + len(frame(8, close_payload(4000, "bye")))
    assert (after["clients"], after["joined"]) == (2, 4)
    # Looking changes nothing.
    assert hub.stats() == after
    assert len(json.dumps(after)) < 1000
    assert json.loads(json.dumps(after))["closes"] == {"1006": 1, "4000": 1}


def test_who_was_turned_away_is_counted_apart(network: Network):
    hub = network.hub(max_clients=1)
    Member(network, hub)
    for number in range(3):
        with network.websocket(source=f"127.0.0.{5 + number}") as client:
            assert close_frame(client)[0] == 1013
    network.advance(1.5)
    stats = hub.stats()
    assert (stats["clients"], stats["joined"], stats["rejected"]) == (1, 1, 3)
    assert stats["closes"] == {}


def test_each_close_code_is_counted(network: Network):
    hub = network.hub()
    for code in (1000, 4000, 4000):
        member = Member(network, hub)
        member.raw.close(code)
    member = Member(network, hub)
    member.raw.send(TEXT, b"\xff")
    close_frame(member.raw)
    network.advance(1)
    assert hub.stats()["closes"] == {1000: 1, 4000: 2, 1007: 1}


def test_the_sums_are_right_while_somebody_leaves(network: Network):
    """on_close sees the one who leaves once, not twice."""
    hub = network.hub()
    seen = []
    hub.on_close(lambda client, code, reason: seen.append(hub.stats()))
    member = Member(network, hub)
    member.raw.send_text("x")
    network.until(lambda: member.board.messages_in)
    member.raw.close()
    assert seen[0]["messages_in"] == 1 and seen[0]["clients"] == 0
    assert seen[0]["closes"] == {1000: 1}


def test_sockets_say_what_they_are_for(network: Network):
    hub = network.hub()
    Member(network, hub)
    with network.connected("127.0.0.9"):
        assert hub.stats()["sockets"] == ["HTTP listener", "WebSocket", "HTTP"]


def test_the_longest_turn_is_kept(network: Network):
    """In ms, by the loop's clock; waiting for something to do is no turn."""
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


def test_the_least_memory_is_looked_at_in_quiet_moments(network: Network, monkeypatch):
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
        network.loop.turn(network.server, network.pool, True)
        network.clock.step = 0
        seen.append(hub.stats()["least_memory"])
    assert seen == [5000, 3000, 3000]

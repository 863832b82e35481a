# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What waits for a client: its bounds, what happens when it is full, what goes first."""

import io
from typing import Any

import pytest

from tests.network import Events, Network, close_frame
from tests.raw_websocket import CLOSE, PING, PONG, TEXT, Frame, close_payload
from tests.websocket.member import Member

BIG = bytes(range(256)) * 400


# Bounds


def test_messages_that_wait_are_bounded_in_bytes(network: Network):
    hub = network.hub(max_queued=5000, refuse_when_full=True)
    member = Member(network, hub)
    member.fill_socket()
    while member.board.send("y" * 900):
        assert member.board.queued <= 5000
    assert member.board.queued > 5000 - 904
    # Shorter ones still find place, up to the last byte.
    while member.board.queued < 4900:
        assert member.board.send("z" * 98)
    assert member.board.send("z" * (5000 - member.board.queued - 2))
    assert member.board.queued == 5000
    assert member.board.send("") is False
    assert member.board.queued == member.board.queued_most == 5000


def test_messages_that_wait_are_bounded_in_number(network: Network):
    hub = network.hub(max_queued_messages=10, refuse_when_full=True)
    member = Member(network, hub)
    sent = member.fill_socket()
    taken = [member.board.send(str(number)) for number in range(20)]
    assert taken == [True] * 9 + [False] * 11
    assert member.board.stats()["queued_messages"] == 10
    assert member.board.refused == 11
    member.come_back()
    member.skip(sent)
    assert [member.message() for _ in range(9)] == [str(number) for number in range(9)]
    assert member.board.send("room again")
    assert member.message() == "room again"


@pytest.mark.parametrize("kind", ["iterable", "file"])
def test_a_stream_counts_as_a_message(network: Network, kind: str):
    hub = network.hub(max_queued_messages=2, refuse_when_full=True)
    member = Member(network, hub)
    member.fill_socket()
    source: Any = [b"x"] if kind == "iterable" else io.BytesIO(b"x")
    assert member.board.send(source) is True
    assert member.board.send(source) is False
    assert member.board.refused == 1
    assert member.board.send("x") is False
    assert member.board.refused == 2


def test_a_message_longer_than_the_queue_is_taken_when_nothing_else_waits(network: Network):
    hub = network.hub(max_queued=5000)
    member = Member(network, hub)
    assert member.board.send(BIG)
    assert member.message() == BIG


# Full


def test_by_default_the_client_is_closed_with_a_reason(network: Network):
    hub = network.hub(max_queued=5000)
    member = Member(network, hub)
    events = Events(hub)
    member.fill_socket()
    while member.board.send("y" * 900):
        pass
    assert member.board.state == network.lib.connection.CLOSING
    assert member.board.refused == 1
    assert "WARNING - client 1 failed: 1013 takes its messages too slowly" in network.log
    assert member.board.send("more") is False
    assert network.log.count("WARNING - client 1 failed: 1013 takes its messages too slowly") == 1
    member.come_back()
    assert close_frame(member.raw) == (1013, "too slow: the queue is full")
    network.advance(1)
    assert events.of("close") == [(1, 1013, "too slow: the queue is full")]


def test_a_hub_can_refuse_the_message_instead(network: Network):
    """The call says so; the client stays, and misses nothing that was taken."""
    hub = network.hub(max_queued=5000, refuse_when_full=True)
    member = Member(network, hub)
    sent = member.fill_socket()
    taken = [number for number in range(100) if member.board.send(f"{number:900}")]
    assert 3 <= len(taken) <= 5 and taken == list(range(len(taken)))
    assert member.board.refused == 100 - len(taken)
    line = "WARNING - client 1 takes its messages too slowly: some are refused"
    assert network.log.count(line) == 1
    member.come_back()
    member.skip(sent)
    assert [int(member.message()) for _ in taken] == taken
    assert hub.clients == [member.board]


def test_a_client_can_have_a_choice_of_its_own(network: Network):
    hub = network.hub(max_queued=5000)
    hub.on_open(lambda client: setattr(client, "refuse_when_full", client.id == 1))
    patient, strict = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    patient.go_away()
    strict.go_away()
    counts = [hub.broadcast("y" * 900) for _ in range(30)]
    assert counts[0] == 2 and counts[-1] == 0
    assert counts == sorted(counts, reverse=True)
    assert patient.board.state == network.lib.connection.OPEN
    assert strict.board.state == network.lib.connection.CLOSING


def test_a_broadcast_counts_who_has_taken_it(network: Network):
    hub = network.hub(max_queued=2000, refuse_when_full=True)
    slow, good = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    slow.fill_socket()
    for number in range(20):
        taken = slow.board.queued + 500 <= 2000
        assert hub.broadcast(f"{number:496}") == 1 + taken
        assert int(good.message()) == number
    assert slow.board.refused > 10 and good.board.refused == 0


# Order


def test_control_frames_go_before_messages(network: Network):
    hub = network.hub()
    member = Member(network, hub)
    sent = member.fill_socket()
    member.board.send("first")
    member.board.send("second")
    member.board.ping(b"now")
    member.come_back()
    member.skip(sent - 1)
    assert member.next() == Frame(PING, b"now")
    member.skip(1)
    assert [member.message(), member.message()] == ["first", "second"]


def test_a_control_frame_does_not_cut_a_frame_that_is_sent_in_part(network: Network):
    hub = network.hub()
    member = Member(network, hub)
    sent = member.fill_socket_in_part()
    member.board.send("behind")
    member.board.ping(b"now")
    member.come_back()
    member.skip(sent)
    assert member.next() == Frame(PING, b"now")
    assert member.message() == "behind"


def test_a_pong_goes_before_messages(network: Network):
    hub = network.hub()
    member = Member(network, hub, receive_buffer=4096)
    for number in range(10):
        assert member.board.send(f"{number:4000}") or number > 3
        if member.board.queued > 8000:
            break
    member.raw.send(PING, "x")
    network.turn(10)
    assert member.board.state == network.lib.connection.OPEN
    frames = []
    while not frames or frames[-1].opcode != PONG:
        frames.append(member.next())
    assert member.next().opcode == TEXT, "it came last"


def test_a_close_of_the_program_goes_behind_the_messages(network: Network):
    hub = network.hub()
    member = Member(network, hub)
    sent = member.fill_socket()
    member.board.send("last words")
    member.board.close(4000, "bye")
    member.come_back()
    member.skip(sent)
    assert member.message() == "last words"
    assert member.next() == Frame(CLOSE, close_payload(4000, "bye"))


# A broadcast is built once


def test_a_broadcast_is_the_same_object_for_everybody(network: Network, monkeypatch):
    hub = network.hub(max_frame_size=1000)
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(3)]
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


def test_a_broadcast_that_nobody_gets_is_not_built(network: Network, monkeypatch):
    hub = network.hub()
    Member(network, hub)
    monkeypatch.setattr(network.lib.hub, "encode_message", None)
    assert hub.broadcast("x", exclude=hub.clients[0]) == 0
    assert hub.broadcast("x", group="nobody") == 0


# The watermark


def watch(hub: Any) -> list[tuple]:
    """Keep the events of the watermark."""
    seen: list[tuple] = []
    hub.on_watermark(lambda client, above: seen.append((client.id, above, client.queued)))
    return seen


def test_the_watermark_is_told_both_ways(network: Network):
    hub = network.hub(max_queued=8000)
    member = Member(network, hub)
    seen = watch(hub)
    sent = member.fill_socket()
    while member.board.queued + 720 <= 4000:
        member.board.send("x" * 716)
        sent += 1
    assert seen == []
    for _ in range(3):
        member.board.send("x" * 716)
    assert [event[:2] for event in seen] == [(1, True)]
    assert 4000 < seen[0][2] <= 4720
    member.come_back()
    member.skip(sent + 3)
    network.turn(5)
    assert [event[:2] for event in seen] == [(1, True), (1, False)]
    assert 2000 - 720 <= seen[1][2] <= 2000
    # And again.
    member.fill_socket()
    while len(seen) < 3:
        assert member.board.send("x" * 716)
    assert seen[2][:2] == (1, True)


def test_a_watermark_handler_that_raises_hurts_nobody(network: Network):
    hub = network.hub(max_queued=8000)
    events = Events(hub)
    member, other = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")

    @hub.on_watermark
    def fails(client, above):
        raise ValueError(f"above: {above}")

    sent = member.fill_socket()
    while member.board.queued <= 4000:
        assert member.board.send("x" * 716)
        sent += 1
    member.come_back()
    member.skip(sent)
    network.until(lambda: len(events.of("error")) == 2)
    assert [str(event[1]) for event in events.of("error")] == ["above: True", "above: False"]
    assert hub.broadcast("still here") == 2
    assert member.message() == other.message() == "still here"
    errors = network.errors()
    assert errors[0] == "ERROR - client 1: a handler failed: ValueError: above: True"


@pytest.mark.parametrize("what", ["send", "latest", "ping", "close", "stream"])
@pytest.mark.parametrize("long", ["message", "latest value"])
def test_a_watermark_handler_never_comes_between_the_fragments_of_a_message(
    network: Network, what: str, long: str
):
    """What it says to the client is a message of its own (RFC 6455 section 5.4)."""
    hub = network.hub(max_queued=6000, max_frame_size=1000)
    member = Member(network, hub)

    @hub.on_watermark
    def slow_down(client, above):
        if above and what == "send":
            client.send("you are slow")
        elif above and what == "latest":
            client.send("you are slow", latest="speed")
        elif above and what == "stream":
            client.send(["you are slow"])
        elif above and what == "ping":
            client.ping(b"slow")
        elif above:
            client.close(4000, "slow")

    member.fill_socket()
    text = "".join(f"{number:1000}" for number in range(5))
    assert member.board.send(text, latest="long" if long == "latest value" else None)
    if what != "close":
        member.board.send("end")
    member.come_back()
    frames = []
    while True:
        frames.append(member.next())
        if frames[-1].opcode == CLOSE or frames[-1].payload == b"end":
            break
    payloads = b"".join(part.payload for part in frames if part.opcode < 8)
    assert payloads.decode().replace("you are slow", "").strip("xend") == text
    open_message = False
    for part in frames:
        if part.opcode < 8:
            assert (part.opcode == 0) == open_message, frames
            open_message = not part.fin
        elif part.opcode == CLOSE:
            assert not open_message, frames
    assert not open_message


def test_a_watermark_handler_may_close_the_slow_one(network: Network):
    hub = network.hub(max_queued=8000)
    hub.on_watermark(lambda client, above: client.close(4002, "slow"))
    member, other = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    member.go_away()
    counts = []
    for _ in range(20):
        counts.append(hub.broadcast("x" * 716))
        assert other.message() == "x" * 716
    assert counts[0] == 2 and counts[-1] == 1
    member.come_back()
    assert close_frame(member.raw) == (4002, "slow")


def test_a_file_that_finds_no_place_is_closed(network: Network):
    hub = network.hub(max_queued_messages=1, refuse_when_full=True)
    member = Member(network, hub)
    member.fill_socket()
    file = io.BytesIO(b"content")
    assert member.board.send(file) is False
    assert file.closed

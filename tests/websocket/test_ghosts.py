# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A page that comes back takes its own place, and nobody else's."""

import pytest

from tests.network import Events, Network, close_frame
from tests.raw_http import Received
from tests.raw_websocket import CLOSE, Frame, close_payload
from tests.websocket.member import Member

PAGE = "0123456789abcdef0123456789abcdef"
TARGET = "/ws?page=" + PAGE
REPLACED = "replaced by a newer connection of this page"


def test_a_page_that_comes_back_replaces_its_ghost(network: Network):
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


def test_a_page_finds_its_place_when_the_house_is_full(network: Network):
    hub = network.hub()
    events = Events(hub)
    others = [Member(network, hub, f"127.0.0.{3 + number}") for number in range(3)]
    ghost = Member(network, hub, target=TARGET)
    ghost.go_away()  # it has fallen asleep, and nobody has told the board
    network.turn(5)
    ghost.come_back()
    new = Member(network, hub, target=TARGET)
    assert hub.clients == [*(other.board for other in others), new.board]
    assert [event[0] for event in events.of("close")] == [ghost.board.id]
    assert hub.stats()["rejected"] == 0
    assert hub.broadcast("all here") == 4
    assert new.message() == "all here"
    assert [other.message() for other in others] == ["all here"] * 3


def test_a_ghost_that_takes_nothing_is_replaced_at_once(network: Network):
    hub = network.hub(max_clients=1, max_queued=1 << 20)
    ghost = Member(network, hub, target=TARGET, receive_buffer=4096)
    ghost.board.send(bytes(500000))
    network.turn(20)
    new = Member(network, hub, target=TARGET)
    assert hub.clients == [new.board]
    assert ghost.board.state == network.lib.connection.CLOSED


def test_a_page_that_reloads_ten_times_has_one_place(network: Network):
    hub = network.hub(max_clients=1)
    events = Events(hub)
    for number in range(10):
        member = Member(network, hub, target=TARGET)
        assert hub.clients == [member.board] and member.board.id == number + 1
    assert [event[1] for event in events.of("close")] == [1001] * 9
    assert hub.stats()["closes"] == {1001: 9}


def test_pages_with_other_ids_are_not_ghosts(network: Network):
    hub = network.hub()
    ids = [PAGE, PAGE[:-1] + "0", PAGE.upper(), PAGE[:16]]
    members = [Member(network, hub, target="/ws?page=" + name) for name in ids]
    assert hub.clients == [member.board for member in members]


@pytest.mark.parametrize(
    "query",
    ["", "?", "?page", "?page=", "?page=1", "?page=" + "a" * 15, "?pages=" + PAGE, "?x=1&PAGE=y"],
)
def test_an_id_that_could_be_guessed_replaces_nobody(network: Network, query: str):
    hub = network.hub()
    one = Member(network, hub, target="/ws" + query)
    two = Member(network, hub, target="/ws" + query)
    assert hub.clients == [one.board, two.board]
    assert hub.broadcast("both") == 2
    assert one.message() == two.message() == "both"


def test_a_stranger_at_another_address_throws_nobody_out(network: Network):
    """Even if it has got to know the page's id."""
    hub = network.hub()
    one = Member(network, hub, "127.0.0.2", target=TARGET)
    stranger = Member(network, hub, "127.0.0.3", target=TARGET)
    assert hub.clients == [one.board, stranger.board]
    assert hub.broadcast("both") == 2
    assert one.message() == stranger.message() == "both"


def test_a_stranger_finds_a_full_house_full(network: Network):
    hub = network.hub(max_clients=1)
    one = Member(network, hub, "127.0.0.2", target=TARGET)
    with network.websocket(TARGET, source="127.0.0.3") as stranger:
        assert close_frame(stranger) == (1013, "all 1 places are taken")
    assert hub.clients == [one.board]


def test_the_id_is_in_no_log_and_in_no_statistics(network: Network):
    hub = network.hub()
    Member(network, hub, target=TARGET)
    member = Member(network, hub, target=TARGET)
    assert not any(PAGE in line for line in network.log)
    assert PAGE not in str(hub.stats()) and PAGE not in str(member.board.stats())


def test_two_hubs_have_ghosts_of_their_own(network: Network):
    chat, control = network.hub("/chat"), network.hub("/control")
    one = Member(network, chat, target="/chat?page=" + PAGE)
    other = Member(network, control, target="/control?page=" + PAGE)
    assert chat.clients == [one.board] and control.clients == [other.board]


def test_an_on_close_that_raises_does_not_keep_the_page_out(network: Network):
    hub = network.hub(max_clients=1)
    hub.on_close(lambda client, code, reason: 1 // 0)
    Member(network, hub, target=TARGET)
    new = Member(network, hub, target=TARGET)
    assert hub.clients == [new.board]
    assert "ZeroDivisionError" in network.errors()[0]
    hub.on_close(lambda client, code, reason: None)


def test_what_stands_in_the_address_is_known(network: Network):
    hub = network.hub()
    seen = []
    hub.on_open(lambda client: seen.append(client.query.get("room", "hall")))
    Member(network, hub, target="/ws?room=kitchen&page=" + PAGE)
    Member(network, hub)
    assert seen == ["kitchen", "hall"]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Groups, exclusion, filters: who gets a broadcast."""

import pytest

from tests.network import Network
from tests.websocket.member import Member


@pytest.fixture
def three(network: Network) -> list[Member]:
    """Three clients of one hub."""
    hub = network.hub()
    return [Member(network, hub, f"127.0.0.{2 + number}") for number in range(3)]


def got(members: list[Member]) -> list[list]:
    """What each has got; everybody is told the end."""
    members[0].board._hub.broadcast("end")
    return [member.everything("end")[:-1] for member in members]


def test_a_group_gets_what_is_for_it(three: list[Member]):
    hub = three[0].board._hub
    three[0].board.join("kitchen")
    three[2].board.join("kitchen")
    three[2].board.join("hall")
    assert hub.broadcast("soup", group="kitchen") == 2
    assert hub.broadcast("coats", group="hall") == 1
    assert hub.broadcast("nobody", group="cellar") == 0
    assert hub.broadcast("all") == 3
    assert got(three) == [["soup", "all"], ["all"], ["soup", "coats", "all"]]


def test_groups_are_joined_once_and_left_for_good(three: list[Member]):
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


def test_a_group_and_an_exclusion_and_a_filter(three: list[Member]):
    hub = three[0].board._hub
    for member in three:
        member.board.join("players")
    assert hub.broadcast("to the others", exclude=three[0].board, group="players") == 2
    asked = []

    def where(client):
        asked.append(client.id)
        return client.id == 2

    assert hub.broadcast("to the second", where=where) == 1
    assert hub.broadcast("to nobody", three[1].board, group="players", where=where) == 0
    assert asked == [1, 2, 3, 1, 3]
    assert got(three) == [[], ["to the others", "to the second"], ["to the others"]]


def test_a_filter_that_raises_is_the_callers_fault(three: list[Member]):
    with pytest.raises(ZeroDivisionError):
        three[0].board._hub.broadcast("x", where=lambda client: 1 // 0)
    assert got(three) == [[], [], []]


def test_the_group_of_somebody_who_has_left_is_empty(network: Network):
    hub = network.hub()
    one = Member(network, hub)
    one.board.join("room")
    one.raw.close()
    network.until(lambda: not hub.clients)
    assert hub.broadcast("x", group="room") == 0
    two = Member(network, hub)
    assert two.board.groups == ()


def test_a_handler_joins_and_a_message_goes_to_the_room(network: Network):
    """As in a chat with rooms."""
    hub = network.hub()

    @hub.on_message
    def message(client, data):
        if data.startswith("/join "):
            client.join(data[6:])
        else:
            for room in client.groups:
                hub.broadcast(data, exclude=client, group=room)

    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(3)]
    for member, room in zip(members, ("red", "red", "blue"), strict=True):
        member.raw.send_text("/join " + room)
    network.until(lambda: all(member.board.groups for member in members))
    members[0].raw.send_text("hello, red")
    members[2].raw.send_text("hello, blue")
    assert members[1].message() == "hello, red"
    assert got(members) == [[], [], []]


def test_a_latest_value_for_a_group(three: list[Member]):
    hub = three[0].board._hub
    three[0].board.join("screens")
    filled = three[0].fill_socket()
    for number in range(10):
        assert hub.broadcast(str(number), group="screens", latest="count") == 1
    three[0].come_back()
    three[0].skip(filled)
    assert got(three) == [["9"], [], []]

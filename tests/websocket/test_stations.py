# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Phones on the hotspot: who leaves it is hung up, and how well each is heard is known."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.network import Events, Network
from tests.raw_websocket import TEXT, frame
from tests.websocket.member import Member


class Hotspot:
    """Stands for AccessPoint: who is there, and who is told of those who leave."""

    def __init__(self) -> None:
        self.stations: dict[bytes, Any] = {}
        self.handlers: list = []

    def on_leave(self, handler):
        """As AccessPoint.on_leave."""
        self.handlers.append(handler)
        return handler

    def join(self, address: str | None, rssi: int = -40) -> None:
        """A phone joins."""
        self.stations[str(address).encode()] = SimpleNamespace(address=address, rssi=rssi)

    def leave(self, address: str | None) -> None:
        """A phone leaves."""
        station = self.stations.pop(str(address).encode())
        for handler in self.handlers:
            handler(station)


@pytest.fixture
def hotspot() -> Hotspot:
    """A hotspot with four phones."""
    hotspot = Hotspot()
    for number in range(4):
        hotspot.join(f"127.0.0.{2 + number}", -40 - number)
    return hotspot


def test_a_phone_that_leaves_is_hung_up_at_once(network: Network, hotspot: Hotspot):
    hub = network.hub(access_point=hotspot)
    events = Events(hub)
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(4)]
    members[1].fill_socket()
    hotspot.leave("127.0.0.3")
    assert events.of("close") == [(2, 1006, "left the hotspot")]
    assert network.log[-1] == "INFO - client 2 left: 1006 left the hotspot"
    assert hub.clients == [members[0].board, members[2].board, members[3].board]
    assert network.loop.sockets.count("WebSocket") == 3
    for member in (members[0], members[2], members[3]):
        member.board.send("still here")
        assert member.message() == "still here"
    # Its place is free.
    with network.websocket(source="127.0.0.9"):
        network.until(lambda: len(hub.clients) == 4)


def test_all_connections_of_a_phone_are_hung_up(network: Network, hotspot: Hotspot):
    """Also of one that is being closed, and of one that was turned away."""
    hub = network.hub(access_point=hotspot, max_clients=3)
    events = Events(hub)
    members = [Member(network, hub, "127.0.0.2") for _ in range(2)]
    other = Member(network, hub, "127.0.0.3")
    turned_away = network.websocket(source="127.0.0.2")
    members[1].board.close(4000, "bye")
    network.turn(5)
    hotspot.leave("127.0.0.2")
    assert sorted(events.of("close")) == [(1, 1006, "left the hotspot"), (2, 4000, "bye")]
    assert hub.clients == [other.board]
    assert network.loop.sockets == ["HTTP listener", "WebSocket"]
    turned_away.sock.close()


def test_on_close_may_broadcast_to_those_who_stay(network: Network, hotspot: Hotspot):
    hub = network.hub(access_point=hotspot)
    hub.on_close(lambda client, code, reason: hub.broadcast(f"{client.id} {reason}"))
    members = [Member(network, hub, source) for source in ("127.0.0.2", "127.0.0.2", "127.0.0.3")]
    hotspot.leave("127.0.0.2")
    assert members[2].message() == "2 left the hotspot"
    assert members[2].message() == "1 left the hotspot"


def test_a_phone_whose_bytes_are_set_aside_leaves(network: Network, hotspot: Hotspot):
    hub = network.hub(access_point=hotspot)
    events = Events(hub)
    member = Member(network, hub)
    member.raw.sock.send(frame(TEXT, "x") * 100)
    while not events.messages:
        network.turn()
    hotspot.leave("127.0.0.2")
    network.turn(10)
    assert len(events.messages) == 16
    assert [event[1] for event in events.of("close")] == [1006]


@pytest.mark.parametrize("address", ["127.0.0.5", None])
def test_a_phone_without_a_connection_leaves_unnoticed(
    network: Network, hotspot: Hotspot, address: str | None
):
    hotspot.join(address)
    hub = network.hub(access_point=hotspot)
    member = Member(network, hub)
    hotspot.leave(address)
    assert hub.clients == [member.board]


def test_how_well_a_phone_is_heard(network: Network, hotspot: Hotspot):
    hub = network.hub(access_point=hotspot)
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(2)]
    assert [member.board.rssi for member in members] == [-40, -41]
    assert members[1].board.stats()["rssi"] == -41
    hotspot.stations[b"127.0.0.3"].rssi = -77
    assert members[1].board.rssi == -77
    del hotspot.stations[b"127.0.0.3"]
    assert members[1].board.rssi is None


def test_without_an_access_point_it_is_not_known(network: Network):
    hub = network.hub()
    member = Member(network, hub)
    assert member.board.rssi is None and member.board.stats()["rssi"] is None

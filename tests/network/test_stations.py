# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""stations.py: the table of stations, brought up to date with the radio's list."""

from collections.abc import Callable

import pytest

from esp_ws_ap.network.stations import Station, update
from simulator.modules.wifi import WifiRadioStation
from tests.network.radio import ADA, BOB

Update = Callable[..., list[tuple[str, bool]]]


@pytest.fixture
def stations() -> dict[bytes, Station]:
    return {}


@pytest.fixture
def updated(stations: dict[bytes, Station]) -> Update:
    """Update the table: ``updated((mac, rssi, address), ...)``."""

    def updated(*present: tuple, max_stations: int = 8) -> list[tuple[str, bool]]:
        entries = [WifiRadioStation(*entry) for entry in present]
        changes = update(stations, entries, max_stations)
        return [(station.mac, joined) for station, joined in changes]

    return updated


def test_join_and_leave(stations: dict[bytes, Station], updated: Update):
    assert updated((ADA, -48, "192.168.4.2")) == [("aa:bb:cc:dd:ee:01", True)]
    station = stations[ADA]
    assert (station.address, station.rssi) == ("192.168.4.2", -48)
    assert updated((ADA, -60, "192.168.4.2")) == []
    assert station.rssi == -60
    bob = (BOB, -70, "192.168.4.3")
    assert updated((ADA, -60, "192.168.4.2"), bob) == [("aa:bb:cc:dd:ee:02", True)]
    assert updated(bob) == [("aa:bb:cc:dd:ee:01", False)]
    assert list(stations) == [BOB]
    assert updated() == [("aa:bb:cc:dd:ee:02", False)]
    assert stations == {}


def test_join_waits_for_the_address(updated: Update):
    for _ in range(3):
        assert updated((ADA, -48, None)) == []
    assert updated((ADA, -48, "192.168.4.2")) == [("aa:bb:cc:dd:ee:01", True)]


def test_join_without_an_address(stations: dict[bytes, Station], updated: Update):
    for _ in range(5):
        assert updated((ADA, -48, None)) == []
    assert updated((ADA, -48, None)) == [("aa:bb:cc:dd:ee:01", True)]
    assert updated((ADA, -48, "192.168.4.2")) == []
    assert stations[ADA].address == "192.168.4.2"
    assert updated() == [("aa:bb:cc:dd:ee:01", False)]


def test_station_that_has_not_joined_does_not_leave(
    stations: dict[bytes, Station], updated: Update
):
    assert updated((ADA, -48, None)) == []
    assert list(stations) == [ADA]
    assert updated() == []
    assert stations == {}


def test_max_stations(stations: dict[bytes, Station], updated: Update):
    present = [(bytes((0, 0, 0, 0, 0, n)), -48, f"192.168.4.{n + 2}") for n in range(5)]
    assert len(updated(*present, max_stations=2)) == 2
    assert len(stations) == 2
    assert updated(*present[1:], max_stations=2) == [
        ("00:00:00:00:00:00", False),
        ("00:00:00:00:00:02", True),
    ]


def test_unknown_list_changes_nothing(stations: dict[bytes, Station], updated: Update):
    updated((ADA, -48, "192.168.4.2"))
    assert update(stations, None, 8) == []
    assert list(stations) == [ADA]

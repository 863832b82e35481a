# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""stations.py: the table of stations, brought up to date with the radio's list."""

import pytest

from esp_ws_ap.network.stations import Station, update
from simulator.modules.wifi import WifiRadioStation
from tests.network.radio import ADA, BOB

FIRST, SECOND = (ADA, -48, "192.168.4.2"), (BOB, -70, "192.168.4.3")
UNKNOWN = (ADA, -48, None)
CROWD = [(bytes((0, 0, 0, 0, 0, n)), -48, f"192.168.4.{n + 2}") for n in range(3)]

#: Steps: what the radio lists, and who has joined (+) or left (-), by the last digit of the MAC.
CASES = {
    "join and leave": [([FIRST], "+1"), ([FIRST], ""), ([FIRST, SECOND], "+2"), ([SECOND], "-1")]
    + [([], "-2"), ([], "")],
    "the address comes late": [([UNKNOWN], "")] * 3 + [([FIRST], "+1")],
    "no address": [([UNKNOWN], "")] * 5 + [([UNKNOWN], "+1"), ([FIRST], ""), ([], "-1")],
    "gone before it has joined": [([UNKNOWN], ""), ([], "")],
    "at most two": [(CROWD, "+0+1"), (CROWD[1:], "-0+2")],
    "the driver does not know": [([FIRST], "+1"), (None, ""), ([], "-1")],
}


@pytest.mark.parametrize("steps", CASES.values(), ids=CASES)
def test_update(steps: list):
    stations: dict[bytes, Station] = {}
    for present, expected in steps:
        entries = present and [WifiRadioStation(*entry) for entry in present]
        changes = update(stations, entries, 2)
        assert "".join("-+"[joined] + station.mac[-1] for station, joined in changes) == expected
        assert len(stations) <= 2


def test_station_is_up_to_date():
    stations: dict[bytes, Station] = {}
    for rssi, address in ((-48, None), (-60, "192.168.4.2")):
        update(stations, [WifiRadioStation(ADA, rssi, address)], 8)
        station = stations[ADA]
        assert (station.address, station.rssi) == (address, rssi)
        assert station.mac == "aa:bb:cc:dd:ee:01"

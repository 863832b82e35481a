# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.stations`
================================================================================

The stations on the hotspot: when one has joined, when one has left.
"""

_ADDRESS_TIMEOUT = 5  # updates until a station without an address counts as joined too


class Station:
    """
    A phone or a computer on the hotspot.

    :param str mac: Its hardware address.
    """

    def __init__(self, mac: str) -> None:
        self.mac = mac
        """Its hardware address, such as "aa:bb:cc:dd:ee:ff"."""

        self.address: str | None = None
        """Its IPv4 address; None until DHCP has assigned one."""

        self.rssi = 0
        """The strength of its signal at the board, in dBm."""

        self._joined = False
        self._updates = 0


def update(
    stations: "dict[bytes, Station]", present, max_stations: int
) -> "list[tuple[Station, bool]]":
    """
    Bring a table of stations up to date with the radio's list.

    A station has joined once it has an address, or after five updates without one.

    :param dict stations: The table: each `Station` by its hardware address.
    :param present: ``radio.stations_ap``, which is None while the driver does not know.
    :param int max_stations: The most entries of the table.
    :return: What has changed: pairs of a station and True if it has joined, False if it has left.
    """
    result = []
    if present is None:
        return result
    macs = [entry.mac_address for entry in present]
    for mac in [mac for mac in stations if mac not in macs]:
        station = stations.pop(mac)
        if station._joined:
            result.append((station, False))
    for entry in present:
        station = stations.get(entry.mac_address)
        if station is None:
            if len(stations) >= max_stations:
                continue
            station = Station(entry.mac_address.hex(":"))
            stations[entry.mac_address] = station
        station.rssi = entry.rssi
        if entry.ipv4_address is not None:
            station.address = str(entry.ipv4_address)
        station._updates += 1
        if not station._joined and (station.address or station._updates > _ADDRESS_TIMEOUT):
            station._joined = True
            result.append((station, True))
    return result

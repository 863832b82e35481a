# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.static_address`
================================================================================

The address of a station that has left, if it had set that itself: the radio does not know it.
`Hotspot` imports this when such a station leaves, and unloads it afterwards.
"""

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from ..hotspot import Hotspot
    from .stations import Station


def find(hotspot: "Hotspot", station: "Station") -> None:
    """
    Fill in the address of a station that has left.

    It is the one that is connected and belongs to no other station. If another station without an
    address is still there, or clients of the home network may be connected, nothing is certain:
    then the connections end with their pings and timeouts.

    :param Hotspot hotspot: Has the stations that are left, and all connections.
    :param Station station: Has left, and is no longer one of the hotspot's.
    """
    known = [other.address for other in hotspot.access_point.stations.values()]
    home = hotspot.home_network
    if None in known or home is not None and home.address is not None:
        return
    connected = [exchange.address[0] for exchange in hotspot.pool.exchanges]
    for hub in hotspot.hubs:
        connected += [client.address for client in hub.clients]
    for address in connected:
        if address not in known:
            station.address = address

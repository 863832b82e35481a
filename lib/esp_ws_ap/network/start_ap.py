# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.start_ap`
================================================================================

The only call of ``radio.start_ap``, so that the hotspot is never open. It needs core modules only,
because the error page uses it too.
"""

try:
    from typing import Any

    from ..settings import Settings
except ImportError:
    pass


def start_ap(radio: "Any", settings: "Settings", keep_station: bool = False) -> None:
    """
    Start the hotspot: WPA2, with the password of the settings.

    If the driver rejects the name or the channel, it says nothing and runs its open default
    network, which `is_up` cannot tell from this one. So `Settings` allows only values that the
    driver accepts. Other failures show: the caller waits until `is_up` returns True, or else calls
    ``radio.stop_ap()``.

    :param wifi.Radio radio: ``wifi.radio``.
    :param Settings settings: Name, password, channel, address, hostname and number of stations.
    :param bool keep_station: The radio is also a station of another network, and stays it.
    :raises ValueError: If there is no password, or if the driver rejects a value.
    """
    from ipaddress import IPv4Address

    from wifi import AuthMode

    if not settings.ap_password:
        raise ValueError("the hotspot has no password")
    if not radio.enabled:
        radio.enabled = True  # start_ap on a radio that is off fails without an error
    if not keep_station:
        # A station that scans for its network would pull the hotspot off its channel.
        radio.stop_station()
    radio.hostname = settings.ap_hostname
    address = IPv4Address(settings.ap_address)
    # Before start_ap, so that no station gets an address of the default network. Without a gateway
    # the stations would have no router, and would not send DNS queries to this board.
    radio.set_ipv4_address_ap(ipv4=address, netmask=IPv4Address("255.255.255.0"), gateway=address)
    radio.start_ap(
        settings.ap_ssid,
        settings.ap_password,
        channel=settings.ap_channel,
        authmode=[AuthMode.WPA2, AuthMode.PSK],
        max_connections=settings.ap_max_stations,
    )


def is_up(radio: "Any", settings: "Settings") -> bool:
    """
    Return True if the hotspot is up, with its address. The radio does not tell its name.

    :param wifi.Radio radio: ``wifi.radio``.
    :param Settings settings: Those of `start_ap`.
    """
    return bool(radio.ap_active) and str(radio.ipv4_address_ap) == settings.ap_address

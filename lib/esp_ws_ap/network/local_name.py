# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.local_name`
================================================================================

The board's name in multicast DNS, such as ``esp.local``. It needs core modules only, and is
unloaded once it has done its work.
"""

try:
    from typing import Any

    from ..settings import Settings
except ImportError:
    pass


def announce(radio: "Any", settings: "Settings", server: "Any" = None) -> "Any":
    """
    Answer multicast DNS queries for the board's name.

    :param wifi.Radio radio: ``wifi.radio``.
    :param Settings settings: The name, and the port of the web server.
    :param mdns.Server server: What an earlier call has returned.
    :return: The server, which answers only as long as it is referenced.
    :raises Exception: Whatever the driver raises.
    """
    try:
        if server is not None and server.hostname == settings.ap_hostname:
            return server
    except ValueError:
        pass  # the radio was off in between, which has ended it
    from mdns import Server

    server = Server(radio)
    server.hostname = settings.ap_hostname
    server.advertise_service(service_type="_http", protocol="_tcp", port=settings.http_port)
    return server

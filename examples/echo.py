# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
An echo: every message on /ws comes back to the phone that sent it, and to no other.
"""

import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """Text comes back as text, binary as binary."""
    client.send(data)


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's program in these tests: a hotspot with a portal, and a WebSocket."""

import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
from esp_ws_ap.portal.captive_portal import CaptivePortal

hotspot = Hotspot(wifi.radio)
CaptivePortal(hotspot)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


hotspot.run(server)

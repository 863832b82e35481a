# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A measurement pushed fifty times a second. A slow phone, or one whose page is hidden, gets the
newest value only, and never falls behind.
"""

import json
import math

import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)
count = 0


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


@hotspot.loop.every(0.02)
def measure():
    """In place of the sine: the value of a sensor."""
    global count
    count += 1
    value = math.sin(count / 50)
    hub.broadcast(json.dumps({"count": count, "value": value}), latest="value")


hotspot.run(server)

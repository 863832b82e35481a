# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A measurement, pushed to all clients 50 times a second. ``latest`` makes a slow client skip old
values, so that its queue stays short.

To try it, join the hotspot with a PC and run ``python -m websockets ws://192.168.4.1/ws``.
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
    return hub.upgrade(request)


@hotspot.loop.every(0.02)
def measure():
    """Replace the sine by your sensor's value."""
    global count
    count += 1
    value = math.sin(count / 50)
    if not math.isfinite(value):
        value = None  # a sensor that fails may return NaN, which JSON does not have
    hub.broadcast(json.dumps({"count": count, "value": value}), latest="value")


hotspot.run(server)

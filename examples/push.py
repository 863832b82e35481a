# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A measurement, pushed to all clients 50 times a second. ``latest`` makes a slow client skip old
values, so that its queue stays short.

To try it, ``pip install websockets`` on a PC, join the hotspot, and run
``python -m websockets ws://192.168.4.1/ws``.
"""

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
    hub.broadcast({"count": count, "value": math.sin(count / 50)}, latest="value")


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A measurement pushed fifty times a second. A slow phone, or one whose page is hidden, gets the
newest value only, and never falls behind.

The welcome page, the flight record and the status light are left out; code.py shows where they go.
"""

import json
import math

import microcontroller
import socketpool
import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.settings import Settings

loop = Loop()
settings = Settings.load(nvm=microcontroller.nvm)

access_point = AccessPoint(wifi.radio, settings)
access_point.show_join_code()
access_point.start()
loop.every(1, access_point.check)

pool = BufferedPool(socketpool.SocketPool(wifi.radio), loop, hosts=access_point.hosts)
server = Server(pool, "/static")
hub = Hub(loop, max_clients=settings.ws_max_clients, access_point=access_point)
count = 0


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


@loop.every(0.02)
def measure():
    """In place of the sine: the value of a sensor."""
    global count
    count += 1
    value = math.sin(count / 50)
    hub.broadcast(json.dumps({"count": count, "value": value}), latest="value")


serve_files(server)
loop.run(server, pool, port=settings.http_port)

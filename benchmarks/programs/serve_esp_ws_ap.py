# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""An echo through `esp_ws_ap`, in turns that can be measured: as examples/echo.py has it."""

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

settings = Settings.load(nvm=microcontroller.nvm)
loop = Loop()
access_point = AccessPoint(wifi.radio, settings)
access_point.start()
loop.every(1, access_point.check)
pool = BufferedPool(socketpool.SocketPool(wifi.radio), loop, hosts=access_point.hosts)
server = Server(pool, "/static")
hub = Hub(loop)
count = [0]


@server.route("/ws", GET)
def websocket(request):
    """The client connects here."""
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """Text comes back as text, binary as binary."""
    count[0] += 1
    client.send(data)


serve_files(server)
server.start("0.0.0.0", settings.http_port)


def clients():
    """How many are connected."""
    return len(hub.clients)


def turn():
    """One turn of the loop; how many messages were echoed in it."""
    count[0] = 0
    loop.turn(server, pool)
    return count[0]

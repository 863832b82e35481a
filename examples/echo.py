# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
An echo: every message on /ws comes back to the phone that sent it, and to no other.

The welcome page, the flight record and the status light are left out; code.py shows where they go.
"""

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

pool = BufferedPool(
    socketpool.SocketPool(wifi.radio),
    loop,
    hosts=access_point.hosts,
    max_header=settings.http_max_header,
    max_body=settings.http_max_body,
)
server = Server(pool, "/static")
hub = Hub(loop, max_clients=settings.ws_max_clients, max_message_size=settings.ws_max_message)


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """Text comes back as text, binary as binary."""
    client.send(data)


serve_files(server)
loop.run(server, pool, port=settings.http_port)

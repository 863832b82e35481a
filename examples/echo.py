# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
An echo: every message on /ws comes back to the client that sent it. To try it, ``pip install
websockets`` on a PC, join the hotspot, and run ``python -m websockets ws://192.168.4.1/ws``.
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
    return hub.upgrade(request)


@hub.on_message
def message(client, data):  # data is str or bytes
    client.send(data)


hotspot.run(server)

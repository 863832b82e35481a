# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""An echo through `esp_ws_ap`: examples/echo.py in turns that can be measured."""

import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.hub import Hub

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)
count = [0]


@server.route("/ws", GET)
def websocket(request):
    """Upgrade."""
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """Echo."""
    count[0] += 1
    client.send(data)


serve_files(server)
hotspot.pool.serve(server, "0.0.0.0", hotspot.settings.http_port)


def clients():
    """Return the number of clients."""
    return len(hub.clients)


def turn():
    """Take one turn of the loop; return the number of messages echoed in it."""
    count[0] = 0
    hotspot.loop.turn()
    return count[0]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A hotspot with a page on which everybody who joins it can chat.

Change settings.toml for another name or password, and this file for another program.
"""

import gc
import json
import time

import microcontroller
import socketpool
import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.access_point import AccessPoint
from esp_ws_ap.buffered_pool import BufferedPool
from esp_ws_ap.files import serve_files
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.settings import Settings

# 1. What the hotspot is called, who may join, what may be used.
loop = Loop()
settings = Settings.load(nvm=microcontroller.nvm)

# 2. The hotspot.
access_point = AccessPoint(wifi.radio, settings)
access_point.start()
loop.every(1, access_point.check)

# 3. The pages, and everyone who is connected.
pool = BufferedPool(
    socketpool.SocketPool(wifi.radio),
    loop,
    hosts=[settings.ap_address],
    max_header=settings.http_max_header,
    max_body=settings.http_max_body,
)
server = Server(pool, "/static")
hub = Hub(
    loop,
    max_clients=settings.ws_max_clients,
    max_message_size=settings.ws_max_message,
    access_point=access_point,
)


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


# 4. What happens when somebody comes, speaks or goes.
@hub.on_message
def message(client, data):
    """Everybody gets what anybody says: str as text, bytes as binary."""
    hub.broadcast(data)


@loop.every(1)
def push_status():
    """Tell every page how the board is."""
    status = {
        "uptime": int(time.monotonic()),
        "temperature": microcontroller.cpu.temperature,
        "free_memory": gc.mem_free(),
        "clients": len(hub.clients),
    }
    hub.broadcast(json.dumps({"status": status}), latest="status")


# 5. Go, and never stop.
serve_files(server)
loop.run(server, pool, port=settings.http_port)

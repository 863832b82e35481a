# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Rooms: a phone that connects to /ws?room=kitchen hears what is said in the kitchen. /stats tells how
things are.

The welcome page, the flight record and the status light are left out; code.py shows where they go.
"""

import microcontroller
import socketpool
import wifi
from adafruit_httpserver import GET, JSONResponse, Server

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


@server.route("/ws", GET)
def websocket(request):
    """A page connects here, and says where it wants to be."""
    return hub.upgrade(request)


@server.route("/stats", GET)
def stats(request):
    """What there is to know, for a person or a program."""
    clients = [client.stats() for client in hub.clients]
    return JSONResponse(request, {"hub": hub.stats(), "clients": clients})


@hub.on_open
def opened(client):
    """Everybody in the room learns who has come."""
    room = client.query.get("room", "hall")
    client.join(room)
    hub.broadcast(f"{client.id} has come", group=room, exclude=client)


@hub.on_message
def message(client, data):
    """To everybody else in the room."""
    for room in client.groups:
        hub.broadcast(f"{client.id}: {data}", group=room, exclude=client)


serve_files(server)
loop.run(server, pool, port=settings.http_port)

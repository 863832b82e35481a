# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Rooms: a phone that connects to /ws?room=kitchen hears what is said in the kitchen. /stats tells how
things are.
"""

import wifi
from adafruit_httpserver import GET, JSONResponse, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)


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


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Rooms: what a client says reaches the others in its room, and no others. The query of the address
names the room. /stats shows counters as JSON.

To try it, ``pip install websockets`` on a PC, join the hotspot, and run this in two terminals::

    python -m websockets "ws://192.168.4.1/ws?room=kitchen"
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
    return hub.upgrade(request)


@server.route("/stats", GET)
def stats(request):
    clients = [client.stats() for client in hub.clients]
    return JSONResponse(request, {"hub": hub.stats(), "clients": clients})


@hub.on_open
def opened(client):
    """Put the client into its room, and tell the others there."""
    room = client.query.get("room", "hall")
    client.join(room)
    hub.broadcast(f"{client.id} has joined", group=room, exclude=client)


@hub.on_message
def message(client, data):
    """Pass the message on to the others in the room."""
    for room in client.groups:
        hub.broadcast(f"{client.id}: {data}", group=room, exclude=client)


hotspot.run(server)

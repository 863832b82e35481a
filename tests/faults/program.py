# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The board's program of the fault suite: an echo that does on request what programs do wrong, and
that says on the serial console how many of everything there are, whenever that changes.
"""

import gc
import json
import os
import time

import wifi
from adafruit_httpserver import GET, JSONResponse, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub

# How long everybody is patient with everybody, in ms; 0 for what the library has by default.
PATIENCE = int(os.getenv("PATIENCE", 0))  # type: ignore[arg-type]

HEALTHY = "127.0.0.2"

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)
loop = hotspot.loop
pool = hotspot.pool
if PATIENCE:
    pool.request_timeout = PATIENCE
    hub.message_timeout = hub.ping_interval = hub.ping_timeout = PATIENCE

said = {}  # what was counted last
storm = bytes(8192)
storm_left = 0
storm_spares = None
most = {"waiting": 0, "queued": 0}


def count():
    """How many there are of everything that can be lost."""
    return {
        "clients": len(hub.clients),
        "connections": len(hub._connections),
        "exchanges": len(pool.exchanges),
        "complete": len(pool.complete),
        "soon": len(loop._soon),
        "sockets": sorted(loop.sockets),
    }


@loop.every(0.02)
def say_counts():
    """Tell the tests; they wait for it."""
    global said
    for exchange in pool.exchanges:
        most["waiting"] = max(most["waiting"], exchange.queued)
    for client in hub.clients:
        most["queued"] = max(most["queued"], client.queued)
    counts = count()
    if counts != said:
        said = counts
        print("counts:", json.dumps(counts))


@loop.every(0.01)
def rage():
    """8 KB 100 times a second, while the storm lasts."""
    global storm_left
    if storm_left:
        storm_left -= 1
        hub.broadcast(storm, where=lambda client: client.address != storm_spares)
        if not storm_left:
            print("the storm is over")


@server.route("/ws", GET)
def websocket(request):
    """Everybody connects here."""
    return hub.upgrade(request)


@server.route("/stats", GET)
def stats(request):
    """All there is to know; the worst of everything is counted anew from here on."""
    gc.collect()
    result = hub.stats()
    result["memory"] = gc.mem_alloc()  # type: ignore[attr-defined]
    result["counts"] = count()
    result["most"] = dict(most)
    result["each"] = [client.stats() for client in hub.clients]
    loop.longest_turn = most["waiting"] = most["queued"] = 0
    return JSONResponse(request, result)


@server.route("/raise", GET)
def fail_in_a_route(request):
    """A route that fails."""
    raise ValueError("a fault of the program's")


@hub.on_open
def opened(client):
    """What stood behind the ? says what is to go wrong as soon as it is there."""
    if client.query.get("do") == "close_at_once":
        client.close(4001, "not you")
    elif client.query.get("do") == "raise_at_once":
        raise ValueError("a fault of the program's")
    elif client.query.get("do") == "shout_at_once":
        hub.broadcast("somebody came")


def end_of_memory(*arguments):
    """Stands in for a function that finds no memory."""
    raise MemoryError("no memory for it")


def half_sent(client):
    """A socket takes three bytes of a frame, and then there is no memory to remember that."""

    def transmit(data):
        client._socket.send(data[:3])
        del client.send_queue._transmit
        raise MemoryError("no memory for the rest")

    return transmit


@hub.on_message
def message(client, data):
    """Text comes back as text, binary as binary, but some words are orders."""
    global storm_left, storm_spares
    if data == "raise":
        raise ValueError("a fault of the program's")
    if data == "slow":
        time.sleep(0.2)
    elif data == "close me":
        client.close(4002, "as you wish")
    elif data == "join herd" or data == "join mourners":
        client.join(data[5:])
    elif data == "close herd":
        for other in hub.clients:
            if other.is_in("herd"):
                other.close(4003, "somebody wished it")
    elif data == "hang up herd":
        for other in list(hub.clients):
            if other.is_in("herd"):
                other.abort(1001, "somebody wished it")
    elif data == "shout":
        hub.broadcast("somebody shouts")
    elif data == "no memory":
        end_of_memory()
    elif data == "no memory in receive":
        client._decoder.commit = end_of_memory
    elif data == "no memory in send":
        client.send(data)
        client.send_queue._transmit = half_sent(client)
        return
    elif data == "storm" or data == "storm for all":
        storm_spares = HEALTHY if data == "storm" else None
        storm_left = 100
        return
    client.send(data)


@hub.on_close
def closed(client, code, reason):
    """Those who joined the mourners make trouble when they go."""
    if client.is_in("mourners"):
        hub.broadcast("somebody went")
        raise ValueError("a fault of the program's")


@hub.on_error
def failed(client, error):
    """Even this fails."""
    raise RuntimeError("another fault of the program's")


@hub.on_watermark
def watermark(client, above):
    """Everybody is told, in the middle of the send that met the mark."""
    hub.broadcast(json.dumps({"slow": client.id if above else 0}), latest="slow")


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The board's program of the fault suite: an echo that makes the mistakes of programs on request, and
prints the number of clients, sockets and so on whenever it changes.
"""

import gc
import json
import os
import time

import wifi
from adafruit_httpserver import GET, ChunkedResponse, JSONResponse, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub

# All timeouts that programs can set, in ms; 0 for the defaults.
TIMEOUT = int(os.getenv("TIMEOUT", 0))  # type: ignore[arg-type]

HEALTHY = "127.0.0.2"

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)
loop = hotspot.loop
pool = hotspot.pool
if TIMEOUT:
    pool.request_timeout = TIMEOUT
    hub.message_timeout = hub.ping_interval = hub.ping_timeout = TIMEOUT

printed = {}  # the last counts
storm = bytes(8192)
storm_left = 0
storm_spares = None
most = {"waiting": 0, "queued": 0}


def count():
    """Count everything that can leak."""
    return {
        "clients": len(hub.clients),
        "connections": len(hub._connections),
        "exchanges": len(pool.exchanges),
        "complete": len(pool.complete),
        "soon": len(loop._soon),
        "sockets": sorted(loop.sockets),
    }


@loop.every(0.02)
def print_counts():
    """Print the counts for the tests, which wait for them."""
    global printed
    for exchange in pool.exchanges:
        most["waiting"] = max(most["waiting"], exchange.queued)
    for client in hub.clients:
        most["queued"] = max(most["queued"], client.queued)
    counts = count()
    if counts != printed:
        printed = counts
        print("counts:", json.dumps(counts))


@loop.every(0.01)
def blow():
    """Broadcast 8 KB 100 times a second while the storm lasts."""
    global storm_left
    if storm_left:
        storm_left -= 1
        hub.broadcast(storm, where=lambda client: client.address != storm_spares)
        if not storm_left:
            print("the storm is over")


@server.route("/ws", GET)
def websocket(request):
    """Upgrade."""
    return hub.upgrade(request)


@server.route("/stats", GET)
def stats(request):
    """Send all figures; the maxima start again from here."""
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
    """Fail."""
    raise ValueError("a fault of the program's")


@server.route("/chunks", GET)
def chunks(request):
    """Send 90 KB in chunks."""
    return ChunkedResponse(request, lambda: (bytes(1000) for _ in range(90)))


@hub.on_open
def opened(client):
    """Do what the query asks for as soon as the client has joined."""
    if client.query.get("do") == "close_at_once":
        client.close(4001, "not you")
    elif client.query.get("do") == "raise_at_once":
        raise ValueError("a fault of the program's")
    elif client.query.get("do") == "broadcast_at_once":
        hub.broadcast("a client joined")


def end_of_memory(*arguments):
    """Stand in for a function that finds no memory."""
    raise MemoryError("no memory for it")


def half_sent(client):
    """Send three bytes of a frame, and then find no memory to note that."""

    def transmit(data):
        client._socket.send(data[:3])
        del client.send_queue._transmit
        raise MemoryError("no memory for the rest")

    return transmit


@hub.on_message
def message(client, data):
    """Echo; some words are commands."""
    global storm_left, storm_spares
    if data == "raise":
        raise ValueError("a fault of the program's")
    if data == "slow":
        time.sleep(0.2)
    elif data == "close me":
        client.close(4002, "as you wish")
    elif data == "join group" or data == "join loud":
        client.join(data[5:])
    elif data == "close group":
        for other in hub.clients:
            if "group" in other.groups:
                other.close(4003, "another client asked for it")
    elif data == "abort group":
        for other in list(hub.clients):
            if "group" in other.groups:
                other.abort(1001, "another client asked for it")
    elif data == "broadcast":
        hub.broadcast("to all clients")
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
    """Broadcast and fail when a client of the group "loud" leaves."""
    if "loud" in client.groups:
        hub.broadcast("a client left")
        raise ValueError("a fault of the program's")


@hub.on_error
def failed(client, error):
    """Fail here too."""
    raise RuntimeError("another fault of the program's")


@hub.on_watermark
def watermark(client, above):
    """Broadcast in the middle of the send that crossed the watermark."""
    hub.broadcast(json.dumps({"slow": client.id if above else 0}), latest="slow")


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
examples/echo.py with four messages that measure the heap: "heap", "turns", "ticks" and "check". The
code.py of a drive that MicroPython boots.

Another two, "begin" and "end", measure the echoes between them. With the garbage collector off,
`gc.mem_alloc` grows by everything that is not freed at once.
"""

import gc
import json

import supervisor
import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.hub import Hub
from esp_ws_ap.panel import Panel

TURNS = 200

skew = [0]


def ticks():
    """Return the time by a clock that can be set forward."""
    return (supervisor.ticks_ms() + skew[0]) & 0x1FFFFFFF


hotspot = Hotspot(wifi.radio)
loop = hotspot.loop
loop.ticks = ticks
hotspot.access_point.start()
server = Server(hotspot.pool, "/static")
# No pings: what one costs is not what a turn costs.
hub = Hub(hotspot, max_clients=5, ping_interval=1 << 27)
panel = Panel(hub)
panel.value("Air", stale=86400)
panel.slider("Fan", save=True)
asked = []
begun = [0]


@server.route("/ws", GET)
def websocket(request):
    """Upgrade."""
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """Measure, or echo."""
    if data in MEASURES:
        asked.append((client, MEASURES[data]))
    elif data == "begin":
        gc.collect()
        gc.disable()
        begun[0] = gc.mem_alloc()
    elif data == "end":
        bytes_used = gc.mem_alloc() - begun[0]
        gc.enable()
        client.send(json.dumps({"bytes": bytes_used}))
    else:
        client.send(data)


def heap():
    """Return the bytes in use."""
    gc.collect()
    return {"bytes": gc.mem_alloc()}


def measured(step):
    """
    Return the bytes that `TURNS` calls leave.

    :param step: The function.
    """
    step()
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(TURNS):
        step()
    after = gc.mem_alloc()
    gc.enable()
    return {"bytes": after - before, "clients": len(hub.clients)}


def idle():
    """Take a turn with nothing to do."""
    loop.turn()


def later():
    """Take a turn in which the timers of the package are due."""
    skew[0] += 100
    loop.turn()


MEASURES = {
    "heap": heap,
    "turns": lambda: measured(idle),
    "ticks": lambda: measured(later),
    "check": lambda: measured(hotspot.access_point.check),
}

serve_files(server)
hotspot.pool.serve(server, "0.0.0.0", hotspot.settings.http_port)
while True:
    loop.turn(True)
    while asked:
        client, measure = asked.pop()
        client.send(json.dumps(measure()))

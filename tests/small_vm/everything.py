# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
A program that uses all of the package, and whose handlers raise on request: the code.py of a drive
on which the call depth is measured.
"""

import wifi
from adafruit_httpserver import GET, POST, ChunkedResponse, Response, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
from esp_ws_ap.panel import Panel
from esp_ws_ap.portal.captive_portal import CaptivePortal
from esp_ws_ap.recovery.flight_recorder import FlightRecorder
from esp_ws_ap.recovery.status_light import StatusLight

hotspot = Hotspot(wifi.radio)
hotspot.pool.request_timeout = 500
FlightRecorder(hotspot)
StatusLight(hotspot)
CaptivePortal(hotspot)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot, message_timeout=500, ping_interval=300, subprotocols=("chat",))


@server.route("/ws", GET)
def websocket(request):
    """Upgrade."""
    return hub.upgrade(request)


@server.route("/raise", GET)
def fails(request):
    """Fail in a route."""
    raise ValueError("on request")


@server.route("/form", POST)
def form(request):
    """Read everything of a request."""
    return Response(request, str(request.json()) + str(request.query_params.get("a")))


@server.route("/chunks", GET)
def chunks(request):
    """Send more chunks than the queue takes."""

    def body():
        for _ in range(200):
            yield "x" * 1000

    return ChunkedResponse(request, body)


@hub.on_open
def opened(client):
    """Greet."""
    client.send("hello")


@hub.on_message
def message(client, data):
    """Do what the message asks for."""
    if data == "raise":
        raise ValueError("on request")
    if data == "close":
        client.close(4000, "on request")
    elif data == "ping":
        client.ping(b"there?")
    elif data == "flood":
        while client.send("x" * 4000):
            pass
    elif data == "values":
        client.refuse_when_full = True
        for number in range(100):
            client.send("x" * 4000, latest=number % 2)
        while client.send("x" * 1000):
            pass
        client.send("x" * 10000 + "end", latest="end")
    elif data == "stats":
        client.send(str(client.stats()))
        hub.stats()
    elif data == "down":
        wifi.radio.stop_ap()
    elif data == "memory":
        raise MemoryError("on request")
    else:
        hub.broadcast(data)


@hub.on_chunk
def chunk(client, data, final):
    """Answer a long message."""
    if final:
        client.send("received")


@hub.on_close
def closed(client, code, reason):
    """Fail in the deepest of the handlers."""
    hub.broadcast("a client left")
    raise ValueError("on request")


@hub.on_watermark
def watermark(client, above):
    """Broadcast, and fail."""
    hub.broadcast("a client is slow")
    raise ValueError("on request")


@hub.on_error
def failed(client, error):
    """Fail in the error handler."""
    raise ValueError("on request")


panel = Panel(hub)
fan = panel.slider("Fan", save=True)
air = panel.value("Air", stale=1)


@fan.on_change
def fan_changed(value):
    """Fail now and then."""
    panel.notify("changed", "alarm")
    if value > 50:
        raise ValueError("on request")


@panel.on_change
def panel_changed(element):
    """Fail in the deepest of the handlers."""
    raise ValueError("on request")


@hotspot.loop.every(0.5)
def timer():
    """Fail now and then."""
    hub.broadcast("tick")
    air.value = 5
    raise ValueError("on request")


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
A program that uses all of the package, and whose handlers raise when they are told to. It is the
code.py of a drive on which the depth of the calls is measured.
"""

import microcontroller
import socketpool
import wifi
from adafruit_httpserver import GET, POST, ChunkedResponse, Response, Server

from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.portal.captive_portal import CaptivePortal
from esp_ws_ap.portal.dns_responder import DnsResponder
from esp_ws_ap.recovery.flight_recorder import start_recorder
from esp_ws_ap.recovery.status_light import StatusLight
from esp_ws_ap.settings import Settings

loop = Loop()
status_light = StatusLight(loop)
start_recorder(loop)
settings = Settings.load(nvm=microcontroller.nvm)
access_point = AccessPoint(wifi.radio, settings)
access_point.show_join_code()
access_point.start()
loop.every(1, access_point.check)

sockets = socketpool.SocketPool(wifi.radio)
pool = BufferedPool(sockets, loop, hosts=access_point.hosts, request_timeout=500)
server = Server(pool, "/static")
hub = Hub(
    loop,
    message_timeout=500,
    ping_interval=300,
    access_point=access_point,
    subprotocols=("chat",),
)
status_light.follow(access_point, hub)
DnsResponder(loop, sockets, settings.ap_address)
portal = CaptivePortal(settings, access_point, pool, server)


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


@server.route("/raise", GET)
def fails(request):
    """A handler of the server that raises."""
    raise ValueError("as you wish")


@server.route("/form", POST)
def form(request):
    """A handler that looks at everything in a request."""
    return Response(request, str(request.json()) + str(request.query_params.get("a")))


@server.route("/chunks", GET)
def chunks(request):
    """An answer in pieces, more than may wait."""

    def body():
        for _ in range(200):
            yield "x" * 1000

    return ChunkedResponse(request, body)


@hub.on_open
def opened(client):
    """Greet."""
    portal.release(client.address)
    client.send("hello")


@hub.on_message
def message(client, data):
    """Do as the message says."""
    if data == "raise":
        raise ValueError("as you wish")
    if data == "close":
        client.close(4000, "as you wish")
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
        raise MemoryError("as you wish")
    else:
        hub.broadcast(data)


@hub.on_chunk
def chunk(client, data, final):
    """A long message."""
    if final:
        client.send("received")


@hub.on_close
def closed(client, code, reason):
    """Fail, in the deepest of the handlers."""
    hub.broadcast("somebody left")
    raise ValueError("as you wish")


@hub.on_watermark
def watermark(client, above):
    """Say so, and fail."""
    hub.broadcast("somebody is slow")
    raise ValueError("as you wish")


@hub.on_error
def failed(client, error):
    """Fail in what is to help."""
    raise ValueError("as you wish")


@loop.every(0.5)
def timer():
    """Fail now and then."""
    hub.broadcast("tick")
    raise ValueError("as you wish")


serve_files(server)
loop.run(server, pool, port=settings.http_port)

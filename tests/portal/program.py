# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's program of these tests: a hotspot with a portal, and a WebSocket."""

import microcontroller
import socketpool
import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.portal.captive_portal import CaptivePortal
from esp_ws_ap.portal.dns_responder import DnsResponder
from esp_ws_ap.settings import Settings

loop = Loop()
settings = Settings.load(nvm=microcontroller.nvm)
access_point = AccessPoint(wifi.radio, settings)
access_point.start()
loop.every(1, access_point.check)

socket_pool = socketpool.SocketPool(wifi.radio)
DnsResponder(loop, socket_pool, settings.ap_address)
pool = BufferedPool(socket_pool, loop, hosts=access_point.hosts)
server = Server(pool, "/static")
portal = CaptivePortal(settings, access_point, pool, server)
hub = Hub(loop, access_point=access_point)


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


@hub.on_open
def opened(client):
    """Whoever has a WebSocket has the page in a browser."""
    portal.release(client.address)


serve_files(server)
loop.run(server, pool, port=settings.http_port)

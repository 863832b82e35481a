# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The parts by hand: the board joins your Wi-Fi at home, without a hotspot, and echoes every message
on /ws. Set HOME_SSID and HOME_PASSWORD in settings.toml; the other settings are not used. In the
simulator: make run EXAMPLE=by_hand OPTIONS="--home-network SSID:PASSWORD:6"
"""

import os

import microcontroller
import wifi
from adafruit_httpserver import GET, Server
from socketpool import SocketPool

from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop

wifi.radio.connect(os.getenv("HOME_SSID"), os.getenv("HOME_PASSWORD", ""))
address = str(wifi.radio.ipv4_address)
loop = Loop()
pool = BufferedPool(SocketPool(wifi.radio), loop, hosts=[address])
server = Server(pool, "/static")
hub = Hub(loop=loop)


@server.route("/ws", GET)
def websocket(request):
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    client.send(data)


serve_files(server)  # after all routes
pool.serve(server, address, 80)
if microcontroller.watchdog is not None:
    microcontroller.watchdog.mode = None  # the guard has set it; this loop does not feed it
print(f"open http://{address}/")
try:
    while True:
        try:
            loop.turn(wait=True)
        except Exception as error:
            loop.turn_failed(error)
finally:
    loop.shut_down()

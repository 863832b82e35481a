# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A lamp with effects, for the phones of a family. It is the same again after a power cut. The light
is the one on the board.
"""

import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
from esp_ws_ap.panel import Panel
from esp_ws_ap.recovery.status_light import StatusLight

hotspot = Hotspot(wifi.radio)
light = StatusLight(hotspot)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)


@server.route("/ws", GET)
def websocket(request):
    return hub.upgrade(request)


COLORS = {
    "Warm": ((255, 160, 60),),
    "White": ((255, 255, 255),),
    "Candle": ((255, 120, 20), (255, 90, 10), (255, 140, 40)),
    "Traffic light": ((255, 0, 0), (255, 160, 0), (0, 255, 0)),
    "Rainbow": ((255, 0, 0), (255, 255, 0), (0, 255, 0), (0, 255, 255), (0, 0, 255), (255, 0, 255)),
}
panel = Panel(hub, "Lamp")
on = panel.switch("Light", save=True, icon="bulb")
brightness = panel.slider("Brightness", 1, 100, 40, unit="%", save=True)
effect = panel.select("Effect", sorted(COLORS), "Warm", save=True)
speed = panel.slider("Speed", 1, 10, 5, save=True)
step = 0


def show(value=None):
    """Show what the panel says."""
    colors = COLORS[effect.value]
    speed.enabled = len(colors) > 1
    light.show(colors[step // 10 % len(colors)] if on.value else (0, 0, 0), brightness.value)


for element in (on, brightness, effect):
    element.on_change(show)


@hotspot.loop.every(0.1)
def animate():
    global step
    if on.value and speed.enabled:
        step += speed.value
        show()


show()  # with the values that were saved
hotspot.run(server)

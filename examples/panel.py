# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A page from Python: every element of a panel. Open the board's page on several phones: all show the
same values. docs/panel.md describes the elements.
"""

import gc
import time

import microcontroller
import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
from esp_ws_ap.panel import Panel

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)


@server.route("/ws", GET)
def websocket(request):
    return hub.upgrade(request)


panel = Panel(hub, "Greenhouse")

# Elements that show a value
panel.label("Everything on this page is simulated.")
chip = panel.value("Chip", unit="°C", decimals=1, warn=(None, 70), alarm=(None, 90), stale=10)
door = panel.label("Door", "closed")
pumping = panel.led("Pump", key="pumping")
tank = panel.bar("Tank", 0, 50, 50, unit="l", alarm=(10, None), icon="drop")
memory = panel.gauge("Free memory", 0, 8000, unit="KB", decimals=0)

# Elements to change
with panel.tab("Water"):
    mode = panel.select("Mode", ("Auto", "On", "Off"), save=True)
    target = panel.number("Moisture", 0, 100, 40, step=5, unit="%", save=True)
    with panel.group("By hand"):
        water = panel.button("Water now", confirm="Water for 10 s?", icon="drop")
        stop = panel.button("Stop", color="red", enabled=False)
with panel.tab("Air"):
    fan = panel.slider("Fan", 0, 100, 0, step=10, unit="%", help="0 turns it off.")
    night = panel.switch("Quiet at night", True)
    limit = panel.slider("At night at most", 0, 100, 30, step=10, unit="%", live=False)
with panel.tab("Setup"):
    name = panel.text("Name", "Greenhouse 1", length=20, save=True)
    pin = panel.text("Code of the door", password=True, length=8)


@water.on_press
def start():
    if tank.value < 10:
        raise ValueError("the tank is empty")  # refuses, and the phone shows why
    show_pump(True)
    hotspot.loop.after(10, stop_watering)
    return "Watering"  # shown on the phone that pressed


@stop.on_press
def stop_watering():
    show_pump(False)


def show_pump(on):
    pumping.value = on
    stop.enabled = on
    water.enabled = not on


@fan.on_change
def turn_fan(percent):
    print("the fan runs at", percent, "%")


@night.on_change
def change_night(on):
    limit.visible = on


@pin.on_change
def open_door(code):
    if code != "1234":
        panel.notify("Wrong code for the door", "warning")
        raise ValueError("wrong code")
    door.value = f"opened by {panel.client.address}"


@hotspot.loop.every(1)
def measure():
    chip.value = microcontroller.cpu.temperature
    memory.value = gc.mem_free() // 1024
    if pumping.value:
        tank.value = max(tank.value - 1, 0)
        if tank.value == 5:
            panel.notify("The tank is almost empty", "alarm")


print("started after", time.monotonic(), "s")
hotspot.run(server)

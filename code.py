# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A hotspot with a page on which everyone who joins sees the board's figures, controls its light,
chats and draws on one sheet. docs/panel.md lists what a page can have.

Edit settings.toml for another name or password, and this file for another program.
"""

import time

import microcontroller
import wifi
from adafruit_httpserver import GET, JSONResponse, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
from esp_ws_ap.panel import Panel
from esp_ws_ap.portal.captive_portal import CaptivePortal
from esp_ws_ap.recovery.flight_recorder import FlightRecorder
from esp_ws_ap.recovery.status_light import StatusLight

# 1. The hotspot, and everyone who is connected.
hotspot = Hotspot(wifi.radio)
recorder = FlightRecorder(hotspot)
status_light = StatusLight(hotspot)
CaptivePortal(hotspot)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)


@server.route("/ws", GET)
def websocket(request):
    """The page connects here."""
    return hub.upgrade(request)


@server.route("/stats", GET)
def stats(request):
    """Statistics, as JSON."""
    return JSONResponse(request, {"hub": hub.stats(), "recorder": recorder.stats()})


# 2. What is on the page. The values are the board's; every page shows what the board says.
COLORS = {
    "Warm white": (255, 160, 80),
    "White": (255, 255, 255),
    "Red": (255, 30, 10),
    "Orange": (255, 110, 0),
    "Green": (0, 220, 70),
    "Blue": (20, 60, 255),
}

panel = Panel(hub)
with panel.group("Light"):
    light = panel.switch("Power", key="light", icon="power")
    brightness = panel.slider("Brightness", 0, 100, 40, unit="%")
    color = panel.select("Color", ("Warm white", "White", "Red", "Orange", "Green", "Blue"))
with panel.group("Board"):
    chip = panel.value("Chip", unit="°C", decimals=1, warn=(None, 70), alarm=(None, 85), stale=5)
    memory = panel.value("Free memory", unit="KB")
    signal = panel.value("Weakest signal", unit="dBm", warn=(-75, None))
    uptime = panel.value("Uptime")
panel.chat()
panel.sketch()


@light.on_change
@brightness.on_change
@color.on_change
def show_light(value):
    """Show the light as the page has it."""
    status_light.show(COLORS[color.value] if light.value else None, brightness.value)


@hotspot.loop.every(1)
def measure():
    """Show the board's figures."""
    temperature = microcontroller.cpu.temperature
    # A sensor that fails may return any number.
    known = temperature is not None and -50 <= temperature <= 150
    chip.value = temperature if known else None
    free = hotspot.loop.free_memory
    memory.value = None if free is None else free // 1024
    signals = [client.rssi for client in hub.clients if client.rssi is not None]
    signal.value = min(signals) if signals else None
    seconds = int(time.monotonic())
    uptime.value = f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


# 3. Run for ever.
hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
As much as a panel takes: 100 elements in 8 tabs, and 40 values that change once a second.
"""

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


panel = Panel(hub, "Control cabinet")
values = []
limits = []
count = 0
for area in ("North", "East", "South", "West", "Hall", "Yard", "Roof", "Cellar"):
    with panel.tab(area):
        for number in range(1, 6):
            values.append(panel.value(f"{area} {number}", unit="V", decimals=2, stale=5))
        with panel.group("Limits"):
            for number in range(1, 5):
                limits.append(panel.number(f"{area} limit {number}", 0, 24, 12, step=0.1, unit="V"))
        panel.text(f"{area} note", length=40)
        panel.text(f"{area} password", length=20, password=True)
for number in range(1, 13):
    panel.switch(f"Relay {number}")


@hotspot.loop.every(1)
def measure():
    global count
    count += 1
    for index, value in enumerate(values):
        value.value = (count * 7 + index * 3) % 2400 / 100


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Every element of a panel in two tabs, with a chat and a drawing."""

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
    """The page connects here."""
    return hub.upgrade(request)


panel = Panel(hub, "Greenhouse")
with panel.tab("House"):
    message = panel.label("All is well.")
    air = panel.value("Air", 21.5, unit="°C", decimals=1, alarm=(5, 35), icon="temperature")
    soil = panel.value("Soil", unit="%", stale=10)
    door = panel.label("Door", "closed")
    pump = panel.led("Pump", color="blue")
    tank = panel.bar("Tank", value=64, unit="%", warn=(20, None))
    battery = panel.gauge("Battery", 10, 15, 12.4, unit="V", warn=(11.5, None))
    with panel.group("Watering"):
        water = panel.button("Water now", confirm="Water for 10 s?", icon="drop")
        stop = panel.button("Stop", color="red", enabled=False)
        automatic = panel.switch("Automatic", True)
    fan = panel.slider("Fan", 0, 100, 40, unit="%", help="0 turns the fan off.")
with panel.tab("Settings"):
    with panel.group("Targets"):
        target = panel.number("Moisture", 0, 100, 40, step=5, unit="%")
        mode = panel.select("Mode", ("Auto", "On", "Off"))
        crop = panel.select("Crop", ("Tomato", "Cucumber", "Lettuce", "Basil", "Pepper"))
    with panel.group("Network"):
        name = panel.text("Name", "Greenhouse", length=20)
        password = panel.text("Password", password=True)
    limit = panel.slider("Limit", 0, 10, 3, live=False)
    test = panel.button("Test the alarm", icon="bell")
panel.chat()
panel.sketch()


@water.on_press
def start_watering():
    """Water for 10 s."""
    if fan.value > 90:
        raise ValueError("not with the fan this high")
    pump.value = stop.enabled = True
    water.enabled = False
    hotspot.loop.after(10, stop_watering)
    return "Watering"


@stop.on_press
def stop_watering():
    """Stop the pump."""
    pump.value = stop.enabled = False
    water.enabled = True


@target.on_change
def check(percent):
    """Refuse what the soil cannot have."""
    if percent > 80:
        raise ValueError("the soil would drown")


@mode.on_change
def show_fan(choice):
    """The fan is needed only in these two."""
    fan.visible = choice != "Off"


@test.on_press
def test_alarm():
    """A message that stays until it is tapped."""
    panel.notify("This is a test of the alarm.", "alarm")


@hotspot.loop.every(1)
def measure():
    """Figures that change a little."""
    air.value = 20 + hotspot.loop.now // 1000 % 30 / 10


hotspot.run(server)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A hotspot with a page on which everybody who joins it sees how the board is, chats, controls its
light and draws on one sheet. docs/page.md describes the messages.

Change settings.toml for another name or password, and this file for another program.
"""

import gc
import json
import os
import time

import microcontroller
import wifi
from adafruit_httpserver import GET, JSONResponse, Server
from adafruit_ticks import ticks_add, ticks_less, ticks_ms

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
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
    """Numbers for the curious."""
    return JSONResponse(request, {"hub": hub.stats(), "recorder": recorder.stats()})


# 2. What the phones share. The board has it; every page shows what the board says.
BOOT = int.from_bytes(os.urandom(3), "big")  # by which pages know that the board began anew
STROKES = 1  # kinds of binary messages: strokes, and all strokes there are
DRAWING = 2
HOLD = 1500  # ms for which a value of the light belongs to whoever moved it last

names = {}  # client id: what its person is called
chat = []  # the last lines
light = {"on": False, "colour": "#ffa000", "brightness": 40}
held = {}  # value of the light: who moves it, and until when nobody else may
drawing = bytearray()


@hub.on_open
def opened(client):
    """A new page learns how things stand."""
    client.send(json.dumps({"you": client.id, "boot": BOOT, "chat": chat, "light": light_state()}))
    # In pieces, for which there is room in a heap that has no room for the whole.
    strokes = [drawing[start : start + 1024] for start in range(0, len(drawing), 1024)]
    client.send([bytes((DRAWING,))] + strokes)


@hub.on_close
def closed(client, code, reason):
    """A page is gone."""
    names.pop(client.id, None)


@hub.on_message
def message(client, data):
    """Binary messages draw; text is a JSON object that says what to do, or simply said."""
    if isinstance(data, bytes):
        wrong = draw(data)
    else:
        try:
            wish = json.loads(data)
        except ValueError:
            wish = None
        if not isinstance(wish, dict):
            wrong = say(client, data)
        elif has_halves(data):
            wrong = "send characters as they are, not as two escapes"
        else:
            wrong = act(client, wish)
    if wrong:
        client.send(json.dumps({"error": wrong}))


def has_halves(text):
    """
    Whether there are escapes of surrogates in a JSON text. The board does not make one character
    of two of them, and what it makes would end the connection of every page that is sent it.
    """
    text = text.replace("\\\\", "").lower() if "\\u" in text else ""
    return any("\\ud" + digit in text for digit in "89abcdef")


def act(client, wish):
    """Do what a page asks for; returns what is wrong with it, or None."""
    wrong = None
    for key, value in wish.items():
        if key == "name" and isinstance(value, str):
            names[client.id] = value.strip()[:24]
        elif key == "chat" and isinstance(value, str):
            wrong = say(client, value)
        elif key == "light" and isinstance(value, dict):
            wrong = move_light(client, value)
        elif key == "clear":
            drawing[:] = b""
            hub.broadcast(bytes((DRAWING,)))
        else:
            wrong = f"not understood: {key}"
    return wrong


def say(client, text):
    """Everybody reads what anybody says."""
    text = text.strip()
    if not 1 <= len(text) <= 500:
        return "a line has 1 to 500 characters"
    number = chat[-1]["n"] + 1 if chat else 1
    name = names.get(client.id, "")
    chat.append({"n": number, "id": client.id, "name": name, "text": text})
    hub.broadcast(json.dumps({"chat": chat[-1:]}))
    while len(chat) > 20 or sum([len(line["text"]) for line in chat]) > 2000:
        chat.pop(0)
    return None


def move_light(client, wish):
    """Who moves a value has it to himself until shortly after, so that two do not fight."""
    for name, value in wish.items():
        if not is_value(name, value):
            return f"not a value of the light: {name}"
        if name not in held or held[name][0] == client.id:
            held[name] = (client.id, ticks_add(ticks_ms(), HOLD))
            light[name] = value
    show_light()
    return None


def is_value(name, value):
    """Whether a value of the light can be this."""
    if name == "on":
        return isinstance(value, bool)
    if name == "brightness":
        return isinstance(value, int) and 0 <= value <= 100
    if name == "colour" and isinstance(value, str) and len(value) == 7:
        return value[0] == "#" and all(digit in "0123456789abcdef" for digit in value[1:])
    return False


def light_state():
    """The light's values, and who is moving which."""
    return light | {"held": {name: held[name][0] for name in held}}


def show_light():
    """Show it to everybody, on the pages and on the board."""
    red_green_blue = tuple(bytes.fromhex(light["colour"][1:]))
    status_light.show(red_green_blue if light["on"] else None, light["brightness"])
    hub.broadcast(json.dumps({"light": light_state()}), latest="light")


@hotspot.loop.every(0.25)
def let_go():
    """What nobody has moved for a while is free for all."""
    if held:
        now = ticks_ms()
        late = [name for name in held if ticks_less(held[name][1], now)]
        for name in late:
            del held[name]
        if late:
            show_light()


def draw(data):
    """
    Keep strokes for those who come later, and pass them on. Each is a record: how many points,
    a style, and four bytes for each point.
    """
    if data[:1] != bytes((STROKES,)):
        if data[:1] == bytes((DRAWING,)):
            return "only the board sends whole drawings"
        hub.broadcast(data)
        return None
    end = 1
    while end < len(data) and data[end]:
        end += 2 + 4 * data[end]
    if end != len(data):
        return "not strokes"
    oldest = 0
    while len(drawing) - oldest + end > 16384:
        oldest += 2 + 4 * drawing[oldest]
    if oldest:
        drawing[:oldest] = b""
    drawing.extend(data[1:])
    hub.broadcast(data)
    return None


@hotspot.loop.every(1)
def push_status():
    """Tell every page that somebody looks at how the board is, and who is there."""
    if not hub.clients:
        return
    status = {
        "uptime": int(time.monotonic()),
        "temperature": microcontroller.cpu.temperature,
        "free_memory": gc.mem_free(),
        "max": hub.max_clients,
        "clients": [
            [client.id, names.get(client.id, ""), client.rssi, client.latency, int(client.hidden)]
            for client in hub.clients
        ],
    }
    text = json.dumps({"status": status})
    hub.broadcast(text, latest="status", where=lambda client: not client.hidden)


# 3. Go, and never stop.
hotspot.run(server)

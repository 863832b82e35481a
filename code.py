# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A hotspot with a page on which everyone who joins sees the board's figures, chats, controls its
light and draws on one sheet. docs/page.md describes the messages.

Edit settings.toml for another name or password, and this file for another program.
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
    """Statistics, as JSON."""
    return JSONResponse(request, {"hub": hub.stats(), "recorder": recorder.stats()})


# 2. What the phones share. The state is the board's; every page shows what the board says.
BOOT = int.from_bytes(os.urandom(3), "big")  # tells the pages that the board has restarted
STROKES = 1  # kinds of binary messages: new strokes, or the whole drawing
DRAWING = 2
HOLD_TIME = 1500  # ms for which only the last client to change a value of the light may change it

names = {}  # client id: the name its user has chosen
chat = []  # the last lines
light = {"on": False, "color": "#ffa000", "brightness": 40}
held = {}  # value of the light: the client that holds it, and until when
drawing = []  # of bytearrays, because a fragmented heap has no room for one large block


@hub.on_open
def opened(client):
    """Send the state to a new page."""
    client.send(json.dumps({"you": client.id, "boot": BOOT, "chat": chat, "light": light_state()}))
    # Copies: more strokes may come before the last piece is sent.
    client.send([bytes((DRAWING,))] + [bytes(strokes) for strokes in drawing])


@hub.on_close
def closed(client, code, reason):
    """Forget a client that has disconnected."""
    names.pop(client.id, None)


@hub.on_message
def message(client, data):
    """Binary messages draw. Text is a JSON object with commands, or else a line of the chat."""
    if isinstance(data, bytes):
        try:
            error = draw(data)
        except MemoryError:
            client.send('{"error": "the board has no memory for these strokes"}')
            raise
    else:
        try:
            commands = json.loads(data)
        except ValueError:
            commands = None
        if not isinstance(commands, dict):
            error = say(client, data)
        elif has_surrogates(data):
            error = "send characters as they are, not as two escapes"
        else:
            error = execute(client, commands)
    if error:
        client.send(json.dumps({"error": error}))


def has_surrogates(text):
    """
    Return True if a JSON text contains escaped surrogates. The board does not join two of them to
    one character, and a page closes the connection on what it makes of them.
    """
    text = text.replace("\\\\", "").lower() if "\\u" in text else ""
    return any("\\ud" + digit in text for digit in "89abcdef")


def execute(client, commands):
    """Do what a page asks for. Return an error for the page, or None."""
    error = None
    for key, value in commands.items():
        if key == "name" and isinstance(value, str):
            names[client.id] = value.strip()[:24]
        elif key == "chat" and isinstance(value, str):
            error = say(client, value)
        elif key == "light" and isinstance(value, dict):
            error = change_light(client, value)
        elif key == "clear":
            drawing[:] = []
            hub.broadcast(bytes((DRAWING,)))
        else:
            error = f"not understood: {key}"
    return error


def say(client, text):
    """Add a line to the chat of all pages."""
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


def change_light(client, values):
    """Change the light. For a moment, others cannot change the same value: two would fight."""
    for name, value in values.items():
        if not is_valid(name, value):
            return f"not a value of the light: {name}"
        if name not in held or held[name][0] == client.id:
            held[name] = (client.id, ticks_add(ticks_ms(), HOLD_TIME))
            light[name] = value
    show_light()
    return None


def is_valid(name, value):
    """Return True if the light can have this value."""
    if name == "on":
        return isinstance(value, bool)
    if name == "brightness":
        return isinstance(value, int) and 0 <= value <= 100
    if name == "color" and isinstance(value, str) and len(value) == 7:
        return value[0] == "#" and all(digit in "0123456789abcdef" for digit in value[1:])
    return False


def light_state():
    """The light's values, and which client holds which."""
    return light | {"held": {name: held[name][0] for name in held}}


def show_light():
    """Show the light on the board and on all pages."""
    red_green_blue = tuple(bytes.fromhex(light["color"][1:]))
    status_light.show(red_green_blue if light["on"] else None, light["brightness"])
    hub.broadcast(json.dumps({"light": light_state()}), latest="light")


@hotspot.loop.every(0.25)
def release_light():
    """Let others change the values that have not changed for a while."""
    if held:
        now = ticks_ms()
        free = [name for name in held if ticks_less(held[name][1], now)]
        for name in free:
            del held[name]
        if free:
            show_light()


def draw(data):
    """
    Keep strokes for pages that join later, and send them to all. Each is a record: the number of
    points, a style, and four bytes for each point.
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
    if drawing and len(drawing[-1]) < 1024:
        drawing[-1].extend(data[1:])
    elif end > 1:
        drawing.append(bytearray(data[1:]))
    while sum([len(strokes) for strokes in drawing]) > 16384:
        drawing[0][: 2 + 4 * drawing[0][0]] = b""
        if not drawing[0]:
            drawing.pop(0)
    hub.broadcast(data)
    return None


@hotspot.loop.every(1)
def push_status():
    """Send the board's figures and the list of clients to every page that is on a screen."""
    if not hub.clients:
        return
    temperature = microcontroller.cpu.temperature
    if temperature is not None and not -50 <= temperature <= 150:
        temperature = None  # a sensor that fails may return any number, or inf, which JSON lacks
    status = {
        "uptime": int(time.monotonic()),
        "temperature": temperature,
        "free_memory": gc.mem_free(),
        "max": hub.max_clients,
        "clients": [
            [client.id, names.get(client.id, ""), client.rssi, client.latency, int(client.hidden)]
            for client in hub.clients
        ],
    }
    text = json.dumps({"status": status})
    hub.broadcast(text, latest="status", where=lambda client: not client.hidden)


# 3. Run for ever.
hotspot.run(server)

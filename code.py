# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A hotspot with a page on which everyone who joins sees the board's figures, chats, controls its
light and draws on one sheet. docs/page.md describes the messages.

Edit settings.toml for another name or password, and this file for another program.
"""

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
    client.send({"you": client.id, "boot": BOOT, "chat": chat, "light": light_state()})
    # In pieces: a fragmented heap may have no room for the whole drawing at once.
    pieces = [drawing[start : start + 1024] for start in range(0, len(drawing), 1024)]
    client.send(iter([bytes((DRAWING,))] + pieces))


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
        error = answer_text(client, data)
    if error:
        client.send({"error": error})


def answer_text(client, text):
    """Do what a text message asks for. Return an error for the page, or None."""
    try:
        commands = json.loads(text)
    except ValueError:
        commands = None
    except RuntimeError:  # more than the interpreter's stack takes
        return "nested too deep"
    if not isinstance(commands, dict):
        commands = {"chat": text}
    elif has_surrogates(text):
        return "send characters as they are, not as two escapes"
    # All are checked before the first is done: the board's dicts have no order.
    for key in commands:
        error = problem_of(key, commands[key])
        if error:
            return error
    if "name" in commands:
        names[client.id] = commands["name"].strip()[:24]
    if "light" in commands:
        change_light(client, commands["light"])
    if "clear" in commands:
        drawing[:] = b""
        hub.broadcast(bytes((DRAWING,)))
    if "chat" in commands:
        say(client, commands["chat"].strip())
    return None


def has_surrogates(text):
    """
    Return True if a JSON text contains escaped surrogates. The board does not join two of them to
    one character, and a page closes the connection on what it makes of them.
    """
    text = text.replace("\\\\", "").lower() if "\\u" in text else ""
    return any("\\ud" + digit in text for digit in "89abcdef")


def problem_of(key, value):
    """Return what is wrong with something that a page asks for, or None."""
    if key == "chat" and isinstance(value, str):
        return None if 1 <= len(value.strip()) <= 500 else "a line has 1 to 500 characters"
    if key == "light" and isinstance(value, dict):
        for name in value:
            if not is_valid(name, value[name]):
                return f"not a value of the light: {name[:40]}"
        return None
    if key == "name" and isinstance(value, str) or key == "clear" and value is True:
        return None
    return f"not understood: {key[:40]}"


def say(client, text):
    """Add a line to the chat of all pages."""
    number = chat[-1]["n"] + 1 if chat else 1
    name = names.get(client.id, "")
    chat.append({"n": number, "id": client.id, "name": name, "text": text})
    hub.broadcast({"chat": chat[-1:]})
    while len(chat) > 20 or sum([len(line["text"]) for line in chat]) > 2000:
        chat.pop(0)


def change_light(client, values):
    """Change the light. For a moment, others cannot change the same value: two would fight."""
    for name, value in values.items():
        if name not in held or held[name][0] == client.id:
            held[name] = (client.id, ticks_add(ticks_ms(), HOLD_TIME))
            light[name] = value
    show_light()


def is_valid(name, value):
    """Return True if the light can have this value."""
    if name == "on":
        return isinstance(value, bool)
    if name == "brightness":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100
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
    hub.broadcast({"light": light_state()}, latest="light")


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
    try:  # a sensor that fails may return anything
        temperature = microcontroller.cpu.temperature
        if temperature is not None and not -50 <= temperature <= 150:
            temperature = None
    except Exception:
        temperature = None
    status = {
        "uptime": int(time.monotonic()),
        "temperature": temperature,
        "free_memory": hotspot.loop.free_memory,
        "max": hub.max_clients,
        "clients": [
            [client.id, names.get(client.id, ""), client.rssi, client.latency, int(client.hidden)]
            for client in hub.clients
        ],
    }
    hub.broadcast({"status": status}, latest="status", where=lambda client: not client.hidden)


# 3. Run for ever.
hotspot.run(server)

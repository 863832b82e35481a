# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
A phone sends files to the drive, each as one binary message on /upload, however long it is. The
message before it is its name.

The drive must be writable for the board: see the README. A page that sends files, for static/::

    <meta charset="utf-8">
    <input type="file">
    <script type="module">
      import { EspWs } from "/esp-ws.js";
      const socket = new EspWs("/upload");
      const input = document.querySelector("input");
      socket.onmessage = event => document.body.append(event.data, " ");
      input.onchange = () => {
        socket.send(input.files[0].name);
        socket.send(input.files[0]);
      };
    </script>
"""

import os

import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub

FOLDER = "/uploads"
NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot, max_message_size=100)  # what is longer comes piece by piece
open_files = {}


@server.route("/upload", GET)
def websocket(request):
    """A page connects here."""
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """A text is the name of the file that follows; what is binary and short is the whole file."""
    if isinstance(data, bytes):
        chunk(client, data, True)
    elif data.startswith(".") or not all(character in NAME for character in data):
        client.send("no: the name may only have letters, digits, dots, dashes")
    else:
        close(client)
        if FOLDER[1:] not in os.listdir("/"):
            os.mkdir(FOLDER)
        open_files[client.id] = open(f"{FOLDER}/{data}", "wb")
        client.send("ready")


@hub.on_chunk
def chunk(client, data, last):
    """A piece of the file, never all of it."""
    file = open_files.get(client.id)
    if file is None or isinstance(data, str):
        client.close(1003, "send the file's name first, and the file as binary")
        return
    file.write(data)
    if last:
        size = file.tell()
        close(client)
        client.send(f"stored {size} bytes")


@hub.on_close
def closed(client, code, reason):
    """The phone is gone: what has come of its file stays."""
    close(client)


def close(client):
    """Close the file that a phone has open, if any."""
    file = open_files.pop(client.id, None)
    if file is not None:
        file.close()


hotspot.run(server)

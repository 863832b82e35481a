# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Uploads files to the drive. A text message on /upload is a file's name, and the binary message after
it is the file, of any length: the board never holds more of it than one chunk.

The drive must be writable for the board: see the README. To try it, save this page as
static/upload.html and open http://192.168.4.1/upload.html::

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
NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot, max_message_size=100)  # longer messages arrive in chunks
open_files = {}  # by client id


@server.route("/upload", GET)
def websocket(request):
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """Open the file that a text names. A short binary message is a whole file."""
    if isinstance(data, bytes):
        chunk(client, data, True)
    elif data[:1] in ("", ".") or not all(character in NAME_CHARACTERS for character in data):
        client.send("no: use letters, digits, dots and dashes, and no dot in front")
    else:
        close_file(client)
        if FOLDER[1:] not in os.listdir("/"):
            os.mkdir(FOLDER)
        open_files[client.id] = open(f"{FOLDER}/{data}", "wb")
        client.send("ready")


@hub.on_chunk
def chunk(client, data, last):
    """Append a chunk to the client's file."""
    file = open_files.get(client.id)
    if file is None or isinstance(data, str):
        client.close(1003, "send the file's name first, and the file as binary")
        return
    file.write(data)
    if last:
        size = file.tell()
        close_file(client)
        client.send(f"stored {size} bytes")


@hub.on_close
def closed(client, code, reason):
    """Close the file of a client that has disconnected. An unfinished one stays on the drive."""
    close_file(client)


def close_file(client):
    """Close the client's file, if it has one open."""
    file = open_files.pop(client.id, None)
    if file is not None:
        file.close()


hotspot.run(server)

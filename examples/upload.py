# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Uploads files to the drive. A text message on /upload is a file's name, and the binary message after
it is the file, of any length: the board never holds more of it than one chunk. A file is written
beside the old one of its name, and takes its place once it is complete.

The drive must be writable for the board: see the README. To try it, save this page as
static/upload.html and open http://192.168.4.1/upload.html::

    <meta charset="utf-8">
    <input type="file">
    <p></p>
    <script type="module">
      import { EspWs } from "/esp-ws.js";
      const socket = new EspWs("/upload");
      const input = document.querySelector("input");
      const show = text => (document.querySelector("p").textContent = text);
      socket.onmessage = event => {
        show(event.data);
        if (event.data === "ready") socket.send(input.files[0]);
      };
      socket.onstate = event => event.state === "waiting" && show("connection lost, try again");
      setInterval(() => socket.bufferedAmount && show(socket.bufferedAmount + " bytes left"), 300);
      input.onchange = () => socket.send(input.files[0].name.slice(-60));
    </script>
"""

import os

import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub

FOLDER = "/uploads"
NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
PROBLEMS = {28: "the drive is full", 30: "the drive is read-only"}

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot, max_message_size=100)  # longer messages arrive in chunks
uploads = {}  # client id: the open file and its name; None while the rest of one is ignored


@server.route("/upload", GET)
def websocket(request):
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    """Open the file that a text names. A short binary message is a whole file."""
    if isinstance(data, bytes):
        chunk(client, data, True)
        return
    discard(client)
    try:
        if FOLDER[1:] not in os.listdir("/"):
            os.mkdir(FOLDER)
        uploads[client.id] = (open(part_of(client), "wb"), safe_name(data))
        client.send("ready")
    except OSError as error:
        fail(client, error, True)


@hub.on_chunk
def chunk(client, data, last):
    """Append a chunk to the client's file."""
    upload = uploads.get(client.id, ())
    if upload is None:  # the client knows why
        if last:
            del uploads[client.id]
    elif not upload or isinstance(data, str):
        fail(client, "send the name first, up to 100 bytes, and the file as binary", last)
    else:
        file, name = upload
        try:
            file.write(data)
            if not last:
                return
            size = file.tell()
            file.close()  # writes the rest
            if name in os.listdir(FOLDER):
                os.remove(f"{FOLDER}/{name}")
            os.rename(part_of(client), f"{FOLDER}/{name}")
        except OSError as error:
            fail(client, error, last)
            return
        del uploads[client.id]
        client.send(f"stored {size} bytes as {name}")


@hub.on_close
def closed(client, code, reason):
    """Remove the unfinished file of a client that has disconnected."""
    discard(client)


def fail(client, problem, last):
    """Tell the client why its file is not stored, and ignore the rest of it."""
    discard(client)
    if not last:
        uploads[client.id] = None
    if isinstance(problem, OSError):
        problem = PROBLEMS.get(problem.errno or 0, problem)
    client.send(f"no: {problem}")


def discard(client):
    """Remove the client's unfinished file, if it has one."""
    upload = uploads.pop(client.id, None)
    if upload:
        try:
            upload[0].close()
        except OSError:
            pass  # the drive is full
        try:
            os.remove(part_of(client))
        except OSError:
            pass


def part_of(client):
    """The file that is written until it is complete. No safe name begins with a dot."""
    return f"{FOLDER}/.{client.id}"


def safe_name(name):
    """Make a file name for any drive: without folders, and "_" for what is not allowed."""
    name = name.replace("\\", "/").split("/")[-1]
    name = "".join([character if character in NAME_CHARACTERS else "_" for character in name])
    return name.lstrip(".") or "file"


hotspot.run(server)

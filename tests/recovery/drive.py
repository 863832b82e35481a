# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
A drive on which the board is less patient: the package's seconds are fewer, and nothing else is
changed.
"""

import json
import re
import time
from pathlib import Path

from tests.board import DEADLINE, Board, copy_drive
from tests.raw_http import fetch

#: The smallest program that has all the machinery.
CODE = """
import microcontroller
import socketpool
import time
import wifi
from adafruit_httpserver import GET, JSONResponse, Server
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.recovery.flight_recorder import start_recorder
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.settings import Settings

loop = Loop()
recorder = start_recorder(loop)
settings = Settings.load()
access_point = AccessPoint(wifi.radio, settings)
access_point.start()
pool = BufferedPool(socketpool.SocketPool(wifi.radio), loop)
server = Server(pool, "/static")
hub = Hub(loop)
watchdog = 8


@server.route("/ws", GET)
def websocket(request):
    return hub.upgrade(request)


@server.route("/stats", GET)
def stats(request):
    return JSONResponse(request, {"hub": hub.stats(), "recorder": recorder.stats()})


@hub.on_message
def message(client, data):
    client.send(data)


# setup
loop.run(server, pool, watchdog=watchdog)
"""

#: Constants for a test that has no time.
QUICK = {"BACK_OFF": 0.01, "PAUSE": 0.01, "_TICK": 0.05}

_PLACES = (
    "safemode.py",
    "lib/esp_ws_ap/recovery/guard.py",
    "lib/esp_ws_ap/recovery/error_page.py",
    "lib/esp_ws_ap/recovery/flight_recorder.py",
)


def make_drive(
    folder: Path,
    *,
    code: str = CODE,
    setup: str = "",
    files: dict[str, str | None] | None = None,
    **constants: float,
) -> Path:
    """
    Copy the drive.

    :param Path folder: Where to.
    :param str code: The program.
    :param str setup: What the program does last before the loop begins.
    :param dict files: Other files, by their path on the drive; None removes one.
    :param constants: Constants of the recovery's modules, with their values here.
    """
    changes = {"code.py": code.replace("# setup", setup)} | (files or {})
    drive = copy_drive(folder, files=changes)
    constants = QUICK | constants
    left = set() if files else set(constants)
    for place in _PLACES:
        path = drive / place
        if place in changes:
            continue
        text = path.read_text("utf-8")
        for name, value in constants.items():
            pattern = rf"^{name} = (?:const\([\d.]+\)|[\d.]+)"
            text, count = re.subn(pattern, f"{name} = {value}", text, flags=re.MULTILINE)
            if count:
                left.discard(name)
        path.write_text(text, "utf-8")
    assert not left, f"no such constants: {left}"
    return drive


def record_of(board: Board, boots: int = 1) -> dict:
    """
    What ``/stats`` says of the flight record, once the board is there.

    :param Board board: Which runs `CODE`.
    :param int boots: The boot that is waited for.
    """
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            record = json.loads(fetch(board.address(), "/stats").body)["recorder"]
            if record["boots"] >= boots:
                return record
        except (OSError, AssertionError, ValueError, KeyError):
            pass  # the board is starting
        assert time.monotonic() < deadline, f"boot {boots} does not answer"

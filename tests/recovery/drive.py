# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
A drive whose programs wait less: the sleeps of the guard and of safemode.py are shorter. All other
times are the package's own, and tests set the board's clock forward.
"""

import json
import re
import time
from pathlib import Path

from tests.board import DEADLINE, Board, copy_drive
from tests.raw_http import fetch

#: A program with all of recovery. `failing` is the number of boots in a row that have failed.
CODE = """
import microcontroller
import time
import wifi
from adafruit_httpserver import GET, JSONResponse, Server
from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
from esp_ws_ap.recovery.flight_record import get_record
from esp_ws_ap.recovery.flight_recorder import FlightRecorder

hotspot = Hotspot(wifi.radio)
loop = hotspot.loop
recorder = FlightRecorder(hotspot)
failing = get_record().failing
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)
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
hotspot.run(server, watchdog)
"""

#: The constants by which the programs sleep, and their values here.
SLEEPS = {"BACK_OFF": 0.01, "PAUSE": 0.01, "BROWNOUT_PAUSE": 0.01, "CALM": 0}

_FILES = ("safemode.py", "lib/esp_ws_ap/recovery/guard.py")


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

    :param Path folder: The folder to make.
    :param str code: The program.
    :param str setup: What the program does last before the loop begins.
    :param dict files: Other files, by their path on the drive; None removes one.
    :param constants: Constants of the guard and of safemode.py, with their values here.
    """
    drive = copy_drive(folder, code=code.replace("# setup", setup), files=files)
    constants = SLEEPS | constants
    unused = set(constants)
    for name in _FILES:
        path = drive / name
        text = path.read_text("utf-8")
        for constant, value in constants.items():
            text, count = re.subn(
                rf"^{constant} = [\d.]+", f"{constant} = {value}", text, flags=re.MULTILINE
            )
            if count:
                unused.discard(constant)
        path.write_text(text, "utf-8")
    assert files or not unused, f"no such constants: {unused}"
    return drive


def record_of(board: Board, boots: int = 1) -> dict:
    """
    Return the flight record as ``/stats`` tells it.

    :param Board board: A board that runs `CODE`.
    :param int boots: Wait for this boot.
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


def skip(board: Board, seconds: int, nvm: Path | None = None) -> None:
    """
    Set the board's clock forward.

    :param Board board: The board.
    :param int seconds: By how much.
    :param Path nvm: Wait until the board has written this file, its memory.
    """
    before = nvm.read_bytes() if nvm else b""
    board.command(f"skip {seconds}")
    deadline = time.monotonic() + DEADLINE
    while nvm and nvm.read_bytes() == before:
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.01)

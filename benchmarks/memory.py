# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The heap under MicroPython: after the imports, per client, per message and per turn."""

import contextlib
from pathlib import Path

from . import processes
from .client import Client, connect_in_time
from .processes import ADAFRUIT, CHUMICRO, MICRODOT, MICROPYTHON, OURS, Program
from .programs.codec import masked_frame

SIZE = 125
MESSAGES = 100
TURNS = 200

#: What an application of each imports, in lines.
IMPORTS = {
    OURS: """
from adafruit_httpserver import GET, Server
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.portal.captive_portal import CaptivePortal
from esp_ws_ap.portal.dns_responder import DnsResponder
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.recovery.flight_recorder import FlightRecorder
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.settings import Settings
from esp_ws_ap.recovery.status_light import StatusLight
""",
    ADAFRUIT: "from adafruit_httpserver import GET, Server, Websocket",
    CHUMICRO: """
from chumicro_timing import ticks_ms
from chumicro_websockets.server import WebSocketServer
""",
    # asyncio is in MicroPython, in a place where a board does not look.
    MICRODOT: """
import sys
sys.path.append(".frozen")
from microdot import Microdot
from microdot.websocket import with_websocket
""",
}

_KEPT = """
import gc
gc.collect()
before = gc.mem_alloc()
{}
gc.collect()
print("result:", gc.mem_alloc() - before)
"""

#: Messages beside those that are measured: before, and to be sure, behind.
_MORE = 40

_KIB = 1024


def imports(folder: Path) -> dict[str, int]:
    """
    The bytes that the imports keep, by library.

    :param Path folder: For the boards' drives.
    """
    found = {}
    for library, lines in IMPORTS.items():
        drive = processes.make_drive(folder / f"imports-{library}", _KEPT.format(lines))
        with processes.small_vm(drive, "code.py", "4m") as program:
            found[library] = program.result("result:")
    return found


def turns(folder: Path) -> dict[str, dict[str, float]]:
    """
    The bytes per echo, idle turn and client, by library.

    :param Path folder: For the boards' drives.
    """
    found = {}
    for library in (OURS, ADAFRUIT, CHUMICRO):
        code = "import measure_heap\nmeasure_heap.main(%r, %d, %d)\n"
        drive = processes.make_drive(
            folder / f"turns-{library}", code % (f"serve_{library}", MESSAGES, TURNS)
        )
        with processes.small_vm(drive, "code.py", "8m") as program:
            port = processes.port_of(program)
            program.wait_for("measure: ready")
            with Client(port) as client:
                frame, expected = client.exchange(SIZE)
                for _ in range(MESSAGES + _MORE):
                    client.once(frame, expected)
            program.wait_for("measure: alone")
            with contextlib.ExitStack() as stack:
                for _ in range(4):
                    stack.enter_context(Client(port))
                found[library] = program.result("measured:")
    return found


def smallest(folder: Path, step: int) -> dict[str, int]:
    """
    The smallest heap in bytes in which an application boots and echoes, by library.

    :param Path folder: For the boards' drives.
    :param int step: How exactly, in bytes.
    """
    drive = processes.make_drive(folder / "smallest")

    def start(library: str, heap: str) -> tuple[Program, int]:
        if library == MICRODOT:
            return processes.microdot(MICROPYTHON, heap)
        code = "code.py" if library == OURS else f"serve_{library}.py"
        return processes.small_vm(drive, code, heap), 0

    def works(library: str, heap: int) -> bool:
        program, port = start(library, str(heap))
        with program:
            try:
                client = connect_in_time(port, 20) if port else Client(processes.port_of(program))
                with client:
                    _echo(client)
                return True
            except (processes.Failed, OSError):
                return False

    found: dict[str, int] = {}
    for library in IMPORTS:
        low, high = 64 * _KIB // step, 512 * _KIB // step
        while low + 1 < high:
            middle = (low + high) // 2
            if works(library, middle * step):
                high = middle
            else:
                low = middle
        found[library] = high * step
    return found


def _echo(client: Client) -> None:
    """Wait for a text to come back; the default application says whose it is, and more."""
    payload = b"x" * SIZE  # which is the same in JSON
    client.sock.settimeout(2)
    client.sock.sendall(masked_frame(payload.decode()))
    data = b""
    while payload not in data:
        piece = client.sock.recv(4096)
        if not piece:
            raise ConnectionError("the server has closed")
        data += piece

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The heap under MicroPython: after the imports, per client, per message and per turn."""

import contextlib
from pathlib import Path

from tests.process import ProcessError

from . import processes
from .client import Client, connect_in_time
from .processes import ADAFRUIT, CHUMICRO, MICRODOT, MICROPYTHON, OURS, Program
from .programs.codec import masked_frame

SIZE = 125
MESSAGES = 100
TURNS = 200

#: The imports of an application of each.
IMPORTS = {
    OURS: """
from adafruit_httpserver import GET, Server
import esp_ws_ap.hotspot
import esp_ws_ap.hub
import esp_ws_ap.portal.captive_portal
import esp_ws_ap.recovery.flight_recorder
import esp_ws_ap.recovery.status_light
""",
    ADAFRUIT: "from adafruit_httpserver import GET, Server, Websocket",
    CHUMICRO: """
from chumicro_timing import ticks_ms
from chumicro_websockets.server import WebSocketServer
""",
    # asyncio is frozen into MicroPython, and a board does not search there.
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

#: Messages before and after those that are measured.
_EXTRA_MESSAGES = 40

_KIB = 1024


def imports(folder: Path) -> dict[str, int]:
    """
    Return the bytes that the imports keep, by library.

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
    Return the bytes per echo, idle turn and client, by library.

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
            program.read_to("measure: ready")
            with Client(port) as client:
                frame, expected = client.check_echo(SIZE)
                for _ in range(MESSAGES + _EXTRA_MESSAGES):
                    client.echo(frame, expected)
            program.read_to("measure: alone")
            with contextlib.ExitStack() as stack:
                for _ in range(4):
                    stack.enter_context(Client(port))
                found[library] = program.result("measured:")
    return found


def smallest(folder: Path, step: int) -> dict[str, int]:
    """
    Return the smallest heap in bytes in which an application boots and echoes, by library.

    :param Path folder: For the boards' drives.
    :param int step: The resolution in bytes.
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
            except (ProcessError, OSError):
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
    """Wait for the echo of a text; the default application sends more around it."""
    payload = b"x" * SIZE  # the same in JSON
    client.sock.settimeout(2)
    client.sock.sendall(masked_frame(payload.decode()))
    data = b""
    while payload not in data:
        piece = client.sock.recv(4096)
        if not piece:
            raise ConnectionError("the server has closed")
        data += piece

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The echo of whole applications: messages per second of one client, one in flight at a time."""

from contextlib import ExitStack
from pathlib import Path

from . import processes
from .client import Client, connect_in_time
from .processes import ADAFRUIT, CHUMICRO, MICRODOT, OURS, RAW, VMS, Program

SIZES = (32, 125, 1024, 4096)
SERVERS = (OURS, ADAFRUIT, CHUMICRO, MICRODOT, RAW)

CODE = {
    OURS: "examples/echo.py",
    ADAFRUIT: "serve_adafruit_httpserver.py",
    CHUMICRO: "serve_chumicro_websockets.py",
    RAW: "serve_raw.py",
}


def start(stack: ExitStack, vm: str, server: str, folder: Path) -> tuple[Program, int]:
    """
    Start a server.

    :param ExitStack stack: Kills it.
    :param str vm: One of `VMS`.
    :param str server: One of `SERVERS`.
    :param Path folder: For the board's drive.
    :return: The process and its port.
    """
    if server == MICRODOT:
        program, port = processes.microdot(vm)
        stack.enter_context(program)
        return program, port
    drive = processes.make_drive(folder / f"echo-{vm}-{server}")
    program = stack.enter_context(processes.board(vm, drive, CODE[server]))
    return program, processes.port_of(program)


def measure(
    folder: Path, sessions: int, rounds: int, seconds: float
) -> dict[tuple[str, int], dict[str, float]]:
    """
    Measure all servers.

    :param Path folder: For the boards' drives.
    :param int sessions: The number of times that all servers are started, because the layout of
        their memory makes a difference.
    :param int rounds: The number of times in a session that each is measured, in turns.
    :param float seconds: The duration of each measurement.
    :return: The best rate by VM, size and server.
    """
    found: dict[tuple[str, int], dict[str, float]] = {}
    for vm in VMS:
        for size in SIZES:
            found[vm, size] = dict.fromkeys(SERVERS, 0.0)
        for session in range(sessions):
            _session(vm, folder / str(session), rounds, seconds, found)
    return found


def _session(vm: str, folder: Path, rounds: int, seconds: float, found: dict) -> None:
    with ExitStack() as stack:
        running: dict[str, tuple[Program, Client]] = {}
        for server in SERVERS:
            program, port = start(stack, vm, server, folder)
            client = connect_in_time(port, 20) if server == MICRODOT else None
            client = client or Client(port, websocket=server != RAW)
            stack.enter_context(client)
            client.check_echo(125)
            program.pause()
            running[server] = program, client
        # A round is all sizes of all servers, so that other load on the PC affects all alike.
        for _ in range(rounds):
            for size in SIZES:
                best = found[vm, size]
                for server, (program, client) in running.items():
                    program.resume()
                    best[server] = max(best[server], client.rate(size, seconds))
                    program.pause()

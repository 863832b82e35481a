# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The processes that are measured.

All run for the whole of a measurement, and are paused while another is measured, so that those that
poll their sockets without a pause take no time from it.
"""

import json
import re
import shutil
import signal
import socket
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from simulator.small_vm.__main__ import HEAP, command, free_port
from tests.process import REPOSITORY, Process

PROGRAMS = Path(__file__).resolve().parent / "programs"
SITE_PACKAGES = sysconfig.get_path("purelib")

CPYTHON, MICROPYTHON = "CPython", "MicroPython"
VMS = (CPYTHON, MICROPYTHON)

OURS, ADAFRUIT, CHUMICRO = "esp_ws_ap", "adafruit_httpserver", "chumicro_websockets"
MICRODOT, RAW = "microdot", "raw TCP"

#: Packages that the simulated board does not find by itself.
_PEERS = ("chumicro_websockets", "chumicro_timing")

_LISTENS = re.compile(r"^simulator: board port 80 is http://127\.0\.0\.1:(\d+)/")


class Program(Process):
    """
    A running process and what it prints.

    :param list arguments: Its command line.
    :param str name: Its name in an error.
    """

    def __init__(self, arguments: Sequence[str], name: str) -> None:
        super().__init__(arguments, name)
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    def result(self, label: str) -> Any:
        """
        Wait for the next line of JSON.

        :param str label: The text before it.
        :return: The value.
        """
        return json.loads(self.read_to(re.compile(f"^{re.escape(label)} (.*)")).group(1))

    def ask(self, line: str) -> Any:
        """
        Give a command.

        :param str line: The command.
        :return: The answer.
        """
        self.type_line(line)
        return self.result("result:")

    def pause(self) -> None:
        """Let it take no processor time from others."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it run."""
        self.signal(signal.SIGCONT)


def make_drive(target: Path, code: str = "") -> Path:
    """
    Make a CIRCUITPY drive with the repository's application and the other libraries.

    :param Path target: The folder to make.
    :param str code: The text of another code.py.
    """
    ignore = shutil.ignore_patterns("__pycache__")
    target.mkdir(parents=True)
    for folder in ("lib", "static", "examples"):
        shutil.copytree(REPOSITORY / folder, target / folder, ignore=ignore)
    for name in ("code.py", "settings.toml"):
        shutil.copy(REPOSITORY / name, target / name)
    for name in _PEERS:
        shutil.copytree(Path(SITE_PACKAGES, name), target / "lib" / name, ignore=ignore)
    for program in PROGRAMS.glob("*.py"):
        if program.stem != "__init__":
            shutil.copy(program, target / program.name)
    if code:
        (target / "code.py").write_text(code, "utf-8")
    return target


def small_vm(drive: Path, code: str, heap: str = HEAP) -> Program:
    """
    Boot a board under MicroPython.

    :param Path drive: Its drive.
    :param str code: The file of the drive to run.
    :param str heap: The size of the heap, as MicroPython takes it.
    """
    return Program(command(drive, port=free_port(), code=code, heap=heap), f"{MICROPYTHON}: {code}")


def simulator(drive: Path, code: str) -> Program:
    """
    Boot a board in the simulator.

    :param Path drive: Its drive.
    :param str code: The file of the drive to run.
    """
    arguments = [sys.executable, "-u", "-m", "simulator", "--drive", str(drive), "--code", code]
    arguments += ["--port", "80=0", "--nvm", str(drive.with_suffix(".nvm"))]
    return Program(arguments, f"{CPYTHON}: {code}")


def board(vm: str, drive: Path, code: str) -> Program:
    """
    Boot a simulated board.

    :param str vm: One of `VMS`.
    :param Path drive: Its drive.
    :param str code: The file of the drive to run.
    """
    return simulator(drive, code) if vm == CPYTHON else small_vm(drive, code)


def microdot(vm: str, heap: str = HEAP) -> tuple[Program, int]:
    """
    Start the one server that needs no board, and return it and its port.

    :param str vm: One of `VMS`.
    :param str heap: The size of the heap, as MicroPython takes it.
    """
    port = free_port()
    arguments = [sys.executable]
    if vm == MICROPYTHON:
        executable = str(Path(sys.executable).with_name("micropython"))
        arguments = [executable, "-X", f"heapsize={heap}"]
    arguments += [str(PROGRAMS / "serve_microdot.py"), str(port), SITE_PACKAGES]
    return Program(arguments, f"{vm}: microdot"), port


def port_of(program: Program, timeout: float = 60) -> int:
    """
    Wait until a board listens, and return the PC's port for its port 80.

    :param Program program: A board.
    :param float timeout: In seconds.
    """
    return int(program.read_to(_LISTENS, timeout).group(1))


def is_open(port: int) -> bool:
    """
    Return True if a server listens.

    :param int port: The port on this PC.
    """
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The command line: ``python -m simulator.small_vm``. The process becomes MicroPython."""

import argparse
import os
import re
import socket
import sys
import sysconfig
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent

#: Like a board with 192 KB for Python: objects of a 64-bit VM are twice as large.
HEAP = "384k"


def command(
    drive: str | os.PathLike[str],
    *,
    port: int,
    code: str = "code.py",
    heap: str = HEAP,
    libraries: str | os.PathLike[str] | None = None,
) -> list[str]:
    """
    Return the command that boots a drive under MicroPython.

    :param drive: The folder that is the CIRCUITPY drive.
    :param int port: The port of this computer for the board's port 80.
    :param str code: The file of the drive to run.
    :param str heap: The size of the heap, such as ``384k``.
    :param libraries: The folder of Adafruit's libraries that are not on the drive; by default
        the environment's.
    """
    return [
        str(Path(sys.executable).with_name("micropython")),
        "-X",
        f"heapsize={heap}",
        str(HERE / "boot.py"),
        "--drive",
        str(Path(drive).resolve()),
        "--libraries",
        str(Path(libraries or sysconfig.get_path("purelib")).resolve()),
        "--code",
        code,
        "--port",
        f"80={port}",
    ]


def free_port() -> int:
    """Return a free port: MicroPython cannot tell which one the PC has assigned."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def _port(text: str) -> int:
    found = re.fullmatch(r"80=(\d+)", text)
    if not found or int(found[1]) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not 80=HOST, as in 80=8080")
    return int(found[1])


def main() -> NoReturn:
    """Boot the drive that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator.small_vm",
        description="Boot a CIRCUITPY drive under MicroPython with a small heap. Ctrl-C stops it.",
    )
    add = parser.add_argument
    add("--drive", default=".", metavar="DIR", help="the drive's folder; by default this one")
    add("--code", default="code.py", metavar="FILE", help="the file of the drive to run")
    add(
        "--port",
        type=_port,
        default=0,
        metavar="80=HOST",
        help="this computer's port",
    )
    add("--heap", default=HEAP, metavar="SIZE", help=f"the size of the heap; by default {HEAP}")
    add("--libraries", metavar="DIR", help="Adafruit's libraries; by default the environment's")
    options = parser.parse_args()
    arguments = command(
        options.drive,
        port=options.port or free_port(),
        code=options.code,
        heap=options.heap,
        libraries=options.libraries,
    )
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Runs programs under MicroPython."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import adafruit_logging
import adafruit_miniqr
import adafruit_ticks
import pytest

from tests.board import REPOSITORY

needs_micropython = pytest.mark.skipif(
    sys.platform != "linux", reason="MicroPython's wheel is for Linux"
)

#: What the programs import, each a file: other modules in the same folders are for CPython only.
_FILES = (
    *(library.__file__ for library in (adafruit_logging, adafruit_miniqr, adafruit_ticks)),
    REPOSITORY / "simulator/settings_toml.py",
    REPOSITORY / "simulator/modules/wifi.py",
    REPOSITORY / "simulator/modules/ipaddress.py",
    REPOSITORY / "tests/logged.py",
    REPOSITORY / "tests/settings_cases.py",
)

#: CircuitPython's ``time`` has one function more.
_BEGIN = """
import sys, time

class Time:
    monotonic = time.time
    sleep = time.sleep
    ticks_ms = time.ticks_ms

sys.modules["time"] = Time
"""


def run_script(script: Path, *arguments: Path, heap: str = "8m") -> list[str]:
    """
    Run a script, which can import lib/ and the modules beside it.

    :param Path script: The script.
    :param arguments: For the script.
    :param str heap: The size of the heap, as MicroPython takes it.
    :return: The lines that it prints.
    """
    micropython = Path(sys.executable).with_name("micropython")
    result = subprocess.run(
        [micropython, "-X", f"heapsize={heap}", script, *arguments],
        cwd=script.parent,
        env=os.environ | {"MICROPYPATH": f"{script.parent}:{REPOSITORY / 'lib'}"},
        capture_output=True,
        encoding="utf-8",
        timeout=50,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    return result.stdout.splitlines()


def run_program(program: str, folder: Path, heap: str = "192k") -> list[str]:
    """
    Run the text of a program with a small heap. It can also import adafruit's libraries and the
    simulator's radio.

    :param str program: Its text.
    :param Path folder: An empty folder for it.
    :param str heap: The size of the heap, as MicroPython takes it.
    :return: The lines that it prints.
    """
    for file in _FILES:
        assert file
        shutil.copy(file, folder)
    script = folder / "program.py"
    script.write_text(_BEGIN + program, "utf-8")
    return run_script(script, heap=heap)

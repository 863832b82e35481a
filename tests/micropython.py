# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A program under MicroPython with a small heap."""

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

#: MicroPython's wheel is for Linux; everywhere else there is nothing to run.
only_linux = pytest.mark.skipif(sys.platform != "linux", reason="MicroPython's wheel is for Linux")

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


def run(program: str, folder: Path, heap: str = "192k") -> list[str]:
    """
    Run a program, and return the lines that it prints.

    :param str program: Its text.
    :param Path folder: An empty folder for it.
    :param str heap: The size of the heap, as MicroPython takes it.
    """
    libraries = folder / "lib"
    libraries.mkdir()
    for file in _FILES:
        assert file
        shutil.copy(file, libraries)
    (folder / "program.py").write_text(_BEGIN + program, "utf-8")
    result = subprocess.run(
        [Path(sys.executable).with_name("micropython"), "-X", f"heapsize={heap}", "program.py"],
        cwd=folder,
        env=os.environ | {"MICROPYPATH": f"{libraries}:{REPOSITORY / 'lib'}"},
        capture_output=True,
        encoding="utf-8",
        timeout=50,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.splitlines()

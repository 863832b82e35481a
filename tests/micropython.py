# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Runs scripts under MicroPython, whose wheel is for Linux."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.board import REPOSITORY

needs_micropython = pytest.mark.skipif(
    sys.platform != "linux", reason="MicroPython's wheel is for Linux"
)


def run(script: Path, *arguments: Path, heap: str = "8m") -> list[str]:
    """
    Run a script, which can import lib/ and the modules beside it.

    :param Path script: The script.
    :param arguments: For the script.
    :param str heap: The size of the heap.
    :return: The lines that it prints.
    """
    micropython = Path(sys.executable).with_name("micropython")
    result = subprocess.run(
        [micropython, "-X", f"heapsize={heap}", script, *arguments],
        env=os.environ | {"MICROPYPATH": f"{REPOSITORY / 'lib'}:{script.parent}"},
        capture_output=True,
        encoding="utf-8",
        timeout=50,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    return result.stdout.splitlines()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``sys``. Only its ``platform`` shows that this is not a real board."""

import collections
import sys

from ..importer import new_module

_Implementation = collections.namedtuple("implementation", "name version")


class _Version(_Implementation):
    _machine = "ESP32-S3-DevKitC-1-N8R8 with ESP32S3"
    _mpy = 518


def build(board):
    """Return the module's names."""

    def exit(status=None):
        """
        End the code.

        :param status: Ignored.
        """
        raise SystemExit(status)

    return {
        "implementation": _Version("circuitpython", board.version),
        "version": "3.4.0; CircuitPython " + ".".join(str(number) for number in board.version),
        "version_info": (3, 4, 0),
        "platform": "simulator",
        "byteorder": sys.byteorder,
        "maxsize": 2**31 - 1,
        "path": board.world.path,
        "modules": board.world.modules,
        "argv": [],
        "stdin": new_module("stdin"),
        "stdout": board.console,
        "stderr": board.console,
        "exit": exit,
    }

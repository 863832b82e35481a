# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``os``: the drive, settings.toml, and random bytes."""

import collections
import os

_Uname = collections.namedtuple("uname_result", "sysname nodename release version machine")


def build(board):
    """Return the module's names."""
    drive = board.drive
    release = ".".join(str(number) for number in board.version)

    def uname():
        """Return the name and the version of the board."""
        return _Uname(
            "ESP32S3",
            "ESP32S3",
            release,
            f"{release} on 2026-05-12",
            "ESP32-S3-DevKitC-1-N8R8 with ESP32S3",
        )

    def getenv(key, default=None):
        """
        Return a value of settings.toml.

        :param str key: The key.
        :param default: The value of a missing key.
        """
        return board.setting(key, default)

    return {
        "uname": uname,
        "getenv": getenv,
        "chdir": drive.chdir,
        "getcwd": drive.getcwd,
        "listdir": drive.listdir,
        "mkdir": drive.mkdir,
        "remove": drive.remove,
        "rename": drive.rename,
        "rmdir": drive.rmdir,
        "stat": drive.stat,
        "statvfs": drive.statvfs,
        "unlink": drive.remove,
        "utime": drive.utime,
        "sync": lambda: None,
        "urandom": os.urandom,
        "sep": "/",
    }

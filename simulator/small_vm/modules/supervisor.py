# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``supervisor``: the clock, and the soft reload, which here ends the process."""

import sys

import utime

_start = utime.ticks_ms()


def ticks_ms():
    """Return milliseconds, which wrap at 2**29, the first time after 65 s."""
    return (utime.ticks_diff(utime.ticks_ms(), _start) + 0x1FFF0000) & 0x1FFFFFFF


def reload():
    """End the program."""
    sys.exit(0)


class _Runtime:
    autoreload = True
    serial_connected = True
    usb_connected = False


runtime = _Runtime()

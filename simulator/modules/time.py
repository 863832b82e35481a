# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``time``."""

import calendar
import time

from ..clock import board_float


def build(board):
    """Return the module's names."""
    clock = board.clock

    def monotonic():
        """Return the seconds since power-on, as a float of 30 bits."""
        return board_float(clock.milliseconds() / 1000)

    def sleep(seconds):
        """
        Wait while the network runs.

        :param float seconds: The time.
        """
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        board.network.turn()
        time.sleep(seconds)

    def localtime(seconds=None):
        """
        Return a time as nine numbers.

        :param int seconds: Seconds since 1970; the current time by default.
        """
        return time.gmtime(clock.time() if seconds is None else int(seconds))

    def mktime(when):
        """
        Return a time as seconds since 1970.

        :param tuple when: The nine numbers.
        """
        if len(when) != 9:
            raise TypeError("time.struct_time() takes a 9-sequence")
        return calendar.timegm(tuple(when))

    return {
        "monotonic": monotonic,
        "monotonic_ns": clock.nanoseconds,
        "sleep": sleep,
        "time": clock.time,
        "localtime": localtime,
        "mktime": mktime,
        "struct_time": time.struct_time,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``time``."""

import calendar
import time

from ..clock import board_float


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    clock = board.clock

    def monotonic():
        """Seconds since power-on, as a float of 30 bits."""
        return board_float(clock.milliseconds() / 1000)

    def sleep(seconds):
        """
        Wait; the network goes on meanwhile.

        :param float seconds: How long.
        """
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        board.network.turn()
        time.sleep(seconds)

    def localtime(seconds=None):
        """
        A time of day as nine numbers.

        :param int seconds: Since 1970, now if absent.
        """
        return time.gmtime(clock.time() if seconds is None else int(seconds))

    def mktime(when):
        """
        A time of day as seconds since 1970.

        :param tuple when: Nine numbers.
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

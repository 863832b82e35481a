# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's clocks, which start at 0 when it is switched on."""

import struct
import time

TICKS_START = 0x1FFF0000
TICKS_PERIOD = 1 << 29

# A board without a battery wakes up at the beginning of the year 2000.
_POWER_ON_TIME = 946684800


def board_float(value):
    """
    A number as the board keeps it: a float of 30 bits, with 22 of them for the digits.

    :param float value: The number.
    """
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    return struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFC))[0]


class Clock:
    """Time since power-on, and what the board takes for the time of day."""

    def __init__(self):
        self._start = time.monotonic_ns()
        self._offset = _POWER_ON_TIME

    def nanoseconds(self):
        """Since power-on."""
        return time.monotonic_ns() - self._start

    def milliseconds(self):
        """Since power-on."""
        return (time.monotonic_ns() - self._start) // 1000000

    def ticks(self):
        """``supervisor.ticks_ms()``, which starts 65 s before its first wrap."""
        return (self.milliseconds() + TICKS_START) % TICKS_PERIOD

    def time(self):
        """Seconds since 1970, if somebody has told the board what time it is."""
        return self._offset + self.milliseconds() // 1000

    def set_time(self, seconds):
        """
        Set the time of day.

        :param int seconds: Since 1970.
        """
        self._offset += seconds - self.time()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's clocks, which start at 0 at power-on."""

import struct
import time

TICKS_START = 0x1FFF0000
TICKS_PERIOD = 1 << 29

# 2000-01-01: the board has no battery for its clock.
_POWER_ON_TIME = 946684800


def board_float(value):
    """
    Round a number as the board stores it: a float of 30 bits, 22 of them for the mantissa.

    :param float value: The number.
    """
    (bits,) = struct.unpack("<I", struct.pack("<f", value))
    return struct.unpack("<f", struct.pack("<I", bits & 0xFFFFFFFC))[0]


class Clock:
    """Time since power-on, and the board's time of day."""

    def __init__(self):
        self._start = time.monotonic_ns()
        self._offset = _POWER_ON_TIME

    def nanoseconds(self):
        """Nanoseconds since power-on."""
        return time.monotonic_ns() - self._start

    def milliseconds(self):
        """Milliseconds since power-on."""
        return (time.monotonic_ns() - self._start) // 1000000

    def ticks(self):
        """The value of ``supervisor.ticks_ms()``, which first wraps after 65 s."""
        return (self.milliseconds() + TICKS_START) % TICKS_PERIOD

    def skip(self, seconds):
        """
        Set the clocks forward.

        :param float seconds: The time to skip.
        """
        self._start -= int(seconds * 1000000000)

    def time(self):
        """Seconds since 1970, if the clock has been set."""
        return self._offset + self.milliseconds() // 1000

    def set_time(self, seconds):
        """
        Set the time of day.

        :param int seconds: Seconds since 1970.
        """
        self._offset += seconds - self.time()

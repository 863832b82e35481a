# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``rtc``: the time of day, which starts at 2000-01-01 until it is set."""

import calendar
import time


def build(board):
    """Return the module's names."""
    clock = board.clock

    class RTC:
        """The real time clock."""

        calibration = 0

        @property
        def datetime(self):
            """The time of day."""
            return time.gmtime(clock.time())

        @datetime.setter
        def datetime(self, value):
            clock.set_time(calendar.timegm(tuple(value)))

    return {"RTC": RTC, "set_time_source": lambda source: None}

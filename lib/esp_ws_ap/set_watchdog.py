# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.set_watchdog`
================================================================================

Starts and stops the watchdog for `Hotspot.run`, which unloads this module then.
"""

try:
    from typing import TYPE_CHECKING, Any
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_logging import Logger


def set_watchdog(seconds: "float | None", log: "Logger") -> "Any":
    """
    Have the board reset itself if its watchdog is not fed for so long.

    :param float seconds: The timeout; None to stop the watchdog.
    :param Logger log: Takes the reason if there is none.
    :return: What feeds it, or None.
    """
    try:
        from microcontroller import watchdog
        from watchdog import WatchDogMode

        timer: Any = watchdog
        timer.mode = None  # the guard's; an active one would refuse the timeout
        if seconds is None:
            return None
        timer.timeout = seconds  # before the mode, which begins to count
        timer.mode = WatchDogMode.RESET
        return timer
    except Exception as error:  # MicroPython, or a board without one
        log.info("no watchdog: %s", error)
        return None

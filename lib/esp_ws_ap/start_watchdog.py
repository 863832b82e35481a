# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.start_watchdog`
================================================================================

Starts the watchdog for `Hotspot.run`, which unloads this module then.
"""

try:
    from typing import TYPE_CHECKING, Any
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from .hotspot import Hotspot


def start_watchdog(hotspot: "Hotspot", seconds: float) -> None:
    """
    Have the board reset itself if its watchdog is not fed for so long.

    :param Hotspot hotspot: Feeds it.
    :param float seconds: The timeout.
    """
    try:
        from microcontroller import watchdog
        from watchdog import WatchDogMode

        timer: Any = watchdog
        timer.mode = None  # an active one would refuse the timeout
        timer.timeout = seconds  # before the mode, which begins to count
        hotspot._watchdog = timer  # before it counts, so that Ctrl-C stops it at any moment
        timer.mode = WatchDogMode.RESET
    except Exception as error:  # MicroPython, or a board without one
        hotspot._watchdog = None
        hotspot._log.info("no watchdog: %s", error)

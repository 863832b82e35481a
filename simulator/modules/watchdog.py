# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``watchdog``."""

from ..enumeration import enumeration
from .espidf import IDFError


class WatchDogTimeout(Exception):
    """The watchdog has not been fed."""

    def __init__(self, text="Watchdog timer expired."):
        super().__init__(text)


WatchDogMode = enumeration("watchdog.WatchDogMode", "RAISE RESET")

_ESP_ERR_INVALID_ARG = 0x102


class WatchDogTimer:
    """
    The one timer, ``microcontroller.watchdog``. It runs while it has a mode.

    :param board: The board.
    """

    def __init__(self, board):
        self._board = board
        self._timeout = 0.0
        self._mode = None

    @property
    def timeout(self):
        """In s. To be set before the mode."""
        return self._timeout

    @timeout.setter
    def timeout(self, value):
        value = float(value)
        if value < 0:
            raise ValueError("timeout must be >= 0")
        if value > 4294967:
            raise ValueError("timeout duration exceeded the maximum supported value")
        if value == self._timeout:
            return
        self._timeout = value
        if self._mode is not None:
            self._count()
            # The task is subscribed already, and the ESP-IDF does not take it twice.
            raise IDFError(_ESP_ERR_INVALID_ARG, "Invalid argument")

    @property
    def mode(self):
        """None while it does not count."""
        return self._mode

    @mode.setter
    def mode(self, value):
        if value is not None and not isinstance(value, WatchDogMode):
            raise TypeError("mode must be of type WatchDogMode")
        if value is self._mode:
            return
        active, self._mode = self._mode, value
        if value is None:
            self._board.watchdog.stop()
            return
        self._count()
        if active is not None:
            raise IDFError(_ESP_ERR_INVALID_ARG, "Invalid argument")

    def _count(self):
        error = self._bite if self._mode is WatchDogMode.RAISE else None
        self._board.watchdog.start(self._timeout, error)

    def _bite(self):
        self._mode = None
        return WatchDogTimeout()

    def feed(self):
        """Begin to count anew."""
        if self._mode is None:
            raise ValueError("WatchDogTimer is not currently running")
        self._board.watchdog.feed()

    def deinit(self):
        """Stop."""
        self.mode = None


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    return {
        "WatchDogMode": WatchDogMode,
        "WatchDogTimeout": WatchDogTimeout,
        "WatchDogTimer": WatchDogTimer,
    }

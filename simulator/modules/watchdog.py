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
        """The timeout in seconds. Set it before the mode."""
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
            self._start()
            # The ESP-IDF refuses to subscribe a task that is subscribed already.
            raise IDFError(_ESP_ERR_INVALID_ARG, "Invalid argument")

    @property
    def mode(self):
        """The action at the timeout; None while the timer is off."""
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
        self._start()
        if active is not None:
            raise IDFError(_ESP_ERR_INVALID_ARG, "Invalid argument")

    def _start(self):
        error = self._expired if self._mode is WatchDogMode.RAISE else None
        self._board.watchdog.start(self._timeout, error)

    def _expired(self):
        self._mode = None
        return WatchDogTimeout()

    def feed(self):
        """Restart the timer."""
        if self._mode is None:
            raise ValueError("WatchDogTimer is not currently running")
        self._board.watchdog.feed()

    def deinit(self):
        """Stop the timer."""
        self.mode = None


def build(board):
    """Return the module's names."""
    return {
        "WatchDogMode": WatchDogMode,
        "WatchDogTimeout": WatchDogTimeout,
        "WatchDogTimer": WatchDogTimer,
    }

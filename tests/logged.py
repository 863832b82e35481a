# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The lines that the package logs, kept for a test. MicroPython runs this too."""

from adafruit_logging import INFO, Handler, getLogger


class Log(Handler):
    """Takes the place of the package's console: keeps tuples of level and line."""

    def __init__(self):
        super().__init__()
        self.lines = []
        self._logger = getLogger("esp_ws_ap")
        self._before = self._logger._handlers
        self._logger._handlers = [self]
        self._logger.setLevel(INFO)

    def emit(self, record):
        self.lines.append((record.levelname, record.msg))

    def take(self):
        """Return the lines since the last call."""
        lines = self.lines
        self.lines = []
        return lines

    def close(self):
        """Give the logger its own handlers back."""
        self._logger._handlers = self._before

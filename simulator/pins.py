# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's pins, and the light on one of them."""

import threading
import time

_MAX_NOTICES = 3  # lines about a light in a second
_MAX_BLINK_INTERVAL = 2.5  # s from one flash to the next


class Pin:
    """
    One pin of the board.

    :param str name: The first of its names in ``board``.
    """

    # Blinka's analogio reads random values from the pin with this number.
    id = 7

    def __init__(self, name):
        self.name = name
        self.user = None
        self.light = None
        self.written = b""  # the bytes last sent to the pixels on it

    def __repr__(self):
        return f"board.{self.name}"


class Light:
    """
    A light. It prints every steady color on the console, and once that it blinks.

    :param str name: Its name in ``board``.
    :param notice: Called with each line.
    """

    def __init__(self, name, notice):
        self.color = "off"
        self.name = name
        self._notice = notice
        self._changes = [("", 0.0), ("off", 0.0)]  # the last colors, and since when
        self._printed = "is off"
        self._printed_at = [-1.0] * _MAX_NOTICES
        self._timer = None
        self._lock = threading.Lock()

    def show(self, color):
        """
        Change the color.

        :param str color: The color, such as ``on``, ``off`` or ``#001900``.
        """
        with self._lock:
            now = time.monotonic()
            if color == self.color:
                return
            before, since = self._changes[-2]
            self.color = color
            self._changes = [self._changes[-1], (color, now)]
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if color == before and now - since < _MAX_BLINK_INTERVAL:
                lit, dark = sorted((color, self._changes[0][0]), key=lambda each: each == "off")
                if not self._printed.startswith("blinks ") or lit not in self._printed:
                    self._print(f"blinks {lit} and {dark}")
                self._print_later(_MAX_BLINK_INTERVAL)
            elif now - self._printed_at[0] < 1:
                self._print_later(1 - (now - self._printed_at[0]))
            else:
                self._print(f"is {color}")

    def _print_later(self, seconds):
        self._timer = threading.Timer(seconds, self._settled)
        self._timer.daemon = True
        self._timer.start()

    def _settled(self):
        with self._lock:
            # If not, `show` was called while this thread waited for the lock.
            if threading.current_thread() is self._timer:
                self._print(f"is {self.color}")

    def _print(self, text):
        if text != self._printed:
            self._printed = text
            self._printed_at = [*self._printed_at[1:], time.monotonic()]
            self._notice(f"{self.name} {text}")

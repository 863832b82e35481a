# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's pins, and the light on one of them."""

import threading
import time

_NOTICES = 3  # about the same light in a second
_SLOWEST_BLINK = 2.5  # s from one flash to the next


class Pin:
    """
    One pin of the board.

    :param str name: The first that ``board`` has for it.
    """

    # Blinka's analogio asks for the number of a pretended pin; this one gives random values.
    id = 7

    def __init__(self, name):
        self.name = name
        self.user = None
        self.light = None
        self.written = b""  # what was last sent to the pixels on it

    def __repr__(self):
        return f"board.{self.name}"


class Light:
    """
    What a person sees, told on the console: every steady picture, and once that it blinks.

    :param str name: What ``board`` calls it.
    :param notice: Called with a line.
    """

    def __init__(self, name, notice):
        self.picture = "off"
        self.name = name
        self._notice = notice
        self._changes = [("", 0.0), ("off", 0.0)]  # the last pictures, and since when
        self._told = "is off"
        self._told_at = [-1.0] * _NOTICES
        self._timer = None
        self._lock = threading.Lock()

    def show(self, picture):
        """
        Take a picture from the board.

        :param str picture: Such as "on", "off" or "#001900".
        """
        with self._lock:
            now = time.monotonic()
            if picture == self.picture:
                return
            before, since = self._changes[-2]
            self.picture = picture
            self._changes = [self._changes[-1], (picture, now)]
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if picture == before and now - since < _SLOWEST_BLINK:
                lit, dark = sorted((picture, self._changes[0][0]), key=lambda each: each == "off")
                if not self._told.startswith("blinks ") or lit not in self._told:
                    self._tell(f"blinks {lit} and {dark}")
                self._tell_later(_SLOWEST_BLINK)
            elif now - self._told_at[0] < 1:
                self._tell_later(1 - (now - self._told_at[0]))
            else:
                self._tell(f"is {picture}")

    def _tell_later(self, seconds):
        self._timer = threading.Timer(seconds, self._settled)
        self._timer.daemon = True
        self._timer.start()

    def _settled(self):
        with self._lock:
            # Else somebody has changed it while this thread waited for the lock.
            if threading.current_thread() is self._timer:
                self._tell(f"is {self.picture}")

    def _tell(self, text):
        if text != self._told:
            self._told = text
            self._told_at = [*self._told_at[1:], time.monotonic()]
            self._notice(f"{self.name} {text}")

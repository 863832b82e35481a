# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The watchdog timer, beside the board's code: it bites whatever the code is doing."""

import threading
import time


class Watchdog:
    """
    Counts down, and is fed.

    :param board: The board it resets.
    """

    def __init__(self, board):
        self._board = board
        self._changed = threading.Condition()
        self._thread = None
        self._deadline = None
        self._seconds = 0.0
        self._error = None

    def start(self, seconds, error=None):
        """
        Begin to count.

        :param float seconds: How long without being fed.
        :param error: Makes the exception to raise; None to reset the board.
        """
        with self._changed:
            self._seconds = seconds
            self._error = error
            self._deadline = time.monotonic() + seconds
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
                self._thread.start()
            self._changed.notify()

    def feed(self):
        """Begin again."""
        self._deadline = time.monotonic() + self._seconds

    def stop(self):
        """Count no more."""
        with self._changed:
            self._deadline = None
            self._changed.notify()

    def keep_reset(self):
        """What the end of failed code leaves running: a reset, but no exception."""
        if self._error is not None:
            self.stop()

    def _watch(self):
        while True:
            with self._changed:
                if self._deadline is None:
                    self._changed.wait()
                    continue
                left = self._deadline - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                self._deadline = None
                error = self._error
            if error is None:
                self._board.reset("WATCHDOG")
            else:
                self._board.inject(error())

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The watchdog timer, in a thread of its own, so that it expires whatever the code does."""

import threading
import time


class Watchdog:
    """
    The watchdog timer.

    :param board: The board that it resets.
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
        Start the timer.

        :param float seconds: The timeout.
        :param error: Called for the exception to raise in the code; None to reset the board.
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
        """Restart the timer."""
        self._deadline = time.monotonic() + self._seconds

    def stop(self):
        """Stop the timer."""
        with self._changed:
            self._deadline = None
            self._changed.notify()

    def keep_reset(self):
        """Stop the timer after the code has failed, unless it resets the board."""
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

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""What the servers have in common: a hotspot, and where sockets come from."""

import select
import sys

import socketpool
import wifi

if sys.implementation.name == "micropython":

    class _Patient(socketpool.Socket):
        """A socket that has a request when adafruit_httpserver reads it."""

        def settimeout(self, value):
            """
            Wait now, and not in the reading.

            :param float value: In s
            """
            if value:
                poll = select.poll()
                poll.register(self._real, select.POLLIN)
                poll.poll(int(1000 * value))

    def patient():
        """Let all sockets from now on be such."""
        socketpool.Socket = _Patient
else:

    def patient():
        """The simulated board's sockets are."""


def open_pool():
    """A hotspot's sockets."""
    wifi.radio.start_ap("benchmark", "password")
    return socketpool.SocketPool(wifi.radio)

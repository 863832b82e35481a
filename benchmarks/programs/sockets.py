# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""What the servers share: a hotspot and its sockets."""

import select
import sys

import socketpool
import wifi

if sys.implementation.name == "micropython":

    class _WaitingSocket(socketpool.Socket):
        """A socket that waits for data in `settimeout`, before adafruit_httpserver reads."""

        def settimeout(self, value):
            """
            Wait for data.

            :param float value: The timeout in s.
            """
            if value:
                poll = select.poll()
                poll.register(self._real, select.POLLIN)
                poll.poll(int(1000 * value))

    def wait_for_requests():
        """Make all sockets wait from now on."""
        socketpool.Socket = _WaitingSocket
else:

    def wait_for_requests():
        """Do nothing: the simulated board's sockets wait."""


def open_pool():
    """Open a hotspot, and return its sockets."""
    wifi.radio.start_ap("benchmark", "password")
    return socketpool.SocketPool(wifi.radio)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``mdns``: the rules of its server. Nothing is sent over the network."""

import time
from typing import Any


class RemoteService:
    """A service that was found. None is."""


class Server:
    """
    The one mDNS server.

    :param network_interface: ``wifi.radio``.
    """

    _board: Any = None  # set in the class that the board's code gets

    def __init__(self, network_interface):
        if network_interface is None or network_interface is not self._board.radio:
            raise ValueError("network_interface must be wifi.radio")
        if self._board.mdns is not None:
            raise RuntimeError("mDNS already initialized")
        self._board.mdns = self
        self._hostname = network_interface.hostname
        self._instance_name = "CircuitPython"
        self.services = {}

    def _check(self):
        if self._board.mdns is not self:
            raise ValueError("Object has been deinitialized and can no longer be used.")

    @property
    def hostname(self):
        """The name without .local."""
        self._check()
        return self._hostname

    @hostname.setter
    def hostname(self, value):
        self._check()
        if not isinstance(value, str):
            raise TypeError("can't convert to str")
        if not 1 <= len(value) <= 63:
            raise ValueError("hostname length must be 1-63")
        while self._board.faults.on("mdns-hangs"):
            time.sleep(0.01)
        self._hostname = value

    @property
    def instance_name(self):
        """The display name."""
        self._check()
        return self._instance_name

    @instance_name.setter
    def instance_name(self, value):
        self._check()
        if len(value) > 63:
            raise ValueError("instance_name length must be 0-63")
        self._instance_name = value

    def find(self, service_type, protocol, *, timeout=1):
        """
        Look for services. There are none.

        :param str service_type: The type, such as ``_http``.
        :param str protocol: The protocol, such as ``_tcp``.
        :param float timeout: The timeout in seconds.
        """
        self._check()
        return ()

    def advertise_service(
        self, *, service_type="_http", protocol="_tcp", port=80, txt_records=None
    ):
        """
        Advertise a service.

        :param str service_type: The type, such as ``_http``.
        :param str protocol: The protocol, such as ``_tcp``.
        :param int port: The port.
        :param txt_records: Not supported.
        """
        self._check()
        if txt_records and self._board.version >= (10, 3):
            raise NotImplementedError("txt_records")
        self.services[service_type, protocol] = port

    def deinit(self):
        """Stop the server."""
        if self._board.mdns is self:
            self._board.mdns = None


def build(board):
    """Return the module's names."""

    return {
        "Server": type("Server", (Server,), {"_board": board}),
        "RemoteService": RemoteService,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.settings`
================================================================================

The values in ``settings.toml``, checked before the radio is touched.
"""

import os

try:
    from typing import Any, Callable
except ImportError:
    pass


class Settings:
    """
    The defaults, until `load` has read ``settings.toml``.

    Example::

        settings = Settings.load()
        print(settings.ap_ssid, settings.http_port)
    """

    def __init__(self) -> None:
        self.ap_ssid: str = "esp_ws_ap"
        """The hotspot's name: 1 to 31 bytes of UTF-8 without control characters. CircuitPython
        passes a name of 32 bytes, which 802.11 allows, without the NUL that the driver expects.
        `load` replaces ``{mac}`` with four hex digits of the board's MAC address."""

        self.ap_password: str | None = None
        """The hotspot's password: 8 to 63 printable ASCII characters. None if there is no valid
        one; then there is no hotspot. 64 hex digits, which the radio would take as a ready-made
        key, are rejected: they are too long to type on a phone."""

        self.ap_channel: int = 6
        """The Wi-Fi channel: 1 to 11, which the radio's default country allows. The driver rejects
        a higher one without an error, and runs its open default network."""

        self.ap_max_stations: int = 8
        """The most stations on the hotspot: 1 to 8. The board's DHCP server has 8 addresses; a
        ninth station would get one that is already in use."""

        self.ap_address: str = "192.168.4.1"
        """The board's own address: IPv4, the last byte 1 to 254, in a /24 network. A public one is
        allowed, with a word of caution in the log."""

        self.ap_hostname: str = "esp"
        """The board's name, for ``http://esp.local/``: 1 to 32 letters, digits and dashes.
        ``{mac}`` is replaced as in `ap_ssid`."""

        self.home_ssid: str | None = None
        """The name of another network to join as well: 1 to 32 bytes of UTF-8; None for none."""

        self.home_password: str = ""
        """That network's password: 8 to 63 printable ASCII characters; empty if it is open."""

        self.http_port: int = 80
        """The web server's port: 1 to 65535."""

        self.http_max_header: int = 4096
        """The longest request line with headers: 512 to 16384 bytes."""

        self.http_max_body: int = 4096
        """The longest request body: 0 to 65536 bytes."""

        self.ws_max_clients: int = 4
        """The most WebSocket clients: 1 to 5. The board has 8 sockets; one listens, one is for
        DNS, and one stays free for a page."""

        self.ws_max_message: int = 4096
        """The longest WebSocket message: 125 to 16777216 bytes."""

    @property
    def hotspot_allowed(self) -> bool:
        """True if there is a password. A hotspot without one is never opened."""
        return self.ap_password is not None

    @classmethod
    def load(
        cls,
        *,
        getenv: "Callable[[str], Any] | None" = None,
        path: str = "/settings.toml",
    ) -> "Settings":
        """
        Read the settings. Each invalid value is logged, and its default is used.

        Without AP_PASSWORD a random password is made once and kept in ``microcontroller.nvm``.
        Import ``wifi`` first: `os.urandom` is truly random only while the radio is on.

        An invalid AP_PASSWORD leaves `ap_password` at None: the owner wanted a password, so
        neither an open hotspot nor one with another password will do.

        :param getenv: Returns a key's value, or None; `os.getenv` by default.
        :param str path: The file that ``getenv`` reads.
        :return: The settings.
        """
        if getenv is None:
            getenv = os.getenv
        from . import unload
        from .settings_file import read_into

        settings = cls()
        read_into(settings, getenv, path)
        unload("settings_file")  # it is larger than this module, and not needed again
        return settings

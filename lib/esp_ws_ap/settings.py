# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.settings`
================================================================================

What the owner wrote in ``settings.toml``, checked before the radio is touched.
"""

import os

try:
    from typing import Any, Callable

    from adafruit_logging import Logger
except ImportError:
    pass

_BOARD = object()


class Settings:
    """The defaults, until `load` has read ``settings.toml``.

    Example::

        settings = Settings.load()
        print(settings.ap_ssid, settings.http_port)
    """

    def __init__(self) -> None:
        self.ap_ssid: str = "esp_ws_ap"
        """The hotspot's name: 1 to 32 bytes of UTF-8 without control characters."""
        self.ap_password: str | None = None
        """8 to 63 printable ASCII characters; `None` while there is no good one, and then there
        is no hotspot. The 64 hex digits that the radio would take as a ready-made key are refused:
        nobody can type them on a phone."""
        self.ap_channel: int = 6
        """1 to 11: what the radio's default country allows. Beyond, it refuses in silence."""
        self.ap_max_stations: int = 8
        """1 to 8 phones: the board's DHCP server has 8 addresses to lend, and the ninth phone
        would take another's."""
        self.ap_address: str = "192.168.4.1"
        """The board's own address: private IPv4, the last byte 1 to 254, on a /24 network."""
        self.ap_hostname: str = "esp"
        """The board's name, for ``http://esp.local/``: 1 to 32 letters, digits and dashes."""
        self.home_ssid: str | None = None
        """The name of a network that the board joins as well; `None` for none."""
        self.home_password: str = ""
        """That network's password: 8 to 63 printable ASCII characters, or none."""
        self.http_port: int = 80
        """1 to 65535."""
        self.http_max_header: int = 4096
        """512 to 16384 bytes: the longest request line with headers."""
        self.http_max_body: int = 4096
        """0 to 65536 bytes: the longest request body."""
        self.ws_max_clients: int = 4
        """1 to 5: the board has 8 sockets, less the listener, the one for DNS and one that is
        kept free for a page."""
        self.ws_max_message: int = 4096
        """125 to 16777216 bytes: the longest message."""

    @property
    def hotspot_allowed(self) -> bool:
        """Whether there is a password. There never is a hotspot without one."""
        return self.ap_password is not None

    @classmethod
    def load(
        cls,
        log: "Logger | None" = None,
        *,
        getenv: "Callable[[str], Any] | None" = None,
        path: str = "/settings.toml",
        nvm: "Any" = _BOARD,
    ) -> "Settings":
        """Read the settings. Each bad one gives a line in the log, and its default is used.

        Without AP_PASSWORD a random password is made once and kept in ``microcontroller.nvm``.
        ``import wifi`` before: while the radio is on, `os.urandom` is truly random.

        A bad AP_PASSWORD leaves `ap_password` at `None`: the owner meant a password, so neither
        an open hotspot nor one with another password will do.

        :param Logger log: where to complain; the serial console by default
        :param getenv: gives a key's value or `None`; `os.getenv` by default
        :param str path: the file that ``getenv`` reads
        :param nvm: bytes that survive a power cut, `None` if there are none; the board's by default
        """
        if log is None:
            from .log import get_logger

            log = get_logger()
        if getenv is None:
            getenv = os.getenv
        if nvm is _BOARD:
            try:
                from microcontroller import nvm
            except (ImportError, NotImplementedError):
                nvm = None

        from . import unload
        from .settings_file import fill

        settings = cls()
        fill(settings, log, getenv, path, nvm)
        unload("settings_file")  # which is most of it, and has done its work
        return settings

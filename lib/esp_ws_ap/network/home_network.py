# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.home_network`
================================================================================

Another network that the board joins in addition to its hotspot.

Both share one radio and so one channel: the hotspot moves to the home network's. While the radio
scans for that network, it is not on the hotspot's channel. So it scans only while no station is on
the hotspot, and once per attempt.
"""

from ipaddress import IPv4Address

from wifi import PowerManagement

from ..log import get_logger

try:
    from typing import Any

    from ..settings import Settings
    from .access_point import AccessPoint
except ImportError:
    pass

# In checks, so about in seconds.
_MIN_PAUSE = 60
_MAX_PAUSE = 3600
_ADDRESS_TIMEOUT = 30

_JOIN_TIMEOUT = 60  # s until the watchdog ends an attempt to join: only a driver event ends it

# The radio's addresses before DHCP has assigned one, and after the network is lost.
_NO_ADDRESS = ("0.0.0.0", "169.254.0.1", "None")


class HomeNetwork:
    """
    The board as a station of another network. `Hotspot` makes and checks it.

    :param wifi.Radio radio: ``wifi.radio``.
    :param Settings settings: The network's name and password, and the hotspot's address.
    :param AccessPoint access_point: The hotspot. Its ``channel`` becomes the network's, and its
        ``hosts`` have the board's address on the network while there is one.
    """

    def __init__(self, radio: "Any", settings: "Settings", access_point: "AccessPoint") -> None:
        self.channel = 0
        """The network's channel; 0 until the board has joined it."""

        self.address: str | None = None
        """The board's IPv4 address on the network; None while it has none."""

        self._radio = radio
        self._settings = settings
        self._access_point = access_point
        self._log = get_logger()
        self._joined = False
        self._checks = 0
        self._pause = 0
        self._next_pause = _MIN_PAUSE
        self._problem = ""  # of the last tick

    def tick(self) -> None:
        """
        Call `check` if the hotspot is up.

        :raises MemoryError: For the loop, which then frees memory. Nothing else is raised.
        """
        try:
            if self._access_point.active:
                self.check(not self._access_point.stations)
                self._problem = ""
        except MemoryError:
            raise
        except Exception as error:  # raised by the driver; logged once, as `AccessPoint.check` does
            problem = f"{error.__class__.__name__}: {error}"
            if problem != self._problem:
                self._problem = problem
                self._log.error("home network check failed: %s", problem)

    def check(self, alone: bool) -> None:
        """
        Join the network when an attempt is due, or leave it when it is lost.

        Call it about once a second. It blocks while it joins, for some seconds: until the radio
        has scanned all channels and the network has accepted or rejected it.

        :param bool alone: True if no station is on the hotspot.
        """
        if not self._joined:
            if self._pause > 0:
                self._pause -= 1
            elif alone:
                self._join()
            return
        if not self._radio.connected:
            self._leave("lost")
            return
        address = str(self._radio.ipv4_address)
        if address == self.address:
            return
        self._checks += 1
        if address not in _NO_ADDRESS:
            self._set_address(address)
        elif self._checks > _ADDRESS_TIMEOUT:
            self._leave("no address from DHCP")

    def reaches(self, address: str) -> bool:
        """
        Return True if a client is on this network, where the hotspot's address leads nowhere.

        :param str address: The client's IP address.
        """
        hotspot = self._access_point
        if self.address is None or address.rsplit(".", 1)[0] == hotspot.address.rsplit(".", 1)[0]:
            return False
        return address not in [station.address for station in hotspot.stations.values()]

    def _join(self) -> None:
        radio = self._radio
        settings = self._settings
        import microcontroller

        watchdog: Any = microcontroller.watchdog
        mode = watchdog.mode
        if mode is not None:
            timeout = watchdog.timeout
            _set_watchdog(watchdog, _JOIN_TIMEOUT, mode)
        try:
            # connect() waits for an address, for ever if there is no DHCP server. With an address
            # set before, it waits for the network only; start_dhcp() then gets the real one.
            radio.set_ipv4_address(
                ipv4=IPv4Address(_NO_ADDRESS[1]),
                netmask=IPv4Address("255.255.0.0"),
                gateway=IPv4Address(_NO_ADDRESS[1]),
            )
            # No timeout: it would only make the radio retry for that long. The channel is the one
            # that is scanned first.
            radio.connect(settings.home_ssid, settings.home_password, channel=self.channel)
            radio.start_dhcp()
            radio.power_management = PowerManagement.NONE  # else each answer waits for a beacon
            self.channel = self._access_point.channel = radio.ap_info.channel
        except Exception as error:  # ConnectionError, or anything else the driver raises
            self._leave(str(error))
            return
        finally:
            if mode is not None:
                _set_watchdog(watchdog, timeout, mode)
        self._joined = True
        self._checks = 0
        self._log.info(
            'home network "%s" joined; the hotspot moves to its channel %d',
            settings.home_ssid,
            self.channel,
        )

    def _set_address(self, address: str) -> None:
        radio = self._radio
        ours = int.from_bytes(IPv4Address(self._settings.ap_address).packed, "big")
        theirs = int.from_bytes(radio.ipv4_address.packed, "big")
        mask = int.from_bytes(radio.ipv4_subnet.packed, "big") & 0xFFFFFF00
        if (ours ^ theirs) & mask == 0:
            self._leave(f"its address {address} is in the hotspot's range; change AP_ADDRESS")
            return
        self._remove_address()
        self._checks = 0
        self.address = address
        self._access_point.hosts.add(address)
        self._next_pause = _MIN_PAUSE
        self._log.info("home network: the board's address there is %s", address)

    def _remove_address(self) -> None:
        self._access_point.hosts.discard(self.address)
        self.address = None

    def _leave(self, reason: str) -> None:
        # Otherwise the radio keeps scanning for the network by itself.
        self._radio.stop_station()
        self._joined = False
        self._remove_address()
        self._pause = self._next_pause
        self._next_pause = min(2 * self._next_pause, _MAX_PAUSE)
        self._log.warning(
            'home network "%s": %s; retry after %d s, while no station is on the hotspot',
            self._settings.home_ssid,
            reason,
            self._pause,
        )


def _set_watchdog(watchdog: "Any", timeout: float, mode: "Any") -> None:
    watchdog.mode = None  # an active one would refuse the timeout
    watchdog.timeout = timeout
    watchdog.mode = mode

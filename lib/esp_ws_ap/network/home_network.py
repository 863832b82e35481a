# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.home_network`
================================================================================

Another network that the board joins beside its hotspot.

Both share one radio, and so one channel: the hotspot moves to the home network's. While the radio
looks for that network it is away from the hotspot's channel; so it looks only while nobody is on
the hotspot, and once at a time.
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

# In seconds, or rather in checks.
_FIRST_PAUSE = 60
_LONGEST_PAUSE = 3600
_ADDRESS_PATIENCE = 30

# What the radio says while nobody has given the board an address, and when the network goes away in
# between.
_NO_ADDRESS = ("0.0.0.0", "169.254.0.1", "None")


class HomeNetwork:
    """The board as a station of another network. `Hotspot` makes and checks it.

    :param wifi.Radio radio: ``wifi.radio``
    :param Settings settings: the network's name and password, the hotspot's address
    :param AccessPoint access_point: moves to that network's channel, and is reached at the board's
        address on that network too, while it has one
    """

    def __init__(self, radio: "Any", settings: "Settings", access_point: "AccessPoint") -> None:
        self.channel = 0
        """The network's channel, 0 before it was joined."""
        self.address: str | None = None
        """The board's address there."""
        self._radio = radio
        self._settings = settings
        self._access_point = access_point
        self._log = get_logger()
        self._joined = False
        self._checks = 0
        self._pause = 0
        self._next_pause = _FIRST_PAUSE

    def check(self, alone: bool) -> None:
        """Join the network if it is time to, or see whether it is still there.

        Call it about once a second. It waits while it joins: some seconds, as long as the radio
        needs to look at all channels, ask and be refused.

        :param bool alone: whether nobody is on the hotspot
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
            self._take(address)
        elif self._checks > _ADDRESS_PATIENCE:
            self._leave("it gives the board no address")

    def _join(self) -> None:
        radio = self._radio
        settings = self._settings
        import microcontroller

        watchdog: Any = microcontroller.watchdog
        mode = watchdog.mode
        watchdog.mode = None  # looking, asking and being refused may take longer than it waits
        try:
            # connect() waits for an address, without an end if there is nobody to give one. With
            # one that it has already it waits for the network alone; the real one comes later.
            radio.set_ipv4_address(
                ipv4=IPv4Address(_NO_ADDRESS[1]),
                netmask=IPv4Address("255.255.0.0"),
                gateway=IPv4Address(_NO_ADDRESS[1]),
            )
            # Without a timeout, which would only say for how long to try again and again. The
            # channel is where it looks first.
            radio.connect(settings.home_ssid, settings.home_password, channel=self.channel)
            radio.start_dhcp()
            radio.power_management = PowerManagement.NONE  # or each answer waits for a beacon
            self.channel = self._access_point.channel = radio.ap_info.channel
        except Exception as error:  # ConnectionError, or what else the driver raises
            self._leave(str(error))
            return
        finally:
            watchdog.mode = mode
        self._joined = True
        self._checks = 0
        self._log.info(
            f'home network "{settings.home_ssid}" joined; the hotspot is on channel '
            f"{self.channel}, as that is"
        )

    def _take(self, address: str) -> None:
        radio = self._radio
        ours = int.from_bytes(IPv4Address(self._settings.ap_address).packed, "big")
        theirs = int.from_bytes(radio.ipv4_address.packed, "big")
        mask = int.from_bytes(radio.ipv4_subnet.packed, "big") & 0xFFFFFF00
        if (ours ^ theirs) & mask == 0:
            self._leave(f"its address {address} is of the hotspot's; change AP_ADDRESS")
            return
        self._forget_address()
        self._checks = 0
        self.address = address
        self._access_point.hosts.add(address)
        self._next_pause = _FIRST_PAUSE
        self._log.info(f"home network: the board's address there is {address}")

    def _forget_address(self) -> None:
        self._access_point.hosts.discard(self.address)
        self.address = None

    def _leave(self, reason: str) -> None:
        # Or the radio goes on looking for the network by itself.
        self._radio.stop_station()
        self._joined = False
        self._forget_address()
        self._pause = self._next_pause
        self._next_pause = min(2 * self._next_pause, _LONGEST_PAUSE)
        self._log.warning(
            f'home network "{self._settings.home_ssid}": {reason}; next try in {self._pause} s, '
            "when nobody is on the hotspot"
        )

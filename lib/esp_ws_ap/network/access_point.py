# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.access_point`
================================================================================

The hotspot. No other module of the package touches the radio.
"""

import time

from adafruit_ticks import ticks_diff, ticks_ms

from .. import unload
from ..log import get_logger, log_exception

try:
    from typing import Any, Callable

    from adafruit_logging import Logger

    from ..settings import Settings
except ImportError:
    pass

_ADDRESS_CHECKS = 5  # how long a station may wait for its address before it is logged without
_LONGEST_PAUSE = 60  # checks between two attempts to bring the hotspot up again


class Station:
    """A phone or a computer on the hotspot."""

    def __init__(self, mac: str) -> None:
        self.mac = mac
        """Its hardware address, such as "aa:bb:cc:dd:ee:ff"."""
        self.address: str | None = None
        """Its IPv4 address; `None` until DHCP has given it one."""
        self.rssi = 0
        """How well the board hears it, in dBm."""
        self._logged = False
        self._checks = 0


class AccessPoint:
    """The board's own Wi-Fi network: WPA2, with a password, never open.

    :param wifi.Radio radio: ``wifi.radio``
    :param Settings settings: the network's name, password, channel, address
    :param Logger log: the serial console by default

    Example::

        access_point = AccessPoint(wifi.radio, Settings.load())
        access_point.start()
        while True:
            access_point.check()
            time.sleep(1)
    """

    def __init__(self, radio: "Any", settings: "Settings", log: "Logger | None" = None) -> None:
        if log is None:
            log = get_logger()
        self.stations: dict[bytes, Station] = {}
        """Who is there, by hardware address in bytes; at most `Settings.ap_max_stations`."""
        name = settings.ap_hostname.lower()
        self.hosts: set[str] = {settings.ap_address, name, name + ".local"}
        """What the page may be called by; with a home network also the address there, which comes
        and goes while the program runs."""
        self._radio = radio
        self._settings = settings
        self._log = log
        self._on_join = []
        self._on_leave = []
        self._wanted = False
        self._asked = False
        self._up = False
        self._introduced = False
        self._join_code_wanted = False
        self._mdns = None
        self._home = None
        self._pause = 0
        self._next_pause = 1
        self._problem = ""  # of the last check

    @property
    def address(self) -> str:
        """The board's IPv4 address on its hotspot."""
        return self._settings.ap_address

    @property
    def url(self) -> str:
        """What to open on the phone."""
        return f"http://{self.address}{self._port()}/"

    def _port(self) -> str:
        port = self._settings.http_port
        return "" if port == 80 else f":{port}"

    @property
    def active(self) -> bool:
        """Whether the hotspot is really there, with its address."""
        radio = self._radio
        return bool(radio.ap_active) and str(radio.ipv4_address_ap) == self.address

    def on_join(self, handler: "Callable") -> "Callable":
        """Decorator for what happens when a phone has joined the hotspot.

        :param handler: called with the `Station`
        """
        self._on_join.append(handler)
        return handler

    def on_leave(self, handler: "Callable") -> "Callable":
        """Decorator for what happens when a phone has left the hotspot.

        :param handler: called with the `Station`
        """
        self._on_leave.append(handler)
        return handler

    def start(self, timeout: int = 3000) -> bool:
        """Open the hotspot and make sure that it is there.

        If it is refused, `check` goes on trying.

        :param int timeout: how long to wait for it, in milliseconds
        :return bool: whether it is up
        """
        if not self._settings.hotspot_allowed:
            self._log.error("hotspot off: AP_PASSWORD in settings.toml has to be mended")
            return False
        self._wanted = True
        if self._settings.home_ssid and self._home is None:
            from .home_network import HomeNetwork

            self._home = HomeNetwork(self._radio, self._settings, self.hosts, self._log)
            self._home.check(True)  # before the hotspot is there: nobody can be disturbed
        if not self._switch_on():
            return False
        started = ticks_ms()
        while not self.active:
            if ticks_diff(ticks_ms(), started) >= timeout:
                self._log.error(f"hotspot refused: the radio did not open it in {timeout} ms")
                self._switch_off()
                return False
            time.sleep(0.01)
        self._is_up()
        return True

    def check(self) -> None:
        """Log who came and went, and bring the hotspot up again if it is down.

        Call it about once a second, after `start`. It never waits: whether an attempt to bring the
        hotspot up succeeded is seen at the next check.

        :raises MemoryError: for the loop, which frees what can be freed; it raises nothing else
        """
        if not self._wanted:
            return
        try:
            if self.active:
                if not self._up:
                    self._is_up()
                self._tell(self._watch_stations(self._radio.stations_ap))
                if self._home is not None:
                    self._home.check(not self.stations)
                self._problem = ""
                return
            if self._up:
                self._up = False
                self._tell(self._watch_stations(()))
            if self._asked:
                self._log.error("hotspot refused: the radio did not open it")
                self._switch_off()
            if self._pause > 0:
                self._pause -= 1
                return
            self._log.warning("hotspot is down: starting it again")
            self._pause = self._next_pause
            self._next_pause = min(2 * self._next_pause, _LONGEST_PAUSE)
            self._switch_on()
        except MemoryError:
            raise
        except Exception as error:  # the driver's; the loop must go on
            problem = f"{error.__class__.__name__}: {error}"
            if problem != self._problem:
                self._problem = problem
                self._log.error(f"hotspot check: {problem}")

    def show_join_code(self) -> None:
        """Show, on the serial console, a QR code with which a phone's camera joins the hotspot.

        At once if the hotspot is up, else as soon as it is. It takes the board about half a second
        (an estimate: 3 ms on a PC with MicroPython) and the library ``adafruit_miniqr``, and gives
        its memory back.
        """
        if not self._up:
            self._join_code_wanted = True
            return
        self._join_code_wanted = False
        settings = self._settings
        try:
            from . import join_code

            rows = join_code.encode(
                join_code.wifi_uri(settings.ap_ssid, settings.ap_password or "")
            )
            print("To join, scan this with the phone's camera:")
            for line in join_code.lines(rows):
                print(line)
        except Exception as error:  # no library or no memory: there still is the password
            self._log.warning(f"no QR code: {str(error) or error.__class__.__name__}")
        unload("network.join_code")

    def _switch_on(self) -> bool:
        """Ask the radio for the hotspot.

        The driver's refusals are not reported, and after one the radio may run an open default
        network. The limits in `Settings` keep to what it accepts; `active` tells the rest.
        """
        from ipaddress import IPv4Address

        from wifi import AuthMode

        radio = self._radio
        settings = self._settings
        try:
            if not radio.enabled:
                radio.enabled = True  # start_ap on a radio that is off fails in silence
            if self._home is None:
                # A station that looks for its network would take the hotspot's channel along.
                radio.stop_station()
            radio.hostname = settings.ap_hostname
            address = IPv4Address(settings.ap_address)
            # Before start_ap, so that no phone gets an address of the default network. Without a
            # gateway the phones would have no router, and not ask this board for names.
            radio.set_ipv4_address_ap(
                ipv4=address, netmask=IPv4Address("255.255.255.0"), gateway=address
            )
            radio.start_ap(
                settings.ap_ssid,
                settings.ap_password,
                channel=settings.ap_channel,
                authmode=[AuthMode.WPA2, AuthMode.PSK],
                max_connections=settings.ap_max_stations,
            )
            self._asked = True
            return True
        except Exception as error:  # ValueError, or what else the driver raises
            self._log.error(f"hotspot refused: {error}")
            self._switch_off()
            return False

    def _switch_off(self) -> None:
        # A start_ap that was refused can have switched on the driver's default network: open.
        self._asked = False
        self._radio.stop_ap()

    def _is_up(self) -> None:
        self._asked = False
        self._up = True
        self._pause = 0
        self._next_pause = 1
        settings = self._settings
        if self._mdns is not None or not self._introduced:
            self._announce()
        if self._introduced:
            self._log.info(f'hotspot up again: name "{settings.ap_ssid}", address {self.address}')
            return
        self._introduced = True
        channel = settings.ap_channel
        if self._home is not None:
            channel = self._home.channel or channel
        # The one line with the password: whoever reads the serial console may join.
        self._log.info(
            f'hotspot up: name "{settings.ap_ssid}", password "{settings.ap_password}", '
            f"channel {channel}, address {self.address}"
        )
        urls = self.url
        if self._mdns is not None:
            urls += f" or http://{settings.ap_hostname}.local{self._port()}/"
        self._log.info(f"open {urls} on the phone")
        if self._join_code_wanted:
            self.show_join_code()

    def _announce(self) -> None:
        """Answer who asks, by multicast DNS, for the board's name."""
        name = self._settings.ap_hostname
        try:
            if self._mdns is not None and self._mdns.hostname == name:
                return
        except ValueError:  # the radio was off in between, and ended it
            self._mdns = None
        try:
            from mdns import Server

            server = Server(self._radio)
            server.hostname = name
            server.advertise_service(
                service_type="_http", protocol="_tcp", port=self._settings.http_port
            )
            self._mdns = server  # while it is kept, it answers
        except Exception as error:  # somebody else has it, such as CircuitPython's web workflow
            self._log.warning(f"no name {name}.local: {error}")

    def _watch_stations(self, present) -> list:
        """Compare who is there with who was.

        :param present: the radio's list; `None` when it does not know
        :return: who has to be told of whom; not done here, for the call stack is short
        """
        news = []
        if present is None:
            return news
        macs = [entry.mac_address for entry in present]
        for mac in [mac for mac in self.stations if mac not in macs]:
            station = self.stations.pop(mac)
            if station._logged:
                self._log.info(f"station {station.mac} left")
                news.append((self._on_leave, station))
        for entry in present:
            station = self.stations.get(entry.mac_address)
            if station is None:
                if len(self.stations) >= self._settings.ap_max_stations:
                    continue
                station = Station(entry.mac_address.hex(":"))
                self.stations[entry.mac_address] = station
            station.rssi = entry.rssi
            if entry.ipv4_address is not None:
                station.address = str(entry.ipv4_address)
            station._checks += 1
            if not station._logged and (station.address or station._checks > _ADDRESS_CHECKS):
                station._logged = True
                address = station.address or "no address yet"
                self._log.info(f"station {station.mac} joined: {address}, {station.rssi} dBm")
                news.append((self._on_join, station))
        return news

    def _tell(self, news: list) -> None:
        shortage = None
        for handlers, station in news:
            for handler in handlers:
                try:
                    handler(station)
                except Exception as error:
                    log_exception(self._log, "a station's handler failed", error)
                    if isinstance(error, MemoryError):
                        shortage = error
        if shortage is not None:
            raise shortage

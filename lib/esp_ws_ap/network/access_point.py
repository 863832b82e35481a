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

from ..events import event
from ..log import get_logger, log_exception
from .start_ap import is_up, start_ap

try:
    from typing import Any

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

    on_up = event("on_up")
    """Decorator for a function that is called each time the hotspot has come up."""

    on_join = event("on_join")
    """Decorator for a function that is called with each `Station` that has joined."""

    on_leave = event("on_leave")
    """Decorator for a function that is called with each `Station` that has left."""

    def __init__(self, radio: "Any", settings: "Settings", log: "Logger | None" = None) -> None:
        if log is None:
            log = get_logger()
        self.stations: dict[bytes, Station] = {}
        """Who is there, by hardware address in bytes; at most `Settings.ap_max_stations`."""
        name = settings.ap_hostname.lower()
        self.hosts: set[str] = {settings.ap_address, name, name + ".local"}
        """What the page may be called by; with a home network also the address there, which comes
        and goes while the program runs."""
        self.channel: int = settings.ap_channel
        """The radio's channel; a home network has its own."""
        self._radio = radio
        self._settings = settings
        self._log = log
        self._on_up = []
        self._on_join = []
        self._on_leave = []
        self._wanted = False
        self._asked = False
        self._up = False
        self._introduced = False
        self._mdns = None
        self._keep_station = False
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
        return is_up(self._radio, self._settings)

    @property
    def allowed(self) -> bool:
        """Whether there may be a hotspot: there never is one without a good password."""
        return self._settings.hotspot_allowed

    def start(self, timeout: int = 3000, keep_station: bool = False) -> bool:
        """Open the hotspot and make sure that it is there.

        If it is refused, `check` goes on trying.

        :param int timeout: how long to wait for it, in milliseconds
        :param bool keep_station: the radio is also a station of another network
        :return bool: whether it is up
        """
        if not self.allowed:
            self._log.error("hotspot off: fix AP_PASSWORD in settings.toml")
            return False
        self._wanted = True
        self._keep_station = keep_station
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

    def _switch_on(self) -> bool:
        """Ask the radio for the hotspot."""
        try:
            start_ap(self._radio, self._settings, self._keep_station)
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
        else:
            self._introduced = True
            self._introduce()
        for handler in self._on_up:
            handler()

    def _introduce(self) -> None:
        settings = self._settings
        # The one line with the password: whoever reads the serial console may join.
        self._log.info(
            f'hotspot up: name "{settings.ap_ssid}", password "{settings.ap_password}", '
            f"channel {self.channel}, address {self.address}"
        )
        urls = self.url
        if self._mdns is not None:
            urls += f" or http://{settings.ap_hostname}.local{self._port()}/"
        self._log.info(f"open {urls} on the phone")

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

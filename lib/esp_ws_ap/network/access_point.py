# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.access_point`
================================================================================

The hotspot: it is opened here, watched, and started again when it is down.
"""

import time

from adafruit_ticks import ticks_diff, ticks_ms

from .. import unload
from ..events import Event
from ..log import get_logger, log_exception
from .stations import update

try:
    from typing import Any

    from ..settings import Settings
    from .stations import Station
except ImportError:
    pass

_MAX_PAUSE = 60  # checks between two attempts to start the hotspot


class AccessPoint:
    """
    The board's own Wi-Fi network: WPA2, with a password, never open.

    :param wifi.Radio radio: ``wifi.radio``.
    :param Settings settings: The network's name, password, channel and address.

    Example::

        access_point = AccessPoint(wifi.radio, Settings.load())
        access_point.start()
        while True:
            access_point.check()
            time.sleep(1)
    """

    on_up = Event("hotspot.access_point.on_up")
    """Decorator for a function that is called each time the hotspot has come up."""

    on_join = Event("hotspot.access_point.on_join")
    """Decorator for a function that is called with each `Station` that has joined."""

    on_leave = Event("hotspot.access_point.on_leave")
    """Decorator for a function that is called with each `Station` that has left."""

    def __init__(self, radio: "Any", settings: "Settings") -> None:
        self.stations: dict[bytes, Station] = {}
        """The stations by hardware address; at most `Settings.ap_max_stations`."""

        self.address: str = settings.ap_address
        """The board's IPv4 address on its hotspot."""

        port = "" if settings.http_port == 80 else f":{settings.http_port}"
        self.url = f"http://{self.address}{port}/"
        """The page's URL for stations of the hotspot."""

        name = settings.ap_hostname.lower()
        self.hosts: set[str] = {settings.ap_address, name, name + ".local", "esp", "esp.local"}
        """The names and addresses at which the page is reached. On the hotspot, ``esp.local`` is
        every board's. A `HomeNetwork` adds and removes the board's address there."""

        self.channel: int = settings.ap_channel
        """The radio's channel, which a `HomeNetwork` changes to that network's."""

        self.join_code = b""
        """The QR code to join by, as `network.join_code.unpack` takes it; empty until the hotspot
        has come up, and without the library or the memory."""

        self._radio = radio
        self._settings = settings
        self._log = get_logger()
        self._on_up = []
        self._on_join = []
        self._on_leave = []
        self._wanted = False
        self._starting = False  # start_ap has been called, and the hotspot is not up yet
        self._up = False
        self._introduced = False
        self._announced = True
        self._mdns: Any = None
        self._keep_station = False
        self._pause = 0
        self._next_pause = 1
        self._problem = ""  # of the last check

    @property
    def active(self) -> bool:
        """True while the hotspot is up, with its address."""
        radio = self._radio
        return bool(radio.ap_active) and str(radio.ipv4_address_ap) == self.address

    def start(self, timeout: int = 3000, keep_station: bool = False) -> bool:
        """
        Open the hotspot, and wait until it is up. If that fails, `check` retries.

        :param int timeout: How long to wait, in milliseconds.
        :param bool keep_station: The radio is also a station of another network, and stays it.
        :return: True if the hotspot is up.
        """
        if not self._settings.hotspot_allowed:
            self._log.error("hotspot off: fix AP_PASSWORD in settings.toml")
            return False
        self._wanted = True
        self._keep_station = keep_station
        if not self._switch_on():
            return False
        started = ticks_ms()
        while not self.active:
            if ticks_diff(ticks_ms(), started) >= timeout:
                self._log.error("hotspot failed to start within %d ms", timeout)
                self._switch_off()
                return False
            time.sleep(0.01)
        try:
            self._call_handlers(self._came_up())
        except MemoryError:  # of a handler, and logged; the hotspot is up
            pass
        return True

    def check(self) -> None:
        """
        Report stations that have joined or left, and start the hotspot again if it is down.

        Call it about once a second, after `start`. It never waits: the next check sees if an
        attempt to start the hotspot has succeeded.

        :raises MemoryError: For the loop, which then frees memory. Nothing else is raised.
        """
        if not self._wanted:
            return
        try:
            if self.active:
                if not self._up:
                    self._call_handlers(self._came_up())
                if not self._announced:
                    self._announce()
                self._call_handlers(self._update_stations(self._radio.stations_ap))
                self._problem = ""
                return
            if self._up:
                self._up = False
                self._call_handlers(self._update_stations(()))
            if self._starting:
                self._log.error("hotspot failed to start")
                self._switch_off()
            if self._pause > 0:
                self._pause -= 1
                return
            self._log.warning("hotspot is down: starting it again")
            self._pause = self._next_pause
            self._next_pause = min(2 * self._next_pause, _MAX_PAUSE)
            self._switch_on()
        except MemoryError:
            raise
        except Exception as error:  # raised by the driver; the loop must go on
            problem = f"{error.__class__.__name__}: {error}"
            if problem != self._problem:
                self._problem = problem
                self._log.error("hotspot check failed: %s", problem)

    def _switch_on(self) -> bool:
        try:
            from .start_ap import start_ap

            start_ap(self._radio, self._settings, self._keep_station)
            self._starting = True
        except Exception as error:  # ValueError, or anything else the driver raises
            self._log.error("hotspot failed to start: %s", error)
            self._switch_off()
        unload("network.start_ap")
        return self._starting

    def _switch_off(self) -> None:
        # After a start_ap that failed, the driver may run its default network, which is open.
        self._starting = False
        self._radio.stop_ap()

    def _came_up(self) -> "list[tuple]":
        """
        Note and log that the hotspot is up.

        :return: For `_call_handlers`.
        """
        self._starting = False
        self._up = True
        self._pause = 0
        self._next_pause = 1
        # By the next check, because the driver may hang in it: a check runs under the watchdog.
        self._announced = self._introduced and self._mdns is None
        try:
            from .local_name import introduce

            introduce(self)
        except Exception as error:  # no memory
            self._log.warning("hotspot up, but its name and password cannot be shown: %s", error)
        unload("network.local_name", "network.join_code")
        return [("on_up", self._on_up, ())]

    def _announce(self) -> None:
        self._announced = True
        try:
            from .local_name import announce

            announce(self)
        except Exception as error:  # such as: CircuitPython's web workflow has it
            self._log.warning("no mDNS name %s.local: %s", self._settings.ap_hostname, error)
        unload("network.local_name")

    def _update_stations(self, present) -> "list[tuple]":
        """
        Log the stations that have joined or left.

        :param present: The radio's list.
        :return: For `_call_handlers`. They are not called here, to keep the call stack short.
        """
        events = []
        for station, joined in update(self.stations, present, self._settings.ap_max_stations):
            if joined:
                address = station.address or "no address yet"
                self._log.info("station %s joined: %s, %d dBm", station.mac, address, station.rssi)
                events.append(("on_join", self._on_join, (station,)))
            else:
                self._log.info("station %s left", station.mac)
                events.append(("on_leave", self._on_leave, (station,)))
        return events

    def _call_handlers(self, events: "list[tuple]") -> None:
        """
        Call the handlers of events. One that raises is logged and stops none of the others.

        :param list events: Tuples of an event's name, its handlers and their arguments.
        :raises MemoryError: If a handler has raised it, after all have been called.
        """
        failure = None
        for name, handlers, arguments in events:
            for handler in handlers:
                try:
                    handler(*arguments)
                except Exception as error:
                    log_exception(self._log, name, error)
                    if isinstance(error, MemoryError):
                        failure = error
        if failure is not None:
            raise failure

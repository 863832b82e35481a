# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.hotspot`
================================================================================

The board as a hotspot: settings, radio, sockets and loop in one object. Everything else of the
package takes it and adds itself.
"""

import gc

gc.collect()

import sys

from micropython import const

from .http.buffered_pool import BufferedPool

gc.collect()

from . import __version__, nonvolatile, unload
from .events import Event
from .http.files import serve_files
from .log import get_logger, log_exception
from .loop import Loop
from .network.access_point import AccessPoint
from .settings import Settings

try:
    from typing import Any

    from adafruit_httpserver import Server

    from .network.stations import Station
except ImportError:
    pass

_RETRY_INTERVAL = const(5)  # s between two attempts to start the server
_SETTLED_AFTER = const(60)  # s


class Hotspot:
    """
    The board's own Wi-Fi network, and the program that runs on it.

    :param wifi.Radio radio: ``wifi.radio``.
    :param Settings settings: By default what ``settings.toml`` says.

    Example::

        hotspot = Hotspot(wifi.radio)
        hotspot.start_ap()
        server = Server(hotspot.pool, "/static")
        hub = Hub(hotspot)

        @server.route("/ws", GET)
        def websocket(request):
            return hub.upgrade(request)

        hotspot.run(server)
    """

    on_run = Event("hotspot.on_run")
    """Decorator for a function that is called with the server when `run` begins. A part of a
    program adds its routes to it; those of the program itself come before them."""

    on_settled = Event("hotspot.on_settled")
    """Decorator for a function that is called once, when the program has run for a minute."""

    def __init__(self, radio: "Any", settings: "Settings | None" = None) -> None:
        log = get_logger()
        version = ".".join([str(part) for part in sys.implementation.version[:3]])
        log.info("boot: esp_ws_ap %s on %s %s", __version__, sys.implementation.name, version)
        from socketpool import SocketPool

        self.radio = radio
        self.loop = Loop()
        self.settings = Settings.load() if settings is None else settings
        self.access_point = AccessPoint(radio, self.settings)

        self.home_network: Any = None
        """The `HomeNetwork` that the board has joined as well; None without HOME_SSID."""

        self.socket_pool = SocketPool(radio)
        """The board's own sockets."""

        self.pool = BufferedPool(
            self.socket_pool,
            self.loop,
            hosts=self.access_point.hosts,
            max_header=self.settings.http_max_header,
            max_body=self.settings.http_max_body,
        )
        """The sockets for ``adafruit_httpserver.Server``, which never make it wait."""

        self.hubs = []
        """The hubs, in the order in which they were made."""

        self.open_handlers = []
        """The handlers of `Hub.on_open` with which each further hub begins."""

        self.page_missing = False
        """True if the drive has no page: `StatusLight` then shows an error."""

        self._log = log
        self._on_run = []
        self._on_settled = []
        self._server: Server | None = None
        self._problem = ""  # of the last attempt to start the server
        self._watchdog: Any = None
        self._wanted = False  # True once start_ap was called
        self._ran = False
        # The first handler: those of the hubs and parts find the address that it fills in.
        self.access_point.on_leave(self._station_left)

    # The network

    def start_ap(self) -> bool:
        """
        Open the hotspot: WPA2, with a password, never open. An attempt that fails is retried while
        the program runs. If the settings name a home network, `run` joins it in its first turn.

        The serial console then shows a QR code with which a phone joins.

        :return: True if the hotspot is up.
        """
        settings = self.settings
        access_point = self.access_point
        if self._wanted:
            return access_point.start(keep_station=self.home_network is not None)
        self._wanted = True
        if settings.home_ssid and settings.hotspot_allowed:
            from .network.home_network import HomeNetwork

            self.home_network = home = HomeNetwork(self.radio, settings, access_point)
            # In the loop, whose watchdog ends a driver that hangs. The first attempt waits for no
            # station to leave: a phone joins a hotspot that it knows within seconds.
            self.loop.call_soon(lambda: home.check(True))
        self.loop.every(1, access_point.check)
        if self.home_network is not None:
            self.loop.every(1, self.home_network.tick)  # after the check, which finds the stations
        try:
            from atexit import register

            register(self._check_run)
        except ImportError:  # MicroPython
            pass
        return access_point.start(keep_station=self.home_network is not None)

    def _station_left(self, station: "Station") -> None:
        """Drop the connections of a station that has left. It cannot close them itself."""
        if station.address is None:
            from .network.static_address import find

            find(self, station)
            unload("network.static_address")
        self.pool.drop(station.address)

    # The program

    def _check_run(self) -> None:
        if not self._ran:
            # Nothing here can tell if the program has failed as well.
            self._log.error("code.py ended before hotspot.run(server); fix any error above first")

    @property
    def has_clients(self) -> bool:
        """True while a client is connected to a hub."""
        for hub in self.hubs:
            if hub.clients:
                return True
        return False

    def run(self, server: "Server | None" = None, watchdog: "float | None" = 8) -> None:
        """
        Serve pages and messages for ever. Only Ctrl-C, a soft reload and a reset end it.

        The files of the server's ``root_path`` are added here, after all routes. While the port
        is taken, another attempt follows every 5 s.

        :param Server server: Answers the requests.
        :param float watchdog: Reset the board if one turn of the loop takes longer, in seconds;
            None for no watchdog. What works longer feeds it: ``microcontroller.watchdog.feed()``.
        :raises TypeError: If there is no server.
        """
        if server is None or not hasattr(server, "poll"):
            raise TypeError('hotspot.run(server) takes a Server(hotspot.pool, "/static")')
        loop = self.loop
        try:
            self._begin(server)
            self._set_watchdog(watchdog)
            while True:
                try:
                    loop.turn(True)
                    # Not by a timer, and not when the turn has failed: a loop in which every turn
                    # fails makes no progress.
                    if self._watchdog is not None:
                        self._watchdog.feed()
                except Exception as error:
                    loop.turn_failed(error)
        except KeyboardInterrupt:
            # The REPL follows, and nothing feeds the watchdog there.
            self._set_watchdog(None)
            raise
        finally:
            loop.shut_down()

    def _begin(self, server: "Server") -> None:
        self._ran = True
        self._server = server
        self.loop.measure_memory()
        if not self._wanted:
            self._log.warning("no hotspot: write hotspot.start_ap() before hotspot.run(server)")
        from .http.mistakes import check_server

        check_server(server, self.pool)
        for function in self._on_run:
            function(server)
        from .http.missing_page import page_missing

        self.page_missing = page_missing(server)
        unload("http.mistakes", "http.missing_page")
        if server.root_path is not None:
            serve_files(server)
        if not self._start_server():
            self.loop.every(_RETRY_INTERVAL, self._start_server)
        self.loop.after(_SETTLED_AFTER, self._settle)

    def _start_server(self) -> bool:
        if self._server is None:
            return True
        port = self.settings.http_port
        try:
            self.pool.serve(self._server, "0.0.0.0", port)
        except Exception as error:  # the port is taken, or there is no memory
            self.loop.low_memory |= isinstance(error, MemoryError)
            problem = str(error) or error.__class__.__name__
            # Once, so that it does not drive everything else out of the flight record.
            if problem != self._problem:
                self._problem = problem
                self._log.error("cannot listen on port %d: %s; retrying every 5 s", port, problem)
            return False
        self._server = None
        self._log.info("server listens on port %d", port)
        return True

    def _set_watchdog(self, seconds: "float | None") -> None:
        from .set_watchdog import set_watchdog

        self._watchdog = set_watchdog(seconds, self._log)
        unload("set_watchdog")

    def _settle(self) -> None:
        for function in nonvolatile.on_settled + self._on_settled:
            try:
                function()
            except Exception as error:
                log_exception(self._log, "on_settled failed", error)

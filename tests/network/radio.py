# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The simulator's radio with what it meets in the air, and an access point on it."""

import sys
import types

from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.settings import Settings
from simulator.faults import Faults
from simulator.modules import mdns, wifi
from tests.logged import Log

PASSWORD = "correct horse"
WPA2 = [wifi.AuthMode.WPA2, wifi.AuthMode.PSK]  # type: ignore
ADA = b"\xaa\xbb\xcc\xdd\xee\x01"
BOB = b"\xaa\xbb\xcc\xdd\xee\x02"

UP = 'hotspot up: name "esp_ws_ap", password "correct horse", channel 6, address 192.168.4.1'
OPEN = "open http://192.168.4.1/ on the phone"
NAMED = "or open http://esp.local/"
DOWN = "hotspot is down: starting it again"
UP_AGAIN = 'hotspot up again: name "esp_ws_ap", address 192.168.4.1'


def make_settings(**changes) -> Settings:
    """Settings with a password."""
    settings = Settings()
    for name, value in ({"ap_password": PASSWORD} | changes).items():
        assert hasattr(settings, name)
        setattr(settings, name, value)
    return settings


class Air(wifi.Link):
    """The stations and networks around the radio, and what the driver accepts."""

    def __init__(self) -> None:
        self.present: dict[bytes, tuple[int, str | None]] = {}
        self.willing = True
        self.max_connections = 0
        self.homes: list = []
        self.board = types.SimpleNamespace(mdns=None, version=(10, 2, 1), faults=Faults())

    def driver_accepts(self, enabled):
        return self.willing and super().driver_accepts(enabled)

    def ap_started(self, max_connections):
        self.max_connections = max_connections

    def switched_off(self):
        self.board.mdns = None

    def networks(self):
        return self.homes

    def stations(self):  # type: ignore
        return [(mac, rssi, address) for mac, (rssi, address) in self.present.items()]


class Radio(wifi.Radio):
    """The simulator's radio, which keeps the calls."""

    CALLS = "start_ap stop_ap set_ipv4_address_ap stop_station start_station connect".split()
    calls: list[tuple]

    def __init__(self, link: Air) -> None:
        super().__init__(link)
        self.air = link
        self.calls = []

    def __getattribute__(self, name: str):
        value = super().__getattribute__(name)
        if name not in Radio.CALLS:
            return value

        def call(*args, **kwargs):
            self.calls.append((name, args, kwargs))
            return value(*args, **kwargs)

        return call

    def __setattr__(self, name: str, value) -> None:
        if name == "enabled":
            self.calls.append((name, (value,), {}))
        super().__setattr__(name, value)

    def called(self) -> list[str]:
        """Return the names of the calls since the last time."""
        names = [call[0] for call in self.calls]
        self.calls = []
        return names


class Bench:
    """An access point, its radio and its log."""

    def __init__(self, log: Log, **settings) -> None:
        self.log = log
        self.air = Air()
        self.radio = self.air.board.radio = Radio(self.air)
        vars(sys.modules["mdns"]).update(mdns.build(self.air.board))
        self.settings = make_settings(**settings)
        self.access_point = AccessPoint(self.radio, self.settings)

    def start(self, **options) -> bool:
        return self.access_point.start(**options)

    def check(self) -> list[str]:
        """Check once, and return the new lines of the log."""
        self.access_point.check()
        return self.lines()

    def lines(self) -> list[str]:
        return [line for _, line in self.log.take()]

    def comes_up(self) -> None:
        """Let the time pass that the driver needs."""
        for _ in range(100):
            if self.access_point.active:
                return
            wifi.Link().sleep_ms(1)

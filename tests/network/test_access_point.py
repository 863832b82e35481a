# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""access_point.py, on the simulator's radio."""

import ipaddress
import sys
import types

import pytest

from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.settings import Settings
from simulator.modules import mdns, wifi
from tests.settings_cases import Log

PASSWORD = "correct horse"
JOIN_LINE = f'hotspot up: name "esp_ws_ap", password "{PASSWORD}", channel 6, address 192.168.4.1'
WPA2 = [wifi.AuthMode.WPA2, wifi.AuthMode.PSK]  # type: ignore
ADA = b"\xaa\xbb\xcc\xdd\xee\x01"
BOB = b"\xaa\xbb\xcc\xdd\xee\x02"
OPEN_LINE = "open http://192.168.4.1/ or http://esp.local/ on the phone"


class Air(wifi.Link):
    """The world around the radio: the stations in it, and what the driver thinks."""

    def __init__(self) -> None:
        self.present: dict[bytes, tuple[int, str | None]] = {}
        self.willing = True
        self.max_connections = 0
        self.homes: list = []
        self.board = types.SimpleNamespace(mdns=None, version=(10, 2, 1))

    def driver_accepts(self, channel, enabled):
        return self.willing and super().driver_accepts(channel, enabled)

    def ap_started(self, max_connections):
        self.max_connections = max_connections

    def switched_off(self):
        self.board.mdns = None

    def networks(self):
        return self.homes

    def stations(self):  # type: ignore
        return [(mac, rssi, address) for mac, (rssi, address) in self.present.items()]


class Radio(wifi.Radio):
    """The simulator's radio, which also keeps what was asked of it."""

    CALLS = (
        "start_ap",
        "stop_ap",
        "set_ipv4_address_ap",
        "stop_station",
        "start_station",
        "connect",
    )
    calls: list[tuple]

    def __init__(self, link: Air) -> None:
        super().__init__(link)
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
        names = [call[0] for call in self.calls]
        self.calls = []
        return names


class Hotspot(AccessPoint):
    def __init__(self, **settings) -> None:
        self.air = Air()
        self.radio = self.air.board.radio = Radio(self.air)
        vars(sys.modules["mdns"]).update(mdns.build(self.air.board))
        self.settings = Settings()
        self.settings.ap_password = PASSWORD
        for name, value in settings.items():
            assert hasattr(self.settings, name)
            setattr(self.settings, name, value)
        self.log = Log()
        super().__init__(self.radio, self.settings, self.log)  # type: ignore

    def lines(self) -> list[str]:
        return [line for _, line in self.log.take()]

    def checked(self) -> list[str]:
        """The lines of one check."""
        self.check()
        return self.lines()


@pytest.fixture
def hotspot() -> Hotspot:
    """A hotspot that is up."""
    hotspot = Hotspot()
    assert hotspot.start()
    hotspot.lines()
    hotspot.radio.called()
    return hotspot


# start


def test_start():
    hotspot = Hotspot()
    assert not hotspot.active
    assert hotspot.start() is True
    assert hotspot.active
    assert hotspot.log.take() == [
        ("INFO", JOIN_LINE),
        ("INFO", OPEN_LINE),
    ]


def test_start_calls_in_order():
    hotspot = Hotspot(
        ap_ssid="Küche", ap_channel=11, ap_max_stations=3, ap_address="10.1.2.3", http_port=8080
    )
    assert hotspot.start()
    calls = hotspot.radio.calls
    assert [call[0] for call in calls] == ["stop_station", "set_ipv4_address_ap", "start_ap"]
    assert {name: str(value) for name, value in calls[1][2].items()} == {
        "ipv4": "10.1.2.3",
        "netmask": "255.255.255.0",
        "gateway": "10.1.2.3",
    }
    assert calls[2][1] == ("Küche", PASSWORD)
    assert calls[2][2] == {
        "channel": 11,
        "authmode": WPA2,
        "max_connections": 3,
    }
    assert hotspot.air.max_connections == 3
    assert hotspot.address == "10.1.2.3"
    assert hotspot.url == "http://10.1.2.3:8080/"
    assert hotspot.lines() == [
        f'hotspot up: name "Küche", password "{PASSWORD}", channel 11, address 10.1.2.3',
        "open http://10.1.2.3:8080/ or http://esp.local:8080/ on the phone",
    ]


def test_start_switches_the_radio_on_first():
    hotspot = Hotspot()
    hotspot.radio.enabled = False
    hotspot.radio.called()
    assert hotspot.start()
    assert hotspot.radio.called()[:2] == ["enabled", "stop_station"]


@pytest.mark.parametrize("waits", [0, 10])
def test_start_waits_for_the_address(waits: int):
    hotspot = Hotspot()
    hotspot.air.start_up_ms = 200
    hotspot.air.start_ap_waits_ms = waits
    assert hotspot.start()
    assert str(hotspot.radio.ipv4_address_ap) == "192.168.4.1"


def test_start_again_is_harmless(hotspot: Hotspot):
    assert hotspot.start()
    assert hotspot.active
    assert hotspot.lines() == ['hotspot up again: name "esp_ws_ap", address 192.168.4.1']


# Refusals


def test_driver_refuses_in_silence():
    hotspot = Hotspot()
    hotspot.air.willing = False
    assert hotspot.start(timeout=50) is False
    assert hotspot.radio.called()[-2:] == ["start_ap", "stop_ap"]
    assert hotspot.log.take() == [
        ("ERROR", "hotspot refused: the radio did not open it in 50 ms"),
    ]


@pytest.mark.parametrize(
    "name, value, reason",
    [
        ("ap_ssid", "", "ssid length must be 1-32"),
        ("ap_ssid", "ü" * 17, "ssid length must be 1-32"),
        ("ap_password", "short", "password length must be 8-64"),
        ("ap_password", "", "password length must be 8-64"),
        ("ap_password", "g" * 64, "Invalid hex password"),
        ("ap_channel", 14, "channel must be 1-13"),
        ("ap_max_stations", 11, "max_connections must be 0-10"),
    ],
)
def test_start_ap_raises(name: str, value, reason: str):
    hotspot = Hotspot(**{name: value})
    assert hotspot.start() is False
    assert hotspot.log.take() == [("ERROR", f"hotspot refused: {reason}")]
    assert hotspot.radio.called()[-1] == "stop_ap", "the driver's default network may be on"
    assert not hotspot.radio.ap_active


def test_bad_address():
    hotspot = Hotspot(ap_address="192.168.4")
    assert hotspot.start() is False
    (level, line), *more = hotspot.log.take()
    assert level == "ERROR" and line.startswith("hotspot refused: ") and not more


@pytest.mark.parametrize("error", [RuntimeError("x"), OSError(12, "x"), MemoryError("x")])
def test_driver_raises(monkeypatch: pytest.MonkeyPatch, error: Exception):
    def start_ap(*args, **kwargs):
        raise error

    hotspot = Hotspot()
    monkeypatch.setattr(hotspot.radio, "start_ap", start_ap)
    assert hotspot.start() is False
    assert hotspot.lines() == [f"hotspot refused: {error}"]


def test_settings_forbid_the_hotspot():
    hotspot = Hotspot(ap_password=None)
    assert hotspot.start() is False
    assert hotspot.log.take() == [
        ("ERROR", "hotspot off: AP_PASSWORD in settings.toml has to be mended"),
    ]
    for _ in range(5):
        hotspot.check()
    assert hotspot.radio.called() == []
    assert hotspot.log.lines == []


def test_never_an_open_network():
    for password in (None, "", "1", "1234567", " ", "\0" * 8):
        hotspot = Hotspot(ap_password=password)
        hotspot.start(timeout=50)
        for name, args, kwargs in hotspot.radio.calls:
            if name == "start_ap":
                assert kwargs["authmode"] == WPA2
                assert args[1] == password


# check: the hotspot itself


def test_check_before_start_does_nothing():
    hotspot = Hotspot()
    assert hotspot.checked() == []
    assert hotspot.radio.called() == []


def test_check_of_a_hotspot_that_is_up_is_silent(hotspot: Hotspot):
    for _ in range(10):
        assert hotspot.checked() == []
    assert hotspot.radio.called() == []


def comes_up(hotspot: Hotspot) -> None:
    """Let the time pass that the driver needs."""
    for _ in range(100):
        if hotspot.active:
            return
        wifi.Link().sleep_ms(1)


@pytest.mark.parametrize("cause", ["stopped", "radio off", "address"])
def test_check_brings_it_up_again(hotspot: Hotspot, cause: str):
    if cause == "stopped":
        hotspot.radio.stop_ap()
    elif cause == "radio off":
        hotspot.radio.enabled = False
    else:
        other = ipaddress.IPv4Address("192.168.9.9")
        hotspot.radio.set_ipv4_address_ap(ipv4=other, netmask=other, gateway=other)
    assert hotspot.checked() == ["hotspot is down: starting it again"]
    comes_up(hotspot)
    assert hotspot.checked() == ['hotspot up again: name "esp_ws_ap", address 192.168.4.1']
    assert hotspot.active
    assert hotspot.checked() == []


def test_check_backs_off(hotspot: Hotspot):
    hotspot.air.willing = False
    hotspot.radio.stop_ap()
    hotspot.radio.called()
    attempts = []
    for number in range(300):
        hotspot.check()
        called = hotspot.radio.called()
        if "start_ap" in called:
            attempts.append(number)
        elif called:
            assert called == ["stop_ap"], "the refused attempt before is cleaned up"
            assert number == attempts[-1] + 1
    pauses = [later - earlier for earlier, later in zip(attempts, attempts[1:], strict=False)]
    assert pauses == [2, 3, 5, 9, 17, 33, 61, 61, 61]
    assert hotspot.lines() == [
        "hotspot is down: starting it again",
        "hotspot refused: the radio did not open it",
    ] * len(attempts)

    hotspot.air.willing = True
    for _ in range(62):
        hotspot.check()
        if hotspot.log.lines:
            comes_up(hotspot)
    assert hotspot.lines()[-1].startswith("hotspot up again")
    hotspot.radio.stop_ap()
    assert hotspot.checked() == ["hotspot is down: starting it again"], "the pause is short again"


def test_check_introduces_a_hotspot_that_was_refused_at_first():
    hotspot = Hotspot()
    hotspot.air.willing = False
    assert not hotspot.start(timeout=20)
    hotspot.air.willing = True
    hotspot.lines()
    assert hotspot.checked() == ["hotspot is down: starting it again"]
    comes_up(hotspot)
    assert hotspot.checked() == [JOIN_LINE, OPEN_LINE]


def test_check_goes_on_after_start_ap_raised():
    hotspot = Hotspot(ap_channel=14)
    assert not hotspot.start()
    hotspot.lines()
    lines = [line for _ in range(7) for line in hotspot.checked()]
    assert (
        lines
        == [
            "hotspot is down: starting it again",
            "hotspot refused: channel must be 1-13",
        ]
        * 3
    )


def test_check_never_raises(hotspot: Hotspot, monkeypatch: pytest.MonkeyPatch):
    def stations():
        raise RuntimeError("driver")

    monkeypatch.setattr(hotspot.air, "stations", stations)
    assert hotspot.checked() == ["hotspot check: RuntimeError: driver"]
    assert hotspot.checked() == []  # once is enough


# check: who is there


def test_station_joins_and_leaves(hotspot: Hotspot):
    hotspot.air.present[ADA] = (-48, "192.168.4.2")
    assert hotspot.checked() == ["station aa:bb:cc:dd:ee:01 joined: 192.168.4.2, -48 dBm"]
    (station,) = hotspot.stations.values()
    assert (station.mac, station.address, station.rssi) == (
        "aa:bb:cc:dd:ee:01",
        "192.168.4.2",
        -48,
    )
    hotspot.air.present[ADA] = (-60, "192.168.4.2")
    assert hotspot.checked() == []
    assert station.rssi == -60
    hotspot.air.present[BOB] = (-70, "192.168.4.3")
    assert hotspot.checked() == ["station aa:bb:cc:dd:ee:02 joined: 192.168.4.3, -70 dBm"]
    del hotspot.air.present[ADA]
    assert hotspot.checked() == ["station aa:bb:cc:dd:ee:01 left"]
    assert list(hotspot.stations) == [BOB]
    hotspot.air.present.clear()
    assert hotspot.checked() == ["station aa:bb:cc:dd:ee:02 left"]
    assert hotspot.stations == {}


def test_station_is_logged_once_it_has_an_address(hotspot: Hotspot):
    hotspot.air.present[ADA] = (-48, None)
    for _ in range(3):
        assert hotspot.checked() == []
    hotspot.air.present[ADA] = (-50, "192.168.4.2")
    assert hotspot.checked() == ["station aa:bb:cc:dd:ee:01 joined: 192.168.4.2, -50 dBm"]


def test_station_without_an_address_is_logged_after_a_while(hotspot: Hotspot):
    hotspot.air.present[ADA] = (-48, None)
    for _ in range(5):
        assert hotspot.checked() == []
    assert hotspot.checked() == ["station aa:bb:cc:dd:ee:01 joined: no address yet, -48 dBm"]
    hotspot.air.present[ADA] = (-48, "192.168.4.2")
    assert hotspot.checked() == []
    assert hotspot.stations[ADA].address == "192.168.4.2"
    hotspot.air.present.clear()
    assert hotspot.checked() == ["station aa:bb:cc:dd:ee:01 left"]


def test_station_that_never_was_logged_leaves_in_silence(hotspot: Hotspot):
    hotspot.air.present[ADA] = (-48, None)
    assert hotspot.checked() == []
    hotspot.air.present.clear()
    assert hotspot.checked() == []
    assert hotspot.stations == {}


def test_stations_are_bounded():
    hotspot = Hotspot(ap_max_stations=2)
    assert hotspot.start()
    hotspot.lines()
    for number in range(5):
        hotspot.air.present[bytes((0, 0, 0, 0, 0, number))] = (-48, f"192.168.4.{number + 2}")
    assert len(hotspot.checked()) == 2
    assert len(hotspot.stations) == 2
    del hotspot.air.present[bytes(6)]
    assert hotspot.checked() == [
        "station 00:00:00:00:00:00 left",
        "station 00:00:00:00:00:02 joined: 192.168.4.4, -48 dBm",
    ]


def test_stations_leave_with_the_hotspot_and_come_back(hotspot: Hotspot):
    hotspot.air.present[ADA] = (-48, "192.168.4.2")
    hotspot.check()
    hotspot.lines()
    hotspot.radio.stop_ap()
    assert hotspot.checked() == [
        "station aa:bb:cc:dd:ee:01 left",
        "hotspot is down: starting it again",
    ]
    comes_up(hotspot)
    assert hotspot.checked() == [
        'hotspot up again: name "esp_ws_ap", address 192.168.4.1',
        "station aa:bb:cc:dd:ee:01 joined: 192.168.4.2, -48 dBm",
    ]


def test_stations_unknown_for_a_moment_have_not_left(hotspot: Hotspot):
    hotspot.air.present[ADA] = (-48, "192.168.4.2")
    hotspot.check()
    hotspot.lines()
    hotspot._watch_stations(None)
    assert hotspot.lines() == []
    assert list(hotspot.stations) == [ADA]


# The log


def test_the_password_is_logged_once():
    hotspot = Hotspot()
    hotspot.air.willing = False
    hotspot.start(timeout=20)
    hotspot.air.willing = True
    hotspot.start()
    for _ in range(3):
        hotspot.radio.stop_ap()
        hotspot.check()
        comes_up(hotspot)
        hotspot.check()
    hotspot.settings.ap_channel = 14
    hotspot.start()
    assert [line for line in hotspot.lines() if PASSWORD in line] == [JOIN_LINE]


def test_the_longest_names_fit_into_a_line(capsys: pytest.CaptureFixture):
    from esp_ws_ap.log import get_logger

    hotspot = Hotspot(
        ap_ssid="n" * 32, ap_password="p" * 63, ap_channel=11, ap_address="192.168.255.254"
    )
    hotspot._log = get_logger("test_the_longest_names")
    assert hotspot.start()
    assert "p" * 63 + '", channel 11, address 192.168.255.254\n' in capsys.readouterr().out


# Its names


def test_hosts():
    hotspot = Hotspot(ap_hostname="Kitchen-2", ap_address="10.1.2.3")
    assert hotspot.hosts == {"10.1.2.3", "kitchen-2", "kitchen-2.local"}


def test_the_name_is_told_to_dhcp_and_by_mdns():
    hotspot = Hotspot(ap_hostname="kitchen-2", http_port=8080)
    assert hotspot.start()
    assert hotspot.radio.hostname == "kitchen-2"
    server = hotspot.air.board.mdns
    assert server.hostname == "kitchen-2"
    assert server.services == {("_http", "_tcp"): 8080}
    assert hotspot.lines()[-1] == (
        "open http://192.168.4.1:8080/ or http://kitchen-2.local:8080/ on the phone"
    )


def test_mdns_comes_back_with_a_radio_that_was_off(hotspot: Hotspot):
    hotspot.radio.enabled = False
    hotspot.check()
    comes_up(hotspot)
    hotspot.check()
    assert hotspot.air.board.mdns.hostname == "esp"
    first = hotspot.air.board.mdns
    hotspot.radio.stop_ap()
    hotspot.check()
    comes_up(hotspot)
    assert hotspot.lines()[-1].startswith("hotspot is down")
    assert hotspot.checked() == ['hotspot up again: name "esp_ws_ap", address 192.168.4.1']
    assert hotspot.air.board.mdns is first, "the one there is goes on"


def test_without_mdns_there_is_one_line():
    hotspot = Hotspot()
    hotspot.air.board.mdns = "the web workflow's"
    assert hotspot.start()
    hotspot.radio.stop_ap()
    hotspot.check()
    comes_up(hotspot)
    hotspot.check()
    assert hotspot.lines() == [
        "no name esp.local: mDNS already initialized",
        JOIN_LINE,
        "open http://192.168.4.1/ on the phone",
        "hotspot is down: starting it again",
        'hotspot up again: name "esp_ws_ap", address 192.168.4.1',
    ]


# Events


def test_handlers_hear_who_joins_and_leaves(hotspot: Hotspot):
    heard = []

    @hotspot.on_join
    def joined(station):
        heard.append(("joined", station.mac, station.address, station.rssi))

    @hotspot.on_leave
    def left(station):
        heard.append(("left", station.mac, station.address, station.rssi))

    hotspot.air.present[ADA] = (-48, "192.168.4.2")
    hotspot.check()
    hotspot.check()
    hotspot.air.present.clear()
    hotspot.check()
    assert heard == [
        ("joined", "aa:bb:cc:dd:ee:01", "192.168.4.2", -48),
        ("left", "aa:bb:cc:dd:ee:01", "192.168.4.2", -48),
    ]


def test_a_handler_that_raises_keeps_nobody_from_hearing(hotspot: Hotspot):
    heard = []
    hotspot.on_join(lambda station: 1 // 0)
    hotspot.on_join(heard.append)
    hotspot.air.present[ADA] = (-48, "192.168.4.2")
    lines = hotspot.checked()
    assert lines[1] == (
        "a station's handler failed: ZeroDivisionError: integer division or modulo by zero"
    )
    assert len(heard) == 1

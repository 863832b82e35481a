# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""home_network.py, beside an access point on the simulator's radio."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.modules import wifi
from simulator.modules.watchdog import WatchDogMode
from simulator.modules.wifi import Network
from tests import micropython
from tests.logged import Log
from tests.network.radio import ADA, BOB, DOWN, NAMED, OPEN, PASSWORD, Bench

HOME_PASSWORD = "the router's"
UP = f'hotspot up: name "esp_ws_ap", password "{PASSWORD}", channel %d, address 192.168.4.1'
JOINED = 'home network "router" joined; the hotspot moves to its channel 11'
ADDRESS = "home network: the board's address there is 192.168.1.50"
RESET = WatchDogMode.RESET  # type: ignore[attr-defined]
NAMES = {"192.168.4.1", "esp", "esp.local"}


def problem(reason: str, pause: int = 60) -> str:
    return (
        f'home network "router": {reason}; retry after {pause} s, while no station is on the '
        "hotspot"
    )


def router(**changes) -> Network:
    return Network(**{"ssid": "router", "password": HOME_PASSWORD, "channel": 11} | changes)


class HomeBench(Bench):
    """An access point with a home network, started and checked in the order of `Hotspot`."""

    def __init__(self, log: Log, *networks: Network, **settings) -> None:
        settings = {"home_ssid": "router", "home_password": HOME_PASSWORD} | settings
        super().__init__(log, **settings)
        from esp_ws_ap.network.home_network import HomeNetwork  # needs the fixtures' wifi

        self.air.homes = list(networks)
        self.home_network = HomeNetwork(self.radio, self.settings, self.access_point)
        self.hosts = self.access_point.hosts

    def start(self, **options) -> bool:
        up = super().start(keep_station=True, **options)
        self.home_network.check(True)  # in the loop's first turn
        self.access_point.check()
        return up

    def check(self) -> list[str]:
        self.check_once()
        return self.lines()

    def check_once(self) -> None:
        self.access_point.check()
        if self.access_point.active:
            self.home_network.check(not self.access_point.stations)

    def attempts(self, checks: int) -> list[int]:
        """Check this often, and return the numbers of the checks that tried to join."""
        self.radio.called()
        found = []
        for number in range(1, checks + 1):
            self.check_once()
            if "connect" in self.radio.called():
                found.append(number)
        return found


@pytest.fixture
def home(log: Log) -> Callable[..., HomeBench]:
    """A function that makes a hotspot among these networks, and starts it."""

    def make(*networks: Network, **settings) -> HomeBench:
        bench = HomeBench(log, *networks, **settings)
        assert bench.start()
        return bench

    return make


@pytest.fixture
def joined(home: Callable[..., HomeBench]) -> HomeBench:
    """A hotspot with a home network, and with an address there."""
    bench = home(router())
    bench.check()
    assert bench.hosts == NAMES | {"192.168.1.50"}
    bench.radio.called()
    return bench


def test_join(home):
    bench = home(router(), Network("other", "", 3))
    calls = bench.radio.called()
    assert calls.index("start_ap") < calls.index("connect"), "it may take for ever"
    assert bench.lines() == [UP % 6, OPEN, JOINED, NAMED]
    assert bench.radio._channel == 11
    assert bench.radio.power_management is wifi.PowerManagement.NONE  # type: ignore
    assert bench.hosts == NAMES
    assert bench.check() == [ADDRESS]
    assert bench.hosts == NAMES | {"192.168.1.50"}
    for _ in range(3):
        assert bench.check() == []
    assert bench.radio.called() == []


@pytest.mark.parametrize(
    "network, reason",
    [
        (Network("other", HOME_PASSWORD, 3), "No network with that ssid"),
        (router(password="another one"), "Authentication failure"),
    ],
    ids=["not found", "password"],
)
def test_hotspot_without_the_network(home, network: Network, reason: str):
    bench = home(network)
    assert bench.lines() == [UP % 6, OPEN, problem(reason), NAMED]
    assert not bench.radio._station_mode, "scanning would disturb the hotspot"
    assert bench.radio._channel == 6


def test_open_network_is_joined(home):
    assert JOINED in home(router(password=""), home_password="").lines()


def test_retries_back_off_to_one_an_hour(home):
    found = home().attempts(20000)
    pauses = [later - earlier for earlier, later in zip([0, *found], found, strict=False)]
    assert pauses == [61, 121, 241, 481, 961, 1921, 3601, 3601, 3601, 3601]


@pytest.mark.parametrize("address", ["192.168.4.2", None])
def test_no_retry_while_a_station_is_on_the_hotspot(home, address: str | None):
    bench = home()
    bench.air.present[ADA] = (-48, address)
    bench.air.homes.append(router())
    assert bench.attempts(500) == []
    bench.air.present.clear()
    assert bench.attempts(1) == [1]
    assert JOINED in bench.lines()


def test_lost_network(joined: HomeBench):
    joined.air.present[ADA] = (-48, "192.168.4.2")
    joined.check()
    lost = joined.air.homes.pop()
    assert joined.check() == [problem("lost")]
    assert joined.radio.called() == ["stop_station"]
    assert joined.hosts == NAMES
    assert joined.access_point.active
    joined.air.homes.append(lost)
    assert not joined.radio.connected, "the radio must not rejoin by itself"
    joined.air.present.clear()
    assert joined.attempts(70) == [61]
    assert joined.hosts == NAMES | {"192.168.1.50"}
    joined.air.homes.clear()
    assert problem("lost") in joined.check() + joined.lines(), "the pause is short again"


def test_no_address(home):
    bench = home(router(address=None))
    assert JOINED in bench.lines()
    lines = [bench.check() for _ in range(31)]
    assert lines == [[]] * 30 + [[problem("no address from DHCP")]]
    assert bench.hosts == NAMES


def test_hotspot_that_restarts_and_address_that_changes(joined: HomeBench):
    joined.radio.stop_ap()
    assert joined.check() == [DOWN]
    assert "stop_station" not in joined.radio.called() and joined.radio.connected
    joined.comes_up()
    joined.check()
    joined.air.homes[0].address_ = "192.168.1.51"
    assert joined.check() == ["home network: the board's address there is 192.168.1.51"]
    assert joined.hosts == NAMES | {"192.168.1.51"}


@pytest.mark.parametrize("address", ["192.168.4.77", "192.168.4.1"])
def test_address_in_the_hotspots_range(home, address: str):
    bench = home(router(address=address))
    bench.lines()
    reason = f"its address {address} is in the hotspot's range; change AP_ADDRESS"
    assert bench.check() == [problem(reason)]
    assert bench.hosts == NAMES
    assert bench.access_point.active


@pytest.mark.parametrize("error", [RuntimeError("WiFi is not enabled"), MemoryError("no room")])
def test_error_of_the_driver(log: Log, monkeypatch: pytest.MonkeyPatch, error: Exception):
    def connect(*args, **kwargs):
        raise error

    bench = HomeBench(log, router())
    monkeypatch.setattr(bench.radio, "connect", connect)
    assert bench.start()
    assert problem(str(error)) in bench.lines()


def test_error_of_the_driver_in_a_check_is_logged_once(joined: HomeBench, monkeypatch):
    def stop_station():
        raise RuntimeError("x")

    joined.air.homes.clear()
    monkeypatch.setattr(joined.radio, "stop_station", stop_station)
    for _ in range(3):
        joined.home_network.tick()
    assert joined.lines() == ["home network check failed: RuntimeError: x"]


@pytest.mark.parametrize("mode", [RESET, None])
@pytest.mark.parametrize("found", [True, False])
def test_watchdog_gives_it_more_time_to_join(log: Log, monkeypatch, found: bool, mode):
    timer = sys.modules["microcontroller"].watchdog
    timer.timeout = 8
    timer.mode = mode
    bench = HomeBench(log, *[router()] * found)
    seen = []
    connect = bench.radio.connect

    def watched(*args, **kwargs):
        seen.append((timer.mode, timer.timeout))
        connect(*args, **kwargs)

    monkeypatch.setattr(bench.radio, "connect", watched)
    assert bench.start()
    assert seen == [(mode, 60 if mode else 8)], "the driver may never return"
    assert (timer.mode, timer.timeout) == (mode, 8)


def test_which_network_a_client_is_on(joined: HomeBench):
    joined.air.present = {ADA: (-48, "192.168.4.2"), BOB: (-48, "127.0.0.2")}
    joined.check()
    reaches = joined.home_network.reaches
    assert [reaches(a) for a in ("192.168.4.2", "192.168.4.3", "127.0.0.2")] == [False] * 3
    assert reaches("192.168.1.9") and reaches("10.0.0.7")
    joined.air.homes.clear()
    joined.check()
    assert not reaches("192.168.1.9")


def test_join_after_the_radio_was_off(joined: HomeBench):
    joined.radio.enabled = False
    lines = []
    for _ in range(2000):  # the radio needs some ms to come up, and the retry some checks
        lines += joined.check()
        wifi.Link().sleep_ms(1)
        if JOINED in lines:
            break
    assert lines[0] == DOWN
    assert problem("lost") in lines and lines[-1] == JOINED


def test_password_is_never_logged(home):
    for network in (router(), router(password="another one"), None):
        bench = home(*[network] if network else [])
        lines = bench.lines() + bench.check()
        bench.air.homes.clear()
        assert HOME_PASSWORD not in " ".join(lines + bench.check())


IMPORTED = """
import sys
import wifi
from esp_ws_ap.hotspot import Hotspot

hotspot = Hotspot(wifi.radio)
hotspot.start_ap()
print("imported:", [name for name in sys.modules if name.startswith("esp_ws_ap.network.")])
"""


def test_without_one_nothing_of_it_is_imported(boot, drive):
    board = boot(drive=drive(code=IMPORTED), listening=False)
    line = board.wait_for("imported: ")
    assert "access_point" in line
    assert "home_network" not in line and "join_code" not in line


def test_in_the_simulator(boot, drive):
    settings = f'HOME_SSID = "router"\nHOME_PASSWORD = "{HOME_PASSWORD}"\n'
    board = boot("--home-network", f"router:{HOME_PASSWORD}:11", drive=drive(settings=settings))
    board.wait_for(JOINED)
    board.wait_for("hotspot up: ")
    board.wait_for(ADDRESS)
    board.command("home gone")
    board.wait_for(problem("lost"))
    board.command("home back")
    board.wait_for("simulator: home networks: back")


# MicroPython

PROGRAM = """
import wifi
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.network.home_network import HomeNetwork
from esp_ws_ap.settings import Settings

class microcontroller:
    class watchdog:
        mode = None

sys.modules["microcontroller"] = microcontroller

class Air(wifi.Link):
    homes = [wifi.Network("router", "the router's", 11)]

    def networks(self):
        return self.homes

settings = Settings()
settings.home_ssid = "router"
settings.home_password = "the router's"
radio = wifi.Radio(Air())
access_point = AccessPoint(radio, settings)
home_network = HomeNetwork(radio, settings, access_point)
home_network.check(True)
home_network.check(True)
print(access_point.channel, sorted(access_point.hosts))
Air.homes = []
home_network.check(True)
print(sorted(access_point.hosts))
"""


@micropython.needs_micropython
def test_micropython(tmp_path: Path):
    lines = micropython.run_program(PROGRAM, tmp_path)
    start = len("   0.000: ")
    assert [line if "[" in line else line[start:] for line in lines] == [
        f"INFO - {JOINED}",
        f"INFO - {ADDRESS}",
        "11 ['192.168.1.50', '192.168.4.1', 'esp', 'esp.local']",
        f"WARNING - {problem('lost')}",
        "['192.168.4.1', 'esp', 'esp.local']",
    ]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""home_network.py, through the access point that uses it, on the simulator's radio."""

import sys

import pytest

from simulator.modules import wifi
from simulator.modules.watchdog import WatchDogMode
from simulator.modules.wifi import Network
from tests.network.test_access_point import ADA, OPEN_LINE, PASSWORD, Hotspot

HOME_PASSWORD = "the router's"
UP_LINE = f'hotspot up: name "esp_ws_ap", password "{PASSWORD}", channel %d, address 192.168.4.1'
JOINED_LINE = 'home network "router" joined; the hotspot is on channel 11, as that is'
ADDRESS_LINE = "home network: the board's address there is 192.168.1.50"
RESET = WatchDogMode.RESET  # type: ignore[attr-defined]
NAMES = {"192.168.4.1", "esp", "esp.local"}


def problem(reason: str, pause: int = 60) -> str:
    return f'home network "router": {reason}; next try in {pause} s, when nobody is on the hotspot'


def hotspot(*networks: Network, **settings) -> Hotspot:
    """A hotspot that is not started yet, with a home network to join."""
    hotspot = Hotspot(**{"home_ssid": "router", "home_password": HOME_PASSWORD} | settings)
    hotspot.air.homes = list(networks)
    return hotspot


def router(**changes) -> Network:
    return Network(**{"ssid": "router", "password": HOME_PASSWORD, "channel": 11} | changes)


def joined() -> Hotspot:
    """A hotspot with a home network, and with an address there."""
    joined = hotspot(router())
    assert joined.start()
    joined.check()
    assert joined.hosts == NAMES | {"192.168.1.50"}
    joined.lines()
    joined.radio.called()
    return joined


def attempts(hotspot: Hotspot, checks: int) -> list[int]:
    """The checks, of so many, in which it tried to join."""
    hotspot.radio.called()
    found = []
    for number in range(1, checks + 1):
        hotspot.check()
        if "connect" in hotspot.radio.called():
            found.append(number)
    return found


def test_it_is_joined_before_the_hotspot_is_there_and_the_hotspot_follows_its_channel():
    home = hotspot(router(), Network("other", "", 3))
    assert home.start()
    calls = home.radio.called()
    assert calls.index("connect") < calls.index("start_ap")
    assert home.lines() == [JOINED_LINE, UP_LINE % 11, OPEN_LINE]
    assert home.radio._channel == 11
    assert home.radio.power_management is wifi.PowerManagement.NONE  # type: ignore
    assert home.hosts == NAMES
    assert home.checked() == [ADDRESS_LINE]
    assert home.hosts == NAMES | {"192.168.1.50"}
    for _ in range(3):
        assert home.checked() == []
    assert home.radio.called() == []


def test_an_open_home_network():
    home = hotspot(router(password=""), home_password="")
    assert home.start()
    assert home.lines()[0] == JOINED_LINE


@pytest.mark.parametrize(
    "network, reason",
    [
        (Network("other", HOME_PASSWORD, 3), "No network with that ssid"),
        (router(password="another one"), "Authentication failure"),
    ],
    ids=["not there", "password"],
)
def test_the_hotspot_comes_up_without_it(network: Network, reason: str):
    home = hotspot(network)
    assert home.start()
    assert home.lines() == [problem(reason), UP_LINE % 6, OPEN_LINE]
    assert not home.radio._station_mode, "a station that goes on looking disturbs the hotspot"
    assert home.radio._channel == 6


def test_tries_become_rarer_down_to_one_an_hour():
    home = hotspot()
    assert home.start()
    found = attempts(home, 20000)
    pauses = [later - earlier for earlier, later in zip([0, *found], found, strict=False)]
    assert pauses == [61, 121, 241, 481, 961, 1921, 3601, 3601, 3601, 3601]


def test_it_never_tries_while_a_phone_is_on_the_hotspot():
    home = hotspot()
    assert home.start()
    home.air.present[ADA] = (-48, "192.168.4.2")
    home.air.homes.append(router())
    assert attempts(home, 500) == []
    home.air.present.clear()
    assert attempts(home, 1) == [1]
    assert JOINED_LINE in home.lines()


def test_a_phone_without_an_address_yet_counts_too():
    home = hotspot()
    assert home.start()
    attempts(home, 60)
    home.air.present[ADA] = (-48, None)
    assert attempts(home, 3) == []


def test_a_network_that_is_lost_is_left_at_once():
    home = joined()
    home.air.present[ADA] = (-48, "192.168.4.2")
    home.check()
    home.lines()
    gone = home.air.homes.pop()
    assert home.checked() == [problem("lost")]
    assert home.radio.called() == ["stop_station"]
    assert home.hosts == NAMES
    assert home.active
    home.air.homes.append(gone)
    assert not home.radio.connected, "the radio would have found it again by itself"
    home.air.present.clear()
    assert attempts(home, 70) == [61]
    assert home.hosts == NAMES | {"192.168.1.50"}
    home.air.homes.clear()
    assert problem("lost") in home.checked() + home.lines(), "the pause is short again"


def test_a_network_that_gives_no_address_keeps_nobody_waiting():
    home = hotspot(router(address=None))
    assert home.start()
    assert home.lines() == [JOINED_LINE, UP_LINE % 11, OPEN_LINE]
    lines = [home.checked() for _ in range(31)]
    assert lines == [[]] * 30 + [[problem("it gives the board no address")]]
    assert home.hosts == NAMES


def test_another_address_there():
    home = joined()
    home.air.homes[0].address_ = "192.168.1.51"
    assert home.checked() == ["home network: the board's address there is 192.168.1.51"]
    assert home.hosts == NAMES | {"192.168.1.51"}


@pytest.mark.parametrize("address", ["192.168.4.77", "192.168.4.1"])
def test_a_network_with_the_hotspots_addresses_is_left(address: str):
    home = hotspot(router(address=address))
    assert home.start()
    home.lines()
    reason = f"its address {address} is of the hotspot's; change AP_ADDRESS"
    assert home.checked() == [problem(reason)]
    assert home.hosts == NAMES
    assert home.active


@pytest.mark.parametrize("error", [RuntimeError("WiFi is not enabled"), MemoryError("no room")])
def test_whatever_the_driver_raises(monkeypatch: pytest.MonkeyPatch, error: Exception):
    def connect(*args, **kwargs):
        raise error

    home = hotspot(router())
    monkeypatch.setattr(home.radio, "connect", connect)
    assert home.start()
    assert home.lines()[0] == problem(str(error))


@pytest.mark.parametrize("found", [True, False])
def test_the_watchdog_waits_while_it_is_joined(monkeypatch: pytest.MonkeyPatch, found: bool):
    timer = sys.modules["microcontroller"].watchdog
    timer.timeout = 8
    timer.mode = RESET
    home = hotspot(*[router()] * found)
    modes = []
    connect = home.radio.connect

    def watched(*args, **kwargs):
        modes.append(timer.mode)
        connect(*args, **kwargs)

    monkeypatch.setattr(home.radio, "connect", watched)
    assert home.start()
    assert modes == [None]
    assert timer.mode is RESET


def test_the_hotspot_that_comes_up_again_leaves_the_home_network_alone():
    home = joined()
    home.radio.stop_ap()
    home.check()
    assert "stop_station" not in home.radio.called()
    assert home.radio.connected


def test_a_radio_that_was_off_joins_again():
    home = joined()
    home.radio.enabled = False
    lines = []
    for _ in range(2000):  # the radio takes some ms to come up, and the next try some checks
        home.check()
        wifi.Link().sleep_ms(1)
        lines += home.lines()
        if JOINED_LINE in lines:
            break
    assert lines[0] == "hotspot is down: starting it again"
    assert problem("lost") in lines and lines[-1] == JOINED_LINE


def test_its_password_is_never_logged():
    for network in (router(), router(password="another one"), None):
        home = hotspot(*[network] if network else [])
        home.start()
        home.check()
        home.air.homes.clear()
        home.check()
        assert HOME_PASSWORD not in " ".join(home.lines())


def test_without_one_nothing_of_it_is_imported(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "esp_ws_ap.network.home_network", raising=False)
    home = hotspot(router(), home_ssid=None)
    assert home.start()
    home.check()
    assert "esp_ws_ap.network.home_network" not in sys.modules
    assert "connect" not in home.radio.called()


def test_in_the_simulator(boot, drive):
    settings = f'HOME_SSID = "router"\nHOME_PASSWORD = "{HOME_PASSWORD}"\n'
    board = boot("--home-network", f"router:{HOME_PASSWORD}:11", drive=drive(settings=settings))
    board.wait_for(JOINED_LINE)
    board.wait_for("hotspot up: ")
    board.wait_for(ADDRESS_LINE)
    board.command("home gone")
    board.wait_for(problem("lost"))
    board.command("home back")
    board.wait_for("simulator: home networks: back")

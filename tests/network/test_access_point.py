# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""access_point.py, on the simulator's radio."""

import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from esp_ws_ap.log import ConsoleHandler
from tests import micropython
from tests.network.radio import ADA, BOB, DOWN, NAMED, OPEN, PASSWORD, UP, UP_AGAIN, Bench

ADA_JOINED = "station aa:bb:cc:dd:ee:01 joined: 192.168.4.2, -48 dBm"
ADA_LEFT = "station aa:bb:cc:dd:ee:01 left"

MakeBench = Callable[..., Bench]


# start


@pytest.mark.parametrize("waits", [0, 10])
def test_start_waits_for_the_address(make_bench: MakeBench, waits: int):
    bench = make_bench()
    bench.air.start_up_ms = 200
    bench.air.start_ap_waits_ms = waits
    assert not bench.access_point.active
    assert bench.start() is True
    assert bench.access_point.active
    assert str(bench.radio.ipv4_address_ap) == "192.168.4.1"
    assert bench.log.take() == [("INFO", UP), ("INFO", OPEN)]


def test_start_twice(bench: Bench):
    assert bench.start()
    assert bench.access_point.active
    assert bench.lines() == [UP_AGAIN]


@pytest.mark.parametrize("error", [RuntimeError("x"), OSError(12, "x"), MemoryError("x"), None])
def test_start_fails(make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, error):
    def start_ap(*args, **kwargs):
        raise error

    bench = make_bench(ap_channel=14 if error is None else 6)
    if error is not None:
        monkeypatch.setattr(bench.radio, "start_ap", start_ap)
    assert bench.start() is False
    reason = error or "channel must be 1-13"
    assert bench.log.take() == [("ERROR", f"hotspot failed to start: {reason}")]
    assert bench.radio.called()[-1] == "stop_ap", "the driver's default network may be on"
    assert not bench.radio.ap_active


def test_no_password(make_bench: MakeBench):
    bench = make_bench(ap_password=None)
    assert not bench.settings.hotspot_allowed
    assert bench.check() == [], "before start"
    assert bench.start() is False
    assert bench.log.take() == [("ERROR", "hotspot off: fix AP_PASSWORD in settings.toml")]
    assert bench.check() + bench.check() == []
    assert bench.radio.called() == []


# check: the hotspot itself


@pytest.mark.parametrize("cause", ["stopped", "radio off", "address"])
def test_check_restarts_the_hotspot(bench: Bench, cause: str):
    if cause == "stopped":
        bench.radio.stop_ap()
    elif cause == "radio off":
        bench.radio.enabled = False
    else:
        other = ipaddress.IPv4Address("192.168.9.9")
        bench.radio.set_ipv4_address_ap(ipv4=other, netmask=other, gateway=other)
    assert bench.check() == [DOWN]
    bench.comes_up()
    assert bench.check() == [UP_AGAIN]
    assert bench.access_point.active
    bench.radio.called()
    for _ in range(9):
        assert bench.check() == []
    assert bench.radio.called() == []


def test_check_backs_off(bench: Bench):
    bench.air.willing = False
    bench.radio.stop_ap()
    bench.radio.called()
    attempts = []
    lines = []
    for number in range(300):
        lines += bench.check()
        called = bench.radio.called()
        if "start_ap" in called:
            attempts.append(number)
        elif called:
            assert called == ["stop_ap"], "after the attempt that failed"
            assert number == attempts[-1] + 1
    pauses = [later - earlier for earlier, later in zip(attempts, attempts[1:], strict=False)]
    assert pauses == [2, 3, 5, 9, 17, 33, 61, 61, 61]
    assert lines == [DOWN, "hotspot failed to start"] * len(attempts)

    bench.air.willing = True
    while not bench.check():
        pass
    bench.comes_up()
    assert bench.check() == [UP_AGAIN]
    bench.radio.stop_ap()
    assert bench.check() == [DOWN], "the pause is short again"


def test_check_after_a_start_that_failed(make_bench: MakeBench):
    bench = make_bench()
    bench.air.willing = False
    assert bench.start(timeout=50) is False
    assert bench.radio.called()[-2:] == ["start_ap", "stop_ap"]
    assert bench.log.take() == [("ERROR", "hotspot failed to start within 50 ms")]
    bench.air.willing = True
    assert bench.check() == [DOWN]
    bench.comes_up()
    assert bench.check() == [UP, OPEN, NAMED]


def test_check_after_a_start_that_raised(make_bench: MakeBench):
    bench = make_bench(ap_channel=14)
    assert not bench.start()
    bench.lines()
    lines = [line for _ in range(7) for line in bench.check()]
    assert lines == [DOWN, "hotspot failed to start: channel must be 1-13"] * 3


def test_check_never_raises(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    def stations():
        raise RuntimeError("driver")

    monkeypatch.setattr(bench.air, "stations", stations)
    assert bench.check() == ["hotspot check failed: RuntimeError: driver"]
    assert bench.check() == [], "the same problem is logged once"


# check: the stations


def test_stations_are_logged(bench: Bench):
    bench.air.present[ADA] = (-48, "192.168.4.2")
    assert bench.check() == [ADA_JOINED]
    bench.air.present = {BOB: (-70, None)}
    assert bench.check() == [ADA_LEFT]
    lines = [line for _ in range(5) for line in bench.check()]
    assert lines == ["station aa:bb:cc:dd:ee:02 joined: no address yet, -70 dBm"]
    bench.settings.ap_max_stations = 1
    bench.air.present = {ADA: (-48, "192.168.4.2"), BOB: (-48, "192.168.4.3")}
    assert bench.check() == []
    assert list(bench.access_point.stations) == [BOB]


def test_stations_leave_with_the_hotspot(bench: Bench):
    bench.air.present[ADA] = (-48, "192.168.4.2")
    bench.check()
    bench.radio.stop_ap()
    assert bench.check() == [ADA_LEFT, DOWN]
    bench.comes_up()
    assert bench.check() == [UP_AGAIN, ADA_JOINED]


# The log


def test_password_is_logged_once(make_bench: MakeBench):
    bench = make_bench()
    bench.air.willing = False
    bench.start(timeout=20)
    bench.air.willing = True
    bench.start()
    for _ in range(3):
        bench.radio.stop_ap()
        bench.access_point.check()
        bench.comes_up()
        bench.access_point.check()
    bench.settings.ap_channel = 14
    bench.start()
    assert [line for line in bench.lines() if PASSWORD in line] == [UP]


def test_longest_names_fit_into_a_line(make_bench: MakeBench, capsys: pytest.CaptureFixture):
    longest = {"ap_ssid": "n" * 31, "ap_password": "p" * 63, "ap_channel": 11}
    bench = make_bench(ap_address="192.168.255.254", **longest)
    bench.log._logger.addHandler(ConsoleHandler())
    assert bench.start()
    assert "p" * 63 + '", channel 11, address 192.168.255.254\n' in capsys.readouterr().out


# The board's names


def test_names(make_bench: MakeBench):
    bench = make_bench(ap_hostname="Kitchen-2", ap_address="10.1.2.3", http_port=8080)
    names = {"10.1.2.3", "kitchen-2", "kitchen-2.local", "esp", "esp.local"}
    assert bench.access_point.hosts == names
    assert bench.start()
    assert bench.lines()[1] == "open http://10.1.2.3:8080/ on the phone"
    assert bench.air.board.mdns is None, "the driver may hang in it: only under the watchdog"
    assert bench.check() == ["or open http://Kitchen-2.local:8080/"]
    server: Any = bench.air.board.mdns
    assert server.hostname == "Kitchen-2"
    assert server.services == {("_http", "_tcp"): 8080}
    assert bench.access_point.address == "10.1.2.3"
    assert bench.access_point.url == "http://10.1.2.3:8080/"


def test_mdns_after_the_radio_was_off(bench: Bench):
    bench.radio.enabled = False
    bench.access_point.check()
    bench.comes_up()
    bench.access_point.check()
    assert bench.air.board.mdns.hostname == "esp"
    first = bench.air.board.mdns
    bench.radio.stop_ap()
    bench.access_point.check()
    bench.comes_up()
    assert bench.lines()[-1] == DOWN
    assert bench.check() == [UP_AGAIN]
    assert bench.air.board.mdns is first


def test_no_mdns(make_bench: MakeBench):
    bench = make_bench()
    bench.air.board.mdns = "the web workflow's"
    assert bench.start()
    for _ in range(2):
        bench.access_point.check()
        bench.radio.stop_ap()
        bench.access_point.check()
        bench.comes_up()
    bench.access_point.check()
    assert bench.lines() == [
        UP,
        OPEN,
        "no mDNS name esp.local: mDNS already initialized",
        *[DOWN, UP_AGAIN] * 2,
    ]


# Events


def test_on_up(make_bench: MakeBench):
    bench = make_bench()
    heard = []
    bench.access_point.on_up(lambda: heard.append(bench.lines()[-1]))
    assert bench.start()
    bench.radio.stop_ap()
    bench.access_point.check()
    bench.comes_up()
    for _ in range(3):
        bench.access_point.check()
    assert heard == [OPEN, UP_AGAIN]


def test_on_join_and_on_leave(bench: Bench):
    heard: list[tuple] = []
    bench.access_point.on_join(lambda station: heard.append(("joined", *vars(station).values())))
    bench.access_point.on_leave(lambda station: heard.append(("left", *vars(station).values())))
    bench.air.present[ADA] = (-48, "192.168.4.2")
    bench.check()
    bench.check()
    bench.air.present.clear()
    bench.check()
    assert [entry[:4] for entry in heard] == [
        ("joined", "aa:bb:cc:dd:ee:01", "192.168.4.2", -48),
        ("left", "aa:bb:cc:dd:ee:01", "192.168.4.2", -48),
    ]


def fails(*arguments):
    raise RuntimeError("program")


def lacks_memory(*arguments):
    raise MemoryError


def test_handler_that_raises_stops_no_other(make_bench: MakeBench):
    for handler, line in (fails, "on_up: RuntimeError: program"), (lacks_memory, "on_up: Memory"):
        bench = make_bench()
        heard = []
        bench.access_point.on_up(handler)
        bench.access_point.on_up(lambda heard=heard: heard.append("up"))
        assert bench.start() is True
        assert bench.lines()[2].startswith(line)
        assert heard == ["up"]
        bench.check()
        bench.access_point.on_join(handler)
        bench.access_point.on_join(heard.append)
        bench.air.present = {ADA: (-48, "192.168.4.2"), BOB: (-48, "192.168.4.3")}
        if handler is fails:
            assert bench.check()[0] == ADA_JOINED
        else:  # the loop then frees memory
            with pytest.raises(MemoryError):
                bench.check()
        assert len(heard) == 3
        bench.lines()
        assert bench.check() == []


# MicroPython

PROGRAM = """
import wifi
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.settings import Settings

class Link(wifi.Link):
    present = [(b"\\xaa\\xbb\\xcc\\xdd\\xee\\x01", -48, "192.168.4.2")]

    def stations(self):
        return self.present

settings = Settings()
settings.ap_password = "correct horse"
radio = wifi.Radio(Link())
access_point = AccessPoint(radio, settings)
print(access_point.start())
access_point.check()
Link.present = []
access_point.check()
radio.stop_ap()
access_point.check()
time.sleep(0.05)
access_point.check()
"""


@micropython.needs_micropython
def test_micropython(tmp_path: Path):
    lines = micropython.run_program(PROGRAM, tmp_path)
    start = len("   0.000: ")
    lines = [line[start:] or line for line in lines]
    assert [line for line in lines if " - " in line or line == "True"] == [
        f"INFO - {UP}",
        f"INFO - {OPEN}",
        "True",
        "WARNING - no mDNS name esp.local: no module named 'mdns'",
        f"INFO - {ADA_JOINED}",
        f"INFO - {ADA_LEFT}",
        f"WARNING - {DOWN}",
        f"INFO - {UP_AGAIN}",
    ]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""start_ap.py: the hotspot is never open."""

import ast

import pytest

from esp_ws_ap.network.start_ap import is_up, start_ap
from tests.board import REPOSITORY
from tests.network.radio import PASSWORD, WPA2, Air, Radio, make_settings

SOURCE = REPOSITORY / "lib/esp_ws_ap/network/start_ap.py"


@pytest.fixture
def radio() -> Radio:
    return Radio(Air())


def test_calls_in_order(radio: Radio):
    settings = make_settings(
        ap_ssid="Küche", ap_channel=11, ap_max_stations=3, ap_address="10.1.2.3", ap_hostname="a-b"
    )
    start_ap(radio, settings)
    stop_station, set_address, start = radio.calls
    assert stop_station == ("stop_station", (), {})
    # No station may get an address of the driver's default network.
    assert set_address[:2] == ("set_ipv4_address_ap", ())
    assert {name: str(value) for name, value in set_address[2].items()} == {
        "ipv4": "10.1.2.3",
        "netmask": "255.255.255.0",
        "gateway": "10.1.2.3",
    }
    options = {"channel": 11, "authmode": WPA2, "max_connections": 3}
    assert start == ("start_ap", ("Küche", PASSWORD), options)
    assert radio.hostname == "a-b"


@pytest.mark.parametrize("password", [None, "", PASSWORD, "1", " ", "\0" * 8, "a" * 64, "a" * 65])
def test_always_wpa2(radio: Radio, password: str | None):
    try:
        start_ap(radio, make_settings(ap_password=password))
    except ValueError:
        assert not radio.ap_active
    if not password:
        assert radio.calls == []
        return
    name, args, options = radio.calls[-1]
    assert (name, args[1], options["authmode"]) == ("start_ap", password, WPA2)


def test_keep_station_and_a_radio_that_is_off(radio: Radio):
    start_ap(radio, make_settings(), keep_station=True)
    assert radio.called() == ["set_ipv4_address_ap", "start_ap"]
    radio.enabled = False
    radio.called()
    start_ap(radio, make_settings())
    assert radio.called()[:2] == ["enabled", "stop_station"]
    assert radio.enabled


def test_is_up_needs_the_address(radio: Radio):
    settings = make_settings(ap_address="10.1.2.3")
    assert not is_up(radio, settings)
    start_ap(radio, settings)
    while not is_up(radio, settings):
        radio.air.sleep_ms(1)
    assert radio.ap_active
    assert not is_up(radio, make_settings())
    radio.stop_ap()
    assert not is_up(radio, settings)


def test_needs_core_modules_only():
    """The error page uses it when a library is missing."""
    tree = ast.parse(SOURCE.read_text("utf-8"))
    guarded = {
        node for outer in ast.walk(tree) if isinstance(outer, ast.Try) for node in outer.body
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node not in guarded:
            found.add(getattr(node, "module", None))
    assert found == {"ipaddress", "wifi"}


def test_no_other_module_asks_the_radio():
    """There is one place that must never open a network without a password."""
    callers = [
        path.name
        for path in (REPOSITORY / "lib").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "start_ap"
    ]
    assert callers == ["start_ap.py"]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""wifi.radio: its checks and their order, its modes and its addresses."""

import time

import pytest

from simulator.language import ConnectionError
from simulator.modules.wifi import Network


@pytest.fixture
def wifi(board):
    return board.module("wifi")


@pytest.fixture
def radio(wifi):
    return wifi.radio


def up(board):
    end = time.monotonic() + 2
    while not board.radio.ap_active:
        assert time.monotonic() < end
        time.sleep(0.002)


REFUSED = [
    ("", "password", {}, "ssid length must be 1-32"),
    ("x" * 33, "password", {}, "ssid length must be 1-32"),
    ("é" * 17, "password", {}, "ssid length must be 1-32"),
    ("x", "password", {"channel": 0}, "channel must be 1-13"),
    ("x", "password", {"channel": 14}, "channel must be 1-13"),
    ("x", "1234567", {}, "password length must be 8-64"),
    ("x", "x" * 65, {}, "password length must be 8-64"),
    ("x", "x" * 64, {}, "Invalid hex password"),
    ("x", "password", {"authmode": ["OPEN"]}, "AuthMode.OPEN is not used with password"),
    ("x", "", {"authmode": ["WPA2", "PSK"]}, "password length must be 8-64"),
    ("x", "password", {"authmode": ["WPA3", "PSK"]}, "Invalid authmode"),
    ("x", "password", {"authmode": ["WPA2"]}, "Invalid authmode"),
    ("x", "password", {"max_connections": 11}, "max_connections must be 0-10"),
    ("x", "password", {"max_connections": -1}, "max_connections must be 0-10"),
    # The first check in the board's order raises.
    ("", "1", {"channel": 0, "max_connections": 11}, "ssid length must be 1-32"),
    ("x", "1", {"channel": 0, "max_connections": 11}, "channel must be 1-13"),
    ("x", "1", {"max_connections": 11}, "password length must be 8-64"),
    (
        "x",
        "password",
        {"authmode": ["WPA3"], "max_connections": 11},
        "Invalid authmode",
    ),
]


def call(wifi, ssid, password, options):
    options = dict(options)
    if "authmode" in options:
        options["authmode"] = [getattr(wifi.AuthMode, name) for name in options["authmode"]]
    wifi.radio.start_ap(ssid, password, **options)


@pytest.mark.parametrize(("ssid", "password", "options", "message"), REFUSED)
def test_start_ap_of_invalid_value_is_valueerror(wifi, ssid, password, options, message):
    with pytest.raises(ValueError) as caught:
        call(wifi, ssid, password, options)
    assert str(caught.value) == message
    assert not wifi.radio.ap_active


ACCEPTED = [
    ("x", "", {}),
    ("x" * 31, "x" * 63, {}),
    (b"bytes", bytearray(b"password"), {}),
    ("x", "0123456789abcdefABCDEF" + "0" * 42, {}),
    ("x", "password", {"channel": 11, "max_connections": 10}),
    ("x", "password", {"max_connections": 256}),
    ("x", "password", {"authmode": ["WPA2", "PSK"]}),
    ("x", "", {"authmode": ["OPEN"]}),
]


@pytest.mark.parametrize(("ssid", "password", "options"), ACCEPTED)
def test_start_ap(board, wifi, ssid, password, options):
    call(wifi, ssid, password, options)
    up(board)


@pytest.mark.parametrize(("ssid", "channel"), [("x", 12), ("x", 13), ("x" * 32, 6)])
def test_start_ap_of_rejected_config_is_open_network(board, wifi, printed, ssid, channel):
    wifi.radio.start_ap(ssid, "password", channel=channel)
    up(board)
    assert wifi.radio.ap_active and wifi.radio.ipv4_address_ap is not None
    assert "open network" in "".join(printed)


def test_start_ap_with_radio_off_fails_without_error(radio):
    radio.enabled = False
    radio.start_ap("x", "password")
    time.sleep(0.05)
    assert not radio.ap_active


def test_ipv4_address_ap_is_none_until_up(board, radio):
    assert (radio.ipv4_address_ap, radio.addresses_ap, radio.stations_ap) == (None, (), None)
    for arguments, options in (((6,), {}), ((), {"authmode": [5]})):
        with pytest.raises(TypeError):
            radio.start_ap("x", "password", *arguments, **options)
    radio.start_ap("x", "password")
    assert radio.ipv4_address_ap is None
    up(board)
    assert str(radio.ipv4_address_ap) == "192.168.4.1"
    assert str(radio.ipv4_subnet_ap) == "255.255.255.0"
    assert str(radio.ipv4_gateway_ap) == "192.168.4.1"
    assert radio.addresses_ap[-1] == "192.168.4.1"


def test_start_ap_blocks_since_10_3(make_board):
    board = make_board(version=(10, 3, 1))
    start = board.clock.milliseconds()
    board.module("wifi").radio.start_ap("x", "password")
    assert board.clock.milliseconds() - start >= 10
    up(board)


@pytest.mark.parametrize("before", [True, False])
def test_set_ipv4_address_ap(board, radio, before):
    address = board.module("ipaddress").IPv4Address
    options = {
        "ipv4": address("10.0.0.1"),
        "netmask": address("255.0.0.0"),
        "gateway": address("10.0.0.1"),
    }
    if before:
        radio.set_ipv4_address_ap(**options)
    radio.start_ap("x", "password")
    if not before:
        radio.set_ipv4_address_ap(**options)
    up(board)
    assert str(radio.ipv4_address_ap) == "10.0.0.1"
    assert str(radio.ipv4_subnet_ap) == "255.0.0.0"


def test_set_ipv4_address_ap_of_text_is_valueerror(board, radio):
    address = board.module("ipaddress").IPv4Address("10.0.0.1")
    with pytest.raises(ValueError, match="^Only IPv4 addresses supported$"):
        radio.set_ipv4_address_ap(ipv4="10.0.0.1", netmask=address, gateway=address)
    with pytest.raises(TypeError):
        radio.set_ipv4_address_ap(ipv4=address, netmask=address)


def test_start_and_stop_never_raise(radio):
    for _ in range(2):
        radio.stop_station()
        radio.start_station()
        radio.stop_ap()
        radio.start_dhcp_ap()
        radio.stop_dhcp_ap()


def test_mac_address_ap(radio):
    assert len(radio.mac_address_ap) == 6
    with pytest.raises(RuntimeError, match="Interface must be started"):
        radio.mac_address_ap = b"\x02\0\0\0\0\1"
    radio.start_ap("x", "password")
    with pytest.raises(RuntimeError, match="multicast"):
        radio.mac_address_ap = b"\x01\0\0\0\0\1"
    radio.mac_address_ap = b"\x02\0\0\0\0\1"
    assert radio.mac_address_ap == b"\x02\0\0\0\0\1"


HOSTNAMES = [
    ("esp", "esp"),
    ("a-b.c", "a-b.c"),
    ("x" * 33, None),
    ("", "hostname length must be 1-253"),
    ("x" * 254, "hostname length must be 1-253"),
    ("under_score", "invalid hostname"),
    ("-dash", "invalid hostname"),
    ("a..b", "invalid hostname"),
    ("x" * 64, "invalid hostname"),
]


@pytest.mark.parametrize(("name", "result"), HOSTNAMES)
def test_hostname(radio, name, result):
    before = radio.hostname
    try:
        radio.hostname = name
    except ValueError as error:
        assert str(error) == result
    else:
        assert radio.hostname == (result or before)


def test_scanning(radio, homes):
    found = radio.start_scanning_networks(start_channel=1, stop_channel=5)
    assert [network.ssid for network in found] == ["open"]
    with pytest.raises(RuntimeError, match="Already scanning"):
        radio.start_scanning_networks()
    radio.stop_scanning_networks()
    radio.enabled = False
    with pytest.raises(RuntimeError, match="WiFi is not enabled"):
        radio.start_scanning_networks()


@pytest.fixture
def homes(board):
    """Home networks in range."""
    board.network.homes += [Network("home", "password", 11), Network("open", "", 3)]
    return board.network.homes


def test_connect(wifi, radio, homes):
    assert radio.addresses == ()
    radio.connect("home", "password")
    assert radio.connected
    assert (radio.ap_info.ssid, radio.ap_info.channel) == ("home", 11)
    assert str(radio.ipv4_address) == "192.168.1.50" and radio.addresses == ("192.168.1.50",)
    assert str(radio.ipv4_subnet) == "255.255.255.0"
    assert str(radio.ipv4_gateway) == "192.168.1.1"
    radio.connect("home", "password")  # connected already
    radio.connect("open")
    assert radio.ap_info.ssid == "open"
    radio.stop_station()
    assert not radio.connected and radio.ap_info is None and radio.ipv4_address is None


@pytest.mark.parametrize(
    ("ssid", "password", "message"),
    [
        ("other", "password", "No network with that ssid"),
        ("home", "passwort", "Authentication failure"),
        ("home", "", "Authentication failure"),
    ],
)
def test_connect_is_connectionerror(radio, homes, ssid, password, message):
    with pytest.raises(ConnectionError, match=message):
        radio.connect(ssid, password)
    assert not radio.connected


def test_hotspot_uses_channel_of_home_network(board, radio, homes):
    tuned = []
    radio._link.tuned = tuned.append
    radio.start_ap("x", "password", channel=6)
    radio.connect("home", "password")
    radio.start_ap("x", "password", channel=6)
    radio.stop_station()
    radio.start_ap("x", "password", channel=6)
    assert tuned == [6, 11, 11, 6]


def test_radio_reconnects_unless_stop_station(board, radio, homes):
    radio.connect("home", "password")
    board.network.homes_in_range = False
    assert not radio.connected and radio.ap_info is None
    board.network.homes_in_range = True
    assert radio.connected
    board.network.homes_in_range = False
    assert not radio.connected
    radio.stop_station()
    board.network.homes_in_range = True
    radio.start_station()
    assert not radio.connected


def test_radio_stops_reconnecting_after_5_retries(board, radio, homes, monkeypatch):
    radio.connect("home", "password")
    board.network.homes_in_range = False
    assert not radio.connected
    later = board.clock.milliseconds() + 12001
    monkeypatch.setattr(board.clock, "milliseconds", lambda: later)
    board.network.homes_in_range = True
    assert not radio.connected


def test_connect_blocks_until_dhcp(board, radio, homes):
    address = board.module("ipaddress").IPv4Address
    homes[0].address_ = None
    waited = []

    def sleep(duration):
        if radio.connected:
            waited.append(str(radio.ipv4_address))
            homes[0].address_ = "192.168.1.7" if len(waited) == 3 else None

    radio._link.sleep_ms = sleep
    radio.connect("home", "password")
    assert waited == ["0.0.0.0"] * 3 and str(radio.ipv4_address) == "192.168.1.7"
    radio.stop_station()
    homes[0].address_ = None
    own = address("169.254.0.1")
    radio.set_ipv4_address(ipv4=own, netmask=address("255.255.0.0"), gateway=own)
    radio.connect("home", "password")
    assert len(waited) == 3 and radio.ipv4_address == own == radio.ipv4_gateway
    radio.start_dhcp()
    assert str(radio.ipv4_address) == "0.0.0.0"


def test_radio_off_disconnects_and_ends_mdns(board, radio, homes):
    radio.connect("home", "password")
    server = board.module("mdns").Server(radio)
    radio.enabled = False
    assert not radio.connected
    with pytest.raises(ValueError, match="deinitialized"):
        print(server.hostname)


def test_tx_power_and_power_management(wifi, radio):
    radio.tx_power = 8.6
    assert radio.tx_power == 8.5
    radio.enabled = False
    radio.enabled = True
    assert radio.tx_power == 20
    radio.power_management = wifi.PowerManagement.NONE
    assert repr(radio.power_management) == "wifi.PowerManagement.NONE"

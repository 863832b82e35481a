# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Stations that join, leave, come back, and are too many. A client is a station's socket."""

import pytest

from simulator.modules.wifi import Network


@pytest.fixture
def radio(bench):
    return bench.board.module("wifi").radio


def addresses(radio):
    return [str(station.ipv4_address) for station in radio.stations_ap]


def test_client_address_is_a_station(bench, radio):
    bench.until(lambda: radio.ap_active)
    assert radio.stations_ap == []
    listener = bench.listener()
    for address in ("127.0.0.2", "127.0.0.3"):
        bench.client(address=address)
        bench.accept(listener)
    assert addresses(radio) == ["127.0.0.2", "127.0.0.3"]
    station = radio.stations_ap[0]
    assert len(station.mac_address) == 6 and station.rssi < 0
    assert len({station.mac_address for station in radio.stations_ap}) == 2


@pytest.mark.parametrize("ap", [True, False])
def test_connection_of_station_out_of_range_stalls(bench, radio, ap):
    sock, client = bench.pair()
    if ap:
        bench.network.leave("127.0.0.2")
    else:
        radio.stop_ap()
    client.sendall(b"unheard")
    assert bench.quiet(sock.recv_into, bytearray(10)) is None
    assert sum(sock.send(b"x" * 1000) for _ in range(6)) == 5760
    assert bench.quiet(sock.send, b"x") is None
    assert not sock.writable()
    client.settimeout(0.05)
    with pytest.raises(TimeoutError):
        client.recv(1)


def test_station_that_is_back_gets_data_sent_meanwhile(bench):
    sock, client = bench.pair()
    bench.network.leave("127.0.0.2")
    sock.send(b"meanwhile")
    bench.network.join("127.0.0.2")
    bench.network.turn()
    assert client.recv(100) == b"meanwhile"
    client.sendall(b"back")
    assert bench.receive(sock, 4) == b"back"
    bench.network.leave("127.0.0.2")
    sock.close()
    client.settimeout(0.05)
    with pytest.raises(TimeoutError):
        client.recv(1)
    bench.network.join("127.0.0.2")
    client.settimeout(5)
    assert client.recv(1) == b""


@pytest.mark.parametrize("ap", [True, False])
def test_syn_of_station_out_of_range_waits(bench, radio, ap):
    listener = bench.listener()
    if ap:
        bench.network.leave("127.0.0.2")
    else:
        radio.stop_ap()
    bench.client()
    assert bench.quiet(listener.accept) is None
    if ap:
        bench.network.join("127.0.0.2")
    else:
        radio.start_ap("board", "password")
    assert bench.accept(listener)


def test_max_connections(bench, radio):
    radio.start_ap("board", "password", max_connections=1)
    listener = bench.listener()
    bench.client(address="127.0.0.2")
    first = bench.accept(listener)
    bench.client(address="127.0.0.3")
    assert bench.quiet(listener.accept) is None
    bench.client(address="127.0.0.2")
    same = bench.accept(listener)
    assert addresses(radio) == ["127.0.0.2"] if radio.stations_ap else True
    bench.network.leave("127.0.0.2")
    assert bench.accept(listener)
    assert first and same


def test_station_reaches_board_on_home_network_without_hotspot(bench, radio):
    radio.stop_ap()
    sock = bench.keep(bench.listener())
    bench.client()
    assert bench.quiet(sock.accept) is None
    bench.network.homes.append(Network("router", "password", 3))
    radio.connect("router", "password")
    bench.accept(sock)
    assert radio.stations_ap is None
    bench.network.homes_in_range = False
    bench.client(address="127.0.0.3")
    assert bench.quiet(sock.accept) is None

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Phones that join, leave, come back, and are too many."""

import pytest


@pytest.fixture
def radio(bench):
    return bench.board.module("wifi").radio


def addresses(radio):
    return [str(station.ipv4_address) for station in radio.stations_ap]


def test_phones_are_the_addresses_that_connect(bench, radio):
    bench.until(lambda: radio.ap_active)
    assert radio.stations_ap == []
    listener = bench.listener()
    for address in ("127.0.0.2", "127.0.0.3"):
        bench.phone(address=address)
        bench.accept(listener)
    assert addresses(radio) == ["127.0.0.2", "127.0.0.3"]
    station = radio.stations_ap[0]
    assert len(station.mac_address) == 6 and station.rssi < 0
    assert len({station.mac_address for station in radio.stations_ap}) == 2


def test_a_phone_that_has_left_says_nothing_and_hears_nothing(bench, radio):
    sock, phone = bench.pair()
    bench.network.leave("127.0.0.2")
    phone.sendall(b"unheard")
    assert bench.quiet(sock.recv_into, bytearray(10)) is None
    assert sum(sock.send(b"x" * 1000) for _ in range(6)) == 5760
    assert bench.quiet(sock.send, b"x") is None
    assert not sock.writable()
    phone.settimeout(0.05)
    with pytest.raises(TimeoutError):
        phone.recv(1)


def test_a_phone_that_has_left_does_not_see_the_board_close(bench):
    sock, phone = bench.pair()
    bench.network.leave("127.0.0.2")
    sock.close()
    phone.settimeout(0.05)
    with pytest.raises(TimeoutError):
        phone.recv(1)
    bench.network.join("127.0.0.2")
    phone.settimeout(5)
    assert phone.recv(1) == b""


def test_a_phone_that_comes_back_gets_what_was_sent_meanwhile(bench):
    sock, phone = bench.pair()
    bench.network.leave("127.0.0.2")
    sock.send(b"meanwhile")
    bench.network.join("127.0.0.2")
    bench.network.turn()
    assert phone.recv(100) == b"meanwhile"
    phone.sendall(b"back")
    assert bench.receive(sock, 4) == b"back"


def test_a_new_connection_of_a_phone_that_has_left_is_ignored_until_it_joins(bench):
    listener = bench.listener()
    bench.network.leave("127.0.0.2")
    bench.phone()
    assert bench.quiet(listener.accept) is None
    bench.network.join("127.0.0.2")
    assert bench.accept(listener)


def test_one_phone_more_than_max_connections_waits_until_another_leaves(bench, radio):
    radio.start_ap("board", "password", max_connections=1)
    listener = bench.listener()
    bench.phone(address="127.0.0.2")
    first = bench.accept(listener)
    bench.phone(address="127.0.0.3")
    assert bench.quiet(listener.accept) is None
    bench.phone(address="127.0.0.2")
    same = bench.accept(listener)
    assert addresses(radio) == ["127.0.0.2"] if radio.stations_ap else True
    bench.network.leave("127.0.0.2")
    assert bench.accept(listener)
    assert first and same


def test_without_a_hotspot_nobody_comes_in(bench, radio):
    listener = bench.listener()
    radio.stop_ap()
    bench.phone()
    assert bench.quiet(listener.accept) is None
    radio.start_ap("board", "password")
    assert bench.accept(listener)


def test_the_end_of_the_hotspot_strands_its_connections(bench, radio):
    sock, phone = bench.pair()
    radio.stop_ap()
    phone.sendall(b"x")
    assert bench.quiet(sock.recv_into, bytearray(1)) is None
    sock.send(b"x")
    phone.settimeout(0.05)
    with pytest.raises(TimeoutError):
        phone.recv(1)

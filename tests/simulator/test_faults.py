# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Faults on request."""

import time

import pytest

from simulator.faults import Faults


def test_partial_sends_take_a_random_part(make_bench):
    bench = make_bench(faults=["partial=1"], seed=1)
    sock, phone = bench.pair()
    sent = sock.send(b"0123456789")
    assert 0 < sent < 10
    assert phone.recv(10) == b"0123456789"[:sent]


def test_eagain_comes_although_there_is_data(make_bench):
    bench = make_bench(faults=["eagain=0.5"], seed=1)
    sock, phone = bench.pair()
    phone.sendall(b"x" * 50)
    buffer = bytearray(1)
    results = {bench.quiet(sock.recv_into, buffer) for _ in range(40)}
    assert results == {None, 1}
    assert {bench.quiet(sock.send, b"x") for _ in range(40)} == {None, 1}


def test_delay_holds_data_and_fin_back(make_bench):
    bench = make_bench(faults=["delay=80"])
    sock, phone = bench.pair()
    select = bench.board.module("select")
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    start = time.monotonic()
    phone.sendall(b"late")
    phone.close()
    assert poll.poll(5000) == [(sock, select.POLLIN)]
    assert time.monotonic() - start >= 0.08
    assert bench.receive(sock, 4) == b"late"
    bench.until(lambda: _number(sock) == 128)


def _number(sock):
    with pytest.raises(OSError) as caught:
        sock.recv_into(bytearray(1))
    return caught.value.errno


def test_delayed_data_is_polled_for_again_and_again(make_bench):
    bench = make_bench(faults=["delay=5"])
    sock, phone = bench.pair()
    select = bench.board.module("select")
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    for _ in range(3):
        phone.sendall(b"x")
        assert poll.poll(5000) == [(sock, select.POLLIN)]
        assert sock.recv_into(bytearray(10)) == 1


def test_port_80_taken_is_eaddrinuse_and_costs_a_socket(make_bench):
    bench = make_bench(faults=["port-80-taken"])
    assert bench.network.free_slots() == 7
    sock = bench.pool.socket()
    sock.setsockopt(bench.pool.SOL_SOCKET, bench.pool.SO_REUSEADDR, 1)
    with pytest.raises(OSError) as caught:
        sock.bind(("", 80))
    assert caught.value.errno == 112
    sock.bind(("", 8080))


def test_ap_refused_is_silent_and_there_is_no_hotspot(make_board):
    board = make_board(faults=["ap-refused"])
    radio = board.module("wifi").radio
    assert radio.start_ap("board", "password") is None
    time.sleep(0.05)
    assert (radio.ap_active, radio.ipv4_address_ap, radio.stations_ap) == (False, None, None)


def test_temperature(make_board):
    board = make_board(faults=["temperature=nan"])
    cpu = board.module("microcontroller").cpu
    assert cpu.temperature is None
    board.faults.set("temperature=-inf")
    assert cpu.temperature == float("-inf")
    board.faults.set("temperature=off")
    assert 20 < (cpu.temperature or 0) < 60


def test_no_nvm(make_board):
    assert make_board(faults=["no-nvm"]).module("microcontroller").nvm is None


def test_a_seed_repeats_the_dice():
    first, second = Faults(7), Faults(7)
    for faults in (first, second):
        faults.set("partial=0.5")
    assert [first.part_of(100) for _ in range(20)] == [second.part_of(100) for _ in range(20)]


@pytest.mark.parametrize("text", ["nonsense", "partial", "partial=x", "partial=2", "no-nvm=3"])
def test_a_wrong_fault_is_explained(text):
    with pytest.raises(ValueError, match=text.partition("=")[0]):
        Faults().set(text)


def test_faults_are_listed_and_switched_off():
    faults = Faults()
    faults.set("partial=0.5")
    faults.set("ap-refused")
    assert faults.settings() == ["partial=0.5", "ap-refused"]
    faults.set("partial=off")
    faults.set("ap-refused=off")
    assert faults.settings() == [] and not faults.on_the_wire

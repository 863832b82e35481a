# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""send: it takes part, or says EAGAIN, in every mode."""

import socket

import pytest


def code(call, *arguments):
    """The error number of a call that fails."""
    with pytest.raises(OSError) as caught:
        call(*arguments)
    return caught.value.errno


def fill(bench, sock, size=5760):
    """Send to a phone that does not read until nothing is taken; how much was."""
    sent = 0
    while True:
        try:
            sent += sock.send(b"x" * size)
        except OSError as error:
            assert error.errno == 11
            bench.network.turn()
            if sock._unacked >= 5760:
                return sent


def test_send_takes_at_most_5760_bytes(bench):
    sock, _ = bench.pair()
    assert sock.send(b"x" * 10000) == 5760


def test_a_full_send_buffer_says_eagain_in_every_mode(bench):
    sock, _ = bench.pair(buffer=2048)
    fill(bench, sock)
    for timeout in (0, 0.05, None):
        sock.settimeout(timeout)
        assert code(sock.send, b"x") == 11


def test_16_queued_writes_say_eagain(bench):
    sock, _ = bench.pair(buffer=2048)
    fill(bench, sock, 4000)
    bench.network.turned_at = float("inf")
    sock._unacked = 0
    sock._writes.clear()
    for _ in range(16):
        assert sock.send(b"x") == 1
    assert code(sock.send, b"x") == 11


def test_what_the_phone_reads_makes_room(bench):
    sock, phone = bench.pair(buffer=2048)
    total = fill(bench, sock)
    got = 0
    while got < total:
        got += len(phone.recv(65536))
        bench.network.turn()
    assert bench.until(lambda: bench.quiet(sock.send, b"x"))


def test_all_that_was_taken_arrives_in_order(bench):
    sock, phone = bench.pair()
    data = bytes(range(256)) * 200
    at = 0
    got = b""
    while at < len(data):
        at += bench.quiet(sock.send, data[at:]) or 0
        got += phone.recv(65536)
        bench.network.turn()
    while len(got) < len(data):
        got += phone.recv(65536)
    assert got == data


def test_a_burst_without_a_turn_of_the_network_is_cut_at_5760(bench):
    sock, _ = bench.pair()
    bench.network.turned_at = float("inf")
    sent = [sock.send(b"x" * 1000) for _ in range(6)]
    assert sum(sent) == 5760
    assert code(sock.send, b"x") == 11


def test_send_of_nothing_gives_0(bench):
    sock, _ = bench.pair()
    assert sock.send(b"") == 0


def test_send_after_rst_raises_econnreset_then_epipe(bench):
    sock, phone = bench.pair()
    bench.reset(phone)
    numbers = []

    def twice():
        try:
            sock.send(b"x")
        except OSError as error:
            numbers.append((error.errno, type(error).__name__))
        return len(numbers) == 2

    bench.until(twice)
    assert numbers == [(104, "OSError"), (32, "BrokenPipeError")]


def test_send_after_fin_was_seen_raises_epipe(bench):
    sock, phone = bench.pair()
    phone.close()
    bench.until(lambda: code(sock.recv_into, bytearray(1)) == 128)
    assert code(sock.send, b"x") == 32


def test_send_after_fin_that_was_not_seen_is_taken(bench):
    sock, phone = bench.pair()
    phone.close()
    assert sock.send(b"x") == 1


def test_send_on_a_closed_socket_raises_ebadf(bench):
    sock, _ = bench.pair()
    sock.close()
    assert code(sock.send, b"x") == 9


def test_send_without_a_connection_raises_epipe(bench):
    assert code(bench.pool.socket().send, b"x") == 32


def test_sendall_raises_eagain_with_part_already_sent(bench):
    sock, phone = bench.pair()
    bench.network.turned_at = float("inf")
    assert code(sock.sendall, b"x" * 8000) == 11
    assert len(phone.recv(65536)) > 0


def test_sendall_of_little_gives_none(bench):
    sock, phone = bench.pair()
    assert sock.sendall(b"hello") is None
    assert phone.recv(10) == b"hello"


def test_a_stalled_phone_is_noticed_where_the_pc_does_not_tell_what_it_holds(bench, monkeypatch):
    monkeypatch.setattr("simulator.modules.socketpool.unsent", lambda sock: 0)
    sock, phone = bench.pair(buffer=2048)
    sock._host.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
    total = fill(bench, sock)
    got = 0
    while got < total:
        got += len(phone.recv(65536))
        bench.network.turn()
    assert bench.until(lambda: bench.quiet(sock.send, b"x"))

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""select: poll() and select()."""

import threading
import time

import pytest


@pytest.fixture
def select(bench):
    return bench.board.module("select")


@pytest.fixture
def poll(select):
    return select.poll()


def test_data_and_fin_are_pollin(bench, poll):
    sock, client = bench.pair()
    poll.register(sock, 1)
    assert list(poll.ipoll(0)) == []
    client.sendall(b"x")
    assert list(poll.ipoll(5000)) == [(sock, 1)]
    assert bench.receive(sock, 1) == b"x"
    client.close()
    assert list(poll.ipoll(5000)) == [(sock, 1)]


def test_rst_stays_pollin(bench, poll):
    sock, client = bench.pair()
    poll.register(sock, 1)
    bench.reset(client)
    for _ in range(3):
        assert list(poll.ipoll(5000)) == [(sock, 1)]
        with pytest.raises(OSError):
            sock.recv_into(bytearray(1))


def test_connection_is_pollin_on_listener(bench, poll):
    listener = bench.listener()
    poll.register(listener, 1)
    assert poll.poll(0) == []
    bench.client()
    assert poll.poll(5000) == [(listener, 1)]
    assert bench.accept(listener)
    poll.register(listener, 5)  # but never POLLOUT
    assert poll.poll(0) == []


def test_connection_of_station_out_of_range_is_not_pollin(bench, poll):
    listener = bench.listener()
    poll.register(listener, 1)
    bench.network.leave("127.0.0.2")
    bench.client()
    assert poll.poll(50) == []
    bench.network.join("127.0.0.2")
    assert poll.poll(5000) == [(listener, 1)]


def test_pollout_needs_more_than_2881_free_bytes_and_fewer_than_8_writes(bench, poll):
    sock, _ = bench.pair()
    poll.register(sock, 4)
    for unacked, writes, writable in ((2878, 7, True), (2879, 7, False), (2878, 8, False)):
        sock._unacked = unacked
        sock._writes.clear()
        sock._writes.extend(range(writes))
        assert poll.poll(0) == ([(sock, 4)] if writable else [])


def test_pollout_when_client_reads(bench, poll):
    sock, client = bench.pair(buffer=2048)
    while sock._unacked < 5760:
        bench.quiet(sock.send, b"x" * 5760)
        bench.network.turn()
    poll.register(sock, 4)
    assert poll.poll(0) == []
    reader = threading.Thread(target=lambda: list(iter(lambda: client.recv(65536), b"")))
    reader.start()
    assert poll.poll(5000) == [(sock, 4)]
    sock.close()  # ends the reader
    reader.join()
    client.close()


def test_poll_does_not_busy_wait(bench, poll):
    sock, _ = bench.pair()
    poll.register(sock, 1)
    used, start = time.process_time(), time.monotonic()
    poll.poll(200)
    assert time.monotonic() - start >= 0.2
    assert time.process_time() - used < 0.1


def test_closed_socket_is_pollin_and_pollout(bench, poll):
    sock, _ = bench.pair()
    poll.register(sock)
    sock.close()
    assert poll.poll(0) == [(sock, 5)]


def test_unregister_and_modify(bench, poll):
    sock, _ = bench.pair()
    poll.register(sock)
    assert poll.poll(0) == [(sock, 4)]
    poll.modify(sock, 1)
    assert poll.poll(0) == []
    poll.unregister(sock)
    for call in (lambda: poll.modify(sock, 1), lambda: poll.register(object())):
        with pytest.raises(OSError):
            call()


def test_select(bench, select):
    sock, client = bench.pair()
    assert select.select([sock], [sock], [sock], 0) == ([], [sock], [])
    client.sendall(b"x")
    assert select.select([sock], [], [], 5) == ([sock], [], [])
    assert select.select([], [], [], 0.01) == ([], [], [])


def test_poll_on_pc_without_poll(bench, select, monkeypatch):
    monkeypatch.delattr("select.poll", raising=False)
    poll = select.poll()
    sock, client = bench.pair()
    poll.register(sock, 1)
    assert poll.poll(10) == []
    client.sendall(b"x")
    assert poll.poll(5000) == [(sock, 1)]

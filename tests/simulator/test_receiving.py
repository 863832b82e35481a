# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""recv_into, in its three modes."""

import select
import time

import pytest


def code(call, *arguments):
    """The error number of a call that fails."""
    with pytest.raises(OSError) as caught:
        call(*arguments)
    return caught.value.errno


def news(sock):
    """Has the PC something for the board's socket?"""
    return select.select((sock.host,), (), (), 0)[0]


@pytest.fixture
def buffer():
    return bytearray(100)


def settled(bench, sock):
    """The error number once it is not EAGAIN."""
    buffer = bytearray(10)

    def found():
        number = code(sock.recv_into, buffer)
        return number if number != 11 else None

    return bench.until(found)


def test_an_accepted_socket_does_not_wait(bench, buffer):
    sock, _ = bench.pair()
    assert code(sock.recv_into, buffer) == 11


def test_recv_into_gives_what_there_is(bench):
    sock, phone = bench.pair()
    phone.sendall(b"hello")
    assert bench.receive(sock, 5) == b"hello"


def test_recv_into_merges_segments(bench):
    sock, phone = bench.pair()
    phone.sendall(b"ab")
    phone.sendall(b"cd")
    buffer = bytearray(10)
    time.sleep(0.02)
    assert sock.recv_into(buffer) == 4


def test_recv_into_takes_at_most_bufsize(bench, buffer):
    sock, phone = bench.pair()
    phone.sendall(b"hello")
    assert bench.until(lambda: bench.quiet(sock.recv_into, buffer, 2)) == 2
    assert sock.recv_into(buffer, -1) == 3


def test_recv_into_raises_valueerror_for_more_than_the_buffer(bench):
    sock, _ = bench.pair()
    with pytest.raises(ValueError, match="^buffer too small for requested bytes$"):
        sock.recv_into(bytearray(4), 5)


def test_recv_into_an_empty_buffer_gives_0(bench):
    sock, _ = bench.pair()
    assert sock.recv_into(bytearray(0)) == 0


def test_recv_into_raises_enotconn_at_fin(bench, buffer):
    sock, phone = bench.pair()
    phone.sendall(b"bye")
    phone.close()
    assert bench.receive(sock, 3) == b"bye"
    assert settled(bench, sock) == 128
    assert code(sock.recv_into, buffer) == 128


def test_recv_into_after_rst_says_eagain_eagain_enotconn(bench, buffer):
    sock, phone = bench.pair()
    bench.reset(phone)
    bench.until(lambda: news(sock))
    assert [code(sock.recv_into, buffer) for _ in range(4)] == [11, 11, 128, 128]


def test_recv_into_with_a_timeout_raises_etimedout(bench, buffer):
    sock, _ = bench.pair()
    sock.settimeout(0.02)
    start = time.monotonic()
    assert code(sock.recv_into, buffer) == 116
    assert time.monotonic() - start >= 0.02


def test_recv_into_with_a_timeout_gives_0_once_at_fin_then_etimedout(bench, buffer):
    sock, phone = bench.pair()
    phone.close()
    sock.settimeout(2)
    assert sock.recv_into(buffer) == 0
    sock.settimeout(0.02)
    assert code(sock.recv_into, buffer) == 116


def test_recv_into_with_a_timeout_raises_etimedout_after_rst(bench, buffer):
    sock, phone = bench.pair()
    bench.reset(phone)
    sock.settimeout(0.05)
    assert code(sock.recv_into, buffer) == 116


def test_recv_into_that_waits_for_ever_gets_data(bench, buffer):
    sock, phone = bench.pair()
    sock.settimeout(None)
    phone.sendall(b"x")
    assert sock.recv_into(buffer) == 1


def test_a_timeout_below_a_millisecond_is_none_at_all(bench, buffer):
    sock, _ = bench.pair()
    sock.settimeout(0.0009)
    assert code(sock.recv_into, buffer) == 11


def test_data_that_arrives_as_the_timeout_expires_is_lost(bench, buffer, monkeypatch):
    sock, phone = bench.pair()
    sock.settimeout(0.05)
    phone.sendall(b"lost")
    bench.until(lambda: news(sock))
    monkeypatch.setattr(type(sock), "_deadline", lambda self: 0.0)
    assert code(sock.recv_into, buffer) == 116
    sock.settimeout(0)
    assert code(sock.recv_into, buffer) == 11


def test_recv_into_a_socket_without_a_connection_raises_enotconn(bench, buffer):
    sock = bench.pool.socket()
    sock.settimeout(0)
    assert code(sock.recv_into, buffer) == 128


def test_recv_into_a_closed_socket_raises_ebadf(bench, buffer):
    sock, _ = bench.pair()
    sock.close()
    assert code(sock.recv_into, buffer) == 9

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""UDP, as a DNS responder uses it."""

import socket

import pytest


@pytest.fixture
def responder(bench):
    sock = bench.pool.socket(bench.pool.AF_INET, bench.pool.SOCK_DGRAM)
    sock.bind(("0.0.0.0", 53))
    sock.settimeout(0)
    return sock


@pytest.fixture
def phone(bench, responder):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.2", 0))
        phone.settimeout(5)
        phone.connect(("127.0.0.1", bench.network.host_port(53, datagrams=True)))
        yield phone


def test_a_datagram_is_received_with_its_source_and_answered(bench, responder, phone):
    phone.send(b"query")
    buffer = bytearray(64)
    size, address = bench.until(lambda: bench.quiet(responder.recvfrom_into, buffer))
    assert (bytes(buffer[:size]), address) == (b"query", phone.getsockname())
    assert responder.sendto(b"answer", address) == 6
    assert phone.recv(64) == b"answer"


def test_a_datagram_that_does_not_fit_is_cut(bench, responder, phone):
    phone.send(b"0123456789")
    buffer = bytearray(4)
    size, _ = bench.until(lambda: bench.quiet(responder.recvfrom_into, buffer))
    assert (size, buffer) == (4, b"0123")


def test_no_datagram_says_eagain_or_etimedout(bench, responder):
    for timeout, number in ((0, 11), (0.02, 116)):
        responder.settimeout(timeout)
        with pytest.raises(OSError) as caught:
            responder.recvfrom_into(bytearray(4))
        assert caught.value.errno == number


def test_sendto_on_tcp_is_a_broken_pipe(bench):
    with pytest.raises(OSError) as caught:
        bench.pool.socket().sendto(b"x", ("127.0.0.1", 1))
    assert caught.value.errno == 32


def test_the_udp_port_of_the_pc_is_told(bench, responder, printed):
    port = bench.network.host_port(53, datagrams=True)
    assert f"simulator: board port 53/udp is 127.0.0.1:{port}\n" in printed


def test_a_phone_that_has_left_is_not_heard(bench, responder, phone):
    bench.network.join("127.0.0.2")
    bench.network.leave("127.0.0.2")
    phone.send(b"query")
    bench.network.join("127.0.0.3")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.3", 0))
        other.sendto(b"other", phone.getpeername())
        buffer = bytearray(64)
        size, _ = bench.until(lambda: bench.quiet(responder.recvfrom_into, buffer))
    assert buffer[:size] == b"other"

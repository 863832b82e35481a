# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Eight sockets, and who may have one."""

import pytest


def test_eight_sockets_in_all_then_out_of_sockets(bench):
    sockets = [bench.pool.socket() for _ in range(8)]
    with pytest.raises(RuntimeError, match="^Out of sockets$"):
        bench.pool.socket()
    sockets.pop().close()
    assert bench.pool.socket()


def test_two_pools_share_the_table(bench):
    wifi = bench.board.module("wifi")
    other = bench.board.module("socketpool").SocketPool(wifi.radio)
    sockets = [bench.pool.socket() for _ in range(8)]
    with pytest.raises(RuntimeError):
        other.socket()
    assert sockets


def test_an_unreferenced_socket_is_closed(bench):
    for _ in range(20):
        bench.pool.socket()


def test_accept_with_a_full_table_says_eagain_and_closes_the_connection(bench):
    listener = bench.listener()
    sockets = [bench.pool.socket() for _ in range(7)]
    phone = bench.phone()

    def accepted():
        with pytest.raises(OSError) as caught:
            listener.accept()
        assert caught.value.errno == 11
        return not bench.network._silent

    accepted()
    assert bench.until(lambda: accepted() and phone.recv(1) == b"")
    assert len(sockets) == 7


def test_the_pool_takes_only_the_radio(bench):
    with pytest.raises(ValueError):
        bench.board.module("socketpool").SocketPool(object())


def test_a_bad_family_is_not_implemented(bench):
    with pytest.raises(NotImplementedError):
        bench.pool.socket(99)


def test_a_socket_has_exactly_the_methods_of_the_board(bench):
    methods = """
        accept bind close connect listen recvfrom_into recv_into send sendall sendto setblocking
        setsockopt settimeout type
    """.split()
    sock = bench.pool.socket()
    assert all(hasattr(sock, name) for name in methods)
    absent = "recv recvfrom makefile fileno getpeername getsockname shutdown getsockopt detach"
    assert not any(hasattr(sock, name) for name in absent.split())


def test_a_socket_is_a_context_manager(bench):
    with bench.pool.socket() as sock:
        assert bench.network.free_slots() == 7
    assert bench.network.free_slots() == 8
    sock.close()


def test_the_numbers_of_the_pool_are_lwips(bench):
    pool = bench.pool
    assert (pool.AF_INET, pool.SOCK_STREAM, pool.SOCK_DGRAM) == (2, 1, 2)
    assert (pool.SOL_SOCKET, pool.SO_REUSEADDR) == (0xFFF, 4)
    assert (pool.IPPROTO_TCP, pool.TCP_NODELAY) == (6, 1)


def test_getaddrinfo_knows_addresses_and_no_names(bench):
    found = bench.pool.getaddrinfo("192.168.4.7", 80)
    assert found == [(2, 1, 0, "", ("192.168.4.7", 80))]
    with pytest.raises(bench.pool.gaierror) as caught:
        bench.pool.getaddrinfo("example.com", 80)
    assert caught.value.args == (-2, "Name or service not known")

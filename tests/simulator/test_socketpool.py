# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""bind, listen, accept and setsockopt."""

import pytest


def code(call, *arguments):
    """The error number of a call that fails."""
    with pytest.raises(OSError) as caught:
        call(*arguments)
    return caught.value.errno


def tcp(bench, reuse=False):
    sock = bench.pool.socket()
    if reuse:
        sock.setsockopt(bench.pool.SOL_SOCKET, bench.pool.SO_REUSEADDR, 1)
    return sock


def test_accept_gives_the_connection_and_the_phones_address(bench):
    listener = bench.listener()
    phone = bench.phone(address="127.0.0.3")
    sock, address = bench.until(lambda: bench.quiet(listener.accept))
    assert address == phone.getsockname()
    assert sock.type == bench.pool.SOCK_STREAM


def test_accept_with_nothing_pending_says_eagain_or_etimedout(bench):
    listener = bench.listener()
    assert code(listener.accept) == 11
    listener.settimeout(0.02)
    assert code(listener.accept) == 116


def test_accept_hides_every_error(bench):
    sock = bench.pool.socket()
    sock.settimeout(0)
    assert code(sock.accept) == 11


def test_a_connection_that_arrives_as_the_timeout_expires_is_leaked(bench, monkeypatch):
    listener = bench.listener()
    bench.phone()
    listener.settimeout(1)
    monkeypatch.setattr(type(listener), "_deadline", lambda self: 0.0)
    assert code(listener.accept) == 116
    assert bench.network.free_slots() == 6


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [(False, False, True), (True, False, True), (False, True, True), (True, True, False)],
)
def test_a_port_in_use_is_free_only_if_both_have_reuseaddr(bench, first, second, taken):
    one, two = tcp(bench, first), tcp(bench, second)
    one.bind(("", 80))
    if taken:
        assert code(two.bind, ("", 80)) == 112
    else:
        two.bind(("", 80))


def test_a_second_listener_at_a_port_fails_in_silence(bench):
    listener = bench.listener()
    other = tcp(bench, reuse=True)
    other.bind(("", 80))
    assert other.listen(4) is None
    other.settimeout(0)
    bench.phone()
    assert code(other.accept) == 11
    assert bench.accept(listener)


def test_a_port_rests_after_the_board_has_closed_a_connection(bench):
    sock, _ = bench.pair()
    sock.close()
    bench.kept.close()
    assert code(tcp(bench).bind, ("", 80)) == 112
    tcp(bench, reuse=True).bind(("", 80))


def test_a_port_does_not_rest_after_the_phone_has_closed_first(bench):
    sock, phone = bench.pair()
    phone.close()
    bench.until(lambda: code(sock.recv_into, bytearray(1)) == 128)
    sock.close()
    bench.kept.close()
    tcp(bench).bind(("", 80))


def test_bind_to_a_negative_port_is_a_valueerror(bench):
    with pytest.raises(ValueError):
        bench.pool.socket().bind(("", -1))


def test_bind_to_a_name_is_a_gaierror(bench):
    with pytest.raises(bench.pool.gaierror):
        bench.pool.socket().bind(("esp.local", 80))


def test_bind_twice_fails(bench):
    sock = tcp(bench)
    sock.bind(("", 80))
    assert code(sock.bind, ("", 81)) == 22


def test_listen_needs_a_backlog(bench):
    with pytest.raises(TypeError):
        tcp(bench).listen()


def test_listen_never_fails(bench):
    sock = tcp(bench)
    sock.close()
    assert sock.listen(4) is None


def test_a_full_backlog_drops_the_next_phone_in_silence(bench):
    listener = bench.listener(backlog=2)
    with pytest.raises(TimeoutError):
        for _ in range(5):
            bench.phone(timeout=0.2)
    assert listener


def test_the_port_of_the_pc_is_told_in_one_line(bench, printed):
    listener = bench.listener()
    port = bench.network.host_port(80)
    assert f"simulator: board port 80 is http://127.0.0.1:{port}/\n" in printed
    listener.close()


def test_the_port_of_the_pc_stays_the_same(bench):
    bench.listener().close()
    port = bench.network.host_port(80)
    listener = bench.listener()
    assert bench.network.host_port(80) == port
    listener.close()


OPTIONS = [
    ("SO_REUSEADDR", 0xFFF, 4, None),
    ("SO_KEEPALIVE", 0xFFF, 8, None),
    ("TCP_NODELAY", 6, 1, None),
    ("TCP_KEEPIDLE", 6, 3, None),
    ("SO_LINGER", 0xFFF, 0x80, 109),
    ("SO_SNDBUF", 0xFFF, 0x1001, 109),
    ("the PC's SO_REUSEADDR", 1, 2, 109),
]


@pytest.mark.parametrize(("name", "level", "option", "error"), OPTIONS)
def test_setsockopt(bench, name, level, option, error):
    sock, _ = bench.pair()
    if error:
        assert code(sock.setsockopt, level, option, 1) == error
    else:
        sock.setsockopt(level, option, 1)
        sock.setsockopt(level, option, b"\x01\0\0\0")


def test_setsockopt_of_tcp_on_a_listener_is_einval(bench):
    assert code(bench.listener().setsockopt, 6, 1, 1) == 22


def test_setsockopt_on_a_closed_socket_is_ebadf(bench):
    sock, _ = bench.pair()
    sock.close()
    assert code(sock.setsockopt, 6, 1, 1) == 9


def test_connect_reaches_a_server_and_says_who_refuses(bench):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        sock = tcp(bench)
        sock.settimeout(2)
        sock.connect(server.getsockname())
        peer, _ = server.accept()
        with peer:
            assert sock.send(b"hi") == 2
            assert peer.recv(2) == b"hi"
        address = server.getsockname()
    other = tcp(bench)
    other.settimeout(2)
    assert code(other.connect, address) == 111

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""socketpool: the socket table, and TCP and UDP sockets with lwIP's rules."""

import select
import socket
import time

import pytest

SEND_BUFFER = 5760


@pytest.fixture
def buffer():
    return bytearray(100)


def wait_for_host(bench, sock):
    """Wait until the PC's socket has something for the board's."""
    bench.until(lambda: select.select((sock.host,), (), (), 0)[0])


def fill(bench, sock, size=SEND_BUFFER):
    """Send to a client that does not read until the buffer is full; return the bytes taken."""
    sent = 0
    while True:
        try:
            sent += sock.send(b"x" * size)
        except OSError as error:
            assert error.errno == 11
            bench.network.turn()
            if sock._unacked >= SEND_BUFFER:
                return sent


# The pool and the table


def test_ninth_socket_is_out_of_sockets(bench):
    for _ in range(20):
        bench.pool.socket()  # closed as soon as nothing refers to it
    other = bench.board.module("socketpool").SocketPool(bench.board.radio)
    sockets = [bench.pool.socket() for _ in range(8)]
    for pool in (bench.pool, other):
        with pytest.raises(RuntimeError, match="^Out of sockets$"):
            pool.socket()
    sockets.pop().close()
    assert other.socket()


def test_context_manager_closes_and_close_may_repeat(bench):
    with bench.pool.socket() as sock:
        assert bench.network.free_slots() == 7
    assert bench.network.free_slots() == 8
    sock.close()


def test_accept_with_full_table_is_eagain_and_closes_connection(bench):
    listener = bench.listener()
    sockets = [bench.pool.socket() for _ in range(7)]
    client = bench.client()

    def accepted():
        assert bench.error(listener.accept) == "EAGAIN"
        return not bench.network._silent

    assert bench.until(lambda: accepted() and client.recv(1) == b"")
    assert len(sockets) == 7


def test_wrong_arguments(bench):
    pool = bench.pool
    with pytest.raises(ValueError):
        bench.board.module("socketpool").SocketPool(object())
    with pytest.raises(NotImplementedError):
        pool.socket(99)
    with pytest.raises(TypeError):
        pool.socket().listen()
    for address, error in ((("", -1), ValueError), (("esp.local", 80), pool.gaierror)):
        with pytest.raises(error):
            pool.socket().bind(address)
    listener = bench.listener()
    assert bench.error(listener.bind, ("", 81)) == "EINVAL"
    assert bench.error(listener.setsockopt, 6, 1, 1) == "EINVAL"
    assert bench.error(pool.socket().sendto, b"x", ("127.0.0.1", 1)) == "EPIPE"


def test_socket_methods(bench):
    methods = """
        accept bind close connect listen recvfrom_into recv_into send sendall sendto setblocking
        setsockopt settimeout type
    """.split()
    sock = bench.pool.socket()
    assert all(hasattr(sock, name) for name in methods)
    absent = "recv recvfrom makefile fileno getpeername getsockname shutdown getsockopt detach"
    assert not any(hasattr(sock, name) for name in absent.split())


def test_constants_are_lwips(bench):
    pool = bench.pool
    assert (pool.AF_INET, pool.SOCK_STREAM, pool.SOCK_DGRAM) == (2, 1, 2)
    assert (pool.SOL_SOCKET, pool.SO_REUSEADDR) == (0xFFF, 4)
    assert (pool.IPPROTO_TCP, pool.TCP_NODELAY) == (6, 1)


def test_getaddrinfo_of_name_is_gaierror(bench):
    found = bench.pool.getaddrinfo("192.168.4.7", 80)
    assert found == [(2, 1, 0, "", ("192.168.4.7", 80))]
    with pytest.raises(bench.pool.gaierror) as caught:
        bench.pool.getaddrinfo("example.com", 80)
    assert caught.value.args == (-2, "Name or service not known")


# Options

OPTIONS = [
    ("SO_REUSEADDR", 0xFFF, 4, None),
    ("SO_KEEPALIVE", 0xFFF, 8, None),
    ("TCP_NODELAY", 6, 1, None),
    ("TCP_KEEPIDLE", 6, 3, None),
    ("SO_LINGER", 0xFFF, 0x80, "ENOPROTOOPT"),
    ("SO_SNDBUF", 0xFFF, 0x1001, "ENOPROTOOPT"),
    ("the PC's SO_REUSEADDR", 1, 2, "ENOPROTOOPT"),
]


@pytest.mark.parametrize(("name", "level", "option", "error"), OPTIONS)
def test_setsockopt(bench, name, level, option, error):
    sock, _ = bench.pair()
    if error:
        assert bench.error(sock.setsockopt, level, option, 1) == error
    else:
        sock.setsockopt(level, option, 1)
        sock.setsockopt(level, option, b"\x01\0\0\0")


def test_closed_socket_is_ebadf(bench, buffer):
    sock, _ = bench.pair()
    sock.close()
    assert bench.error(sock.setsockopt, 6, 1, 1) == "EBADF"
    assert bench.error(sock.recv_into, buffer) == "EBADF"
    assert bench.error(sock.send, b"x") == "EBADF"
    assert sock.listen(4) is None  # which never fails


# Listening


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [(False, False, True), (True, False, True), (False, True, True), (True, True, False)],
)
def test_bind_to_port_in_use_is_eaddrinuse_unless_both_reuse(bench, first, second, taken):
    one, two = bench.socket(first), bench.socket(second)
    one.bind(("", 80))
    if taken:
        assert bench.error(two.bind, ("", 80)) == "EADDRINUSE"
    else:
        two.bind(("", 80))


def test_port_is_in_time_wait_after_board_closed_first(bench):
    sock, _ = bench.pair()
    sock.close()
    bench.kept.close()
    assert bench.error(bench.socket().bind, ("", 80)) == "EADDRINUSE"
    bench.socket(reuse=True).bind(("", 80))


def test_port_is_free_after_client_closed_first(bench):
    sock, client = bench.pair()
    client.close()
    bench.until(lambda: bench.error(sock.recv_into, bytearray(1)) == "ENOTCONN")
    sock.close()
    bench.kept.close()
    bench.socket().bind(("", 80))


def test_full_backlog_drops_syn(bench):
    listener = bench.listener(backlog=2)
    with pytest.raises(TimeoutError):
        for _ in range(5):
            bench.client(timeout=0.2)
    assert listener


def test_second_listener_on_port_accepts_nothing(bench):
    listener = bench.listener()
    other = bench.listener()
    bench.client()
    assert bench.error(other.accept) == "EAGAIN"
    assert bench.accept(listener)


def test_host_port_is_printed_and_stays(bench, printed):
    bench.listener().close()
    port = bench.network.host_port(80)
    assert f"simulator: board port 80 is http://127.0.0.1:{port}/\n" in printed
    bench.listener().close()
    assert bench.network.host_port(80) == port


def test_accept_returns_socket_and_address(bench):
    listener = bench.listener()
    client = bench.client(address="127.0.0.3")
    sock, address = bench.until(lambda: bench.quiet(listener.accept))
    assert address == client.getsockname()
    assert sock.type == bench.pool.SOCK_STREAM
    assert bench.error(sock.recv_into, bytearray(1)) == "EAGAIN"  # it does not block


def test_accept_of_nothing_is_eagain_or_etimedout(bench):
    listener = bench.listener()
    assert bench.error(listener.accept) == "EAGAIN"
    listener.settimeout(0.02)
    assert bench.error(listener.accept) == "ETIMEDOUT"
    sock = bench.socket()  # which does not listen
    sock.settimeout(0)
    assert bench.error(sock.accept) == "EAGAIN"


def test_accept_at_timeout_leaks_connection(bench, monkeypatch):
    listener = bench.listener()
    bench.client()
    listener.settimeout(1)
    monkeypatch.setattr(type(listener), "_deadline", lambda self: 0.0)
    assert bench.error(listener.accept) == "ETIMEDOUT"
    assert bench.network.free_slots() == 6


# Connecting


def test_connect_and_econnrefused(bench):
    with socket.create_server(("127.0.0.1", 0)) as server:
        sock = bench.socket()
        sock.settimeout(2)
        sock.connect(server.getsockname())
        peer, _ = server.accept()
        with peer:
            assert sock.send(b"hi") == 2
            assert peer.recv(2) == b"hi"
        address = server.getsockname()
    other = bench.socket()
    other.settimeout(2)
    assert bench.error(other.connect, address) == "ECONNREFUSED"


def test_unconnected_socket_is_enotconn_and_epipe(bench, buffer):
    sock = bench.socket()
    sock.settimeout(0)
    assert bench.error(sock.recv_into, buffer) == "ENOTCONN"
    assert bench.error(sock.send, b"x") == "EPIPE"


# Receiving


def test_recv_into_merges_segments(bench, buffer):
    sock, client = bench.pair()
    client.sendall(b"ab")
    client.sendall(b"cd")
    time.sleep(0.02)
    assert sock.recv_into(buffer) == 4


def test_recv_into_bufsize(bench, buffer):
    sock, client = bench.pair()
    client.sendall(b"hello")
    assert bench.until(lambda: bench.quiet(sock.recv_into, buffer, 2)) == 2
    assert sock.recv_into(buffer, -1) == 3
    assert sock.recv_into(bytearray(0)) == 0
    with pytest.raises(ValueError, match="^buffer too small for requested bytes$"):
        sock.recv_into(bytearray(4), 5)


def test_recv_into_after_fin_is_enotconn(bench, buffer):
    sock, client = bench.pair()
    client.sendall(b"bye")
    client.close()
    assert bench.receive(sock, 3) == b"bye"
    bench.until(lambda: bench.error(sock.recv_into, buffer) != "EAGAIN")
    assert bench.error(sock.recv_into, buffer) == "ENOTCONN"


def test_recv_into_after_rst_is_eagain_twice_then_enotconn(bench, buffer):
    sock, client = bench.pair()
    bench.reset(client)
    wait_for_host(bench, sock)
    errors = [bench.error(sock.recv_into, buffer) for _ in range(4)]
    assert errors == ["EAGAIN", "EAGAIN", "ENOTCONN", "ENOTCONN"]


@pytest.mark.parametrize(
    ("timeout", "rst", "error"),
    [(0.02, False, "ETIMEDOUT"), (0.05, True, "ETIMEDOUT"), (0.0009, False, "EAGAIN")],
)
def test_recv_into_with_timeout(bench, buffer, timeout, rst, error):
    sock, client = bench.pair()
    if rst:
        bench.reset(client)
    sock.settimeout(timeout)
    start = time.monotonic()
    assert bench.error(sock.recv_into, buffer) == error
    assert error == "EAGAIN" or time.monotonic() - start >= timeout


def test_recv_into_with_timeout_after_fin_is_0_then_etimedout(bench, buffer):
    sock, client = bench.pair()
    client.close()
    sock.settimeout(2)
    assert sock.recv_into(buffer) == 0
    sock.settimeout(0.02)
    assert bench.error(sock.recv_into, buffer) == "ETIMEDOUT"


def test_recv_into_without_timeout_blocks(bench, buffer):
    sock, client = bench.pair()
    sock.settimeout(None)
    client.sendall(b"x")
    assert sock.recv_into(buffer) == 1


def test_recv_into_at_timeout_loses_data(bench, buffer, monkeypatch):
    sock, client = bench.pair()
    sock.settimeout(0.05)
    client.sendall(b"lost")
    wait_for_host(bench, sock)
    monkeypatch.setattr(type(sock), "_deadline", lambda self: 0.0)
    assert bench.error(sock.recv_into, buffer) == "ETIMEDOUT"
    sock.settimeout(0)
    assert bench.error(sock.recv_into, buffer) == "EAGAIN"


# Sending


def test_send_to_full_buffer_is_eagain_in_every_mode(bench):
    sock, _ = bench.pair(buffer=2048)
    fill(bench, sock)
    for timeout in (0, 0.05, None):
        sock.settimeout(timeout)
        assert bench.error(sock.send, b"x") == "EAGAIN"


def test_send_buffer_is_5760_bytes(bench):
    sock, _ = bench.pair()
    bench.network.turned_at = float("inf")
    assert sum(sock.send(b"x" * 1000) for _ in range(6)) == SEND_BUFFER
    assert bench.error(sock.send, b"x") == "EAGAIN"


def test_send_queue_is_16_writes(bench):
    sock, _ = bench.pair(buffer=2048)
    fill(bench, sock, 4000)
    bench.network.turned_at = float("inf")
    sock._unacked = 0
    sock._writes.clear()
    for _ in range(16):
        assert sock.send(b"x") == 1
    assert bench.error(sock.send, b"x") == "EAGAIN"


@pytest.mark.parametrize("host_tells_unsent", [True, False])
def test_acknowledged_bytes_make_room(bench, monkeypatch, host_tells_unsent):
    sock, client = bench.pair(buffer=2048)
    if not host_tells_unsent:
        monkeypatch.setattr("simulator.modules.socketpool.unsent", lambda sock: 0)
        sock._host.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2048)
    bench.drain(client, fill(bench, sock))
    assert bench.until(lambda: bench.quiet(sock.send, b"x"))


def test_sent_bytes_arrive_in_order(bench):
    sock, client = bench.pair()
    data = bytes(range(256)) * 200
    at = 0
    got = b""
    while at < len(data):
        at += bench.quiet(sock.send, data[at:]) or 0
        got += client.recv(65536)
        bench.network.turn()
    while len(got) < len(data):
        got += client.recv(65536)
    assert got == data


def test_send_of_nothing_and_sendall(bench):
    sock, client = bench.pair()
    assert sock.send(b"") == 0
    assert sock.sendall(b"hello") is None
    assert client.recv(10) == b"hello"


def test_send_after_rst_is_econnreset_then_epipe(bench):
    sock, client = bench.pair()
    bench.reset(client)
    errors = []

    def twice():
        try:
            sock.send(b"x")
        except OSError as error:
            errors.append((error.errno, type(error).__name__))
        return len(errors) == 2

    bench.until(twice)
    assert errors == [(104, "OSError"), (32, "BrokenPipeError")]


def test_send_after_fin_is_epipe_once_received(bench):
    sock, client = bench.pair()
    client.close()
    assert sock.send(b"x") == 1
    bench.until(lambda: bench.error(sock.recv_into, bytearray(1)) == "ENOTCONN")
    assert bench.error(sock.send, b"x") == "EPIPE"


def test_sendall_is_eagain_with_part_sent(bench):
    sock, client = bench.pair()
    bench.network.turned_at = float("inf")
    assert bench.error(sock.sendall, b"x" * 8000) == "EAGAIN"
    assert len(client.recv(65536)) > 0


# Closing


def test_close_sends_the_rest_then_fin(bench):
    sock, client = bench.pair(buffer=2048)
    total = fill(bench, sock, 3000)
    sock.close()
    bench.drain(client, total)
    assert client.recv(1) == b""


def test_close_with_unread_data_is_rst(bench):
    sock, client = bench.pair()
    client.sendall(b"unread")
    wait_for_host(bench, sock)
    sock.close()
    with pytest.raises(ConnectionResetError):
        client.recv(1)


def test_end_of_code_closes_every_socket(bench):
    sock, client = bench.pair()
    bench.board._end()
    assert client.recv(1) == b""
    assert bench.network.sockets() == []
    assert sock._fd == -1


# UDP


@pytest.fixture
def responder(bench):
    sock = bench.pool.socket(bench.pool.AF_INET, bench.pool.SOCK_DGRAM)
    sock.bind(("0.0.0.0", 53))
    sock.settimeout(0)
    return sock


@pytest.fixture
def client(bench, responder):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.bind(("127.0.0.2", 0))
        client.settimeout(5)
        client.connect(("127.0.0.1", bench.network.host_port(53, datagrams=True)))
        yield client


def test_recvfrom_into_and_sendto(bench, responder, client, buffer):
    client.send(b"query")
    size, address = bench.until(lambda: bench.quiet(responder.recvfrom_into, buffer))
    assert (bytes(buffer[:size]), address) == (b"query", client.getsockname())
    assert responder.sendto(b"answer", address) == 6
    assert client.recv(64) == b"answer"


def test_recvfrom_into_cuts_datagram(bench, responder, client):
    client.send(b"0123456789")
    buffer = bytearray(4)
    size, _ = bench.until(lambda: bench.quiet(responder.recvfrom_into, buffer))
    assert (size, buffer) == (4, b"0123")


def test_recvfrom_into_of_nothing_is_eagain_or_etimedout(bench, responder, buffer):
    for timeout, error in ((0, "EAGAIN"), (0.02, "ETIMEDOUT")):
        responder.settimeout(timeout)
        assert bench.error(responder.recvfrom_into, buffer) == error


def test_udp_host_port_is_printed(bench, responder, printed):
    port = bench.network.host_port(53, datagrams=True)
    assert f"simulator: board port 53/udp is 127.0.0.1:{port}\n" in printed


def test_datagram_of_station_out_of_range_is_dropped(bench, responder, client, buffer):
    bench.network.join("127.0.0.2")
    bench.network.leave("127.0.0.2")
    client.send(b"query")
    bench.network.join("127.0.0.3")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.3", 0))
        other.sendto(b"other", client.getpeername())
        size, _ = bench.until(lambda: bench.quiet(responder.recvfrom_into, buffer))
    assert buffer[:size] == b"other"

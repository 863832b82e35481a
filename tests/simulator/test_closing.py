# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""close: what is lost, what is not."""

import pytest


def test_close_flushes_what_was_sent_and_ends_with_fin(bench):
    sock, phone = bench.pair()
    sock.send(b"x" * 5000)
    sock.close()
    got = b""
    while len(got) < 5000:
        got += phone.recv(65536)
    assert phone.recv(1) == b""


def test_close_flushes_even_to_a_phone_that_reads_late(bench):
    sock, phone = bench.pair(buffer=2048)
    total = 0
    while sock._unacked < 5000:
        total += bench.quiet(sock.send, b"x" * 3000) or 0
        bench.network.turn()
    sock.close()
    got = 0
    while got < total:
        got += len(phone.recv(65536))
        bench.network.turn()
    assert phone.recv(1) == b""


def test_close_with_unread_data_is_a_reset(bench):
    sock, phone = bench.pair()
    phone.sendall(b"unread")
    bench.until(lambda: sock._unread(sock._host))
    sock.close()
    with pytest.raises(ConnectionResetError):
        phone.recv(1)


def test_close_may_be_called_again(bench):
    sock, _ = bench.pair()
    sock.close()
    sock.close()


def test_close_frees_the_place_at_once(bench):
    sock, _ = bench.pair()
    free = bench.network.free_slots()
    sock.close()
    assert bench.network.free_slots() == free + 1


def test_the_end_of_the_code_closes_every_socket(bench):
    sock, phone = bench.pair()
    bench.board._end()
    assert phone.recv(1) == b""
    assert bench.network.sockets() == []
    assert sock._fd == -1

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Stations that leave the hotspot without closing, and sockets that send and receive in parts."""

import time

import pytest

from tests import raw_http
from tests.board import Board
from tests.faults.scene import LARGE, LARGE_SIZE, A, B, C, D, Scene, Table, run
from tests.raw_http import request_bytes
from tests.raw_websocket import BINARY, TEXT, frame

table = Table()


def associated(scene: Scene, *sources: str) -> None:
    """Wait until the board has seen these stations on its hotspot."""
    for source in sources:
        scene.board.wait_for(f" joined: {source},", since=0)


@table.case("vanished stations", {1006: 3})
def vanished(scene: Scene) -> None:
    clients = [scene.client(source) for source in (A, B, C)]
    associated(scene, A, B, C)
    clients[1].send_bytes(frame(TEXT, "half of this")[:9])
    seen = scene.logged(r"station \S+ joined")
    start = time.monotonic()
    for source in (A, B, C):
        scene.leave(source)
    scene.log("disconnected: 1006 left the hotspot", 3)
    scene.remarks.append(f"places free after {time.monotonic() - start:.1f} s")
    for source in (A, B, C):
        scene.join(source)
    for client in clients:
        # The phone learns of it only now.
        assert client.receive_rest().end in ("fin", "reset")
    scene.log(r"station \S+ joined", seen + 3)


@table.case("vanished while 8 KB are broadcast 200 times a second")
def vanished_in_storm(scene: Scene) -> None:
    client = scene.client(A)
    scene.client(B)
    associated(scene, A)
    client.send_text("storm")
    client.receive()
    scene.leave(A)
    # Either its queue is full first, or the hotspot reports that it has left.
    scene.log(f"client {scene.number(A)} disconnected: 10")
    scene.join(A)
    scene.log("the storm is over")
    scene.closes_are_open = True


@table.case("vanished in the middle of a request and of a file")
def vanished_in_request(scene: Scene) -> None:
    half = scene.socket(A)
    half.sendall(request_bytes(scene.address)[:20])
    loading = scene.socket(B, receive_buffer=4096)
    loading.sendall(request_bytes(scene.address, LARGE))
    assert loading.recv(1000)
    for source in (A, B):
        scene.leave(source)
    for address in ("127.0.0.3", "127.0.0.4"):
        scene.log(f"{address} dropped: it has left the hotspot")
    for source in (A, B):
        scene.join(source)


@table.case("roams out of range for a moment and is still there", {1000: 1})
def roams(scene: Scene) -> None:
    client = scene.client(A)
    scene.echo(client)
    scene.leave(A)
    client.send_text("sent meanwhile")
    time.sleep(0.2)
    scene.join(A)
    try:
        scene.hear(client, "sent meanwhile")
    except EOFError:
        pytest.fail("dropped although it was away for 200 ms only")
    client.close()


def _under(fault: str):
    def play(scene: Scene) -> None:
        _switch(scene.board, fault)
        try:
            client = scene.client(A)
            for number in range(200):
                # Four are in flight at a time: the queue takes 16 KB.
                if number >= 4:
                    assert client.receive().payload == (number - 4).to_bytes(2, "big") * 1000
                client.send(BINARY, number.to_bytes(2, "big") * 1000)
            for number in range(196, 200):
                assert client.receive().payload == number.to_bytes(2, "big") * 1000
            page = raw_http.fetch(scene.address, "/esp-ws.js", source=D, deadline=20)
            assert page.status == 200
            assert len(page.body) == int(page.headers["content-length"])
            client.close()
            scene.log(f"client {scene.number()} disconnected: 1000")
        finally:
            for name in ("partial", "eagain", "delay"):
                _switch(scene.board, f"{name}=off")

    return play


def _switch(board: Board, fault: str) -> None:
    board.command(f"fault {fault}")
    board.wait_for("simulator: faults: ")


table.case("every other send is partial", {1000: 1})(_under("partial=0.5"))
table.case("every third call says EAGAIN", {1000: 1})(_under("eagain=0.3"))
table.case("everything arrives 30 ms late", {1000: 1})(_under("delay=30"))


@table.case("2 MB through partial sends")
def large_in_parts(scene: Scene) -> None:
    _switch(scene.board, "partial=0.3")
    try:
        response = raw_http.fetch(scene.address, LARGE, source=A, deadline=40)
        assert len(response.body) == LARGE_SIZE
        assert response.body == bytes(range(250)) * (LARGE_SIZE // 250)
    finally:
        _switch(scene.board, "partial=off")
    assert not scene.logged("dropped")


@table.parametrize
def test_fault(scene: Scene, case, record_property):
    run(scene, case, record_property)

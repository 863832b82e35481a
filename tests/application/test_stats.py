# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""code.py with a route for statistics: what they say of phones that come, sleep, come back, go."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.board import REPOSITORY, Board, booting, copy_drive
from tests.raw_http import fetch
from tests.raw_websocket import CLOSE, RawWebSocket

PAGE = "/ws?page=0123456789abcdef0123456789abcdef"

ROUTE = '''

@server.route("/each", GET)
def each(request):
    """What the clients have to say."""
    return JSONResponse(request, [client.stats() for client in hub.clients])


hub.on_message(lambda client, data: hub.broadcast(data))

# 3. Run for ever.'''


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with the route, which the tests of this module share."""
    folder: Path = tmp_path_factory.mktemp("hub")
    program = (REPOSITORY / "code.py").read_text()
    mark = "\n# 3. Run for ever."
    assert program.count(mark) == 1
    drive = copy_drive(folder / "drive", code=program.replace(mark, ROUTE))
    with booting(folder) as boot:
        yield boot(drive=drive)


def told(board: Board, target: str) -> Any:
    """What a route says in JSON."""
    response = fetch(board.address(), target)
    assert response.status == 200
    assert response.headers["content-type"] == "application/json"
    return json.loads(response.body)


def stats(board: Board) -> dict:
    """The hub's statistics."""
    return told(board, "/stats")["hub"]


def each(board: Board) -> list[dict]:
    """Those of its clients."""
    return told(board, "/each")


def joined(board: Board, source: str = "127.0.0.2", target: str = "/ws") -> tuple:
    """A client, and its number on the board."""
    board.forget()
    client = RawWebSocket(board.address(), target, source=source)
    line = board.wait_for(f"connected from {source}")
    return client, int(re.findall(r"client (\d+) connected", line)[0])


def left(board: Board, number: int) -> str:
    """Wait until a client has left; the line of the log."""
    return board.wait_for(f"client {number} disconnected", since=0)


def test_statistics_as_json(board: Board):
    before = stats(board)
    client, number = joined(board)
    client.send_text("\x1e{}")
    while b"not understood" not in client.receive().payload:
        pass
    now = stats(board)
    assert now["clients"] == 1 and now["joined"] == before["joined"] + 1
    assert now["messages_in"] == before["messages_in"] + 1
    (own,) = each(board)
    assert own["id"] == number and own["address"] == "127.0.0.2"
    assert own["messages_in"] == 1 and own["bytes_in"] == len(b"\x81\x83mask") + 3
    assert sorted(now["sockets"])[-1] == "WebSocket"
    client.close(4000)
    left(board, number)
    after = stats(board)
    assert after["clients"] == 0 and each(board) == []
    assert after["messages_in"] == now["messages_in"]
    assert after["messages_out"] >= now["messages_out"]
    assert after["closes"]["4000"] == before["closes"].get("4000", 0) + 1


def test_the_signal_of_a_phone_is_known(board: Board):
    client, number = joined(board, "127.0.0.4")
    board.wait_for("joined: 127.0.0.4, -40 dBm")
    (own,) = each(board)
    assert own["rssi"] == -40
    client.close()
    left(board, number)


def test_a_phone_that_leaves_frees_its_place_within_2_s(board: Board):
    """The house is full; the next one gets the place of the one that has walked away."""
    clients = [joined(board, f"127.0.0.{2 + number}") for number in range(4)]
    for number in range(4):
        board.wait_for(f" joined: 127.0.0.{2 + number},", since=0)
    start = time.monotonic()
    board.command("leave 127.0.0.3")
    board.wait_for(f"client {clients[1][1]} disconnected: 1006 left the hotspot")
    assert time.monotonic() - start < 2
    assert [own["id"] for own in each(board)] == [clients[n][1] for n in (0, 2, 3)]
    new, number = joined(board, "127.0.0.6")
    clients[0][0].send_text("who is there?")
    for client in (clients[0][0], clients[2][0], clients[3][0], new):
        while b"who is there?" not in client.receive().payload:
            pass
        client.close()
    for own in (clients[0][1], clients[2][1], clients[3][1], number):
        left(board, own)
    board.command("join 127.0.0.3")
    board.wait_for("simulator: 127.0.0.3 has joined")
    clients[1][0].sock.close()


def test_a_page_that_reloads_takes_its_own_place(board: Board):
    others = [joined(board, f"127.0.0.{3 + number}") for number in range(3)]
    ghost, first = joined(board, target=PAGE)
    new, second = joined(board, target=PAGE)
    assert "disconnected: 1001 replaced by a newer connection of this page" in left(board, first)
    while (received := ghost.receive()).opcode != CLOSE:
        pass
    assert received.close_code == 1001
    assert stats(board)["clients"] == 4
    ghost.sock.close()
    for client, number in (*others, (new, second)):
        client.close()
        left(board, number)


def test_phone_that_sleeps(boot: Callable[..., Board], tmp_path: Path):
    """Its screen goes dark: it answers no ping, and TCP says nothing."""
    program = (REPOSITORY / "code.py").read_text()
    mark = "hub = Hub(hotspot)\n"
    assert program.count(mark) == 1
    short = "hub = Hub(hotspot, ping_interval=300, ping_timeout=500)\n"
    drive = copy_drive(tmp_path / "drive", code=program.replace(mark, short))
    board = boot(drive=drive)
    client, number = joined(board)
    assert "disconnected: 1006 no answer to a ping" in left(board, number)
    client.sock.close()
    again, number = joined(board)
    again.close()
    assert "disconnected: 1000" in left(board, number)

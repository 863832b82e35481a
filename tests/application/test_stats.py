# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""code.py with a route for statistics: what they say of the clients."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.board import REPOSITORY, Board, booting, copy_drive
from tests.raw_http import fetch
from tests.raw_websocket import RawWebSocket

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
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    return json.loads(response.body)


def stats(board: Board) -> dict:
    """The hub's statistics."""
    return told(board, "/stats")["hub"]


def each(board: Board) -> list[dict]:
    """Those of its clients."""
    return told(board, "/each")


def joined(board: Board, source: str = "127.0.0.2") -> tuple:
    """A client, and its number on the board."""
    board.forget()
    client = RawWebSocket(board.address(), source=source)
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


def test_signal_of_a_station(board: Board):
    client, number = joined(board, "127.0.0.4")
    board.wait_for("joined: 127.0.0.4, -40 dBm")
    (own,) = each(board)
    assert own["rssi"] == -40
    client.close()
    left(board, number)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Soft reloads leak nothing."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.board import Board
from tests.raw_http import fetch
from tests.raw_websocket import CLOSE, RawWebSocket
from tests.recovery.drive import record_of


def _files(board: Board) -> int:
    assert board.process
    return len(os.listdir(f"/proc/{board.process.pid}/fd"))


def _kilobytes(board: Board) -> int:
    """The memory that the simulator's process has in use."""
    assert board.process
    status = Path(f"/proc/{board.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


@pytest.mark.parametrize("reloads", [6, pytest.param(50, marks=pytest.mark.long)])
@pytest.mark.timeout(240)
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_reloads_leak_nothing(failing: Callable[..., Board], nvm: Path, reloads: int):
    board = failing(listening=True)
    before = nvm.read_bytes()
    files = memory = 0
    for number in range(reloads):
        with RawWebSocket(board.address()) as client, RawWebSocket(board.address()) as other:
            client.send_text("hello")
            assert client.receive_text() == "hello"
            board.command("save")
            for sock in (client, other):
                received = sock.receive()
                assert received.opcode == CLOSE
                assert received.close_code == 1001
        board.wait_until_listening()
        if number == reloads // 5:
            files, memory = _files(board), _kilobytes(board)
    assert _files(board) <= files
    assert _kilobytes(board) - memory < 4096
    assert nvm.read_bytes() == before
    record = record_of(board)
    assert (record["boots"], record["failing"]) == (1, 0)
    assert fetch(board.address(), "/none").status == 404

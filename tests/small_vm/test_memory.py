# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The memory that the design allows, counted in bytes of MicroPython's heap: no figure here depends
on time.
"""

import contextlib
import json
import os
from pathlib import Path

import pytest

from tests.board import copy_drive
from tests.raw_websocket import BINARY, TEXT, RawWebSocket
from tests.small_vm.small_board import SmallBoard, booted

#: How much larger objects are in this 64-bit VM than on the board.
SCALE = 2

#: Code is not twice as large here: the yardstick for modules is what those of adafruit_httpserver
#: keep in the same VM, 48.8 KB on a 32-bit CircuitPython. docs/benchmarks.md has the budget.
IMPORTS = 1.65

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory):
    """A board with a heap in which nothing has to be collected while something is measured."""
    code = (HERE / "measure.py").read_text("utf-8")
    drive = copy_drive(tmp_path_factory.mktemp("measure") / "drive", code=code)
    with booted(drive=drive, heap="4m") as board:
        yield board


@contextlib.contextmanager
def _idle_clients(board: SmallBoard, count: int):
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(RawWebSocket(board.address())) for _ in range(count)]


def test_idle_turn_allocates_nothing(board: SmallBoard):
    with _idle_clients(board, 4):
        assert board.ask("turns") == {"bytes": 0, "clients": 5}


def test_timers_of_the_package_allocate_nothing(board: SmallBoard):
    with _idle_clients(board, 4):
        assert board.ask("ticks") == {"bytes": 0, "clients": 5}


def _bytes_per_echo(board: SmallBoard, opcode: int, length: int, count: int = 100) -> float:
    with RawWebSocket(board.address()) as client:
        client.send_text("begin")
        for number in range(count):
            payload = os.urandom(length) if opcode == BINARY else b"%0*d" % (length, number)
            client.send(opcode, payload)
            assert client.receive().payload == payload
        client.send_text("end")
        return json.loads(client.receive_text())["bytes"] / (count + 1)


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
def test_echo_of_125_bytes(board: SmallBoard, opcode: int):
    assert _bytes_per_echo(board, opcode, 125) <= SCALE * 1024


def test_nothing_grows(board: SmallBoard):
    def heap() -> int:
        return board.ask("heap")["bytes"]

    def exchange(count: int) -> None:
        with RawWebSocket(board.address()) as client:
            for number in range(count):
                text = f"{number} ".rjust(number % 300)
                client.send_text(text)
                assert client.receive_text() == text

    exchange(100)
    before = heap()
    exchange(2000)
    for _ in range(20):
        exchange(1)
    # A list that has grown once by a few entries may stay as long as it is.
    assert heap() - before <= 256


def test_imports(tmp_path: Path):
    drive = copy_drive(tmp_path / "drive", code=(HERE / "imports.py").read_text("utf-8"))
    board = SmallBoard(drive=drive, heap="2m")
    board.start()
    kept = json.loads(board.wait_for("kept: ").split(":", 1)[1])
    assert board.wait() == 0
    assert kept["libraries"] + kept["package"] <= IMPORTS * kept["server"], kept


@pytest.mark.parametrize("code", ["code.py", "examples/echo.py"])
@pytest.mark.parametrize("heap", ["340k", "350k", "360k", "370k", "380k", "384k"])
def test_boots_with_room_to_spare(code: str, heap: str):
    """Several sizes, because the holes between what the imports keep fall elsewhere in each."""
    with booted(code=code, heap=heap) as board:
        board.wait_for("server listens")

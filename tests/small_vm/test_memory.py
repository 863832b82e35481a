# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The memory budget, in bytes of MicroPython's heap: no figure here depends on time.
"""

import contextlib
import json
import os
from pathlib import Path

import pytest

from tests.board import copy_drive
from tests.raw_websocket import BINARY, TEXT, RawWebSocket
from tests.small_vm.small_board import SmallBoard, booted

#: Objects are this many times as large in this 64-bit VM as on the board.
SCALE = 2

#: The budget of the imports as a multiple of adafruit_httpserver's, because code is not twice as
#: large here. The server's modules keep 48.8 KB on a 32-bit CircuitPython; docs/benchmarks.md has
#: the budget.
IMPORTS = 1.65

#: The most that is allowed while that budget is missed.
IMPORTS_TODAY = 1.92

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory):
    """A board whose heap is large enough to measure without a collection."""
    code = (HERE / "measure.py").read_text("utf-8")
    drive = copy_drive(tmp_path_factory.mktemp("measure") / "drive", code=code)
    with booted(drive=drive, heap="4m") as board:
        yield board


@pytest.mark.parametrize("turns", ["turns", "ticks"], ids=["idle", "timers"])
def test_turn_allocates_nothing(board: SmallBoard, turns: str):
    with contextlib.ExitStack() as stack:
        for _ in range(4):
            page = stack.enter_context(RawWebSocket(board.address()))
            page.send_text('\x1e{"panel":1}')
            while b'"end"' not in page.receive().payload:
                pass
        assert board.ask(turns) == {"bytes": 0, "clients": 5}


def _bytes_per_echo(board: SmallBoard, opcode: int, length: int, count: int = 100) -> float:
    with RawWebSocket(board.address()) as client:
        client.send_text("begin")
        for number in range(count):
            payload = (
                b"\0" + os.urandom(length - 1) if opcode == BINARY else b"%0*d" % (length, number)
            )
            client.send(opcode, payload)
            assert client.receive().payload == payload
        client.send_text("end")
        return json.loads(client.receive_text())["bytes"] / (count + 1)


@pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
def test_echo_of_125_bytes(board: SmallBoard, opcode: int):
    assert _bytes_per_echo(board, opcode, 125) <= SCALE * 1024


def test_heap_does_not_grow(board: SmallBoard):
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
    # A list that has grown by a few entries keeps its size.
    assert heap() - before <= 256


def _kept_by_imports(tmp_path: Path) -> float:
    """How much libraries and package keep, in units of what adafruit_httpserver keeps."""
    drive = copy_drive(tmp_path / "drive", code=(HERE / "imports.py").read_text("utf-8"))
    board = SmallBoard(drive=drive, heap="2m")
    board.start()
    kept = json.loads(board.wait_for("kept: ").split(":", 1)[1])
    assert board.wait() == 0
    return (kept["libraries"] + kept["package"]) / kept["server"]


@pytest.mark.xfail(
    reason="missed by 15 %: docs/benchmarks.md names the cause. Remove this mark once it is met."
)
def test_imports(tmp_path: Path):
    assert _kept_by_imports(tmp_path) <= IMPORTS


def test_imports_do_not_grow(tmp_path: Path):
    assert _kept_by_imports(tmp_path) <= IMPORTS_TODAY


@pytest.mark.parametrize(
    ("code", "heap"),
    [("code.py", heap) for heap in ("370k", "380k", "384k")]
    + [("examples/echo.py", heap) for heap in ("340k", "350k", "360k", "370k", "380k", "384k")],
)
def test_boots(code: str, heap: str):
    """Several sizes, because each has its free blocks elsewhere."""
    with booted(code=code, heap=heap) as board:
        board.wait_for("server listens")

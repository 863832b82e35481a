# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The one user of microcontroller.nvm: its map, and as few writes as possible."""

import ast
import runpy
import struct
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from esp_ws_ap import nonvolatile
from tests.board import REPOSITORY

SIZE = 8192


class Memory(bytearray):
    """
    An nvm as the board's: each access takes a block of 8 KiB, and finds one only after a
    collection.
    """

    collected = False
    full = False
    room = SIZE  # for a copy of a part

    def __getitem__(self, index: Any) -> Any:
        self._take_block()
        if index.stop - index.start > self.room:
            raise MemoryError
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        self._take_block()
        assert len(value) == index.stop - index.start
        super().__setitem__(index, value)

    def _take_block(self) -> None:
        if self.full or not self.collected:
            raise MemoryError
        self.collected = False


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """The board's memory, never written."""
    memory = Memory(b"\xff" * SIZE)

    def collect() -> None:
        memory.collected = True

    monkeypatch.setattr(nonvolatile, "gc", SimpleNamespace(collect=collect))
    monkeypatch.setattr(nonvolatile, "memory", memory)
    monkeypatch.setattr(nonvolatile, "writes", 0)
    monkeypatch.setattr(nonvolatile, "_changes", {})
    return memory


# The map


def test_parts_do_not_overlap():
    names = "PASSWORD SAFE_MODE FLIGHT_RECORD SAVED_VALUES PAIRING_KEY PROGRAM".split()
    parts = [
        (getattr(nonvolatile, name + "_START"), getattr(nonvolatile, name + "_END"))
        for name in names
    ]
    bounds = [bound for part in parts for bound in part]
    assert bounds == sorted(bounds)
    assert bounds[0] == 0 and bounds[-1] == SIZE
    assert parts[-1][0] == SIZE // 2


def test_safemode_py_has_the_same_slot(monkeypatch: pytest.MonkeyPatch):
    """It imports nothing of the package, so it repeats the place."""
    nvm = bytearray(b"\xff" * SIZE)
    runtime = SimpleNamespace(safe_mode_reason="HARD_FAULT")
    modules = {
        "microcontroller": SimpleNamespace(
            nvm=nvm,
            reset=lambda: None,
            on_next_reset=lambda mode: None,
            RunMode=SimpleNamespace(NORMAL=None),
        ),
        "supervisor": SimpleNamespace(runtime=runtime),
        "time": SimpleNamespace(sleep=lambda seconds: None),
    }
    for name, module in modules.items():
        monkeypatch.setitem(sys.modules, name, module)
    variables = runpy.run_path(str(REPOSITORY / "safemode.py"))
    assert variables["SLOT_START"] == nonvolatile.SAFE_MODE_START
    assert variables["SLOT_END"] == nonvolatile.SAFE_MODE_END
    assert struct.calcsize(variables["SLOT"]) + 4 == variables["SLOT_END"] - variables["SLOT_START"]
    written = [index for index, byte in enumerate(nvm) if byte != 0xFF]
    assert nonvolatile.SAFE_MODE_START <= min(written)
    assert max(written) < nonvolatile.SAFE_MODE_END


# Reading and writing


def test_write_is_read(memory: Memory):
    assert nonvolatile.write(100, b"abc")
    assert nonvolatile.read(99, 104) == b"\xffabc\xff"
    assert nonvolatile.writes == 1


def test_same_content_is_not_written(memory: Memory):
    nonvolatile.write(100, b"abc")
    assert nonvolatile.write(100, b"abc")
    assert nonvolatile.write(101, b"b")
    assert nonvolatile.writes == 1


def test_changes_are_written_together(memory: Memory):
    nonvolatile.put(0, b"first")
    nonvolatile.put(4000, b"replaced")
    nonvolatile.put(4000, b"second")
    assert nonvolatile.read(0, 5) == b"\xff" * 5
    assert nonvolatile.write(2000, b"third")
    assert nonvolatile.writes == 1
    assert nonvolatile.read(0, 6) == b"first\xff"
    assert nonvolatile.read(2000, 2006) == b"third\xff"
    assert nonvolatile.read(4000, 4008) == b"second\xff\xff"
    assert nonvolatile.flush()
    assert nonvolatile.writes == 1


# Failures


def test_full_heap_means_later(memory: Memory):
    nonvolatile.write(0, b"old")
    memory.full = True
    with pytest.raises(MemoryError):
        nonvolatile.read(0, 3)
    assert not nonvolatile.write(0, b"new")
    memory.full = False
    assert nonvolatile.read(0, 3) == b"old"
    assert nonvolatile.flush()
    assert nonvolatile.read(0, 3) == b"new"


def test_change_far_away_does_not_block_the_others(memory: Memory):
    memory.room = 100
    nonvolatile.put(0, b"near")
    nonvolatile.put(100, bytes(101))
    assert not nonvolatile.write(8000, b"far")
    assert (nonvolatile.read(0, 4), nonvolatile.read(8000, 8003)) == (b"near", b"far")
    assert nonvolatile.writes == 2 and list(nonvolatile._changes) == [100]
    memory.room = SIZE
    assert nonvolatile.flush() and nonvolatile.read(150, 152) == b"\0\0"


def test_change_at_a_wrong_place_drops_itself_only(memory: Memory):
    nonvolatile.put(0, b"right")
    with pytest.raises(RuntimeError, match="the nvm has only 8192 bytes"):
        nonvolatile.write(SIZE - 1, b"xx")
    assert nonvolatile.read(0, 5) == b"right"
    assert not nonvolatile._changes


@pytest.mark.parametrize(
    ("memory", "problem"),
    [(None, "the board has no nvm"), (bytearray(256), "the nvm has only 256 bytes")],
    ids=["none", "small"],
)
def test_missing_memory_is_an_error(monkeypatch: pytest.MonkeyPatch, memory, problem: str):
    monkeypatch.setattr(nonvolatile, "memory", memory)
    with pytest.raises(RuntimeError, match=problem):
        nonvolatile.read(200, 300)
    with pytest.raises(RuntimeError, match=problem):
        nonvolatile.write(255, b"xx")
    assert not nonvolatile._changes


def test_driver_error_drops_the_changes(memory: Memory, monkeypatch: pytest.MonkeyPatch):
    def fail(memory: Memory) -> None:
        raise OSError(28)

    monkeypatch.setattr(Memory, "_take_block", fail)
    with pytest.raises(OSError):
        nonvolatile.write(0, b"x")
    assert nonvolatile.flush()


@pytest.mark.parametrize("error", [AttributeError, NotImplementedError, ImportError])
def test_board_without_nvm(monkeypatch: pytest.MonkeyPatch, error: type[Exception]):
    class Microcontroller:
        @property
        def nvm(self):
            raise error

    monkeypatch.setitem(sys.modules, "microcontroller", Microcontroller())
    monkeypatch.setattr(nonvolatile, "memory", nonvolatile._UNKNOWN)
    with pytest.raises(RuntimeError, match="no nvm"):
        nonvolatile.read(0, 1)


def test_no_other_module_touches_it():
    for path in (REPOSITORY / "lib/esp_ws_ap").rglob("*.py"):
        if path.name == "nonvolatile.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.Attribute) and node.attr == "nvm"), path
            if isinstance(node, ast.ImportFrom) and node.module == "microcontroller":
                assert "nvm" not in [alias.name for alias in node.names], path

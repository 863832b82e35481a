# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The record in nvm: bounded, checked, and never in the way of a boot."""

import json
import random
import struct
from binascii import crc32
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.in_process import SharedBoard

SIZE = 8192
PASSWORD = bytes(range(64))

Boot = Callable[..., Any]


@pytest.fixture
def nonvolatile(shared_board: SharedBoard, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with a memory that holds a password and nothing else."""
    module: Any = shared_board.board.module("esp_ws_ap.nonvolatile")
    memory = bytearray(PASSWORD + b"\xff" * (SIZE - len(PASSWORD)))
    monkeypatch.setattr(module, "memory", memory)
    monkeypatch.setattr(module, "_changes", {})
    # A collection of the PC's heap takes milliseconds, and these tests make thousands.
    monkeypatch.setattr(module, "gc", SimpleNamespace(collect=lambda: None))
    return module


@pytest.fixture
def boot(shared_board: SharedBoard, nonvolatile: Any) -> Iterator[Boot]:
    """A function that makes the record of a new boot."""
    module: Any = shared_board.board.module("esp_ws_ap.recovery.flight_record")

    def make(reset_reason: str | None = "POWER_ON", **options: Any) -> Any:
        nonvolatile.writes = 0
        return module.FlightRecord(reset_reason, **options)

    yield make


def test_new_nvm(boot: Boot):
    record = boot()
    assert (record.boots, record.failing, record.problem) == (1, 0, None)
    assert record.events == ["0 boot 1: POWER_ON"]


def test_next_boot_knows_the_last_one(boot: Boot):
    first = boot()
    first.uptime = 123
    first.record("the pump has started")
    first.crash("Traceback\r\n  File\r\nValueError: no\n")
    second = boot("SOFTWARE")
    assert (second.boots, second.failing) == (2, 1)
    assert second.last == {"reason": "POWER_ON", "uptime": 123}
    assert second.traceback == "Traceback\n  File\nValueError: no\n"
    assert second.events == [
        "0 boot 1: POWER_ON",
        "123 the pump has started",
        "123 crash: ValueError: no",
        "0 boot 2: SOFTWARE",
    ]


def test_watchdog_is_a_failure_and_a_power_cut_is_none(boot: Boot):
    boot()
    record = boot("WATCHDOG")
    assert (record.failing, record.failure) == (1, "watchdog")
    record = boot("POWER_ON")
    assert (record.failing, record.failure) == (1, None)


def test_soft_reload_is_no_boot_and_no_write(boot: Boot, nonvolatile: Any):
    boot().crash("ValueError: no")
    before = bytes(nonvolatile.memory)
    record = boot(None)
    assert (record.boots, record.failing, nonvolatile.writes) == (1, 1, 0)
    assert nonvolatile.memory == before


def test_restart_by_hand_ends_the_row(boot: Boot):
    boot().crash("ValueError: no")
    record = boot(None, by_hand=True)
    assert record.failing == 0
    record.settle()
    assert boot(None).failing == 0


@pytest.mark.parametrize("failing", [0, 1])
def test_boot_is_written_once_when_it_has_run_for_a_minute(
    boot: Boot, nonvolatile: Any, failing: int
):
    if failing:
        boot().crash("ValueError: no")
    record = boot("SOFTWARE")
    assert (record.failing, nonvolatile.writes) == (failing, 0)
    record.settle()
    record.settle()
    assert (record.failing, nonvolatile.writes) == (0, 1)
    record = boot()
    assert (record.failing, record.last["uptime"]) == (0, 60)


def test_safe_modes_are_counted_until_they_are_stored(boot: Boot, nonvolatile: Any):
    """safemode.py has written them; a second write right after a brownout is dangerous."""
    for unseen in (1, 2):
        slot = struct.pack("<2sBB24s", b"SM", 7, unseen, b"BROWN\xffOUT")
        nonvolatile.memory[64:96] = slot + struct.pack("<I", crc32(slot))
        for reason in ("SOFTWARE", "POWER_ON", None):
            record = boot(reason)
            assert (record.failing, nonvolatile.writes, record.kept) == (unseen, 0, True)
            assert record.failure == (reason and "safe mode BROWNOUT")
        assert boot(None, by_hand=True).failing == 0
    record.settle()
    assert (boot().failing, boot().failure) == (0, None)


# Bounds


def test_record_stays_within_its_part(boot: Boot, nonvolatile: Any):
    record = boot()
    for number in range(200):
        record.record(f"{number} " + '"\\\n\x00\x7f漢字\ud800' * 100)
    record.crash('"\\\n漢' * 2000)
    assert len(record.events) == 20
    memory = nonvolatile.memory
    assert memory[:64] == PASSWORD
    assert memory[nonvolatile.FLIGHT_RECORD_END :] == b"\xff" * (
        SIZE - nonvolatile.FLIGHT_RECORD_END
    )
    second = boot()
    assert (second.problem, second.boots) == (None, 2)
    assert len(second.events) > 5
    assert "crash" in second.events[-2]


def test_long_traceback_keeps_both_ends(boot: Boot):
    record = boot()
    record.crash('Traceback:\n  File "code.py", line 7\nValueError: bad' + "d" * 9000 + "END\n")
    assert "crash: ValueError: baddd" in record.events[-1]
    assert len(record.traceback) == 600
    assert "line 7\nValueError: bad" in record.traceback
    assert record.traceback.endswith("dEND\n")


# Damage


def _is_sane(boot: Boot, nonvolatile: Any, before: int) -> None:
    record = boot()
    assert record.boots in (1, before + 1)
    assert 0 <= record.failing <= 255
    record.settle()
    assert nonvolatile.writes == 1
    assert nonvolatile.memory[:64] == PASSWORD
    assert boot().problem is None


def test_any_flipped_byte(boot: Boot, nonvolatile: Any):
    boot().crash("Traceback\nValueError: no")
    good = bytes(nonvolatile.memory)
    for index in range(64, 64 + 500):
        for bits in (0x01, 0x80, 0xFF):
            nonvolatile.memory[:] = good
            nonvolatile.memory[index] ^= bits
            _is_sane(boot, nonvolatile, 1)


def test_damage_is_a_problem(boot: Boot, nonvolatile: Any):
    boot().settle()
    nonvolatile.memory[120] ^= 1
    assert boot().problem == "the stored record is damaged"


def test_random_bytes(boot: Boot, nonvolatile: Any):
    for seed in range(20):
        nonvolatile.memory[64:] = random.Random(seed).randbytes(SIZE - 64)
        _is_sane(boot, nonvolatile, 0)


GOOD = {
    "boots": 7,
    "failing": 2,
    "reason": "POWER_ON",
    "uptime": 5,
    "traceback": "ValueError: no",
    "events": ["1 a", "2 b"],
}


@pytest.mark.parametrize("wrong", [None, -1, 1.5, 10**20, "x", ["x"], [[]], {"a": 1}, ["x", 1]])
@pytest.mark.parametrize("key", [*GOOD, None])
def test_wrong_values_with_a_right_checksum(boot: Boot, nonvolatile: Any, key: str, wrong: Any):
    text = json.dumps(GOOD | {key: wrong} if key else wrong).encode()
    record = struct.pack("<4sHI", b"EWR1", len(text), crc32(text)) + text
    nonvolatile.memory[96 : 96 + len(record)] = record
    record = boot()
    right = key is not None and isinstance(wrong, type(GOOD[key]))
    right = right and (wrong != -1 and wrong != 10**20 and wrong not in ([[]], ["x", 1]))
    assert record.problem == (None if right else "the stored record is damaged")
    assert record.boots == (1 if key in (None, "boots") else 8)
    assert record.failing == (0 if key in (None, "failing") else 2)
    assert record.traceback == (
        GOOD["traceback"] if key not in (None, "traceback") else wrong if right else ""
    )
    assert all(isinstance(event, str) for event in record.events)
    record.crash("ValueError: no")
    assert record.kept
    assert boot().problem is None


@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_erased_nvm_is_a_new_one(boot: Boot, nonvolatile: Any, byte: int):
    nonvolatile.memory[:] = bytes([byte]) * SIZE
    record = boot()
    assert (record.boots, record.problem) == (1, None)


# No memory


class Failing(bytearray):
    """An nvm that cannot be written."""

    def __setitem__(self, index: Any, value: Any) -> None:
        raise RuntimeError("Unable to write to nvm.")


@pytest.mark.parametrize(
    ("memory", "problem"),
    [
        (None, "the board has no nvm"),
        (bytearray(256), "the nvm has only 256 bytes"),
        (Failing(SIZE), "RuntimeError: Unable to write to nvm."),
    ],
    ids=["none", "small", "failing"],
)
def test_unusable_nvm_is_a_problem(boot: Boot, nonvolatile: Any, memory: Any, problem: str):
    nonvolatile.memory = memory
    record = boot("WATCHDOG")
    record.record("hello")
    record.crash("ValueError: no")
    record.settle()
    assert not record.kept and record.changed
    assert problem in record.problem
    assert record.events[1] == "0 hello"


class FullHeap(bytearray):
    """An nvm for whose block of 8 KiB there is no room."""

    def __getitem__(self, index: Any) -> Any:
        raise MemoryError


def test_full_heap_neither_damages_nor_replaces_the_record(boot: Boot, nonvolatile: Any):
    boot().crash("ValueError: no")
    memory = nonvolatile.memory
    before = bytes(memory)
    nonvolatile.memory = FullHeap(memory)
    record = boot("WATCHDOG")
    record.record("hello")
    record.save()
    assert not record.kept and record.changed
    assert record.problem == "no memory to read the stored record yet"
    assert bytes(nonvolatile.memory) == before
    nonvolatile.memory = memory
    record.save()
    assert record.kept and not record.changed and record.problem is None
    assert (record.boots, record.failing) == (2, 2)
    assert [event.split(" ", 1)[1] for event in record.events[1:]] == [
        "crash: ValueError: no",
        "boot 1: watchdog",
        "hello",
    ]
    assert boot().traceback == "ValueError: no"


def test_record_is_counted_once_if_memory_runs_out_while_it_is_read(
    boot: Boot, shared_board: SharedBoard, monkeypatch: pytest.MonkeyPatch
):
    class NoMemory(list):
        def __add__(self, other):
            raise MemoryError

    def loads(text: str) -> dict:
        found = json.loads(text)
        found["events"] = NoMemory(found["events"])
        return found

    boot().crash("ValueError: no\n")
    module: Any = shared_board.board.module("esp_ws_ap.recovery.flight_record")
    with monkeypatch.context() as patch:
        patch.setattr(module, "json", SimpleNamespace(loads=loads, dumps=json.dumps))
        record = boot()
    record.save()
    assert (record.boots, record.failing) == (2, 1)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The record in nvm: bounded, checked, and never what keeps the board from starting."""

import random
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from simulator.board import Board
from simulator.console import Console
from tests.board import REPOSITORY

SIZE = 8192
PASSWORD = bytes(range(64))


@pytest.fixture(scope="module")
def module() -> Iterator[Any]:
    """The board's module."""
    board = Board(str(REPOSITORY), console=Console(lambda text: None))
    yield board.module("esp_ws_ap.recovery.flight_recorder")
    board.close()


@pytest.fixture
def nvm() -> bytearray:
    """An nvm with a password in it, and nothing else."""
    return bytearray(PASSWORD + b"\xff" * (SIZE - len(PASSWORD)))


class Clock:
    """A loop's clock, and what it calls."""

    def __init__(self) -> None:
        self.now = 0x1FFF0000

    def ticks(self) -> int:
        return self.now & 0x1FFFFFFF

    def every(self, seconds, function) -> None:
        self.function = function

    def pass_(self, seconds: int) -> None:
        for _ in range(0, seconds, 5):
            self.now += 5000
            self.function()


def _boot(module, nvm, reason: str | None = "POWER_ON", **options):
    return module.FlightRecorder(nvm, reason, **options)


def test_a_new_nvm(module, nvm):
    record = _boot(module, nvm)
    assert (record.boots, record.failing, record.problem) == (1, 0, None)
    assert record.events == ["0 boot 1: POWER_ON"]


def test_what_the_next_boot_knows(module, nvm):
    first = _boot(module, nvm)
    first.uptime = 123
    first.record("the pump has started")
    first.crash("Traceback\n  File\nValueError: no\n")
    second = _boot(module, nvm, "SOFTWARE")
    assert (second.boots, second.failing) == (2, 1)
    assert second.last == {"reason": "POWER_ON", "uptime": 123}
    assert second.traceback == "Traceback\n  File\nValueError: no\n"
    assert second.events == [
        "0 boot 1: POWER_ON",
        "123 the pump has started",
        "123 crash: ValueError: no",
        "0 boot 2: SOFTWARE",
    ]


def test_the_watchdog_is_a_failure_and_a_power_cut_is_none(module, nvm):
    _boot(module, nvm)
    record = _boot(module, nvm, "WATCHDOG")
    assert (record.failing, record.failure) == (1, "watchdog")
    record = _boot(module, nvm, "POWER_ON")
    assert (record.failing, record.failure) == (1, None)


def test_a_soft_reload_is_no_boot_and_writes_nothing(module, nvm):
    _boot(module, nvm).crash("ValueError: no")
    before = bytes(nvm)
    record = _boot(module, nvm, None)
    assert (record.boots, record.failing, record.writes) == (1, 1, 0)
    assert nvm == before


def test_a_person_who_starts_the_program_ends_the_row(module, nvm):
    _boot(module, nvm).crash("ValueError: no")
    record = _boot(module, nvm, None, by_hand=True)
    assert record.failing == 0


# Bounds


def test_a_record_stays_in_its_place_whatever_is_recorded(module, nvm):
    record = _boot(module, nvm)
    for number in range(200):
        record.record(f"{number} " + '"\\\n\x00\x7f漢字\ud800' * 100)
    record.crash('"\\\n漢' * 2000)
    assert len(record.events) == 20
    assert bytes(nvm[:64]) == PASSWORD
    assert bytes(nvm[module.NVM_END :]) == b"\xff" * (SIZE - module.NVM_END)
    again = _boot(module, nvm)
    assert again.problem is None
    assert again.boots == 2
    assert len(again.events) > 5
    assert "crash" in again.events[-2]


def test_a_long_traceback_keeps_where_it_began_and_what_it_was(module, nvm):
    record = _boot(module, nvm)
    record.crash('Traceback:\n  File "code.py", line 7\nValueError: bad' + "d" * 9000 + "END\n")
    assert "crash: ValueError: baddd" in record.events[-1]
    assert len(record.traceback) == 600
    assert "line 7\nValueError: bad" in record.traceback
    assert record.traceback.endswith("dEND\n")


def test_writes_are_few_however_much_happens(module, nvm):
    clock = Clock()
    record = _boot(module, nvm)
    record.start(clock)
    for _ in range(24 * 60):
        record.emit(SimpleNamespace(msg=f"warning at {clock.now}"))
        clock.pass_(60)
    assert 100 < record.writes <= 1 + 24 * 6


def test_nothing_new_is_not_written(module, nvm):
    clock = Clock()
    record = _boot(module, nvm)
    record.start(clock)
    clock.pass_(24 * 3600)
    assert record.writes == 1
    assert record.uptime == 24 * 3600


def test_a_good_boot_is_written_once(module, nvm):
    _boot(module, nvm).crash("ValueError: no")
    clock = Clock()
    record = _boot(module, nvm, "SOFTWARE")
    record.start(clock)
    clock.pass_(50)
    assert (record.failing, record.writes) == (1, 1)
    clock.pass_(24 * 3600)
    assert (record.failing, record.writes) == (0, 2)
    assert _boot(module, nvm).failing == 0


def test_the_log_is_remembered_without_its_tracebacks(module, nvm):
    clock = Clock()
    record = _boot(module, nvm)
    record.start(clock)
    clock.pass_(10)
    for text in ("a timer failed: ValueError: no", '  File "code.py", line 1', "  ValueError: no"):
        record.emit(SimpleNamespace(msg=text))
    assert record.events[1:] == ["10 a timer failed: ValueError: no"]


# Damage


def _is_sane(module, nvm, before) -> None:
    record = _boot(module, nvm)
    assert record.boots in (1, before + 1)
    assert 0 <= record.failing <= 255
    assert record.writes == 1
    assert bytes(nvm[:64]) == PASSWORD
    assert _boot(module, nvm).problem is None


def test_every_byte_may_be_flipped(module, nvm):
    record = _boot(module, nvm)
    record.crash("Traceback\nValueError: no")
    good = bytes(nvm)
    for index in range(64, 64 + 500):
        for bits in (0x01, 0x80, 0xFF):
            nvm[:] = good
            nvm[index] ^= bits
            _is_sane(module, nvm, 1)


def test_damage_is_told(module, nvm):
    _boot(module, nvm)
    nvm[120] ^= 1
    assert _boot(module, nvm).problem == "the last one was damaged"


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes(module, nvm, seed: int):
    nvm[64:] = random.Random(seed).randbytes(SIZE - 64)
    _is_sane(module, nvm, 0)


@pytest.mark.parametrize("byte", [0x00, 0xFF])
def test_an_erased_nvm_is_a_new_one(module, byte: int):
    record = _boot(module, bytearray([byte]) * SIZE)
    assert (record.boots, record.problem) == (1, None)


class _Failing:
    """An nvm whose driver raises."""

    def __len__(self) -> int:
        return SIZE

    def __getitem__(self, index):
        raise OSError(5)

    __setitem__ = __getitem__


@pytest.mark.parametrize(
    ("nvm", "problem"),
    [
        (None, "the board has no nvm"),
        (bytearray(256), "ValueError: the nvm is too small"),
        (bytearray(0), "ValueError: the nvm is too small"),
        (_Failing(), "OSError"),
    ],
    ids=["none", "small", "empty", "failing"],
)
def test_without_an_nvm_the_program_goes_on(module, nvm, problem: str):
    record = _boot(module, nvm)
    record.record("hello")
    record.crash("ValueError: no")
    record.settle()
    assert not record.kept
    assert problem in record.problem
    assert record.stats()["events"][1] == "0 hello"

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The part of a program that keeps the record: the log, and few writes."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.board import Board
from tests.in_process import SharedBoard


class Bench:
    """A recorder, and the clock of its hotspot's loop, which is about to wrap."""

    def __init__(self, shared: SharedBoard, monkeypatch: pytest.MonkeyPatch) -> None:
        module: Any = shared.board.module
        self.nonvolatile: Any = module("esp_ws_ap.nonvolatile")
        monkeypatch.setattr(self.nonvolatile, "memory", bytearray(8192))
        monkeypatch.setattr(self.nonvolatile, "writes", 0)
        # A collection of the PC's heap takes milliseconds.
        monkeypatch.setattr(self.nonvolatile, "gc", SimpleNamespace(collect=lambda: None))
        flight_record: Any = module("esp_ws_ap.recovery.flight_record")
        monkeypatch.setattr(flight_record, "_record", None)
        self.record = flight_record.get_record()
        self.now = 0x1FFF0000
        recorder: Any = module("esp_ws_ap.recovery.flight_recorder")
        self.recorder = recorder.FlightRecorder(SimpleNamespace(loop=self))
        self.log: Any = module("esp_ws_ap.log").get_logger()

    def ticks(self) -> int:
        """The clock."""
        return self.now & 0x1FFFFFFF

    def every(self, seconds: int, function: Callable[[], None]) -> None:
        """The timer."""
        assert seconds == 5
        self.function = function

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        for _ in range(0, seconds, 5):
            self.now += 5000
            self.function()


@pytest.fixture
def bench(shared_board: SharedBoard, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    bench = Bench(shared_board, monkeypatch)
    yield bench
    bench.log.removeHandler(bench.recorder)
    bench.nonvolatile.on_settled.clear()


def test_warnings_of_the_log_without_tracebacks(bench: Bench):
    bench.advance(10)
    bench.log.info("nothing")
    for text in ("a timer failed: ValueError: no", '  File "code.py", line 1', "  ValueError: no"):
        bench.log.error(text)
    assert bench.record.events[1:] == ["10 a timer failed: ValueError: no"]


def test_only_the_last_20_events(bench: Bench):
    for number in range(30):
        bench.recorder.record(f"{number} " + "x" * 100)
        bench.recorder.record(f"{number} " + "x" * 100)
    assert [event.split()[1] for event in bench.record.events] == [str(n) for n in range(10, 30)]
    assert max(map(len, bench.record.events)) == len("0 ") + 72


def test_lines_of_one_kind_are_one_event_with_a_count(bench: Bench):
    """Other apps on the phone and a page that reconnects at once cause hundreds a second."""
    bench.recorder.record("the pump has started")
    for number in range(800):
        bench.log.warning(f"client {number} from 192.168.4.{number % 9} rejected: all are taken")
        bench.log.warning(f'192.168.4.2: "GET /{chr(97 + number % 26)} HTTP/1.1" answered 404')
    bench.log.error("hotspot check failed: OSError: 5")
    assert bench.record.events == [
        "0 boot 1: POWER_ON",
        "0 the pump has started",
        "0 client 799 from 192.168.4.7 rejected: all are taken (800 times)",
        '0 192.168.4.2: "GET /t HTTP/1.1" answered 404 (800 times)',
        "0 hotspot check failed: OSError: 5",
    ]
    for letter in "abcdefghijklmnopqrstuvwxyz" * 2:
        bench.log.error(f"a handler failed: KeyError: {letter}")
    assert len(bench.record.events) == 12
    assert bench.record.events[1] == "0 the pump has started"
    assert bench.record.events[-1] == "0 a handler failed: KeyError: z"


def test_at_most_one_write_in_ten_minutes(bench: Bench):
    for minute in range(24 * 60):
        bench.recorder.record(f"event {minute}")
        bench.advance(60)
    assert 100 < bench.nonvolatile.writes <= 1 + 24 * 6


def test_nothing_new_is_not_written(bench: Bench):
    bench.advance(24 * 3600)
    assert bench.nonvolatile.writes == 1
    assert bench.recorder.stats()["uptime"] == 24 * 3600


def test_hotspot_settles_the_record(bench: Bench):
    assert bench.nonvolatile.on_settled == [bench.record.settle]


def test_next_boot_shows_the_record(failing: Callable[..., Board]):
    board = failing("--fault", "no-usb", setup="if not failing: 1 / 0")
    board.wait_for("server listens on port 80")
    log = board.log[board.log.index("boot 2 after SOFTWARE, failed boots in a row: 1") :]
    assert "previous boot: POWER_ON\n" in log
    assert "0 crash: ZeroDivisionError" in log
    assert 'File "code.py", line ' in log

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The modules of the board that network/ imports, and an access point."""

import sys
import types
from collections.abc import Callable

import pytest

from simulator.modules import wifi
from simulator.modules.watchdog import WatchDogTimer
from tests.logged import Log
from tests.network.radio import Bench


class Alarm:
    """A watchdog's alarm that never goes off."""

    def start(self, timeout, error) -> None:
        pass

    def stop(self) -> None:
        pass


@pytest.fixture(autouse=True)
def board_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator's ``wifi`` and watchdog, an ``mdns`` that `Bench` fills, and a board."""
    board = types.SimpleNamespace(watchdog=Alarm())
    microcontroller = types.SimpleNamespace(watchdog=WatchDogTimer(board))
    monkeypatch.setitem(sys.modules, "microcontroller", microcontroller)
    monkeypatch.setitem(sys.modules, "wifi", wifi)
    monkeypatch.setitem(sys.modules, "mdns", types.ModuleType("mdns"))
    # On a PC, the real one would be Blinka's, which looks for a board and fails half imported.
    monkeypatch.setitem(sys.modules, "board", types.ModuleType("board"))


@pytest.fixture
def make_bench(log: Log) -> Callable[..., Bench]:
    """A function that makes access points with these settings, not started yet."""
    return lambda **settings: Bench(log, **settings)


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    """An access point that is up."""
    bench = make_bench()
    assert bench.start()
    bench.access_point.check()
    bench.lines()
    bench.radio.called()
    return bench

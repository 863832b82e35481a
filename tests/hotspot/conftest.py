# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What the hotspot imports from the board."""

import sys
import types

import pytest

from simulator.modules import wifi
from simulator.modules.watchdog import WatchDogTimer


class Bites:
    """What a watchdog of the simulator counts with; here its time never comes."""

    def start(self, timeout, error) -> None:
        self.running = True

    def stop(self) -> None:
        self.running = False


@pytest.fixture(autouse=True)
def board_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator's ``wifi`` and watchdog, and an ``mdns`` that the test's hotspot fills."""
    board = types.SimpleNamespace(watchdog=Bites())
    microcontroller = types.SimpleNamespace(watchdog=WatchDogTimer(board))
    monkeypatch.setitem(sys.modules, "microcontroller", microcontroller)
    monkeypatch.setitem(sys.modules, "wifi", wifi)
    monkeypatch.setitem(sys.modules, "mdns", types.ModuleType("mdns"))

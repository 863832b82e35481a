# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The plug is pulled at random moments, while the nvm is written all the time."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.board import Board as SimulatedBoard
from simulator.console import Console
from tests.board import REPOSITORY, Board

#: Does nothing but what writes to the nvm, so that a boot takes no time.
PROGRAM = """
import microcontroller
from esp_ws_ap.recovery.flight_recorder import get_recorder
from esp_ws_ap.settings import Settings

settings = Settings.load()
recorder = get_recorder()
print("known", settings.ap_password, recorder.boots, recorder.problem, recorder.events[-2:-1])
number = 0
while True:
    number += 1
    recorder.record(str(number))
    recorder.save()
    print("written", number)
"""
BOOTS = 100


@pytest.mark.timeout(120)
@pytest.mark.parametrize("half", [1, 2])
def test_power_cuts_lose_at_most_the_last_record(
    boot: Callable[..., Board], drive: Callable[..., Path], tmp_path: Path, half: int
):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    nvm = tmp_path / "nvm.bin"
    board = boot(drive=drive(code=PROGRAM, files={"boot.py": None}), nvm=nvm, listening=False)
    password = None
    boots = 0
    for _ in range(BOOTS // 2):
        line = board.wait_for("known ").split(maxsplit=4)
        password = password or line[1]
        assert line[1] == password
        assert int(line[2]) in (boots + 1, boots + 2)
        assert line[3] == "None"
        boots = int(line[2])
        board.wait_for(f"written {dice.randrange(1, 30)}")
        board.power_cut()
        board.start()


def test_the_worst_that_flash_can_do_is_a_new_record(tmp_path: Path):
    """On the board a write erases all of the nvm first, and the power may fail in between."""
    nvm = tmp_path / "nvm.bin"
    nvm.write_bytes(b"\xff" * 8192)
    board = SimulatedBoard(str(REPOSITORY), nvm=str(nvm), console=Console(lambda text: None))
    module: Any = board.module("esp_ws_ap.recovery.flight_recorder")
    record = module.get_recorder()
    assert (record.boots, record.problem) == (1, None)
    board.close()

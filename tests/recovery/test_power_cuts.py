# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Power cuts at random moments, while the nvm is written all the time."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.board import Board
from tests.raw_http import fetch
from tests.recovery.drive import skip

#: Only writes to the nvm, so that a boot takes no time.
PROGRAM = """
from esp_ws_ap.recovery.flight_record import get_record
from esp_ws_ap.settings import Settings

settings = Settings.load()
record = get_record()
print("known", settings.ap_password, record.boots, record.problem, record.events[-2:-1])
number = 0
while True:
    number += 1
    record.record(str(number))
    record.save()
    print("written", number)
"""


@pytest.mark.parametrize("boots", [10, pytest.param(100, marks=pytest.mark.long)])
@pytest.mark.timeout(240)
def test_power_cut_loses_at_most_the_last_write(
    boot: Callable[..., Board], drive: Callable[..., Path], tmp_path: Path, boots: int
):
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    dice = random.Random(seed)
    nvm = tmp_path / "nvm.bin"
    board = boot(drive=drive(code=PROGRAM, files={"boot.py": None}), nvm=nvm, listening=False)
    password = None
    counted = 0
    for _ in range(boots):
        line = board.wait_for("known ").split(maxsplit=4)
        password = password or line[1]
        assert line[1] == password
        assert int(line[2]) in (counted + 1, counted + 2)
        assert line[3] == "None"
        counted = int(line[2])
        board.wait_for(f"written {dice.randrange(1, 4)}")
        board.power_cut()
        board.start()


def test_nothing_is_written_soon_after_power_on(failing: Callable[..., Board], nvm: Path):
    board = failing("--fault", "torn-nvm", listening=True)  # it has written a password
    before = nvm.read_bytes()
    address = board.address()
    for _ in range(2):
        board.power_cut()
        board.start()
        board.wait_for("server listens on port 80")
        assert nvm.read_bytes() == before
    assert fetch(address, "/none").status == 404  # the loop runs
    skip(board, 61, nvm)


def test_crash_soon_after_power_on_is_written_later(failing: Callable[..., Board], nvm: Path):
    board = failing(code="1 / 0\n", CALM=2)
    board.wait_for("ZeroDivisionError")
    assert not nvm.exists()
    board.wait_for("failed boots in a row: 1")
    assert nvm.exists()

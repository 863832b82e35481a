# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""safemode.py: a hard fault restarts the board, but not for ever."""

from collections.abc import Callable

import pytest

from tests.board import Board
from tests.raw_http import fetch
from tests.recovery.drive import record_of

Failing = Callable[..., Board]


@pytest.mark.parametrize(("fault", "reason"), [("hard", "HARD_FAULT"), ("brownout", "BROWNOUT")])
def test_fault_is_recorded(failing: Failing, fault: str, reason: str):
    board = failing(listening=True)
    board.command(f"fault {fault}")
    board.wait_for(f"safe mode 1 of 8 in a row: {reason}")
    board.wait_for("server listens")
    record = record_of(board)
    assert (record["failing"], record["writes"]) == (1, 0)
    assert f"0 boot 1: safe mode {reason}" in record["events"]


def test_faults_in_a_row_end_in_the_error_page_and_then_in_safe_mode(failing: Failing):
    board = failing(code="import time\nprint('running')\nwhile True:\n    time.sleep(1)\n")
    board.wait_for("running")
    for count in range(1, 9):
        board.command("fault hard")
        board.wait_for(f"safe mode {count} of 8 in a row: HARD_FAULT")
        if count < 5:
            board.wait_for(f"failed boots in a row: {count} - retrying in")
            board.wait_for("running")
        else:
            board.wait_for("retrying code.py in")
            assert b"safe mode HARD_FAULT" in fetch(board.address(), "/").body
    board.command("fault hard")
    board.wait_for("safe mode 9 of 8 in a row")
    board.wait_for("Running in safe mode! Not running saved code.")
    board.command("reset")
    board.wait_for("guard.py output:")


@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_brownout_during_boot_ends_in_a_normal_boot(failing: Failing, seconds: float):
    board = failing(listening=True)
    board.command(f"fault brownout {seconds}")
    board.wait_for("safe mode 1 of 8 in a row: BROWNOUT")
    board.wait_for("guard.py output:")
    assert "over BLE" not in board.log


def test_no_nvm_leaves_the_board_in_safe_mode(failing: Failing):
    board = failing("--fault", "no-nvm")
    board.wait_for("guard.py output:")
    board.command("fault hard")
    board.wait_for("no nvm to count in: the board stays in safe mode")
    board.wait_for("You are in safe mode because: SAFE_MODE_PY_ERROR")


def test_programmatic_safe_mode_stays(failing: Failing):
    board = failing(
        code=(
            "import microcontroller\n"
            "microcontroller.on_next_reset(microcontroller.RunMode.SAFE_MODE)\n"
            "microcontroller.reset()\n"
        )
    )
    board.wait_for("You are in safe mode because: PROGRAMMATIC")
    assert "in a row" not in board.log


def test_usb_safe_mode_stays(failing: Failing):
    board = failing("--safe-mode", "USB_TOO_MANY_ENDPOINTS")
    board.wait_for("staying in safe mode: USB_TOO_MANY_ENDPOINTS")
    board.wait_for("You are in safe mode because: USB_TOO_MANY_ENDPOINTS")
    assert "in a row" not in board.log
    board.command("reset")
    assert record_of(board)["failing"] == 0

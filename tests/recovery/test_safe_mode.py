# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A hard fault is no end, and no loop for ever."""

from collections.abc import Callable

import pytest

from tests.board import Board
from tests.raw_http import fetch
from tests.recovery.drive import record_of

Failing = Callable[..., Board]


@pytest.mark.parametrize(("fault", "reason"), [("hard", "HARD_FAULT"), ("brownout", "BROWNOUT")])
def test_the_board_comes_back_and_tells(failing: Failing, fault: str, reason: str):
    board = failing(listening=True)
    board.command(f"fault {fault}")
    board.wait_for(f"safe mode 1 of 8 in a row: {reason}")
    record = record_of(board, 2)
    assert record["failing"] == 1
    assert f"0 boot 2: safe mode {reason}" in record["events"]


def test_a_program_that_crashes_the_interpreter_ends_in_the_error_page(failing: Failing):
    board = failing(setup="print('crash me')")
    for count in range(1, 6):
        board.wait_for("crash me")
        board.command("fault hard")
        board.wait_for(f"safe mode {count} of 8 in a row: HARD_FAULT")
    board.wait_for("code.py is tried again in 600 s")
    assert b"safe mode HARD_FAULT" in fetch(board.address(), "/").body


def test_the_board_stays_in_safe_mode_in_the_end(failing: Failing):
    board = failing(listening=True)
    for count in range(1, 9):
        board.command("fault hard")
        board.wait_for(f"safe mode {count} of 8 in a row: HARD_FAULT")
        waiting = f"failed boots in a row: {count} - again in"
        board.wait_for(waiting if count < 5 else "code.py is tried again in")
    board.command("fault hard")
    board.wait_for("safe mode 9 of 8 in a row")
    board.wait_for("Running in safe mode! Not running saved code.")
    board.command("reset")
    board.wait_for("guard.py output:")


def test_a_boot_that_has_run_for_a_while_begins_to_count_anew(failing: Failing):
    board = failing(listening=True, _PROVEN=1)
    board.command("fault hard")
    board.wait_for("safe mode 1 of 8")
    while record_of(board, 2)["failing"]:
        pass
    board.command("fault hard")
    board.wait_for("safe mode 1 of 8")


def test_an_error_page_that_has_run_for_a_while_begins_to_count_anew(failing: Failing):
    board = failing(code="x = = 1\n", PROVEN=0.2)
    for _ in range(3):
        board.wait_for("error_page.py output:")
        before = (board.drive.parent / "nvm-0.bin").read_bytes()
        while (board.drive.parent / "nvm-0.bin").read_bytes() == before:
            pass
        board.command("fault hard")
        board.wait_for("safe mode 1 of 8")


def test_a_broken_safemode_py_leaves_the_board_in_safe_mode(failing: Failing):
    board = failing("--fault", "no-nvm")
    board.wait_for("guard.py output:")
    board.command("fault hard")
    board.wait_for("no nvm to count in: the board stays in safe mode")
    board.wait_for("You are in safe mode because: SAFE_MODE_PY_ERROR")


def test_safe_mode_that_the_program_asks_for(failing: Failing):
    board = failing(
        setup=(
            "if not recorder.failing:\n"
            "    microcontroller.on_next_reset(microcontroller.RunMode.SAFE_MODE)\n"
            "    microcontroller.reset()\n"
        )
    )
    board.wait_for("safe mode 1 of 8 in a row: PROGRAMMATIC")
    board.wait_for("server listens on port 80")

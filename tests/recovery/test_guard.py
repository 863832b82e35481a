# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""An exception in code.py is logged and stored, and the board restarts."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.board import REPOSITORY, Board
from tests.raw_http import fetch
from tests.recovery.drive import CODE, record_of, skip

Failing = Callable[..., Board]

NO_USB = ("--fault", "no-usb")


# Errors


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("x = = 1\n", "SyntaxError: invalid syntax"),
        ("import no_such_library\n", "ImportError: no module named 'no_such_library'"),
    ],
    ids=["syntax", "import"],
)
def test_permanent_error_shows_the_error_page_at_once(failing: Failing, code: str, text: str):
    board = failing(code=code)
    board.wait_for(text)
    board.wait_for("error_page.py output:")
    assert "boots in a row" not in board.log and "simulator: reset" not in board.log
    board.wait_until_listening()
    page = fetch(board.address(), "/").body.decode()
    assert text in page.replace("&#39;", "'")
    assert 'File "code.py", line 1' in page


@pytest.mark.parametrize(
    "code",
    [
        "class Silent(Exception):\n    def __str__(self): raise OSError\nraise Silent\n",
        "import sys\nsys.exit()\n",
        "raise MemoryError\n",
        "class CancelledError(BaseException): pass\nraise CancelledError\n",
        "raise BaseException\n",
        "",
        "from esp_ws_ap import hotspot\n",
    ],
    ids=["str", "exit", "memory", "asyncio", "base", "empty", "ended"],
)
@pytest.mark.parametrize("fault", ["no-nvm", "nvm-full"])
def test_first_error_without_nvm_shows_the_error_page(failing: Failing, code: str, fault: str):
    board = failing("--fault", fault, code=code)
    board.wait_until_listening()
    assert b"see the serial console" in fetch(board.address(), "/").body
    assert 'File "code.py", line ' in board.log or "RuntimeError: code.py " in board.log


def test_failures_back_off_until_the_error_page(failing: Failing):
    board = failing(*NO_USB, setup="1 / 0")
    board.wait_for("error_page.py output:")
    assert re.findall(r"failed boots in a row: (\d) - retrying in ([\d.]+) s", board.log) == [
        ("1", "0.01"),
        ("2", "0.02"),
        ("3", "0.04"),
        ("4", "0.08"),
    ]
    assert board.log.count("simulator: reset (SOFTWARE)") == 4
    board.wait_until_listening()
    page = fetch(board.address(), "/").body.decode()
    assert "ZeroDivisionError" in page
    assert page.count("crash: ZeroDivisionError") == 5


def test_missing_error_page_is_a_restart(failing: Failing):
    board = failing(
        *NO_USB,
        code="x = = 1\n",
        files={"lib/esp_ws_ap/recovery/error_page.py": None},
        NO_ERROR_PAGE_PAUSE=0.1,
    )
    board.wait_for("no error page: [Errno 2]")
    board.wait_for("simulator: reset (SOFTWARE)", count=2)


# The end of a row of failures


def test_minute_without_failure_ends_the_row_in_any_program(failing: Failing, nvm: Path):
    """echo.py imports nothing of recovery, but the guard does."""
    board = failing(code=(REPOSITORY / "examples/echo.py").read_text("utf-8"))
    for count in (1, 2):
        board.wait_for("server listens on port 80")
        board.command("fault hard")
        board.wait_for(f"safe mode {count} of 8 in a row")
        board.wait_for(f"failed boots in a row: {count}")
    board.wait_for("server listens on port 80")
    assert fetch(board.address(), "/none").status == 404  # the loop runs
    skip(board, 61, nvm)
    board.command("fault hard")
    board.wait_for("safe mode 1 of 8 in a row")
    board.wait_for("failed boots in a row: 1")


def test_saved_file_ends_the_row(failing: Failing):
    board = failing(code="x = = 1\n")
    board.wait_for("retrying code.py in")
    (board.drive / "code.py").write_text(CODE, "utf-8")
    board.command("save")
    board.wait_for("server listens on port 80")
    assert record_of(board)["failing"] == 0


# A person at the console


@pytest.mark.parametrize(("code", "failed"), [("print('done')\n", False), ("1 / 0\n", True)])
@pytest.mark.parametrize("guard", [True, False])
def test_program_that_ends_or_fails(failing: Failing, guard: bool, code: str, failed: bool):
    board = failing(code=code, files={} if guard else {"boot.py": None})
    board.wait_for("error_page.py output:" if guard and failed else "Press any key to enter the")
    assert ("code.py failed" in board.log) == (guard and failed)
    assert ("guard.py output:" in board.log) == guard


def test_ctrl_c_ends_the_back_off(failing: Failing):
    board = failing(*NO_USB, setup="1 / 0", BACK_OFF=1000)
    board.wait_for("retrying in 1000 s")
    assert board.stop() == 0


# BLE


def test_boot_py_ends_ble_discovery(failing: Failing):
    board = failing("--fault", "no-native-usb")
    board.wait_for("guard.py output:")
    assert "over BLE" not in board.log


# A copy that was interrupted

#: The board shows one of these when it goes on by itself.
GOES_ON = re.compile(r"server listens on port|retrying (code.py )?in|no error page")


@pytest.mark.parametrize(
    "part",
    [pytest.param(0, marks=pytest.mark.long), 0.5, pytest.param(0.9, marks=pytest.mark.long)],
)
@pytest.mark.parametrize(
    "file",
    "recovery/guard recovery/error_page recovery/flight_record nonvolatile settings settings_file "
    "network/start_ap hotspot log".split(),
)
def test_half_a_file(failing: Failing, file: str, part: float):
    path = f"lib/esp_ws_ap/{file}.py"
    text = (REPOSITORY / path).read_bytes()
    length = int(len(text) * part)
    if part == 0.5:  # at the end of a line, and outside of every function
        length = text.rindex(b"\n\n\n", 0, length) + 1
    code = CODE if part or file == "recovery/guard" else "x = = 1\n"
    board = failing(code=code, files={path: text[:length]}, NO_ERROR_PAGE_PAUSE=600)
    board.wait_for(GOES_ON)
    assert "Press any key" not in board.log

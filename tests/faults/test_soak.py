# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A short soak, and the phones' own command line. `make test-long` soaks for minutes."""

import pytest

from tests import phones
from tests.board import booting
from tests.faults.scene import make_drive
from tests.faults.soak import failures_in, soak
from tests.faults.summary import COLUMN
from tests.phones.__main__ import main as run_phones


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seconds", [3, pytest.param(20, marks=pytest.mark.long)])
def test_soak(tmp_path, record_property, seconds: int):
    with booting(tmp_path) as boot:
        board = boot(drive=make_drive(tmp_path / "drive"))
        result = soak(board, seconds, seed=20, phones=20, timeout=20)
        print("\n".join(result.lines()))
        worst = max(figures.worst for figures in result.figures.values())
        late = max(figures.late for figures in result.figures.values())
        median = max(figures.median for figures in result.figures.values())
        turn = result.after["longest_turn"]
        remark = f"{result.episodes} episodes"
        record_property(COLUMN, [round(worst, 1), round(median, 1), turn, round(late, 1), remark])
        assert result.wrong == []
        assert failures_in(board.log) == []
        assert result.episodes > seconds


def test_command_line(boot, capsys: pytest.CaptureFixture[str]):
    board = boot("--code", "examples/echo.py")
    host, port = board.address()
    options = ("--seconds", "2", "--phones", "3", "--seed", "1", "--steady", "1")
    status = run_phones([f"{host}:{port}", *options, "--only", "chatter,reload,lie"])
    shown = capsys.readouterr().out
    assert status == 0, shown
    assert "seed 1\n" in shown
    assert "reload: " in shown and "vanish: " not in shown


def test_behaviors_are_documented():
    documented = {line.split("  ")[0] for line in (phones.__doc__ or "").split("\n")}
    assert set(phones.BEHAVIORS) <= documented

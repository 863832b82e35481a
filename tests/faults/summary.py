# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The table after the run: the healthy client's delays in each case."""

import pytest

#: The property of a test that has its row.
COLUMN = "healthy client"
_SHOWN = pytest.StashKey[bool]()


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Show the table."""
    if config.stash.get(_SHOWN, False):
        return
    config.stash[_SHOWN] = True
    rows = []
    for reports in terminalreporter.stats.values():
        for report in reports:
            for column, value in getattr(report, "user_properties", ()):
                if column == COLUMN and report.when == "call":
                    name = report.nodeid.rpartition("::")[2]
                    case = name[11:-1] if name.startswith("test_fault[") else name
                    rows.append((case, *value))
    if not rows:
        return
    terminalreporter.section("faults: the healthy client's delays in ms")
    write = terminalreporter.write_line
    write(f"{'':<58} {'worst':>7} {'median':>7} {'turn':>5} {'PC':>6}")
    for case, worst, median, turn, late, remarks in rows:
        write(f"{case:<58} {worst:>7} {median:>7} {turn:>5} {late:>6}  {remarks}")
    write("turn: the board's longest; PC: how late the client itself was, because the PC is busy")

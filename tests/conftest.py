# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Fixtures for all tests, and the boards' logs in a failure."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import chromium
from tests.board import Board, boards, booting, copy_drive
from tests.in_process import make_network, network, shared_board
from tests.logged import Log

__all__ = ["make_network", "network", "shared_board"]

# The table of the fault suite, printed by the process that sees all tests.
pytest_plugins = ["tests.faults.summary"]


@pytest.fixture
def boot(tmp_path: Path) -> Iterator[Callable[..., Board]]:
    """A function that boots simulated boards: see :func:`tests.board.booting`."""
    with booting(tmp_path) as function:
        yield function


@pytest.fixture
def drive(tmp_path: Path) -> Callable[..., Path]:
    """A function that copies the drive, with changes: see :func:`tests.board.copy_drive`."""
    numbers = itertools.count()

    def copy(**changes) -> Path:
        return copy_drive(tmp_path / f"drive-{next(numbers)}", **changes)

    return copy


@pytest.fixture
def log() -> Iterator[Log]:
    """What the package logs in this process, in place of the console."""
    log = Log()
    yield log
    log.close()


# One for each module, not for the session: while it runs, asyncio.run() fails in this thread.
@pytest.fixture(scope="module")
def browser():
    """Chromium, driven by Playwright. Each test makes a context of its own."""
    with chromium.launched() as running:
        yield running


# A skip can hide a missing tool.


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips",
        action="store_true",
        default=os.environ.get("CI") == "true",
        help="fail in place of skipping (the default where CI=true)",
    )


def _fail_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"skipped, and --no-skips makes that a failure: {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item):
    report = yield
    if item.config.getoption("--no-skips"):
        _fail_skipped(report)
    if report.failed:
        for number, board in enumerate(boards, 1):
            report.sections.append((f"serial log of board {number}", board.log))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(collector: pytest.Collector):
    report = yield
    if collector.config.getoption("--no-skips"):
        _fail_skipped(report)
    return report

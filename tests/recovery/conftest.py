# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Fixtures of these tests."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.board import Board
from tests.in_process import shared_board
from tests.recovery.drive import make_drive

__all__ = ["shared_board"]


@pytest.fixture
def nvm(tmp_path: Path) -> Path:
    """The file that keeps the memory of the boards of `failing`."""
    return tmp_path / "nvm.bin"


@pytest.fixture
def failing(tmp_path: Path, boot: Callable[..., Board], nvm: Path) -> Callable[..., Board]:
    """A function that boots a board: see :func:`tests.recovery.drive.make_drive`."""
    numbers = itertools.count()

    def start(*options: str, listening: bool = False, **changes) -> Board:
        drive = make_drive(tmp_path / f"drive-{next(numbers)}", **changes)
        return boot(*options, drive=drive, nvm=nvm, listening=listening)

    return start

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Fixtures of these tests."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.board import Board
from tests.recovery.drive import make_drive


@pytest.fixture
def failing(tmp_path: Path, boot: Callable[..., Board]) -> Callable[..., Board]:
    """A function that boots a board on an impatient drive: see :func:`make_drive`."""
    numbers = itertools.count()

    def start(*options: str, nvm: Path | None = None, listening: bool = False, **changes) -> Board:
        drive = make_drive(tmp_path / f"drive-{next(numbers)}", **changes)
        return boot(*options, drive=drive, nvm=nvm, listening=listening)

    return start

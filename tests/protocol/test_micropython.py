# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The same verdicts on a small VM as on CPython."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from esp_ws_ap.http.request_head import Refused, check
from tests.board import REPOSITORY
from tests.protocol import heads

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="MicroPython's wheel is for Linux")

FOLDER = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def micropython(tmp_path_factory):
    """Run a script of this folder under MicroPython with a file of JSON lines."""
    folder = tmp_path_factory.mktemp("micropython")

    def run(script: str, lines: list) -> list[str]:
        cases = folder / "cases.json"
        cases.write_text("".join(json.dumps(line) + "\n" for line in lines))
        result = subprocess.run(
            [
                Path(sys.executable).with_name("micropython"),
                "-X",
                "heapsize=8m",
                FOLDER / script,
                cases,
            ],
            env=os.environ | {"MICROPYPATH": f"{REPOSITORY / 'lib'}:{FOLDER}"},
            capture_output=True,
            encoding="utf-8",
            timeout=50,
        )
        assert result.returncode == 0, result.stdout[-2000:] + result.stderr
        return result.stdout.splitlines()

    return run


def _answer(head: bytes):
    try:
        checked, length = check(head, heads.HOSTS)
    except Refused as refused:
        return refused.code
    return [checked.decode(), length]


def test_heads(micropython):
    texts = [head for head, _, _ in heads.GOOD] + [head for head, _ in heads.BAD]
    lines = micropython("replay_heads.py", [text.hex() for text in texts])
    assert [json.loads(line) for line in lines] == [_answer(text) for text in texts]

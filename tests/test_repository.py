# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What holds for every file of the repository."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.board import REPOSITORY

#: Files that are not text, or in which no comment is possible.
NO_HEADER = {"LICENSE", "py.typed"}
NO_COMMENTS = {".json", ".gz", ".ico", ".png", ".jpg", ".bin", ".mpy"}

#: A folder that exists on somebody's machine only. The text before it tells a path from a URL.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])(?:/(?:home|root|Users|work|tmp)/[\w.-]|[A-Z]:\\(?:Users|work)\\)"
)


def _files() -> list[Path]:
    """All that is in git or would be, were it added now."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True, text=True)
    paths = (REPOSITORY / name for name in listing.stdout.split("\0") if name)
    return sorted({path for path in paths if path.is_file()})


FILES = _files()
TEXTS = [path for path in FILES if b"\0" not in path.read_bytes()]


def _name(path: Path) -> str:
    return str(path.relative_to(REPOSITORY))


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_text_is_clean(path: Path):
    content = path.read_bytes()
    assert b"\r" not in content, "carriage returns"
    text = content.decode("utf-8")
    assert not text or text.endswith("\n") and not text.endswith("\n\n"), "the last line's end"
    for number, line in enumerate(text.split("\n"), 1):
        assert line == line.rstrip(), f"line {number}: trailing white space"
        assert not MACHINE_PATH.search(line), f"line {number}: a path of one machine: {line}"
        assert not re.match(r"(<{7}|>{7}) ", line), f"line {number}: an unresolved merge"


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_text_names_its_licence(path: Path):
    if path.name in NO_HEADER or path.suffix in NO_COMMENTS:
        return
    head = "\n".join(path.read_text("utf-8").split("\n")[:10])
    assert re.search(r"SPDX-FileCopyrightText: 20\d\d esp_ws_ap contributors\b", head)
    assert re.search(r"SPDX-License-Identifier: MIT\b", head)


def test_no_file_is_large():
    large = {_name(path): path.stat().st_size for path in FILES if path.stat().st_size > 500_000}
    assert not large

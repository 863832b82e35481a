# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The files that programs name in strings, or import when it matters, exist."""

import re

import pytest

from tests.board import REPOSITORY

RECOVERY = "lib/esp_ws_ap/recovery/"

#: A path on the drive, or a file that the board runs.
PATH = re.compile(r'"/?((?:lib|static|examples)/[\w./]+\.\w+|(?:boot|code|safemode)\.py)"')
IMPORT = re.compile(r"from (esp_ws_ap[\w.]*) import ([\w, ]+)")
UNLOAD = re.compile(r'unload\("([\w.]+)"\)')


def _texts(*patterns: str) -> dict[str, str]:
    paths = [path for pattern in patterns for path in sorted(REPOSITORY.glob(pattern))]
    assert paths
    return {str(path.relative_to(REPOSITORY)): path.read_text("utf-8") for path in paths}


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("boot.py", {RECOVERY + "guard.py"}),
        (RECOVERY + "guard.py", {RECOVERY + "error_page.py"}),
        (RECOVERY + "error_page.py", {RECOVERY + "guard.py"}),
        ("simulator/**/*.py", {"boot.py", "code.py", "safemode.py"}),
    ],
)
def test_named_paths_exist(program: str, expected: set[str]):
    named = {path for text in _texts(program).values() for path in PATH.findall(text)}
    assert expected <= named
    for path in named:
        assert (REPOSITORY / path).is_file(), path


def test_imported_names_exist():
    """Nothing else imports the guard and the error page, so a wrong name would show late."""
    for program, text in _texts(RECOVERY + "guard.py", RECOVERY + "error_page.py").items():
        found = IMPORT.findall(text)
        assert found
        for module, names in found:
            source = (REPOSITORY / "lib" / module.replace(".", "/")).with_suffix(".py").read_text()
            for name in names.split(", "):
                assert re.search(rf"^(?:def|class) {name}\b", source, re.MULTILINE), (program, name)


def test_unloaded_modules_exist():
    for program, text in _texts("lib/esp_ws_ap/**/*.py").items():
        for name in UNLOAD.findall(text):
            path = REPOSITORY / "lib/esp_ws_ap" / (name.replace(".", "/") + ".py")
            assert path.is_file(), (program, name)

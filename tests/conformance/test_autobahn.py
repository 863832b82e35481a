# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Every case of the Autobahn test suite."""

from collections.abc import Iterator

import pytest

from tests.board import booting, copy_drive
from tests.conformance.cases import DOCUMENT, LARGE, SECTIONS, Result, run, table

COMPRESSION = ("12", "13")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Result]]:
    folder = tmp_path_factory.mktemp("autobahn")
    with booting(folder) as boot:
        drive = copy_drive(folder / "drive", settings=LARGE)
        board = boot("--code", "examples/echo.py", drive=drive)
        yield run(board, SECTIONS, folder / "reports")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("section", [name for name in SECTIONS if name not in COMPRESSION])
def test_section(results: list[Result], section: str):
    cases = [result for result in results if result.section == section]
    assert cases
    good = ("OK", "INFORMATIONAL")
    assert [r for r in cases if r.behavior not in good or r.closing not in good] == []


@pytest.mark.parametrize("section", COMPRESSION)
def test_compression_is_unimplemented(results: list[Result], section: str):
    cases = [result for result in results if result.section == section]
    assert cases
    assert [r for r in cases if r.behavior != "UNIMPLEMENTED" or r.closing != "OK"] == []


def test_docs_have_this_table(results: list[Result]):
    assert DOCUMENT.read_text("utf-8") == table(results)

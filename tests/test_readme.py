# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""README.md and docs/: the program in the README runs, and every link leads somewhere."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.board import REPOSITORY, Board
from tests.raw_websocket import RawWebSocket

PAGES = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]

#: A link of Markdown to another file, with or without a heading in it.
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


def _headings(page: Path) -> set[str]:
    """The names by which the headings of a page are linked to, as GitHub makes them."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }


def test_first_program_runs_as_it_is(boot: Callable[..., Board], drive: Callable[..., Path]):
    program = (REPOSITORY / "README.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
    board = boot(drive=drive(code=program))
    with RawWebSocket(board.address()) as client:
        client.send_text("hello")
        assert client.receive_text() == "hello"
        client.close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page: Path):
    for target, heading in LINK.findall(page.read_text("utf-8")):
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        if heading:
            assert heading in _headings(path), f"{target}#{heading}"

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Each mistake of docs/troubleshooting.md is made, and the console says what the page promises.

The page is the table of cases: what is in its first column is run as it stands there.
"""

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest

from tests import raw_http
from tests.board import REPOSITORY, Board, booting, copy_drive
from tests.raw_websocket import RawWebSocket

PAGE = (REPOSITORY / "docs/troubleshooting.md").read_text("utf-8")

README = (REPOSITORY / "README.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
HEAD, RUN = README.split("\n@hub.on_message")[0], "hotspot.run(server)\n"

HEAD = HEAD.replace("import GET, Server", "import GET, POST, Response, Server")
HEAD = "import time\n" + HEAD

#: Runs lines one by one, and prints how each fails.
EACH = """
message = print
client = None

async def later():
    pass

def attempt(number, line):
    try:
        exec(line, globals())
    except Exception as error:
        print(f"line {number}: {type(error).__name__}: {error}")
    else:
        print(f"line {number}: no error")

"""


def section(heading: str) -> list[tuple[str, str]]:
    """
    Return the mistakes and the console's lines in a section of the page.

    :param str heading: The heading of the section.
    """
    text = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| `(.*?)` \| [^|]* \|$", text, re.MULTILINE)
    assert len(rows) == text.count("\n| ") - 1, "a row is not: mistake, `line`, remedy"
    return [(_code(mistake) or mistake, line) for mistake, line in rows]


def _code(cell: str) -> str:
    """Return the code of a cell that has nothing else, or ""."""
    lines = re.fullmatch(r"`([^`]*)`(?:<br>`[^`]*`)*", cell)
    return cell.strip("`").replace("`<br>`", "\n") if lines else ""


def pattern(line: str) -> re.Pattern[str]:
    """
    Return what finds a line of the page on the console.

    :param str line: With <...> where it differs.
    """
    return re.compile(".*".join(map(re.escape, re.split("<[^<>]*>", line))))


def ids(rows: list[tuple[str, str]]) -> list[str]:
    """Return names of the mistakes for pytest."""
    return [re.sub(r"\W+", "-", mistake)[:50].strip("-") for mistake, _ in rows]


@pytest.fixture(scope="module")
def boot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Board]]:
    """Boot a board with other files than the repository's."""
    folder = tmp_path_factory.mktemp("mistakes")
    with booting(folder) as boot:
        yield lambda name, listening=True, **changes: boot(
            drive=copy_drive(folder / name, **changes), listening=listening
        )


# A line that raises

LINES = section("A line of code.py raises an exception")


@pytest.fixture(scope="module")
def attempts(boot: Callable[..., Board]) -> Board:
    """A board that has tried each line."""
    lines = (f"attempt({number}, {line!r})\n" for number, (line, _) in enumerate(LINES))
    return boot("lines", code=HEAD + EACH + "".join(lines) + RUN)


@pytest.mark.parametrize("number", range(len(LINES)), ids=ids(LINES))
def test_line_that_raises(attempts: Board, number: int):
    said = attempts.wait_for(re.compile(f"line {number}: "), since=0).partition(": ")[2]
    assert pattern(LINES[number][1]).fullmatch(said)


# Routes and handlers

PROGRAMS = section("A route or a handler does not do what it should")


@pytest.mark.parametrize(("program", "line"), PROGRAMS, ids=ids(PROGRAMS))
def test_route_or_handler(boot: Callable[..., Board], program: str, line: str):
    board = boot(f"program-{PROGRAMS.index((program, line))}", code=HEAD + program + "\n" + RUN)
    route = re.search(r'route\("([^"]*)"', program)
    if route:
        with contextlib.suppress(OSError):
            raw_http.fetch(board.address(), route[1])
    else:
        with RawWebSocket(board.address()) as client:
            client.send_text("hello")
    board.wait_for(pattern(line), since=0)


# Files and settings

DRIVES = section("Something is wrong on the drive")

#: The packed page, where `make assets` has made it.
PACKED = "static/index.html.gz"
NO_GZIP = {PACKED: None} if (REPOSITORY / PACKED).exists() else {}

#: The files that are wrong, by the mistake; all others are texts of settings.toml.
FILES: dict[str, dict] = {
    "there is no `settings.toml`": {"files": {"settings.toml": None}},
    "there is no `static/`": {"files": {"static/index.html": None} | NO_GZIP},
    "`static/Index.html` has a capital letter": {
        "files": {"static/index.html": None, "static/Index.html": "<p>hello"} | NO_GZIP
    },
    'the page has `onclick="..."`': {
        "files": {"static/index.html": '<!doctype html><button onclick="go()">Go</button>'}
    },
    "the page loads a script from another site": {
        "files": {"static/index.html": '<!doctype html><script src="https://a.example/x.js">'}
    },
    "`code.py` has a typo": {"code": HEAD + "hotspot.run(server\n"},
    "`code.py` has no `hotspot.start_ap()`": {
        "code": (HEAD + RUN).replace("hotspot.start_ap()", "")
    },
    # Without the guard, which waits before it ends.
    "`code.py` has no `hotspot.run(server)`": {"code": HEAD, "files": {"boot.py": None}},
}


@pytest.mark.parametrize(("mistake", "line"), DRIVES, ids=ids(DRIVES))
def test_drive(boot: Callable[..., Board], mistake: str, line: str):
    known = mistake in FILES
    changes = FILES[mistake] if known else {"settings": mistake + "\n"}
    if "static/index.html" in changes.get("files", ()) and "code" not in changes:
        changes = changes | {"code": HEAD + RUN}
    board = boot(f"drive-{DRIVES.index((mistake, line))}", listening=False, **changes)
    if "answered" in line or "page" in mistake:
        board.wait_until_listening()
        raw_http.fetch(board.address(), "/")
    board.wait_for(pattern(line), since=0)

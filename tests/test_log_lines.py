# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""docs/log.md lists each line that the package writes to the console, and no other."""

import ast
import re
from collections.abc import Iterator

from tests.board import REPOSITORY

SOURCES = [
    REPOSITORY / "boot.py",
    REPOSITORY / "safemode.py",
    *sorted((REPOSITORY / "lib/esp_ws_ap").rglob("*.py")),
]

LEVELS = {"info": "INFO", "warning": "WARNING", "error": "ERROR"}

#: Calls with a text that ends up in a line of the log, and the place of that text.
REASONS = {
    "abort": 1,
    "fail": 1,
    "report_failure": 2,
    "_connection_lost": 0,
    "_leave": 0,
    "_warn": 0,
}

#: Variables that hold such a text.
REASON_NAMES = {"problem", "reason", "what"}

#: A RequestError is the text of an HTTP answer.
ERRORS = {"AttributeError", "ImportError", "RuntimeError", "TypeError", "ValueError"}


def _texts(node: ast.expr) -> Iterator[str]:
    """What an expression can give, with <> for each value in it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.sub("%[sd]", "<>", node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "<>" for part in node.values)
        yield "".join(str(part) for part in parts)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    else:
        yield "<>"


def _lines(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Level and text of what a node of a syntax tree writes; no level for a part of a line."""
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func).split(".")[-1]
        if name in LEVELS:
            yield from ((LEVELS[name], text) for text in _texts(node.args[0]))
        elif name == "log_exception":
            yield from (("ERROR", text + ": <>: <>") for text in _texts(node.args[1]))
        elif name == "print":
            yield "printed", " ".join(text for arg in node.args for text in _texts(arg))
        elif name in REASONS and len(node.args) > REASONS[name]:
            yield from (("", text) for text in _texts(node.args[REASONS[name]]))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if ast.unparse(target).split(".")[-1] in REASON_NAMES:
            yield from (("", text) for text in _texts(node.value))
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
        if ast.unparse(node.exc.func) in ERRORS:
            yield from (("", text) for text in _texts(node.exc.args[0]))


def _written() -> set[tuple[str, str]]:
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCES]
    found = {line for tree in trees for node in ast.walk(tree) for line in _lines(node)}
    return {(level, text.strip()) for level, text in found if level or re.search("[a-z]", text)}


def _documented() -> set[tuple[str, str]]:
    page = (REPOSITORY / "docs/log.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \|(?: (INFO|WARNING|ERROR|printed) \|)?", page, re.MULTILINE)
    return {(level, re.sub("<[^<>]*>", "<>", text)) for text, level in rows}


def test_each_logged_line_is_documented():
    missing = sorted(_written() - _documented())
    assert not missing


def test_each_documented_line_is_logged():
    stale = sorted(_documented() - _written())
    assert not stale

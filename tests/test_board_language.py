# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The board's code keeps to the board's language, in every file and every branch, whether a test
runs it or not. CPython takes more than the board does, and without a word.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.language import check_syntax
from tests.board import REPOSITORY

#: Modules of Python that CircuitPython on an ESP32-S3 has not.
ABSENT_MODULES = """
    abc asyncio base64 contextlib copy dataclasses datetime enum functools hmac http inspect
    itertools logging operator pathlib queue secrets shutil signal socket string subprocess
    tempfile threading types typing urllib uuid weakref
""".split()

#: Methods of str and bytes that it has not.
ABSENT_METHODS = """
    capitalize casefold expandtabs format_map isalnum isascii isdecimal isidentifier ljust
    removeprefix removesuffix rjust swapcase title translate zfill
""".split()

FILES = [
    path
    for pattern in ("boot.py", "code.py", "safemode.py", "lib/**/*.py", "examples/**/*.py")
    for path in sorted(REPOSITORY.glob(pattern))
]


def _optional(tree: ast.AST) -> set[ast.AST]:
    """The statements within ``try: ... except ImportError``, which the board may fail in."""
    return {
        statement
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        and any(
            isinstance(handler.type, ast.Name) and handler.type.id == "ImportError"
            for handler in node.handlers
        )
        for statement in node.body
    }


def _absent(tree: ast.AST) -> Iterator[str]:
    optional = _optional(tree)
    for node in ast.walk(tree):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules = [node.module]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ABSENT_METHODS:
                yield f"line {node.lineno}: .{node.func.attr}()"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "next" and len(node.args) > 1:
                yield f"line {node.lineno}: next() with a default"
        if node not in optional:
            for name in modules:
                if name.split(".")[0] in ABSENT_MODULES:
                    yield f"line {getattr(node, 'lineno', 0)}: import {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_board_language(path: Path):
    source = path.read_text("utf-8")
    check_syntax(source, str(path))
    absent = list(_absent(ast.parse(source)))
    assert not absent, "the board has not:\n" + "\n".join(absent)

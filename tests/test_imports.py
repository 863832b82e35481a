# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Which module of the package may import which: a small core that knows none of its options."""

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.board import REPOSITORY

PACKAGE = REPOSITORY / "lib/esp_ws_ap"

CORE = (
    "events failures hotspot hub log loop misuse nonvolatile settings settings_file set_watchdog"
    " http/* network/* websocket/*"
).split()

#: For each module, the modules of the package that it may import; the first match counts.
RULES = [
    ("__init__", []),
    ("panel/__init__", [*CORE, "panel/*"]),
    ("*/__init__", []),
    ("events", ["misuse"]),
    ("misuse", []),
    ("set_watchdog", []),
    ("log", []),
    ("nonvolatile", []),
    ("settings", ["settings_file"]),
    ("settings_file", ["log", "nonvolatile"]),
    ("websocket/frames", ["websocket/u*", "websocket/violations"]),
    ("http/request_head", []),
    ("network/start_ap", []),
    ("network/join_code", []),
    ("loop", ["events", "failures", "log", "misuse"]),
    ("failures", ["log"]),
    ("websocket/*", ["events", "log", "loop", "misuse", "websocket/*"]),
    ("http/*", ["events", "log", "loop", "http/*"]),
    ("hub", ["events", "failures", "log", "loop", "misuse", "websocket/*"]),
    ("network/*", ["events", "log", "nonvolatile", "settings", "network/*"]),
    ("hotspot", CORE),
    # These run while a library, or the rest of the package, may be what is broken.
    ("recovery/guard", ["recovery/flight_record"]),
    ("recovery/error_page", ["network/start_ap", "recovery/flight_record", "settings"]),
    ("recovery/flight_record", ["nonvolatile"]),
    ("portal/*", [*CORE, "portal/*"]),
    ("recovery/*", [*CORE, "recovery/*"]),
    ("panel/*", [*CORE, "panel/*"]),
]

MODULES = {str(path.relative_to(PACKAGE).with_suffix("")): path for path in PACKAGE.rglob("*.py")}


def _imported_at_run_time(path: Path) -> set[str]:
    """The modules of the package that a file imports, other than for annotations."""
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        and isinstance(node.body[0], ast.ImportFrom)
        and node.body[0].module == "typing"
        or isinstance(node, ast.If)
        and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for inner in ast.walk(statement)
    }
    found = set()
    folder = path.parent.relative_to(PACKAGE).parts
    for node in ast.walk(tree):
        if node in for_types or not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            if isinstance(node, ast.Import):
                parts = alias.name.split(".")
            elif node.level:
                above = folder[: len(folder) + 1 - node.level]
                parts = ["esp_ws_ap", *above, *(node.module or "").split(".")]
                parts = [part for part in parts if part]
            else:
                parts = (node.module or "").split(".")
            if parts[0] == "esp_ws_ap":
                names = ("/".join(parts[1:]), "/".join([*parts[1:], alias.name]))
                found.update(name for name in names if name in MODULES)
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports(module: str):
    allowed = next(rule for pattern, rule in RULES if fnmatch(module, pattern))
    for imported in _imported_at_run_time(MODULES[module]):
        assert any(fnmatch(imported, pattern) for pattern in allowed), f"it imports {imported}"


def test_rules_name_modules():
    for pattern, allowed in RULES:
        for name in (pattern, *allowed):
            assert any(fnmatch(module, name) for module in MODULES), name

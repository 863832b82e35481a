# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Run kosoku, which drives the case files of the Autobahn test suite, against an echo, and make a
table of the results.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from tests.board import REPOSITORY, Board

DOCUMENT = REPOSITORY / "docs" / "conformance.md"

SECTIONS = {
    "1": "Text and binary messages, 0 to 65,536 bytes",
    "2": "Pings and pongs",
    "3": "Reserved bits",
    "4": "Opcodes",
    "5": "Fragments",
    "6": "UTF-8",
    "7": "Closing",
    "9": "Messages of up to 16 MB",
    "10": "Fragments by the server",
    "12": "Compression",
    "13": "Compression with parameters",
}

#: Settings that allow the longest messages.
LARGE = 'AP_PASSWORD = "conformance"\nWS_MAX_MESSAGE = 16777216\n'

_HEAD = """\
<!--
SPDX-FileCopyrightText: 2026 esp_ws_ap contributors

SPDX-License-Identifier: MIT
-->
# Conformance

`make conformance` runs kosoku {kosoku}, which drives the case files of the Autobahn test suite,
against `examples/echo.py` on the simulated board, with `WS_MAX_MESSAGE` raised to 16 MB, and writes
this page. "Informational" cases have no right or wrong behavior. Compression is not implemented,
because no extension is negotiated.

| section | cases | ok | informational | not implemented | anything else | closed wrongly |
|---|---:|---:|---:|---:|---:|---:|
"""


class Result:
    """
    The result of a case.

    :param str case: Its number, such as ``"6.4.1"``.
    :param dict verdict: kosoku's verdict.
    """

    def __init__(self, case: str, verdict: dict) -> None:
        self.case = case
        self.section = case.partition(".")[0]
        self.behavior: str = verdict["behavior"]
        self.closing: str = verdict["behaviorClose"]

    def __repr__(self) -> str:
        return f"{self.case}: {self.behavior}, closing {self.closing}"


def run(board: Board, sections: Iterable[str], folder: Path) -> list[Result]:
    """
    Run the cases of some sections.

    :param Board board: A board that runs the echo.
    :param sections: Their numbers.
    :param Path folder: For kosoku's reports.
    :return: A result for each case.
    """
    command = [Path(sys.executable).with_name("kosoku"), "--mode", "fuzzingclient"]
    for section in sections:
        command += ["--include", f"{section}.*"]
    host, port = board.address()
    done = subprocess.run(
        [*command, "--outdir", folder, f"ws://{host}:{port}/ws"], capture_output=True, text=True
    )
    index = folder / "index.json"
    assert index.exists(), done.stdout + done.stderr
    (cases,) = json.loads(index.read_text("utf-8")).values()
    return [Result(case, verdict) for case, verdict in cases.items()]


def table(results: Iterable[Result]) -> str:
    """
    Return the text of the page for the docs.

    :param results: Those of all sections.
    """
    results = list(results)
    rows = []
    for section, subject in SECTIONS.items():
        rows.append((f"{section} {subject}", [r for r in results if r.section == section]))
    rows.append(("all", results))
    lines = []
    for name, cases in rows:
        seen = Counter(result.behavior for result in cases)
        good = [seen.pop(word, 0) for word in ("OK", "INFORMATIONAL", "UNIMPLEMENTED")]
        wrong = sum(result.closing not in ("OK", "INFORMATIONAL") for result in cases)
        figures = [len(cases), *good, seen.total(), wrong]
        lines.append(f"| {name} | " + " | ".join(map(str, figures)) + " |\n")
    return _HEAD.format(kosoku=version("kosoku")) + "".join(lines)

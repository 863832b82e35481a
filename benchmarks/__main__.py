# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The command line: ``python -m benchmarks``."""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.process import ProcessError

from . import codec, delays, echo, memory, report
from .processes import REPOSITORY

DOCUMENT = REPOSITORY / "docs" / "benchmarks.md"


def main() -> int:
    """
    Measure everything, print the tables and write the document.

    :return: The exit status.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure speed and memory beside the other libraries, on CPython and on "
        f"MicroPython, and write {DOCUMENT.relative_to(REPOSITORY).as_posix()}.",
    )
    parser.add_argument("--quick", action="store_true", help="few and short rounds; write nothing")
    quick = parser.parse_args().quick
    if sys.platform != "linux":
        parser.error("MicroPython's wheel is for Linux")
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            _measure(Path(folder), quick, found)
        except ProcessError as error:
            print(error, file=sys.stderr)
            return 1
    text = report.render(found, "make bench")
    print(text)
    if not quick:
        DOCUMENT.write_text(text, "utf-8")
    return 0


def _measure(folder: Path, quick: bool, found: dict[str, Any]) -> None:
    step = (32 if quick else 8) * 1024
    subjects = {
        "codec": lambda: codec.measure(folder, 1 if quick else 6, 0.01 if quick else 0.06),
        "memory": lambda: {
            "step": step,
            "imports": memory.imports(folder),
            "turns": memory.turns(folder),
            "smallest": memory.smallest(folder, step),
        },
        "echo": lambda: echo.measure(folder, 1 if quick else 3, 4 if quick else 14, 0.02),
        "delays": lambda: delays.measure(folder, 0.3 if quick else 1.2),
    }
    for name, subject in subjects.items():
        began = time.monotonic()
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        found[name] = subject()
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    found["memory"]["codec"] = found["codec"]["heap"]


if __name__ == "__main__":
    sys.exit(main())

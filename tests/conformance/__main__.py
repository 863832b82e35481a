# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""``python -m tests.conformance``: run all cases, print the table, write it to the docs."""

import tempfile
from pathlib import Path

from tests.board import booting, copy_drive
from tests.conformance.cases import DOCUMENT, LARGE, SECTIONS, run, table

with tempfile.TemporaryDirectory() as name, booting(Path(name)) as boot:
    drive = copy_drive(Path(name) / "drive", settings=LARGE)
    board = boot("--code", "examples/echo.py", drive=drive)
    results = run(board, SECTIONS, Path(name) / "reports")
    for result in results:
        if result.behavior not in ("OK", "INFORMATIONAL", "UNIMPLEMENTED"):
            print(result)
    DOCUMENT.write_text(table(results), "utf-8")
    print(DOCUMENT.read_text("utf-8"))

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Tests, and the helpers that they share: process, board, chromium, raw_http, raw_websocket."""

import sys
from pathlib import Path

# The repository is found last: its code.py is the board's program, and Python has a module of
# that name, which pdb imports, and through it pytest.
_root = str(Path(__file__).resolve().parent.parent)
sys.path[:] = [path for path in sys.path if path not in ("", _root)] + [_root]

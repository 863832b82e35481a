# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
CircuitPython's core modules, one file each.

Most files have a function ``build(board)`` that returns the module's names; the importer calls it
anew for every run of the code, so that nothing survives a reload that would not on the board.
``wifi.py`` and ``ipaddress.py`` are plain modules without ``build``: any small Python runs them.
"""

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
CircuitPython's core modules, one file each.

Most files have a function ``build(board)`` that returns the module's names. The importer calls it
for every run of the code, so that a reload leaves no more behind than on the board. ``wifi.py`` and
``ipaddress.py`` are plain modules without ``build``, which MicroPython runs too.
"""

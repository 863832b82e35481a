# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The whole application under MicroPython with a heap of a board's size: the nearest thing to the
board that every PC runs.

``boot.py`` and ``modules/`` are MicroPython's, and as thin as they can be, because they count
against the heap. ``python -m simulator.small_vm`` starts them.
"""

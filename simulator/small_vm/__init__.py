# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The whole application under MicroPython with a heap as small as a board's.

``boot.py`` and ``modules/`` run under MicroPython. They are as small as possible, because they use
the same heap. ``python -m simulator.small_vm`` starts them.
"""

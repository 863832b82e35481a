# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The programs of the simulated boards, one file each. They run on CircuitPython, MicroPython and
CPython.
"""

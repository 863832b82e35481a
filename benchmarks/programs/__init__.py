# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
What runs on the simulated boards, one file each. They are programs for CircuitPython, and at home
on MicroPython and CPython too.
"""

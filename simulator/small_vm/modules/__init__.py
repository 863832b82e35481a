# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
CircuitPython's core modules over MicroPython's, one file each. ``wifi`` and ``ipaddress`` are the
simulator's own.
"""

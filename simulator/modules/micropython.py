# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``micropython``: only const(), as libraries for CircuitPython use it."""


def build(board):
    """Return the module's names."""
    return {"const": lambda value: value}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``keypad``, from Blinka."""

from ..blinka import public


def build(board):
    """Return the module's names."""
    return public("keypad")

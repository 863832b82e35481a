# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``espidf``: its errors, and figures of a board with PSRAM."""

import builtins

from ..language import OSError


class IDFError(OSError):
    """The ESP-IDF refuses."""


class MemoryError(builtins.MemoryError):
    """The ESP-IDF has no memory."""


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    return {
        "IDFError": IDFError,
        "MemoryError": MemoryError,
        "heap_caps_get_total_size": lambda: 8738560,
        "heap_caps_get_free_size": lambda: 8386304,
        "heap_caps_get_largest_free_block": lambda: 8257536,
        "get_total_psram": lambda: 8388608,
        "erase_nvs": lambda: None,
    }

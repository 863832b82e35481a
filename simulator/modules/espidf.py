# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``espidf``: its errors, and the figures of a board with PSRAM."""

import builtins

from ..language import OSError


class IDFError(OSError):
    """An error of the ESP-IDF."""


class MemoryError(builtins.MemoryError):
    """The ESP-IDF is out of memory."""


def build(board):
    """Return the module's names."""
    return {
        "IDFError": IDFError,
        "MemoryError": MemoryError,
        "heap_caps_get_total_size": lambda: 8738560,
        "heap_caps_get_free_size": lambda: 8386304,
        "heap_caps_get_largest_free_block": lambda: 8257536,
        "get_total_psram": lambda: 8388608,
        "erase_nvs": lambda: None,
    }

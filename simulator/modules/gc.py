# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
``gc``.

The board's heap is 2 MB of PSRAM. The memory in use is a guess that follows the program: the use of
an empty board, and 48 bytes, the average, for each block that CPython has allocated since the code
started.
"""

import gc
import sys

_HEAP = 2 * 1024 * 1024
_EMPTY = 24 * 1024
_BLOCK = 48


def build(board):
    """Return the module's names."""
    start = sys.getallocatedblocks()
    state = [True]

    def mem_alloc():
        """Return the number of bytes in use."""
        nonlocal start
        start = min(start, sys.getallocatedblocks())
        return min(_HEAP - 16, max(_EMPTY, _EMPTY + (sys.getallocatedblocks() - start) * _BLOCK))

    def mem_free():
        """Return the number of free bytes."""
        return _HEAP - mem_alloc()

    def collect():
        """Free what is no longer used."""
        gc.collect()

    def enable():
        """Enable automatic collection."""
        state[0] = True

    def disable():
        """Disable automatic collection."""
        state[0] = False

    return {
        "collect": collect,
        "enable": enable,
        "disable": disable,
        "isenabled": lambda: state[0],
        "mem_alloc": mem_alloc,
        "mem_free": mem_free,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
``gc``.

The board's heap is one of 2 MB of PSRAM. How much of it is used is a guess that moves with the
program: CPython's count of allocated blocks, which are a good 48 bytes on average, since the code
began, over what an empty board needs.
"""

import gc
import sys

_HEAP = 2 * 1024 * 1024
_EMPTY = 24 * 1024
_BLOCK = 48


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    start = sys.getallocatedblocks()
    state = [True]

    def mem_alloc():
        """Bytes in use."""
        nonlocal start
        start = min(start, sys.getallocatedblocks())
        return min(_HEAP - 16, max(_EMPTY, _EMPTY + (sys.getallocatedblocks() - start) * _BLOCK))

    def mem_free():
        """Bytes that are free."""
        return _HEAP - mem_alloc()

    def collect():
        """Free what nobody uses."""
        gc.collect()

    def enable():
        """Collect when memory runs out."""
        state[0] = True

    def disable():
        """Do not."""
        state[0] = False

    return {
        "collect": collect,
        "enable": enable,
        "disable": disable,
        "isenabled": lambda: state[0],
        "mem_alloc": mem_alloc,
        "mem_free": mem_free,
    }

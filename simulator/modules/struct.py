# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``struct``: without Struct and iter_unpack."""

import struct

from ..subset import subset


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    return subset(struct, "calcsize pack pack_into unpack unpack_from")

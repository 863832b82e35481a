# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``struct``: without Struct and iter_unpack."""

import struct

from ..subset import subset


def build(board):
    """Return the module's names."""
    return subset(struct, "calcsize pack pack_into unpack unpack_from")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``array``."""

import array

from ..subset import subset


def build(board):
    """Return the module's names."""
    return subset(array, "array")

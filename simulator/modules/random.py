# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``random``."""

import random

from ..subset import subset


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    # A generator of the board's own: seeding it must not change the PC's.
    return subset(random.Random(), "seed getrandbits randrange randint choice random uniform")

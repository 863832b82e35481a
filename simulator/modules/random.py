# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``random``."""

import random

from ..subset import subset


def build(board):
    """Return the module's names."""
    # Not the PC's generator, which a seed must not change.
    return subset(random.Random(), "seed getrandbits randrange randint choice random uniform")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``math``."""

import math

from ..subset import subset

_NAMES = """
    acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees e erf erfc exp expm1
    fabs floor fmod frexp gamma isfinite isinf isnan ldexp lgamma log log10 log2 modf pi pow
    radians sin sinh sqrt tan tanh trunc
"""


def build(board):
    """Return the module's names."""
    return subset(math, _NAMES)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.number`
================================================================================

A number to enter, and a slider.
"""

from .switch import Input

try:
    from typing import Any
except ImportError:
    pass

_LARGEST = 1e15


class Number(Input):
    """A number. See `Builder.number` and `Builder.slider`."""

    limits: "Any"
    """The lowest value, the highest value and the step."""

    def check(self, value: "Any") -> "Any":
        """As `Element.check`: a number in the range, rounded to a step."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{self.label}: {value!r} is not a number")
        low, high, step = self.limits
        lowest = -_LARGEST if low is None else low
        highest = _LARGEST if high is None else high
        if not lowest <= value <= highest:  # NaN is not either
            raise ValueError(f"{self.label}: {value} is not {lowest} to {highest}")
        rounded = (low or 0) + round((value - (low or 0)) / step) * step
        if isinstance(rounded, float):
            rounded = round(rounded, 6)
        # The last step can be shorter.
        return rounded if lowest <= rounded <= highest else value

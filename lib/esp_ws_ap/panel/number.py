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

    from . import Panel
except ImportError:
    pass

_LARGEST = 1e15


class Number(Input):
    """A number to enter. See `Panel.number`."""

    kind = "number"
    options = ("save", "on_change", "min", "max", "step", "unit", "decimals")

    def __init__(self, panel: "Panel", label: str, value: "Any", options: dict) -> None:
        low = options["min"]
        high = options["max"]
        step = options.setdefault("step", 1)
        from .mistakes import check_shown

        check_shown(options)
        if value is None:
            value = 0 if low is None else low
            if low is None and high is not None and high < 0:
                value = high
        # Elements know these from here on; they are in the description as well.
        self._low = -_LARGEST if low is None else low
        self._high = _LARGEST if high is None else high
        self._step = step
        super().__init__(panel, label, value, options)

    def check(self, value: "Any") -> "Any":
        """As `Element.check`: a number in the range, rounded to a step."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"{self.label}: {value!r} is not a number")
        low = self._low
        if not low <= value <= self._high:  # NaN is not either
            raise ValueError(f"{self.label}: {value} is not {low} to {self._high}")
        if low == -_LARGEST:
            low = 0
        step = self._step
        rounded = low + round((value - low) / step) * step
        if isinstance(rounded, float):
            rounded = round(rounded, 6)
        # The last step can be shorter.
        return value if rounded > self._high else rounded


class Slider(Number):
    """A slider. See `Panel.slider`."""

    kind = "slider"
    options = Number.options + ("live",)

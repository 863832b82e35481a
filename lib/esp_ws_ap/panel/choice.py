# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.choice`
================================================================================

A choice of one option out of several.
"""

from .switch import Input

try:
    from typing import Any

    from . import Panel
except ImportError:
    pass


class Select(Input):
    """A choice. See `Panel.select`."""

    kind = "select"
    options = ("save", "on_change", "options")

    def __init__(self, panel: "Panel", label: str, value: "Any", options: dict) -> None:
        from .mistakes import check_choices

        self._choices = options["options"] = check_choices(options["options"])
        super().__init__(panel, label, self._choices[0] if value is None else value, options)

    def check(self, value: "Any") -> str:
        """As `Element.check`: one of the options."""
        if value not in self._choices:
            raise ValueError(f"{self.label}: {value!r} is not one of the options")
        return value

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.choice`
================================================================================

A choice of one option.
"""

from .switch import Input

try:
    from typing import Any
except ImportError:
    pass


class Select(Input):
    """A choice. See `Builder.select`."""

    choices: list
    """The options."""

    def check(self, value: "Any") -> str:
        """As `Element.check`: one of the options."""
        if value not in self.choices:
            raise ValueError(f"{self.label}: {value!r} is not one of the options")
        return value

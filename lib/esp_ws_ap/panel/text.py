# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.text`
================================================================================

A text to enter.
"""

from .switch import Input

try:
    from typing import Any
except ImportError:
    pass


class Text(Input):
    """A text to enter. See `Builder.text`."""

    length = 200
    """The most characters that it may have."""

    password = False
    """True if the text stays on the board."""

    def check(self, value: "Any") -> str:
        """As `Element.check`: a text that is not too long."""
        length = self.length
        if not isinstance(value, str):
            raise ValueError(f"{self.label}: {value!r} is not a text")
        if len(value) > length:
            raise ValueError(f"{self.label}: at most {length} characters, not {len(value)}")
        return value

    def state(self) -> str:
        """As `Element.state`. A password stays on the board."""
        value = self._value
        if self.password:
            self._value = ""
        try:
            return super().state()
        finally:
            self._value = value

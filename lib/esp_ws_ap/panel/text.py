# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.text`
================================================================================

A text to enter.
"""

from .element import MAX_TEXT
from .switch import Input

try:
    from typing import Any

    from . import Panel
except ImportError:
    pass


class Text(Input):
    """A text to enter. See `Panel.text`."""

    kind = "text"
    options = ("save", "on_change", "length", "password")

    def __init__(self, panel: "Panel", label: str, value: "Any", options: dict) -> None:
        length = options.get("length", MAX_TEXT)
        if not isinstance(length, int) or not 1 <= length <= MAX_TEXT:
            raise ValueError(f"length is 1 to {MAX_TEXT} characters, not {length!r}")
        self._length = length
        super().__init__(panel, label, value, options)

    def check(self, value: "Any") -> str:
        """As `Element.check`: a text that is not too long."""
        length = self._length
        if not isinstance(value, str):
            raise ValueError(f"{self.label}: {value!r} is not a text")
        if len(value) > length:
            raise ValueError(f"{self.label}: at most {length} characters, not {len(value)}")
        for character in value:
            # A page closes the connection on half of a character.
            if 0xD800 <= ord(character) <= 0xDFFF:
                raise ValueError(f"{self.label}: send characters as they are, not as two escapes")
        return value

    def state(self) -> str:
        """As `Element.state`. A password stays on the board."""
        if not self._extra.get("password"):
            return super().state()
        value = self._value
        self._value = ""
        try:
            return super().state()
        finally:
            self._value = value

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.switch`
================================================================================

A switch.
"""

from ..events import Event
from .element import Element

try:
    from typing import Any
except ImportError:
    pass


class Input(Element):
    """What a client can change."""

    on_change = Event("element.on_change")
    """Decorator for a function that is called with the value when a client has changed it. If it
    raises, the element keeps the value that it had, and the client is shown the error."""

    _on_change = ()


class Switch(Input):
    """A switch. See `Builder.switch`."""

    def check(self, value: "Any") -> bool:
        """As `Element.check`: True or False."""
        if not isinstance(value, bool):
            raise ValueError(f"{self.label}: {value!r} is not True or False")
        return value

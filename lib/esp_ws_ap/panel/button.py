# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.button`
================================================================================

A button.
"""

from ..events import Event
from .element import Element

try:
    from typing import Any

    from . import Panel
except ImportError:
    pass


class Button(Element):
    """A button. See `Panel.button`."""

    kind = "button"
    options = ("color", "confirm", "on_press")

    on_press = Event("button.on_press")
    """Decorator for a function that is called without arguments when a client presses the button.
    A text that it returns is shown to the client."""

    _on_change = ()

    def __init__(self, panel: "Panel", label: str, value: "Any", options: dict) -> None:
        if options:
            from .mistakes import check_shown

            check_shown(options)
        super().__init__(panel, label, value, options)
        self._on_press = self._on_change

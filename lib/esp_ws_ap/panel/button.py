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


class Button(Element):
    """A button. See `Builder.button`."""

    on_press = Event("button.on_press")
    """Decorator for a function that is called without arguments when a client presses the button.
    A text that it returns is shown to the client."""

    _on_change = ()

    @property
    def _on_press(self) -> list:
        return self._on_change

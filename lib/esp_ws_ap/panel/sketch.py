# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.sketch`
================================================================================

A sheet on which all who have the page open draw together. docs/page.md describes its messages.
"""

from micropython import const

from .element import Element

try:
    from typing import Any

    from ..websocket.connection import Connection
    from . import Panel
except ImportError:
    pass

_MAX_DRAWING = const(16384)  # bytes
_PIECE = const(1024)
_STROKES = const(1)  # kinds of messages: new strokes, the whole drawing, strokes to take back
_DRAWING = const(2)
_UNDO = const(3)


class Sketch(Element):
    """The drawing of a panel. See `Builder.sketch`."""

    def __init__(self, panel: "Panel", kind: str, label: str, key: str, extra: str) -> None:
        super().__init__(panel, kind, label, key, extra)
        self.drawing = bytearray()
        """The strokes: records, each with the number of its points, a style, and four bytes for
        each point."""

        panel.views.append(self)

    def opened(self, client: "Connection") -> None:
        """
        Send a page the drawing, in pieces: a fragmented heap may have no room for a copy of all.

        :param Connection client: It has the description.
        """
        drawing = self.drawing
        starts = range(0, len(drawing), _PIECE)
        client.send([b"\x1e\x02"] + [drawing[start : start + _PIECE] for start in starts])

    def received(self, client: "Connection", message: "Any") -> "str | bool | None":
        """
        Draw, take strokes back, or clear the drawing.

        :param Connection client: Who does it.
        :param message: Bytes, or a dict with "clear".
        :return: What is wrong with it; False if it is not for the drawing.
        """
        drawing = self.drawing
        if isinstance(message, dict) and message.get("clear") is True:
            drawing[:] = b""
            self._panel.to_all(b"\x1e\x02", True)
            return None
        if not isinstance(message, bytes):
            return False
        kind = message[1] if len(message) > 1 else 0
        end = 2
        while end < len(message) and message[end]:
            size = 2 + 4 * message[end]
            if kind == _UNDO:
                at = drawing.find(message[end : end + size])
                if at >= 0:
                    drawing[at : at + size] = b""
            end += size
        if end != len(message) or kind not in (_STROKES, _UNDO):
            return "not strokes"
        if kind == _STROKES:
            oldest = 0
            while len(drawing) - oldest + end > _MAX_DRAWING:
                oldest += 2 + 4 * drawing[oldest]
            if oldest:
                drawing[:oldest] = b""
            drawing.extend(message[2:])
        self._panel.to_all(message, True)
        return None

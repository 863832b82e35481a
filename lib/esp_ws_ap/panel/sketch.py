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
_BLOCK = const(1024)
_STROKES = const(1)  # kinds of messages: new strokes, the whole drawing, strokes to take back
_DRAWING = const(2)
_UNDO = const(3)


class Sketch(Element):
    """The drawing of a panel. See `Builder.sketch`."""

    def __init__(self, panel: "Panel", kind: str, label: str, key: str, extra: str) -> None:
        super().__init__(panel, kind, label, key, extra)
        self.drawing = []  # of bytearrays: a fragmented heap may have no room for all in one
        """The strokes: records, each with the number of its points, a style, and four bytes for
        each point."""

        panel.views.append(self)

    def opened(self, client: "Connection") -> None:
        """
        Send a page the drawing, in pieces: a fragmented heap may have no room for a copy of all.

        :param Connection client: It has the description.
        """
        # Copies: more strokes may come before the last piece is sent.
        client.send(iter([b"\x1e\x02"] + [bytes(strokes) for strokes in self.drawing]))

    def received(self, client: "Connection", message: "Any") -> "str | bool | None":
        """
        Draw, take strokes back, or clear the drawing.

        :param Connection client: Who does it.
        :param message: Bytes, or a dict with "clear".
        :return: What is wrong with it; False if it is not for the drawing.
        """
        drawing = self.drawing
        if isinstance(message, dict) and message.get("clear") is True:
            drawing.clear()
            self._panel.to_all(b"\x1e\x02", True)
            return None
        if not isinstance(message, bytes):
            return False
        kind = message[1] if len(message) > 1 else 0
        end = 2
        while end < len(message) and message[end]:
            size = 2 + 4 * message[end]
            if kind == _UNDO:
                for strokes in drawing:
                    at = strokes.find(message[end : end + size])
                    if at >= 0:
                        strokes[at : at + size] = b""
                        if not strokes:
                            drawing.remove(strokes)
                        break
            end += size
        if end != len(message) or kind not in (_STROKES, _UNDO):
            return "not strokes"
        if kind == _STROKES:
            while sum([len(strokes) for strokes in drawing]) + end > _MAX_DRAWING:
                oldest = drawing[0]
                oldest[: 2 + 4 * oldest[0]] = b""
                if not oldest:
                    drawing.pop(0)
            if drawing and len(drawing[-1]) < _BLOCK:
                drawing[-1].extend(message[2:])
            else:
                drawing.append(bytearray(message[2:]))
        self._panel.to_all(message, True)
        return None

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.chat`
================================================================================

A chat of all who have the page open. The last lines are kept for those who join later.
"""

from json import dumps
from time import monotonic

from micropython import const

from ..websocket.heartbeat import RS
from .element import Element

try:
    from typing import Any

    from ..websocket.connection import Connection
    from . import Panel
except ImportError:
    pass

_MAX_LINE = const(500)  # characters
_MAX_LINES = const(20)
_MAX_KEPT = const(2000)  # characters of all lines


class Chat(Element):
    """The chat of a panel. See `Builder.chat`."""

    def __init__(self, panel: "Panel", kind: str, label: str, key: str, extra: str) -> None:
        super().__init__(panel, kind, label, key, extra)
        self.lines = []
        """The last lines: dicts with the line's number, the client's id and name, the text, and
        when it was said."""

        self._count = 0
        panel.views.append(self)
        panel.hub.loop.every(1, self._tell)

    def opened(self, client: "Connection") -> None:
        """
        Send a page the last lines. In one message each: they can be long.

        :param Connection client: It has the description.
        """
        for line in self.lines:
            client.send(f'{RS}{{"all":true,"chat":[{self._line(line)}]}}')

    def received(self, client: "Connection", message: "Any") -> "str | bool | None":
        """
        Add a line to the chat of all pages.

        :param Connection client: Who says it.
        :param message: A page's message.
        :return: What is wrong with it; False if it is not for the chat.
        """
        text = message.get("chat") if isinstance(message, dict) else None
        if not isinstance(text, str):
            return False
        text = text.strip()
        if not 1 <= len(text) <= _MAX_LINE:
            return f"a line has 1 to {_MAX_LINE} characters"
        self._count += 1
        line = (self._count, client.id, client.name, text, monotonic())
        lines = self.lines
        lines.append(line)
        self._panel.to_all(f'{RS}{{"chat":[{self._line(line)}]}}', True)
        while len(lines) > _MAX_LINES or sum([len(each[3]) for each in lines]) > _MAX_KEPT:
            lines.pop(0)
        return None

    def _line(self, line: tuple) -> str:
        number, identity, name, text, time = line
        ago = int(monotonic() - time)
        return dumps({"n": number, "id": identity, "name": name, "text": text, "ago": ago})

    def _tell(self) -> None:
        """Tell the pages in sight who is here."""
        clients = self._panel.hub.clients
        if clients:
            people = [
                (
                    client.id,
                    client.name,
                    client.rssi,
                    client.latency,
                    int(client.hidden),
                )
                for client in clients
            ]
            self._panel.to_all(f'{RS}{{"people":{dumps(people)}}}', False, self)

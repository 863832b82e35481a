# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.element`
================================================================================

What all elements of a panel have. Those that only show a value have nothing else.
"""

from json import dumps

from micropython import const

try:
    from typing import Any

    from . import Panel
except ImportError:
    pass

_MAX_TEXT = const(200)
_LARGEST = 1e15  # JavaScript counts to 9e15 exactly

# Bits of a mark: what has changed an element since it was last sent.
BY_PROGRAM = const(1)
BY_CLIENT = const(2)


class Element:
    """
    An element of a panel. Made by the methods of `Builder`.

    :param Panel panel: The panel that it is a part of.
    :param str kind: What it is, such as "value".
    :param str label: Its label.
    :param str key: Its key.
    :param str extra: What does not change, as members of a JSON object after a comma.
    """

    _on_change: "Any" = None  # a list, in elements that can be changed or pressed
    _enabled = _visible = True
    _save = False
    _age = None  # seconds since the value was set, with stale=; -1 if it is stale

    def __init__(self, panel: "Panel", kind: str, label: str, key: str, extra: str) -> None:
        self.kind = kind
        """The name of the method that has made it."""

        self.label = label
        """The label."""

        self.key = key
        """The name under which pages and bridges know the element."""

        self._panel = panel
        self._extra = extra
        self._index = len(panel.elements)
        self._version = panel.version
        self._value: Any = None

    def __getattr__(self, name: str) -> "Any":
        from .mistakes import no_attribute

        raise no_attribute(self, name)

    def check(self, value: "Any") -> "Any":
        """
        Check a value, of the program or of a client.

        :param value: The value.
        :return: The value to show.
        :raises ValueError: If the element cannot have it.
        """
        if self.kind == "led":
            return None if value is None else bool(value)
        if isinstance(value, str):
            if len(value) > _MAX_TEXT:
                raise ValueError(f"a text has at most {_MAX_TEXT} characters, not {len(value)}")
        elif value is not None and not isinstance(value, bool):
            if not isinstance(value, (int, float)):
                raise ValueError(f"{self.label}: {value!r} is not a number, a text or None")
            if not -_LARGEST < value < _LARGEST:  # NaN is not either
                return None
        return value

    @property
    def value(self) -> "Any":
        """The value. Setting it shows it on all pages, and calls no handler."""
        return self._value

    @value.setter
    def value(self, value: "Any") -> None:
        value = self.check(value)
        if self._age is not None:
            if self._age < 0:
                self.mark()
            self._age = 0
        if value != self._value:
            self._value = value
            if self._save:
                self._panel.saved.changed()
            self.mark()

    @property
    def enabled(self) -> bool:
        """False while the element is shown, and cannot be used."""
        return self._enabled

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        if bool(enabled) != self._enabled:
            self._enabled = not self._enabled
            self.mark()

    @property
    def visible(self) -> bool:
        """False while the element is not shown."""
        return self._visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        if bool(visible) != self._visible:
            self._visible = not self._visible
            self.mark()

    def mark(self, by: int = BY_PROGRAM) -> None:
        """
        Have the panel send the element's state.

        :param int by: `BY_PROGRAM` or `BY_CLIENT`.
        """
        panel = self._panel
        panel.marks[self._index] |= by
        panel.changed |= by

    def state(self) -> str:
        """Return what changes, as members of a JSON object. What is missing is the default."""
        text = f'"key":"{self.key}","value":{dumps(self._value)},"v":{self._version}'
        if not self._enabled:
            text += ',"enabled":false'
        if not self._visible:
            text += ',"visible":false'
        if self._age is not None and self._age < 0:
            text += ',"stale":true'
        return text

    def describe(self) -> str:
        """Return the element as a JSON object."""
        label = dumps(self.label)
        return f'{{{self.state()},"kind":"{self.kind}","label":{label}{self._extra}}}'

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.element`
================================================================================

What all elements of a panel have, and those that only show a value.
"""

from json import dumps

from micropython import const

from ..events import check_handler

try:
    from typing import Any

    from . import Panel
except ImportError:
    pass

MAX_LABEL = const(40)  # characters
MAX_TEXT = const(200)
_MAX_DESCRIPTION = const(1400)  # bytes
_LARGEST = 1e15  # JavaScript counts to 9e15 exactly

# Bits of a mark: what has changed an element since it was last sent.
BY_PROGRAM = const(1)
BY_CLIENT = const(2)

_COMMON = ("key", "help", "icon", "enabled", "visible")


class Element:
    """
    An element of a panel. Made by the methods of `Panel`.

    :param Panel panel: The panel that it is a part of.
    :param str label: Its label.
    :param value: Its first value.
    :param dict options: The arguments by keyword.
    :raises ValueError: For what a panel cannot show. The message says what to write.
    """

    kind = ""
    options = ()
    """The arguments by keyword beside those that all elements have."""

    _on_change: "Any" = None  # a list, in elements that can be changed or pressed
    _enabled = _visible = True
    _save = False
    _age = None  # seconds since the value was set, with stale=; None without

    def __init__(self, panel: "Panel", label: str, value: "Any", options: dict) -> None:
        for name in options:
            if name not in _COMMON and name not in self.options:
                from .mistakes import wrong_option

                raise wrong_option(self, name)
        self._panel = panel
        self.label = label
        """The label."""

        self.key: str = options.pop("key", None)
        """The name under which pages and bridges know the element."""

        self._version = 0
        if not options.pop("enabled", True):
            self._enabled = False
        if not options.pop("visible", True):
            self._visible = False
        self._extra = options
        self._index = panel.add(self)
        handler = options.pop("on_change", None) or options.pop("on_press", None)
        save = options.pop("save", False)
        self._value = self.check(value)
        if self._on_change is not None:
            self._on_change = []
            if handler is not None:
                check_handler(handler, "on_change=function")
                self._on_change.append(handler)
        if len(self.describe().encode()) > _MAX_DESCRIPTION:
            from .mistakes import too_long

            raise too_long(self, _MAX_DESCRIPTION)
        panel.elements.append(self)
        if save:
            self._save = True
            panel.restore(self)

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
        if isinstance(value, str):
            if len(value) > MAX_TEXT:
                raise ValueError(f"a text has at most {MAX_TEXT} characters, not {len(value)}")
        elif value is not None and not isinstance(value, bool):
            if not isinstance(value, (int, float)):
                raise ValueError(f"{self.label}: {value!r} is not a number, a text or None")
            if not -_LARGEST < value < _LARGEST:  # NaN is not either
                value = None
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
        self._enabled = bool(enabled)
        self.mark()

    @property
    def visible(self) -> bool:
        """False while the element is not shown."""
        return self._visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        self._visible = bool(visible)
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
        extra = dumps(self._extra)[1:-1]
        if extra:
            extra = "," + extra
        return f'{{{self.state()},"kind":"{self.kind}","label":{label}{extra}}}'


class Label(Element):
    """A text. See `Panel.label`."""

    kind = "label"


class Value(Element):
    """A number or a text. See `Panel.value`."""

    kind = "value"
    options = ("unit", "decimals", "warn", "alarm", "stale")

    def __init__(self, panel: "Panel", label: str, value: "Any", options: dict) -> None:
        if options:
            from .mistakes import check_shown

            check_shown(options)
        stale = options.pop("stale", None)
        super().__init__(panel, label, value, options)
        if stale is not None:
            self._age = 0
            panel.watch(self, stale)


class Led(Element):
    """A lamp. See `Panel.led`."""

    kind = "led"
    options = ("color",)

    def __init__(self, panel: "Panel", label: str, value: "Any", options: dict) -> None:
        if options:
            from .mistakes import check_shown

            check_shown(options)
        super().__init__(panel, label, value, options)

    def check(self, value: "Any") -> "bool | None":
        """As `Element.check`: anything is on or off, and None is unknown."""
        return None if value is None else bool(value)


class Bar(Value):
    """A number as a bar. See `Panel.bar`."""

    kind = "bar"
    options = Value.options + ("min", "max")


class Gauge(Bar):
    """A number on a scale. See `Panel.gauge`."""

    kind = "gauge"

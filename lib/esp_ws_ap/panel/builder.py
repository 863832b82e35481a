# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.builder`
================================================================================

The methods of `Panel` that add elements. The panel imports this module when a program uses it, and
unloads it when the program runs.
"""

import gc

gc.collect()

from .assembly import add, check_label, check_range
from .element import Element

try:
    from typing import Any

    from . import Panel
    from .button import Button
    from .choice import Select
    from .number import Number
    from .switch import Switch
    from .text import Text
except ImportError:
    pass

_MAX_TABS = 8
_MAX_LABEL = 40  # characters
_MAX_TEXT = 200
_MAX_OPTIONS = 50

# One text each: the board keeps the names in a list of names for ever.
_SHOWN = " unit decimals warn alarm stale "
_INPUT = " save on_change "


class Part:
    """
    A tab or a group, for ``with``.

    :param Panel panel: The panel.
    :param str kind: "tab" or "group".
    :param value: What its elements have as their ``kind``.
    """

    def __init__(self, panel: "Panel", kind: str, value: "Any") -> None:
        self._parts = panel.parts
        self._kind = kind
        self._value = value

    def __enter__(self) -> None:
        if self._kind in self._parts or "group" in self._parts:
            raise ValueError(f"a {self._kind} cannot be within another, nor within a group")
        self._parts[self._kind] = self._value

    def __exit__(self, kind, error, trace) -> None:
        del self._parts[self._kind]


class Builder:
    """
    The methods of a `Panel` that add elements. All elements take these arguments by keyword:
    ``key``, the name under which pages and bridges know it, which is made from the label by
    default; ``help``, a text of at most 200 characters; ``icon``; ``enabled=False``;
    ``visible=False``. What a client can change takes ``save=True``, which keeps the value over a
    power cut, and ``on_change``, a function. docs/panel.md describes each.

    :param Panel panel: The panel to add to.
    """

    def __init__(self, panel: "Panel") -> None:
        self._panel = panel

    def label(self, label: str, value: "str | None" = None, **options) -> Element:
        """
        A text.

        :param str label: Its label, or the text itself if there is no other argument.
        :param str value: The text, at most 200 characters.
        """
        if value is None:
            value = label
            label = ""
        return add(self._panel, Element, "label", label, value, options, "")

    def value(self, label: str, value: "Any" = None, **options) -> Element:
        """
        A value to show.

        :param str label: Its label.
        :param value: A number, a text, or None for "-".
        :param options: ``unit``, ``decimals``, ``warn=(low, high)``, ``alarm=(low, high)``, and
            ``stale``, the seconds after which a value that is not set again turns gray.
        """
        return add(self._panel, Element, "value", label, value, options, _SHOWN)

    def led(self, label: str, value: "bool | None" = False, **options) -> Element:
        """
        A lamp that is on or off.

        :param str label: Its label.
        :param bool value: True for on; None for unknown.
        :param options: ``color``: green, red, yellow, blue or white.
        """
        return add(self._panel, Element, "led", label, value, options, " color ")

    def bar(self, label: str, min=0, max=100, value: "Any" = None, **options) -> Element:
        """
        A number as a bar.

        :param str label: Its label.
        :param min: The value of an empty bar.
        :param max: The value of a full one.
        :param value: The number.
        :param options: As for `value`.
        """
        options["min"] = min
        options["max"] = max
        return add(self._panel, Element, "bar", label, value, options, " min max" + _SHOWN)

    def gauge(self, label: str, min=0, max=100, value: "Any" = None, **options) -> Element:
        """
        A number on a scale. As `bar`.

        :param str label: Its label.
        :param min: The lowest value of the scale.
        :param max: The highest.
        :param value: The number.
        :param options: As for `value`.
        """
        options["min"] = min
        options["max"] = max
        return add(self._panel, Element, "gauge", label, value, options, " min max" + _SHOWN)

    def button(self, label: str, **options) -> "Button":
        """
        A button.

        :param str label: Its label.
        :param options: ``confirm``, a question to answer first; ``color``; ``on_press``.
        """
        from .button import Button

        return add(self._panel, Button, "button", label, None, options, " color confirm on_press ")

    def switch(self, label: str, value: bool = False, **options) -> "Switch":
        """
        A switch.

        :param str label: Its label.
        :param bool value: True for on.
        """
        from .switch import Switch

        return add(self._panel, Switch, "switch", label, value, options, _INPUT)

    def slider(self, label: str, min=0, max=100, value: "Any" = None, **options) -> "Number":
        """
        A slider.

        :param str label: Its label.
        :param min: The lowest value.
        :param max: The highest.
        :param value: The first value; the lowest by default.
        :param options: ``step``, ``unit``, ``decimals``, and ``live=False`` to send the value only
            when it is let go.
        """
        return self._number("slider", label, min, max, value, options, " live")

    def number(self, label: str, min=None, max=None, value: "Any" = None, **options) -> "Number":
        """
        A number to enter.

        :param str label: Its label.
        :param min: The lowest value; None for no limit.
        :param max: The highest; None for no limit.
        :param value: The first value.
        :param options: ``step``, ``unit`` and ``decimals``.
        """
        return self._number("number", label, min, max, value, options, "")

    def select(self, label: str, options, value: "str | None" = None, **others) -> "Select":
        """
        A choice of one option.

        :param str label: Its label.
        :param options: The texts to choose from: 1 to 50.
        :param str value: The one that is chosen first.
        """
        from .choice import Select

        if isinstance(options, str):
            raise ValueError("the options are several texts: write ('Auto', 'On', 'Off')")
        options = list(options)
        if not 1 <= len(options) <= _MAX_OPTIONS:
            raise ValueError(f"a select has 1 to {_MAX_OPTIONS} options, not {len(options)}")
        for option in options:
            if not isinstance(option, str) or not 1 <= len(option) <= _MAX_LABEL:
                raise ValueError(f"the option {option!r} is not a text of 1 to {_MAX_LABEL}")
            if options.count(option) > 1:
                raise ValueError(f"the option {option!r} is there twice")
        others["options"] = options
        if value is None:
            value = options[0]
        return add(self._panel, Select, "select", label, value, others, " options" + _INPUT)

    def text(self, label: str, value: str = "", **options) -> "Text":
        """
        A text to enter.

        :param str label: Its label.
        :param str value: The first text.
        :param options: ``length``, the most characters, 200 by default; ``password=True``.
        """
        from .text import Text

        length = options.get("length", _MAX_TEXT)
        if not isinstance(length, int) or not 1 <= length <= _MAX_TEXT:
            raise ValueError(f"length is 1 to {_MAX_TEXT} characters, not {length!r}")
        return add(self._panel, Text, "text", label, value, options, " length password" + _INPUT)

    def chat(self, label: str = "Chat") -> Element:
        """
        A chat of all who have the page open, as a view of its own beside the tabs.

        :param str label: The name of the view.
        """
        from .chat import Chat

        return add(self._panel, Chat, "chat", label, None, {"key": "chat"}, "")

    def sketch(self, label: str = "Draw") -> Element:
        """
        A sheet on which all who have the page open draw together, as a view of its own.

        :param str label: The name of the view.
        """
        from .sketch import Sketch

        return add(self._panel, Sketch, "sketch", label, None, {"key": "sketch"}, "")

    def tab(self, label: str) -> Part:
        """
        A tab, for the elements within ``with``.

        :param str label: Its label.
        """
        tabs = self._panel._tabs
        if label not in tabs:
            check_label(label)
            if len(tabs) >= _MAX_TABS:
                raise ValueError(f"a panel has at most {_MAX_TABS} tabs: {label!r} is one more")
            tabs.append(label)
        return Part(self._panel, "tab", tabs.index(label))

    def group(self, label: str = "") -> Part:
        """
        A group, for the elements within ``with``: they share a box.

        :param str label: Its label, if it has one.
        """
        check_label(label)
        return Part(self._panel, "group", label or len(self._panel.elements))

    def _number(self, kind, label, low, high, value, options, others) -> "Number":
        from .number import Number

        check_range("min and max", low, high)
        options["min"] = low
        options["max"] = high
        options.setdefault("step", 1)
        if value is None:
            value = max(0, low) if low is not None else 0 if high is None else min(0, high)
            if kind == "slider":
                value = low
        others += " min max step unit decimals" + _INPUT
        return add(self._panel, Number, kind, label, value, options, others)

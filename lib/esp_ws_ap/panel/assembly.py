# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.assembly`
================================================================================

Puts a panel together: its attributes, and its elements with the checks of their arguments. Apart
from `builder`, because the board compiles a module as a whole. Unloaded when the program runs.
"""

import gc

gc.collect()

from json import dumps
from os import urandom

from ..events import check_handler

try:
    from typing import Any

    from ..hub import Hub
except ImportError:
    pass

_MAX_ELEMENTS = 100
_MAX_LABEL = 40  # characters
_MAX_TEXT = 200
_MAX_DESCRIPTION = 1400  # bytes
_LARGEST = 1e15

# One text each: the board keeps the names in a list of names for ever.
_ICONS = (
    "battery bell bolt bulb camera clock door drop fan fire flag gear heart home leaf lock moon "
    "music play power star stop sun temperature warning"
)
_COLORS = "green red yellow blue white"
_COMMON = " key help icon enabled visible "


def prepare(panel: "Any", hub: "Hub", title: "str | None") -> None:
    """
    Give a panel its attributes.

    :param Panel panel: The panel.
    :param Hub hub: The clients.
    :param str title: The title; None for the hotspot's name.
    """
    if getattr(hub, "deliver", None) is None:
        raise TypeError('write Panel(hub, "Title")')
    if hub.panel is not None:
        raise ValueError("a hub has one panel: this is the second")
    panel.name = hub.hotspot.settings.ap_ssid if hub.hotspot else "esp_ws_ap"
    panel.title = panel.name if title is None else title
    check_label(panel.title)
    panel.hub = hub
    panel.elements = []
    panel._tabs = []
    panel.parts = {}  # the tab and the group that elements are being added to
    panel.views = []  # elements with a view and messages of their own
    panel.pages = []
    panel.watched = []  # tuples of an element and its stale=
    panel.saved = None  # the SavedValues
    panel.client = None
    panel.boot = int.from_bytes(urandom(3), "big") + 1  # another number after each start
    panel.version = 0  # counts the changes
    panel.layout = 0  # the version in which the last element was added
    panel.marks = bytearray(_MAX_ELEMENTS)  # what has changed each since it was last sent
    panel.changed = 0  # all marks together
    panel.alarms = []  # tuples of a number and a message
    panel.notices = 0
    panel._loop = hub.loop
    panel._held = {}  # element: [its owner, until when, True while that drags it]
    panel._at = 0  # the next element of a pass that goes on in the next turn
    panel._even = False
    panel._counted = hub.loop.ticks()  # the seconds up to then
    panel._waits = False
    panel._piece = 1000  # bytes of a description that are sent in one piece
    panel._text = None  # what a handler has returned
    panel._on_change = []


def add(panel: "Any", cls, kind: str, label: str, value, options: dict, names: str) -> "Any":
    """
    Add an element to a panel.

    :param Panel panel: The panel.
    :param cls: The element's class.
    :param str kind: Its kind.
    :param str label: Its label.
    :param value: Its first value.
    :param dict options: The arguments by keyword.
    :param str names: Those that it takes.
    :return: The element.
    :raises ValueError: For what a panel cannot show. The message says what to write.
    """
    elements = panel.elements
    if len(elements) >= _MAX_ELEMENTS:
        raise ValueError(f"a panel has at most {_MAX_ELEMENTS} elements: {label!r} is one more")
    check_label(label)
    for name in options:
        if f" {name} " not in names and f" {name} " not in _COMMON:
            from .mistakes import wrong_option

            raise wrong_option(kind, name)
    _check_options(options)
    key = options.pop("key", None)
    if key is None:
        key = _slug(label) or f"{kind}{len(elements) + 1}"
    elif not isinstance(key, str) or not 1 <= len(key) <= _MAX_LABEL or not _is_key(key):
        raise ValueError(f"key={key!r} is not 1 to {_MAX_LABEL} letters, digits, _ and -")
    other = panel.find(key)
    if other is not None:
        raise ValueError(
            f'{other.label!r} has the key "{key}" already: give one of them another, '
            f'such as key="{key}_2"'
        )
    enabled = options.pop("enabled", True)
    visible = options.pop("visible", True)
    save = options.pop("save", False)
    stale = options.pop("stale", None)
    handlers = []
    for name in ("on_change", "on_press"):
        handler = options.pop(name, None)
        if handler is not None:
            check_handler(handler, f"@{kind}.{name}")
            handlers.append(handler)
    for name in ("live", "password"):
        if options.get(name) == (name == "live"):
            del options[name]  # the default
    extra = dict(options)
    extra.update(panel.parts)
    text = dumps(extra, separators=(",", ":"))[1:-1]
    text = "," + text if text else ""
    for other in elements:
        if other._extra == text:
            text = other._extra  # one text for all
    panel.version += 1
    element = cls(panel, kind, label, key, text)
    if "step" in options:
        element.limits = (options["min"], options["max"], options["step"])
    elif kind == "select":
        element.choices = options["options"]
    elif kind == "text":
        if "length" in options:
            element.length = options["length"]
        if "password" in options:
            element.password = True
    element._value = element.check(value)
    size = len(element.describe().encode())
    if size > _MAX_DESCRIPTION:
        raise ValueError(
            f"{key}: its texts take {size} bytes in all, at most {_MAX_DESCRIPTION}: shorten them"
        )
    if element._on_change is not None:
        element._on_change = handlers
    if not enabled:
        element._enabled = False
    if not visible:
        element._visible = False
    if save:
        if panel.saved is None:
            from .saved import SavedValues

            panel.saved = SavedValues(panel.hub)
        panel.saved.add(element, _saved_size(kind, options))
        element._save = True
    if stale is not None:
        element._age = 0
        panel.watched.append((element, stale))
    elements.append(element)
    panel.layout = panel.version
    for page in panel.pages:
        page.incomplete = page.ends = True
    return element


def check_label(label: "Any") -> None:
    """
    Check the text of a label.

    :param str label: The text.
    :raises ValueError: If it is too long, or not a text.
    """
    if not isinstance(label, str):
        raise ValueError(f"a label is a text, not {label!r}")
    if len(label) > _MAX_LABEL:
        raise ValueError(f"a label has at most {_MAX_LABEL} characters, not {len(label)}")


def _check_options(options: dict) -> None:
    color = options.get("color", "green")
    if not isinstance(color, str) or color not in _COLORS.split():
        raise ValueError(f"no color {color!r}: use one of {_COLORS}")
    icon = options.get("icon", "bell")
    if not isinstance(icon, str) or icon not in _ICONS.split():
        raise ValueError(f"no icon {icon!r}: use one of {_ICONS}")
    for name in ("warn", "alarm"):
        limits = options.get(name)
        if limits is not None:
            if not isinstance(limits, (tuple, list)) or len(limits) != 2:
                raise ValueError(f"write {name}=(low, high), with None for no limit")
            check_range(name, limits[0], limits[1])
            options[name] = list(limits)
    check_range("min and max", options.get("min"), options.get("max"))
    step = options.get("step", 1)
    if not _is_number(step) or not step > 0:
        raise ValueError(f"step={step!r} is not a number above 0")
    decimals = options.get("decimals", 0)
    if not isinstance(decimals, int) or not 0 <= decimals <= 6:
        raise ValueError(f"decimals is 0 to 6, not {decimals!r}")
    stale = options.get("stale", 1)
    if not _is_number(stale) or not 1 <= stale <= 86400:
        raise ValueError(f"stale is 1 to 86400 seconds, not {stale!r}")
    for name, limit in (("unit", 12), ("help", _MAX_TEXT), ("confirm", _MAX_TEXT)):
        text = options.get(name, "")
        if not isinstance(text, str) or len(text) > limit:
            raise ValueError(f"{name} is a text of at most {limit} characters, not {text!r}")


def check_range(name: str, low: "Any", high: "Any") -> None:
    """
    Check a range.

    :param str name: What it is, for the message.
    :param low: Its lower limit, or None.
    :param high: Its upper limit, or None.
    :raises ValueError: If they are not two numbers in order.
    """
    for limit in (low, high):
        if limit is not None and not _is_number(limit):
            raise ValueError(f"{name}: {limit!r} is not a number that a page can show")
    if low is not None and high is not None and not low < high:
        raise ValueError(f"{name}: {low} is not below {high}")


def _is_number(value: "Any") -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return -_LARGEST < value < _LARGEST


def _saved_size(kind: str, options: dict) -> int:
    """Return how many bytes a saved value takes at most."""
    if kind == "text":
        return 2 * options.get("length", _MAX_TEXT)
    if kind == "select":
        return max([len(option.encode()) for option in options["options"]])
    return 12


def _is_key(key: str) -> bool:
    for character in key:
        if character not in "_-" and not _slug(character):
            return False
    return True


def _slug(label: str) -> str:
    """Make a key of a label: "Water now" becomes "water_now"."""
    key = ""
    for character in label:
        if "A" <= character <= "Z":  # the board's lower() knows these only
            character = character.lower()
        if "a" <= character <= "z" or "0" <= character <= "9" or character > "\xbf":
            key += character
        elif key[-1:] not in ("", "_"):
            key += "_"
    return key[:-1] if key[-1:] == "_" else key

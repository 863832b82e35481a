# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.mistakes`
================================================================================

Checks and messages that a panel needs while it is put together, or when something is wrong with it.
`Panel` unloads this module when the program runs.
"""

try:
    from typing import Any

    from .element import Element
except ImportError:
    pass

_MAX_OPTIONS = 50
_MAX_NUMBERS = 1e15

ICONS = (
    "battery bell bolt bulb camera clock door drop fan fire flag gear heart home leaf lock moon "
    "music play power star stop sun temperature warning"
).split()

_COLORS = ("green", "red", "yellow", "blue", "white")

# What other libraries and other programs call it.
_KINDS = {
    "label": ("output", "title", "heading", "header", "markdown", "paragraph"),
    "value": ("metric", "sensor", "stat", "display", "show", "card", "figure"),
    "led": ("lamp", "light", "indicator", "status", "binary_sensor"),
    "bar": ("progress", "level", "battery", "progressbar"),
    "gauge": ("meter", "dial"),
    "button": ("action", "push_button", "pushbutton"),
    "switch": ("toggle", "switcher", "checkbox", "check_box", "onoff"),
    "slider": ("range", "fader", "dimmer", "slide"),
    "number": ("number_input", "spin", "stepper", "spinbox", "numeric", "input_number"),
    "select": ("choice", "dropdown", "radio", "selectbox", "options", "menu", "combobox"),
    "text": ("input", "text_input", "textbox", "entry", "text_area", "textarea", "password"),
    "tab": ("tabs", "page"),
    "group": ("row", "column", "section", "box", "container", "separator"),
    "notify": ("toast", "alert", "alarm", "message", "notification"),
}
_LATER = ("joystick", "chart", "color", "time", "log", "image", "table", "pad", "file", "upload")

_OPTIONS = {
    "min": ("minimum", "low", "start", "min_value", "from_"),
    "max": ("maximum", "high", "end", "max_value", "to"),
    "value": ("default", "initial", "state", "checked"),
    "options": ("choices", "items", "values"),
    "color": ("colour",),
    "unit": ("units", "suffix"),
    "decimals": ("digits", "precision"),
    "step": ("increment", "resolution"),
    "help": ("hint", "tooltip", "description", "placeholder"),
    "length": ("max_length", "maxlength", "size"),
    "save": ("saved", "restore", "persist", "keep"),
    "on_change": ("callback", "on_value", "handler", "command"),
    "on_press": ("on_click", "onclick", "on_pressed", "on_tap"),
    "stale": ("timeout", "expires", "max_age"),
    "key": ("name", "id"),
    "live": ("instant",),
    "enabled": ("disabled",),
    "visible": ("hidden",),
    "alarm": ("limits", "alarms"),
    "warn": ("warning",),
    "icon": ("symbol",),
    "confirm": ("ask", "question"),
    "password": ("secret",),
}


def _right_name(names: dict, wrong: str) -> "str | None":
    wrong = wrong.lower()
    for right, others in names.items():
        if wrong == right or wrong in others:
            return right
    return None


def no_kind(name: str) -> AttributeError:
    """
    Return the error for a method that `Panel` has not.

    :param str name: The method's name.
    """
    right = _right_name(_KINDS, name)
    if right:
        return AttributeError(f"Panel has no {name}: use {right}")
    if name in _LATER or name == "colour":
        return AttributeError(f"Panel has no {name}")
    return AttributeError(f"Panel has no {name}; it has {', '.join(sorted(_KINDS))}")


def no_attribute(element: "Element", name: str) -> AttributeError:
    """
    Return the error for an attribute that an element has not.

    :param Element element: The element.
    :param str name: The attribute.
    """
    text = f"a {element.kind} has no {name}"
    if element.kind == "button":
        if name == "on_change" or name in _OPTIONS["on_press"]:
            text += ": use on_press"
    elif element._on_change is None:
        if name == "on_change" or name == "on_press":
            text += ": it only shows a value"
    elif name == "on_press" or name in _OPTIONS["on_change"]:
        text += ": use on_change"
    if name in ("set", "update", "text", "state", "checked"):
        text += ": use value"
    return AttributeError(text)


def wrong_option(element: "Element", name: str) -> TypeError:
    """
    Return the error for an argument that an element has not.

    :param Element element: The element.
    :param str name: The argument.
    """
    text = f"a {element.kind} has no {name}"
    right = _right_name(_OPTIONS, name)
    if element.kind == "button" and right == "on_change":
        right = "on_press"
    elif right == "on_press" and element.kind != "button":
        right = "on_change"
    if right and right != name:
        if right in ("enabled", "visible"):
            right += "=False"
        text += f": use {right}"
    return TypeError(text)


def too_long(element: "Element", limit: int) -> ValueError:
    """
    Return the error for an element whose description is too long.

    :param Element element: The element.
    :param int limit: In bytes.
    """
    size = len(element.describe().encode())
    return ValueError(
        f"{element.key}: help and options take {size} bytes in all, at most {limit}: shorten them"
    )


def check_shown(options: dict) -> None:
    """
    Check the arguments of elements that show something.

    :param dict options: The arguments by keyword.
    :raises ValueError: For a color, limits or a time that cannot be.
    """
    color = options.get("color", "green")
    if color not in _COLORS:
        raise ValueError(f"no color {color!r}: use {', '.join(_COLORS)}")
    for name in ("warn", "alarm"):
        limits = options.get(name)
        if limits is not None:
            if not isinstance(limits, (tuple, list)) or len(limits) != 2:
                raise ValueError(f"write {name}=(low, high), with None for no limit")
            options[name] = list(limits)
            _check_order(name + "=", limits[0], limits[1])
    if "min" in options or "max" in options:
        _check_order("", options.setdefault("min", 0), options.setdefault("max", 100))
    step = options.get("step", 1)
    _check_order("step=", step, None)
    if not step or step < 0:
        raise ValueError(f"step={step} is not above 0")
    decimals = options.get("decimals", 0)
    if not isinstance(decimals, int) or not 0 <= decimals <= 6:
        raise ValueError(f"decimals is 0 to 6, not {decimals!r}")
    stale = options.get("stale")
    if stale is not None and (not isinstance(stale, (int, float)) or not 1 <= stale <= 86400):
        raise ValueError(f"stale is 1 to 86400 seconds, not {stale!r}")
    unit = options.get("unit", "")
    if not isinstance(unit, str) or len(unit) > 12:
        raise ValueError(f"unit is a text of at most 12 characters, not {unit!r}")


def _check_order(name: str, low: "Any", high: "Any") -> None:
    for limit in (low, high):
        if limit is not None:
            if isinstance(limit, bool) or not isinstance(limit, (int, float)):
                raise ValueError(f"{name}{limit!r} is not a number")
            if not -_MAX_NUMBERS < limit < _MAX_NUMBERS:
                raise ValueError(f"{name}{limit!r} is too large")
    if low is not None and high is not None and not low < high:
        raise ValueError(f"{name}{low} is not below {high}")


def check_choices(options: "Any") -> list:
    """
    Check the options of a select.

    :param options: The texts.
    :return: The same, as a list.
    :raises ValueError: If they are not 1 to 50 different texts.
    """
    if isinstance(options, str):
        raise ValueError("the options are several texts: write ('Auto', 'On', 'Off')")
    options = list(options)
    if not 1 <= len(options) <= _MAX_OPTIONS:
        raise ValueError(f"a select has 1 to {_MAX_OPTIONS} options, not {len(options)}")
    for option in options:
        if not isinstance(option, str) or not 1 <= len(option) <= 40:
            raise ValueError(f"the option {option!r} is not a text of 1 to 40 characters")
        if options.count(option) > 1:
            raise ValueError(f"the option {option!r} is there twice")
    return options


def check_element(panel: "Any", element: "Element", max_elements: int, max_label: int) -> None:
    """
    Check what all elements have.

    :param Panel panel: The panel.
    :param Element element: The new element.
    :param int max_elements: How many a panel may have.
    :param int max_label: How many characters a label may have.
    :raises ValueError: If the panel cannot take it.
    """
    elements = panel.elements
    label = element.label
    extra = element._extra
    if len(elements) >= max_elements:
        raise ValueError(f"a panel has at most {max_elements} elements: {label!r} is one more")
    if not isinstance(label, str):
        raise TypeError(f"a label is a text, not {label!r}")
    if len(label) > max_label:
        raise ValueError(f"a label has at most {max_label} characters, not {len(label)}: {label!r}")
    for name, limit in (("help", 200), ("confirm", 200)):
        text = extra.get(name, "")
        if not isinstance(text, str) or len(text) > limit:
            raise ValueError(f"{name} is a text of at most {limit} characters, not {text!r}")
    icon = extra.get("icon")
    if icon is not None and icon not in ICONS:
        raise ValueError(f"no icon {icon!r}: use {', '.join(ICONS)}")
    key = element.key
    if key is None:
        key = slug(label) or f"{element.kind}{len(elements) + 1}"
        element.key = key
    elif not isinstance(key, str) or not 1 <= len(key) <= max_label or not _is_key(key):
        raise ValueError(f"key={key!r} is not 1 to {max_label} letters, digits, _ and -")
    for other in elements:
        if other.key == key:
            raise ValueError(
                f'{other.label!r} has the key "{key}" already: give one of them another, '
                f'such as key="{key}_2"'
            )


def saved_size(element: "Element") -> int:
    """
    Return how many bytes a saved value takes at most, with its key.

    :param Element element: The element.
    """
    extra = element._extra
    if element.kind == "text":
        size = 2 * extra.get("length", 200)
    elif element.kind == "select":
        size = max([len(option.encode()) for option in extra["options"]])
    else:
        size = 12
    return len(element.key.encode()) + size + 8


def _is_key(key: str) -> bool:
    for character in key:
        if character not in "_-" and not slug(character):
            return False
    return True


def slug(label: str) -> str:
    """
    Make a key of a label: "Water now" becomes "water_now".

    :param str label: The label.
    """
    key = ""
    for character in label:
        if "A" <= character <= "Z":  # the board's lower() knows these only
            character = character.lower()
        if "a" <= character <= "z" or "0" <= character <= "9" or character > "\xbf":
            key += character
        elif key[-1:] not in ("", "_"):
            key += "_"
    return key[:-1] if key[-1:] == "_" else key

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.mistakes`
================================================================================

What a program is told that uses a name which a panel or an element has not.
"""

try:
    from typing import Any  # noqa: F401

    from .element import Element
except ImportError:
    pass

# First the right name, then what other libraries call it.
_KINDS = (
    "label output title heading header markdown paragraph\n"
    "value metric sensor stat display show card figure\n"
    "led lamp light indicator status binary_sensor\n"
    "bar progress level battery progressbar\n"
    "gauge meter dial\n"
    "button action push_button pushbutton\n"
    "switch toggle switcher checkbox check_box onoff\n"
    "slider range fader dimmer slide\n"
    "number number_input spin stepper spinbox numeric input_number\n"
    "select choice dropdown radio selectbox options menu combobox\n"
    "text input text_input textbox entry text_area textarea password\n"
    "tab tabs page\n"
    "group row column section box container separator\n"
    "notify toast alert alarm message notification\n"
)

_OPTIONS = (
    "min minimum low start min_value from_\n"
    "max maximum high end max_value to\n"
    "value default initial state checked\n"
    "options choices items values\n"
    "color colour\n"
    "unit units suffix\n"
    "decimals digits precision\n"
    "step increment resolution\n"
    "help hint tooltip description placeholder\n"
    "length max_length maxlength size\n"
    "save saved restore persist keep\n"
    "on_change callback on_value handler command\n"
    "on_press on_click onclick on_pressed on_tap\n"
    "stale timeout expires max_age\n"
    "key name id\n"
    "live instant\n"
    "enabled disabled\n"
    "visible hidden\n"
    "alarm limits alarms\n"
    "warn warning\n"
    "icon symbol\n"
    "confirm ask question\n"
    "password secret\n"
)


def _right_name(names: str, wrong: str) -> "str | None":
    for line in names.split("\n"):
        words = line.split()
        if wrong.lower() in words:
            return words[0]
    return None


def no_kind(name: str) -> AttributeError:
    """
    Return the error for a method that `Panel` has not.

    :param str name: The method's name.
    """
    right = _right_name(_KINDS, name)
    if right is None:
        right = ", ".join([line.split()[0] for line in _KINDS.split("\n") if line])
        return AttributeError(f"Panel has no {name}: it has {right}")
    return AttributeError(f"Panel has no {name}: use {right}")


def no_attribute(element: "Element", name: str) -> AttributeError:
    """
    Return the error for an attribute that an element has not.

    :param Element element: The element.
    :param str name: The attribute.
    """
    right = _right_name(_OPTIONS, name)
    if right == "on_change" or right == "on_press":
        if element._on_change is None:
            return AttributeError(f"{element.kind} has no {name}: it only shows a value")
        right = "on_press" if element.kind == "button" else "on_change"
    elif right != "enabled" and right != "visible":
        right = "value"
    return AttributeError(f"{element.kind} has no {name}: use {right}")


def wrong_option(kind: str, name: str) -> TypeError:
    """
    Return the error for an argument that an element has not.

    :param str kind: The element's kind.
    :param str name: The argument.
    """
    right = _right_name(_OPTIONS, name)
    if right == "on_change" or right == "on_press":
        right = "on_press" if kind == "button" else "on_change"
    elif right == "enabled" or right == "visible":
        right += "=False"
    if right is None or right == name:
        return TypeError(f"{kind} has no {name}")
    return TypeError(f"{kind} has no {name}: use {right}")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Mistakes are answered on the line that makes them, with what to write."""

from typing import Any

import pytest

from tests.in_process import Network

RIGHT = {
    "toggle": "switch",
    "checkbox": "switch",
    "dropdown": "select",
    "radio": "select",
    "toast": "notify",
    "progress": "bar",
    "lamp": "led",
    "metric": "value",
    "input": "text",
    "tabs": "tab",
}

KINDS = (
    "label, value, led, bar, gauge, button, switch, slider, number, select, text, tab, group, "
    "notify"
)

MISTAKES = [
    ('p.led("A", colour="red")', "led has no colour: use color"),
    ('p.value("A", units="l")', "value has no units: use unit"),
    ('p.slider("A", minimum=1)', "slider has no minimum: use min"),
    ('p.switch("A", on_press=print)', "switch has no on_press: use on_change"),
    ('p.button("A", callback=print)', "button has no callback: use on_press"),
    ('p.button("A", save=True)', "button has no save"),
    ('p.switch("A", disabled=True)', "switch has no disabled: use enabled=False"),
    ('p.value("A", min=1)', "value has no min"),
    ('p.value("A", nonsense=1)', "value has no nonsense"),
    ("p.value(5)", "a label is a text, not 5"),
    ('p.value("x" * 41)', "a label has at most 40 characters, not 41"),
    ('p.label("x" * 201)', "a text has at most 200 characters, not 201"),
    ('p.value("A", {})', "A: {} is not a number, a text or None"),
    (
        'p.value("Taken")',
        '\'Taken\' has the key "taken" already: give one of them another, such as key="taken_2"',
    ),
    ('p.value("A", key="a b")', "key='a b' is not 1 to 40 letters, digits, _ and -"),
    ('p.value("A", key="")', "key='' is not 1 to 40 letters, digits, _ and -"),
    ('p.value("A", icon="rocket")', "no icon 'rocket': use one of battery bell"),
    ('p.led("A", color="pink")', "no color 'pink': use one of green red yellow blue white"),
    ('p.led("A", color=5)', "no color 5: use one of"),
    ('p.slider("A", 10, 5)', "min and max: 10 is not below 5"),
    ('p.bar("A", 5, 5)', "min and max: 5 is not below 5"),
    ('p.number("A", "0", 5)', "min and max: '0' is not a number that a page can show"),
    ('p.number("A", 0, float("inf"))', "min and max: inf is not a number that a page can show"),
    ('p.slider("A", 0, 5, 6)', "A: 6 is not 0 to 5"),
    ('p.slider("A", step=0)', "step=0 is not a number above 0"),
    ('p.number("A", step=None)', "step=None is not a number above 0"),
    ('p.value("A", alarm=35)', "write alarm=(low, high), with None for no limit"),
    ('p.value("A", warn=(35, 5))', "warn: 35 is not below 5"),
    ('p.value("A", decimals=9)', "decimals is 0 to 6, not 9"),
    ('p.value("A", stale=0)', "stale is 1 to 86400 seconds, not 0"),
    ('p.value("A", unit="x" * 13)', "unit is a text of at most 12 characters, not 'xxxx"),
    ('p.value("A", help="x" * 201)', "help is a text of at most 200 characters, not 'xxxx"),
    ('p.button("A", confirm=True)', "confirm is a text of at most 200 characters, not True"),
    ('p.select("A", "Auto")', "the options are several texts: write ('Auto', 'On', 'Off')"),
    ('p.select("A", ())', "a select has 1 to 50 options, not 0"),
    ('p.select("A", map(str, range(51)))', "a select has 1 to 50 options, not 51"),
    ('p.select("A", (1, 2))', "the option 1 is not a text of 1 to 40"),
    ('p.select("A", ("x", "x"))', "the option 'x' is there twice"),
    ('p.select("A", ("x", "y"), "z")', "A: 'z' is not one of the options"),
    (
        'p.select("A", ["%d" % i + "x" * 37 for i in range(50)])',
        "a: its texts take 2196 bytes in all",
    ),
    ('p.text("A", length=500)', "length is 1 to 200 characters, not 500"),
    ('p.text("A", "x" * 6, length=5)', "A: at most 5 characters, not 6"),
    ('p.text("A", None)', "A: None is not a text"),
    ('p.switch("A", "on")', "A: 'on' is not True or False"),
    ('p.switch("A", on_change=5)', "write @switch.on_change above the function, without ()"),
    ("[p.tab(str(i)) for i in range(9)]", "a panel has at most 8 tabs: '8' is one more"),
    ('p.tab("x" * 41)', "a label has at most 40 characters, not 41"),
    (
        '[p.value("V%d" % i) for i in range(100)]',
        "a panel has at most 100 elements: 'V99' is one more",
    ),
    ('p.notify("Hot", "error")', 'level is "info", "warning" or "alarm", not \'error\''),
    ("p.notify(5)", "a message is a text of at most 200 characters, not 5"),
    ("taken.set(5)", "value has no set: use value"),
    ("taken.on_change(print)", "value has no on_change: it only shows a value"),
    ('p.button("A").on_click(print)', "button has no on_click: use on_press"),
    ('p.switch("A").on_press(print)', "switch has no on_press: use on_change"),
    ('p.switch("A").hidden', "switch has no hidden: use visible"),
    ('setattr(p.switch("A"), "on_change", print)', "an event cannot be assigned: write @element"),
    ('setattr(taken, "value", "x" * 201)', "a text has at most 200 characters, not 201"),
    ('setattr(p.slider("A"), "value", 101)', "A: 101 is not 0 to 100"),
    ('setattr(p.slider("A"), "value", None)', "A: None is not a number"),
    ("Panel(p)", 'write Panel(hub, "Title")'),
    ("Panel(p.hub)", "a hub has one panel: this is the second"),
    (
        '[p.text("T%d" % i, save=True) for i in range(3)]',
        "t2: saved values can take 1232 bytes in all, at most 1024: give texts a length=",
    ),
]


@pytest.mark.parametrize("line, message", MISTAKES, ids=[line for line, _ in MISTAKES])
def test_mistake(network: Network, panel: Any, line: str, message: str):
    taken = panel.value("Taken")
    names = {"p": panel, "taken": taken, "Panel": network.board.module("esp_ws_ap.panel").Panel}
    with pytest.raises((AttributeError, TypeError, ValueError)) as raised:
        eval(line, names)
    assert str(raised.value).startswith(message)
    taken.value = 1  # and the rest goes on
    network.advance(0.2)


def test_tab_within_a_group(panel: Any):
    with pytest.raises(ValueError, match="a tab cannot be within another, nor within a group"):
        with panel.group("Water"), panel.tab("Pump"):
            pass
    panel.value("Air")
    assert panel.parts == {}


@pytest.mark.parametrize("wrong", [*RIGHT, "joystick"])
def test_names_of_others(panel: Any, wrong: str):
    with pytest.raises(AttributeError) as raised:
        getattr(panel, wrong)
    what = f": use {RIGHT[wrong]}" if wrong in RIGHT else f": it has {KINDS}"
    assert str(raised.value) == f"Panel has no {wrong}{what}"


@pytest.mark.parametrize(
    "label, key",
    [
        ("Water now", "water_now"),
        ("  CO2 (ppm)  ", "co2_ppm"),
        ("湿度", "湿度"),
        ("Ärger", "Ärger"),
        ("%", "value1"),
        ("", "value1"),
    ],
)
def test_key(panel: Any, label: str, key: str):
    assert panel.value(label).key == key

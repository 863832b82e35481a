# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The panel: what pages are told, what they ask for, and when."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.in_process import Network
from tests.panel.conftest import Page, advance, join_away

Pages = Callable[[], Page]


def everything(panel: Any) -> dict[str, Any]:
    """One element of each kind, by key."""
    panel.label("Hello")
    panel.label("Door", "closed")
    panel.value("Air", unit="°C", decimals=1, alarm=(5, 35), warn=(None, 30), help="outside")
    panel.led("Pump runs", color="red")
    panel.bar("Tank", unit="l")
    with panel.tab("Pump"):
        panel.switch("Pump", True, icon="drop")
        with panel.group("Water"):
            panel.number("Moisture", 0, 100, 40, step=5, unit="%")
            panel.button("Water now", confirm="Water for 10 s?")
        with panel.group():
            panel.slider("Fan", live=False, enabled=False)
            panel.gauge("Flow", 0, 5, 2.5)
    with panel.tab("Setup"):
        panel.select("Mode", ("Auto", "On", "Off"), "On", visible=False)
        panel.text("Name", "Ada", length=20)
        panel.text("Secret", "s3", password=True, key="pass-word")
        panel.number("Any")
    return {element.key: element for element in panel.elements}


DESCRIBED = [
    {"key": "label1", "kind": "label", "label": "", "value": "Hello"},
    {"key": "door", "kind": "label", "label": "Door", "value": "closed"},
    {
        "key": "air",
        "kind": "value",
        "label": "Air",
        "value": None,
        "unit": "°C",
        "decimals": 1,
        "alarm": [5, 35],
        "warn": [None, 30],
        "help": "outside",
    },
    {"key": "pump_runs", "kind": "led", "label": "Pump runs", "value": False, "color": "red"},
    {"key": "tank", "kind": "bar", "label": "Tank", "value": None, "min": 0, "max": 100}
    | {"unit": "l"},
    {"key": "pump", "kind": "switch", "label": "Pump", "value": True, "tab": 0, "icon": "drop"},
    {"key": "moisture", "kind": "number", "label": "Moisture", "value": 40, "tab": 0}
    | {"group": "Water", "min": 0, "max": 100, "step": 5, "unit": "%"},
    {"key": "water_now", "kind": "button", "label": "Water now", "value": None, "tab": 0}
    | {"group": "Water", "confirm": "Water for 10 s?"},
    {"key": "fan", "kind": "slider", "label": "Fan", "value": 0, "tab": 0, "group": 8}
    | {"min": 0, "max": 100, "step": 1, "live": False, "enabled": False},
    {"key": "flow", "kind": "gauge", "label": "Flow", "value": 2.5, "tab": 0, "group": 8}
    | {"min": 0, "max": 5},
    {"key": "mode", "kind": "select", "label": "Mode", "value": "On", "tab": 1}
    | {"options": ["Auto", "On", "Off"], "visible": False},
    {"key": "name", "kind": "text", "label": "Name", "value": "Ada", "tab": 1, "length": 20},
    {"key": "pass-word", "kind": "text", "label": "Secret", "value": "", "tab": 1}
    | {"password": True},
    {"key": "any", "kind": "number", "label": "Any", "value": 0, "tab": 1}
    | {"min": None, "max": None, "step": 1},
]


def test_description(network: Network, panel: Any):
    everything(panel)
    head, *pieces, end = Page(network).hello()
    assert (
        head["panel"].items()
        >= {
            "title": "Greenhouse",
            "name": "esp_ws_ap",
            "count": len(DESCRIBED),
            "tabs": ["Pump", "Setup"],
            "you": 1,
        }.items()
    )
    elements = []
    for piece in pieces:
        assert piece["from"] == len(elements)
        elements += piece["elements"]
    assert [element.pop("v") for element in elements] == list(range(1, len(DESCRIBED) + 1))
    assert elements == DESCRIBED
    assert end == {"end": head["panel"]["version"]}


@pytest.mark.parametrize(
    "key, value, result",
    [
        ("pump", False, False),
        ("pump", 0, "Pump: 0 is not True or False"),
        ("pump", None, "Pump: None is not True or False"),
        ("moisture", 60, 60),
        ("moisture", 62, 60),
        ("moisture", 101, "Moisture: 101 is not 0 to 100"),
        ("moisture", True, "Moisture: True is not a number"),
        ("moisture", "60", "Moisture: '60' is not a number"),
        ("any", -0.4, 0),
        ("any", 1e300, "Any: 1e+300 is not -1000000000000000.0 to 1000000000000000.0"),
        ("mode", "Off", "it cannot be used now"),
        ("fan", 3, "it cannot be used now"),
        ("name", "Grace", "Grace"),
        ("name", "x" * 21, "Name: at most 20 characters, not 21"),
        ("name", ["x"], "Name: ['x'] is not a text"),
        ("air", 20, "it only shows a value"),
        ("water_now", 1, "not understood"),
        ("none", 1, "no such element"),
        ([], 1, "no such element"),
    ],
)
def test_wish(network: Network, panel: Any, page: Pages, key: str, value: Any, result: Any):
    elements = everything(panel)
    called = []
    element = elements.get(str(key))
    if element and hasattr(type(element), "on_change"):

        @element.on_change
        def changed(new):
            called.append((new, element.value, panel.client.id))

    before = element.value if element else None
    first, second = page(), page()
    answer = first.wish(key, value)
    network.advance(0.15)
    if isinstance(result, str) and result != value:
        assert answer["error"] == result and called == []
        if element:
            assert (answer["key"], answer["value"], element.value) == (key, before, before)
        assert second.shown(key) == []
    else:
        assert answer == {"n": 1, "ok": True}
        assert called == ([(result, result, 1)] if result != before else [])
        assert first.shown(key) == second.shown(key) == [result]
    assert panel.client is None


def test_select_and_ask(panel: Any):
    mode = panel.select("Mode", ("Auto", "On"), on_change=lambda value: f"now {value}")
    assert panel.ask("mode", "Off") == "Mode: 'Off' is not one of the options"
    assert panel.ask("mode", "On") is None and mode.value == "On"


def test_handlers_refuse_and_answer(network: Network, panel: Any, page: Pages):
    water = panel.button("Water", on_press=lambda: calls.append("argument"))
    fan = panel.slider("Fan")
    calls: list[str] = []

    @water.on_press
    def start():
        calls.append("decorator")
        return "Watering" if len(calls) < 4 else 1 / 0

    @fan.on_change
    def never(value):
        fan.value = 7
        raise ValueError("the fan is stuck")

    phone = page()
    assert phone.press("water") == {"n": 1, "ok": True, "text": "Watering"}
    assert calls == ["argument", "decorator"]
    assert phone.press("water")["error"] == "division by zero"
    answer = phone.wish("fan", 50)
    assert (answer["error"], answer["value"], fan.value) == ("the fan is stuck", 0, 0)
    assert phone.press("fan")["error"] == "not understood"
    errors = network.errors()
    assert "ERROR - client 1: a handler failed: ValueError: the fan is stuck" in errors
    # Never again after a restart.
    assert phone.press("water", boot=phone.boot + 1)["error"] == "the board has restarted"
    assert phone.press("water", boot=None)["error"] == "the board has restarted"
    assert len(calls) == 4


@pytest.mark.parametrize(
    "text, error",
    [
        ("", "not understood"),
        ("[1]", "not understood"),
        ('{"set":"name","value":"' + "x" * 3000 + '"}', "not understood"),
        (
            '{"set":"name","value":"\\ud83d","boot":%d}',
            "send characters as they are, not as two escapes",
        ),
        ('{"set":"name","value":"C:\\\\udder","boot":%d}', None),
        ("{}", "not understood"),
        ('{"set":"name"}', "the board has restarted"),
        ('{"press":{},"boot":%d}', "no such element"),
    ],
)
def test_hostile(panel: Any, page: Pages, text: str, error: str | None):
    panel.text("Name")
    phone = page()
    phone.send(text.replace("%d", str(phone.boot)))
    assert [message.get("error") for message in phone.hear()][:1] == [error]
    assert phone.wish("name", "Ada")["ok"]


def test_other_messages_are_the_programs(panel: Any, page: Pages):
    heard = []
    panel.hub.on_message(lambda client, data: heard.append(data))
    phone = page()
    phone.socket.send_text("hello")
    phone.send({"set": "none"})
    phone.socket.send(2, b"\x1e{}")  # a drawing's
    phone.socket.send(2, b"{}")
    phone.hear()
    assert heard == ["hello", b"{}"]


# What is sent, and when


def test_program_sends_10_times_a_second(network: Network, panel: Any, page: Pages):
    air = panel.value("Air")
    phone = page()
    for number in range(100):
        air.value = number
        advance(network, 0.05, phone)
    network.advance(0.1)
    shown = phone.shown("air")
    assert 49 <= len(shown) <= 51 and shown[0] <= 1 and shown[-1] == 99
    for value in (99, 99):
        air.value = value
        network.advance(0.2)
    assert phone.shown("air") == []


def test_client_sends_20_times_a_second(network: Network, panel: Any, page: Pages):
    panel.slider("Fan", 0, 1000)
    first, second = page(), page()
    for number in range(100):
        first.wish("fan", 1 + number, drag=True)
        advance(network, 0.05, first, second)
    shown = second.hear()
    assert [change["value"] for change in shown] == list(range(1, 101))
    assert {change["by"] for change in shown} == {1}
    assert first.shown("fan") == []  # it knows what it drags
    first.wish("fan", 500)
    network.advance(0.1)
    assert first.shown("fan") == second.shown("fan") == [500]


@pytest.mark.parametrize(
    "value, shown",
    [
        (None, None),
        (float("nan"), None),
        (float("-inf"), None),
        (10**20, None),
        (-2e15, None),
        (21.5, 21.5),
        (True, True),
        ("open \u6e7f", "open \u6e7f"),
    ],
)
def test_values(network: Network, panel: Any, page: Pages, value: Any, shown: Any):
    air = panel.value("Air", 0)
    phone = page()
    air.value = value
    network.advance(0.1)
    assert phone.shown("air") == [shown] and air.value == shown
    air.value = value
    network.advance(0.1)
    assert phone.shown("air") == []


def test_enabled_and_visible(network: Network, panel: Any, page: Pages):
    fan = panel.switch("Fan")
    phone = page()
    for name in ("enabled", "visible"):
        for state in (False, True):
            setattr(fan, name, state)
            network.advance(0.1)
            assert getattr(fan, name) is state
            (change,) = phone.hear()
            assert change.get(name, True) is state
            assert ("ok" in phone.wish("fan", False)) is state


def test_stale(network: Network, panel: Any, page: Pages):
    air = panel.value("Air", 20, stale=3)
    phone = page()
    for _ in range(10):
        network.advance(0.5)
        air.value = 20
    assert phone.hear() == []
    network.advance(4.2)
    assert [(change["value"], change["stale"]) for change in phone.hear()] == [(20, True)]
    air.value = 20
    network.advance(0.1)
    assert ["stale" in change for change in phone.hear()] == [False]


# Owners


def test_owner(network: Network, panel: Any, page: Pages):
    fan = panel.slider("Fan")
    first, second = page(), page()
    first.wish("fan", 10, drag=True)
    network.advance(0.1)
    assert [change["by"] for change in second.hear()] == [1]
    refused = second.wish("fan", 90, drag=True)
    assert (refused["error"], refused["value"]) == ("1 is changing it", 10)
    network.advance(5)  # the finger rests
    assert "error" in second.wish("fan", 90)
    panel.hub.clients[0].name = "Ada"
    first.wish("fan", 20)
    network.advance(1.4)
    assert second.wish("fan", 90)["error"] == "Ada is changing it"
    network.advance(0.2)
    assert [change.get("by") for change in second.hear()][-1] is None
    assert second.wish("fan", 90) == {"n": 4, "ok": True} and fan.value == 90
    # Nobody owns what was set at once, and an owner that leaves owns nothing.
    assert first.wish("fan", 80)["ok"]
    first.wish("fan", 81, drag=True)
    first.socket.close()
    network.advance(0.1)
    assert second.wish("fan", 82)["ok"]
    second.wish("fan", 83, drag=True)
    network.advance(10.1)
    assert panel.ask("fan", 84) is None


# Pages that come and go


def test_hidden_page(network: Network, panel: Any, page: Pages):
    air = panel.value("Air")
    panel.value("Soil")
    first, second = page(), page()
    for hide in ({"hidden": True}, None):
        if hide:
            first.send(hide)
        else:
            panel.hub.clients[0].hidden = True  # by the heartbeat
        first.hear()
        for number in range(50):
            air.value = number
            network.advance(0.1)
        assert first.hear() == [] and second.hear()
        if hide:
            changes = first.hello(first.boot, 3)
        else:
            panel.hub.clients[0].hidden = False
            network.advance(0.1)
            changes = first.hear()
        assert [change["value"] for change in changes if "key" in change] == [49]
        air.value = None
        network.advance(0.1)
        first.hear()


def test_page_that_comes_back(network: Network, panel: Any, page: Pages):
    air = panel.value("Air")
    panel.value("Soil", 1)
    phone = page()
    known = panel.version
    air.value = 5
    network.advance(0.2)
    head, *changes, end = page().hello(phone.boot, known)
    assert [(change["key"], change["value"]) for change in changes] == [("air", 5)]
    assert end["end"] == head["panel"]["version"] == panel.version
    for boot, version in ((phone.boot + 1, known), (phone.boot, 10**6), (phone.boot, "x")):
        assert "elements" in page().hello(boot, version)[1]
        panel.hub.clients[-1].abort()
    # An element that is added while pages are there.
    panel.value("Late")
    network.advance(0.2)
    assert [message.get("from") for message in phone.hear() if "elements" in message] == [2]
    assert "elements" in phone.hello(phone.boot, known)[1]


def test_page_that_reads_slowly(network: Network, panel: Any, page: Pages):
    """A client out of reach gets the newest values only, and is not closed."""
    values = [panel.value(f"Value {number}") for number in range(100)]
    phone, other = page(), page()
    with join_away(network, panel, phone):
        for turn in range(30):
            for value in values:
                value.value = turn
            advance(network, 0.2, other)
        assert len(panel.hub.clients[0].send_queue.items) <= 17
    advance(network, 3, phone)
    shown = {}
    for change in phone.hear():
        shown[change["key"]] = change["value"]
    assert set(shown.values()) == {29} and len(shown) == 100
    assert len(panel.hub.clients) == 2


def test_100_elements_and_20_reloads(network: Network, panel: Any):
    values = [panel.value(f"Value {number}", help="x" * 100) for number in range(100)]
    for turn in range(20):
        pages = [Page(network) for _ in range(4)]
        for page in pages:
            page.send({"panel": 1, "boot": 0, "version": 0})
        for number, value in enumerate(values):
            value.value = turn * 1000 + number
        advance(network, 0.5, *pages)
        for page in pages:
            shown = {}
            for message in page.hear():
                for element in message.get("elements", [message]):
                    if "key" in element:
                        shown[element["key"]] = element["value"]
            assert shown == {f"value_{number}": turn * 1000 + number for number in range(100)}
            page.socket.close()
        network.turn(5)


# A turn is short


def test_a_pass_is_cut_into_turns(network: Network, panel: Any, page: Pages):
    """Each look at the clock takes a millisecond, and all values still arrive."""
    values = [panel.value(f"Value {number}") for number in range(30)]
    phone = page()
    network.clock.step = 1
    for turn in range(5):
        for number, value in enumerate(values):
            value.value = turn * 100 + number
        for _ in range(60):
            phone.take()
            network.clock.milliseconds += 5
    network.clock.step = 0
    assert network.loop.longest_turn < 30
    advance(network, 0.3, phone)
    last = {change["key"]: change["value"] for change in phone.hear()}
    assert last == {f"value_{number}": 400 + number for number in range(30)}


def test_change_survives_a_lack_of_memory(network: Network, panel: Any, page: Pages, monkeypatch):
    air = panel.value("Air")
    phone = page()
    module = network.board.module("esp_ws_ap.panel")

    def fails(*_):
        raise MemoryError

    monkeypatch.setattr(module, "encode_message", fails)
    air.value = 5
    network.advance(0.2)
    monkeypatch.undo()
    network.advance(0.2)
    assert phone.shown("air") == [5]
    assert network.errors()[0] == "ERROR - a timer failed: MemoryError: "


# Messages, and the bridge's side


def test_notify(network: Network, panel: Any, page: Pages):
    phone = page()
    for number, level in ((1, "info"), (2, "warning"), (3, "alarm")):
        assert panel.notify("Hot", level) == number
    assert phone.hear() == [
        {"notify": "Hot", "level": level, "id": number}
        for number, level in ((1, "info"), (2, "warning"), (3, "alarm"))
    ]
    late = Page(network)
    assert {"notify": "Hot", "level": "alarm", "id": 3} in late.hello()
    panel.dismiss(3)
    assert phone.hear() == late.hear() == [{"dismiss": 3}]
    assert "notify" not in str(Page(network).hello())


def test_on_change_of_the_panel(network: Network, panel: Any, page: Pages):
    fan = panel.slider("Fan")
    seen = []

    @panel.on_change
    def changed(element):
        seen.append((element.key, element.value))

    page().wish("fan", 5)
    network.advance(0.1)
    fan.value = 6
    network.advance(0.1)
    assert seen == [("fan", 5), ("fan", 6)]
    assert [element.label for element in panel.elements] == ["Fan"]

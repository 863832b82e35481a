# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The panel: what pages are told, what they ask for, and when."""

from collections.abc import Callable
from typing import Any

from tests.in_process import Network
from tests.panel.conftest import Page


def test_description(network: Network, panel: Any):
    panel.label("Hello")
    panel.value("Air", unit="°C", decimals=1, alarm=(5, 35))
    with panel.tab("Pump"):
        panel.switch("Pump")
        with panel.group("Water"):
            panel.number("Moisture", 0, 100, 40, step=5, unit="%")
            panel.button("Water now", confirm="Water for 10 s?")
    page = Page(network)
    head, *pieces = page.hello()
    assert head["panel"]["title"] == "Greenhouse" and head["panel"]["tabs"] == ["Pump"]
    elements = [element for piece in pieces[:-1] for element in piece["elements"]]
    print(elements)
    assert [element["key"] for element in elements] == [
        "label1",
        "air",
        "pump",
        "moisture",
        "water_now",
    ]
    assert pieces[-1] == {"end": head["panel"]["version"]}


def test_wish(network: Network, panel: Any, page: Callable[[], Page]):
    fan = panel.slider("Fan")
    called = []

    @fan.on_change
    def changed(value):
        called.append((value, fan.value, panel.client.id))

    first, second = page(), page()
    assert first.wish("fan", 30) == {"n": 1, "ok": True}
    network.advance(0.15)
    assert called == [(30, 30, 1)]
    assert second.shown("fan") == [30]

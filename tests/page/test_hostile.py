# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What a board of another version, a browser without storage, and people's texts may do."""

import json

import pytest
from playwright.sync_api import expect

from tests.page import scene

MESSAGES = [
    None,
    [],
    {"status": None},
    {"status": {}},
    {"status": {"clients": [None, 5, [], ["x", {}, "y", "z"]], "max": "many", "uptime": "x"}},
    {"status": {"temperature": "hot", "free_memory": -1e308, "uptime": 1e300, "max": 1e300}},
    {"status": {"temperature": None, "free_memory": None, "uptime": -5, "max": -1, "clients": 7}},
    {"chat": [None, 3, [], {}, {"n": "x"}, {"n": 1e308, "text": "no"}, {"n": 1, "text": 5}]},
    {"light": {}},
    {"light": {"on": "x", "color": None, "brightness": "x", "held": 7}},
    {"light": {"on": None, "color": "#12", "brightness": 1e300, "held": None}},
    {"error": {"a": 1}},
    {"you": "x"},
    {"you": None, "boot": {}, "chat": None, "light": None},
]


def hear(phone, message) -> None:
    """Let the page hear something that its board would not say."""
    phone.page.evaluate(
        """message => {
          const event = new MessageEvent("message", { data: JSON.stringify(message) });
          event.json = message;
          link.dispatchEvent(event);
        }""",
        message,
    )


def test_page_survives_whatever_a_board_says(phone, board):
    ada = scene.prepare(phone(name="Ada")).visit(board, "control")
    before = ada.locator("#color-said").inner_text()
    for message in MESSAGES:
        hear(ada, message)
        assert not ada.faults, message
    expect(ada.locator("#color-said")).to_have_text(before)
    said = " ".join(ada.page.locator(".view").all_text_contents())
    for nonsense in ("NaN", "undefined", "Invalid", "Inval", "object Object", "Infinity"):
        assert nonsense not in said
    ada.say("still here")
    ada.expect_line("still here", own=True)
    expect(ada.locator(".line", "no")).to_have_count(0)


def test_twenty_phones_are_twenty(phone, board):
    ada = scene.prepare(phone(size=(320, 568))).visit(board)
    clients = [[100 + n, "W" * 24, -100, 12345, n % 2] for n in range(20)]
    status = {"uptime": 1, "temperature": 20, "free_memory": 1, "max": 20, "clients": clients}
    hear(ada, {"status": status})
    expect(ada.locator("#taken")).to_have_text("20")
    expect(ada.locator("#places-of")).to_have_text("of 20")
    width = ada.locator("#view-live").evaluate("view => view.scrollWidth - view.clientWidth")
    assert width <= 0


@pytest.mark.parametrize("fault", ["denied", "garbled"])
def test_storage_that_fails_is_done_without(phone, board, fault):
    ada = phone()
    denied = """for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("denied"); } });"""
    garbled = """if (location.host) for (const key of ["name", "language", "boot", "mine"])
      localStorage["esp_ws_ap." + key] = sessionStorage["esp_ws_ap." + key] = "{";"""
    ada.page.add_init_script(denied if fault == "denied" else garbled)
    ada.visit(board)
    ada.say("without a memory")
    ada.expect_line("without a memory", own=True)
    ada.page.click("#language")
    expect(ada.locator("#state")).to_have_text("已连接")


def test_text_runs_in_its_own_direction_and_turns_nothing_around(ada, bob):
    for each in (ada, bob):
        each.go("chat")
    ada.say("שלום (world)!")
    bob.expect_line("שלום (world)!")
    bubble = bob.locator(".line p", "שלום")
    assert bubble.evaluate("bubble => getComputedStyle(bubble).direction") == "rtl"
    ada.page.click("#rename")
    ada.page.fill("#name", "\u202eadA")
    ada.page.press("#name", "Enter")
    bob.go("control")
    ada.go("control").page.locator("#slider").press("ArrowRight")
    said = bob.locator("#brightness-said")
    expect(said).to_contain_text("is moving this")
    # What a name turns around ends with it.
    assert said.inner_text().startswith("\u2068") and "\u2069 is" in said.inner_text()
    ada.go("chat").page.click("#rename")
    ada.page.fill("#name", "Ada")
    ada.page.press("#name", "Enter")


def test_error_is_said_as_text(phone, board):
    ada = scene.prepare(phone()).visit(board)
    hear(ada, {"error": "<b>" + "long " * 200})
    toast = ada.locator("#toast")
    expect(toast).to_contain_text("<b>long")
    box = toast.bounding_box()
    assert box and box["height"] < 300
    assert json.dumps(ada.faults) == "[]"

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Unexpected messages, a browser without storage, and hostile texts."""

import re

import pytest
from playwright.sync_api import expect

MESSAGES = [
    None,
    [],
    5,
    {"people": [None, 5, [], ["x", {}, "y", "z"]]},
    {"people": None},
    {"chat": [None, 3, [], {}, {"n": "x"}, {"n": 1e308, "text": "no"}, {"n": 1, "text": 5}]},
    {"key": "nothing", "value": 5},
    {"key": "chip", "value": {"a": 1}},
    {"key": "chip", "value": None, "v": "x"},
    {"key": "brightness", "value": "x", "by": {}},
    {"elements": [None, {}, {"key": 5}], "from": 99},
    {"elements": {}},
    {"n": "x", "error": {}},
    {"notify": None, "level": "constructor"},
    {"dismiss": "x"},
    {"error": {"a": 1}},
    b"",
    b"\x1e",
    b"\x1e\x01\x00\x00",
    b"\x1e\x01\x05\x00\x01",
    b"\x1e\x03abc",
    b"\x1e\x02\xff",
]


def test_unexpected_messages_change_nothing(phone, board):
    ada = phone(name="Ada").expose_link().visit(board)
    for message in MESSAGES:
        ada.receive(message)
        assert not ada.faults, message
    expect(ada.element("chip", ".figure")).to_have_text(re.compile(r"^\d+\.\d°C$"))
    expect(ada.locator("#sheet-empty")).not_to_have_attribute("hidden", "")
    shown = " ".join(ada.page.locator(".view").all_text_contents())
    for nonsense in ("NaN", "undefined", "Invalid", "Inval", "object Object", "Infinity"):
        assert nonsense not in shown
    ada.say("still here")
    ada.expect_line("still here", own=True)
    expect(ada.locator(".line", "no")).to_have_count(0)


@pytest.mark.parametrize("fault", ["denied", "garbled"])
def test_works_without_storage(phone, board, fault):
    ada = phone()
    denied = """for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("denied"); } });"""
    garbled = """if (location.host) for (const key of ["name", "language", "boot", "ids"])
      localStorage["esp_ws_ap." + key] = sessionStorage["esp_ws_ap." + key] = "{";"""
    ada.page.add_init_script(denied if fault == "denied" else garbled)
    ada.visit(board)
    ada.say("without storage")
    ada.expect_line("without storage", own=True)
    ada.page.click("#language")
    expect(ada.locator("#state")).to_have_text("已连接")


def test_text_has_its_own_direction(phone, board):
    ada, bob = (phone(name=name).visit(board, "chat") for name in ("\u202eadA", "Bob"))
    ada.say("שלום (world)!")
    bob.expect_line("שלום (world)!")
    bubble = bob.locator(".line p", "שלום")
    assert bubble.evaluate("bubble => getComputedStyle(bubble).direction") == "rtl"
    bob.go("0")
    ada.go("0").drag("brightness", 0.2, 0.4, lift=False)
    holder = bob.element("brightness", ".aside")
    expect(holder).to_contain_text("is adjusting this")
    # A direction override in a name ends with the name.
    assert holder.inner_text().startswith("\u2068") and "\u2069 is" in holder.inner_text()
    ada.page.mouse.up()


def test_error_is_text_of_limited_size(phone, board):
    ada = phone().expose_link().visit(board)
    ada.receive({"error": "<b>" + "long " * 200})
    toast = ada.locator(".toast")
    expect(toast).to_contain_text("<b>long")
    box = toast.bounding_box()
    assert box and box["height"] < 300

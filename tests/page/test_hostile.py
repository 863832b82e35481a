# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Unexpected messages, a browser without storage, and hostile texts."""

import pytest
from playwright.sync_api import expect

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
    b"",
    b"\x01",
    b"\x01\x00\x00",
    b"\x01\x05\x00\x01",
    b"\x03abc",
    b"\x02\xff",
]


def test_unexpected_messages_change_nothing(phone, board):
    ada = phone(name="Ada").expose_link().visit(board, "control")
    before = ada.locator("#color-value").inner_text()
    for message in MESSAGES:
        ada.receive(message)
        assert not ada.faults, message
    expect(ada.locator("#color-value")).to_have_text(before)
    expect(ada.locator("#sheet-empty")).not_to_have_attribute("hidden", "")
    shown = " ".join(ada.page.locator(".view").all_text_contents())
    for nonsense in ("NaN", "undefined", "Invalid", "Inval", "object Object", "Infinity"):
        assert nonsense not in shown
    ada.say("still here")
    ada.expect_line("still here", own=True)
    expect(ada.locator(".line", "no")).to_have_count(0)


def test_twenty_clients_fit(phone, board):
    ada = phone(size=(320, 568)).expose_link().visit(board)
    clients = [[100 + n, "W" * 24, -100, 12345, n % 2] for n in range(20)]
    status = {"uptime": 1, "temperature": 20, "free_memory": 1, "max": 20, "clients": clients}
    ada.receive({"status": status})
    expect(ada.locator("#client-count")).to_have_text("20")
    expect(ada.locator("#client-max")).to_have_text("of 20")
    width = ada.locator("#view-live").evaluate("view => view.scrollWidth - view.clientWidth")
    assert width <= 0


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
    bob.go("control")
    ada.go("control").page.locator("#slider").press("ArrowRight")
    holder = bob.locator("#brightness-value")
    expect(holder).to_contain_text("is adjusting this")
    # A direction override in a name ends with the name.
    assert holder.inner_text().startswith("\u2068") and "\u2069 is" in holder.inner_text()


def test_error_is_text_of_limited_size(phone, board):
    ada = phone().expose_link().visit(board)
    ada.receive({"error": "<b>" + "long " * 200})
    toast = ada.locator("#toast")
    expect(toast).to_contain_text("<b>long")
    box = toast.bounding_box()
    assert box and box["height"] < 300

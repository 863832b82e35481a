# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/light.js: the board has the state, and a value does not jump back under the finger."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.reference_page import reference_page

#: What the page has sent to the light: [[ms, values], ...]
SENT = """
window.sent = [];
const send = WebSocket.prototype.send;
WebSocket.prototype.send = function (data) {
  if (typeof data === "string" && data.startsWith('{"light"')) {
    sent.push([performance.now(), JSON.parse(data).light]);
  }
  send.call(this, data);
};
"""


def set_slider(phone, value: int) -> None:
    """Move the slider to a value, and release it."""
    phone.page.locator("#slider").evaluate(
        """(slider, value) => {
          slider.value = value;
          slider.dispatchEvent(new Event("input"));
          slider.dispatchEvent(new Event("change"));
        }""",
        value,
    )


def test_all_pages_agree(phone, board):
    ada, bob, eve = (phone(name=name).visit(board, "control") for name in ("Ada", "Bob", "Eve"))
    on = ada.locator("#on").get_attribute("aria-checked") != "true"
    ada.page.click("#on")
    bob.page.get_by_role("button", name="Green").click()
    set_slider(eve, 73)
    for each in (ada, bob, eve):
        expect(each.locator("#on")).to_have_attribute("aria-checked", str(on).lower())
        expect(each.locator("#lamp-state")).to_have_text("On" if on else "Off")
        expect(each.locator("#color-value")).to_have_text("#00e04b")
        expect(each.locator("#slider")).to_have_value("73")
        expect(each.locator("#brightness-value")).to_have_text("73%")


def test_pad_with_finger_and_keys(ada, bob):
    for each in (ada, bob):
        each.go("control")
    box = ada.locator("#pad").bounding_box()
    ada.page.mouse.click(box["x"] + box["width"] / 3, box["y"] + 1)
    expect(bob.locator("#pad")).to_have_attribute("aria-valuenow", re.compile("^1[12]\\d$"))
    ada.locator("#pad").focus()
    ada.page.keyboard.press("ArrowRight")
    expect(bob.locator("#pad")).to_have_attribute("aria-valuenow", re.compile("^12\\d$"))
    ada.page.mouse.click(box["x"] + 5, box["y"] + box["height"] - 0.5)
    expect(bob.locator("#color-value")).to_have_text("#ffffff")


def test_native_color_picker(ada, bob):
    ada.go("control")
    ada.locator("#other-color").evaluate(
        "(field) => { field.value = '#123456'; field.dispatchEvent(new Event('input')); }"
    )
    expect(bob.locator("#color-value")).to_have_text("#123456")


def test_held_value_is_disabled_for_others(ada, bob):
    for each in (ada, bob):
        each.go("control")
    box = ada.locator("#slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    ada.page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    ada.page.mouse.down()
    for step in range(30):
        ada.page.mouse.move(box["x"] + box["width"] * (0.3 + step / 60), middle)
    expect(bob.locator("#brightness-value")).to_have_text("\u2068Ada\u2069 is adjusting this")
    expect(bob.locator("#slider")).to_be_disabled()
    expect(ada.locator("#slider")).to_be_enabled()
    # The other values are free.
    expect(bob.locator("#pad")).not_to_have_attribute("aria-disabled", "true")
    expect(bob.locator("#on")).to_be_enabled()
    ada.page.mouse.up()
    value = ada.locator("#slider").input_value()
    expect(bob.locator("#slider")).to_be_enabled()
    expect(bob.locator("#slider")).to_have_value(value)
    set_slider(bob, 5)
    expect(ada.locator("#slider")).to_have_value("5")


def test_slider_does_not_follow_its_own_echo(phone, board):
    ada = phone(name="Ada").visit(board, "control")
    expect(ada.locator("#slider")).to_be_enabled()
    set_slider(ada, 90)
    box = ada.locator("#slider").bounding_box()
    middle = box["y"] + box["height"] / 2
    ada.page.mouse.move(box["x"] + 20, middle)
    ada.page.mouse.down()
    ada.page.wait_for_function("() => document.getElementById('slider').value < 50")
    ada.page.evaluate(
        """() => {
          window.seen = [];
          const look = () => { seen.push(Number(document.getElementById("slider").value));
            requestAnimationFrame(look); };
          look();
        }"""
    )
    for step in range(40):
        ada.page.mouse.move(box["x"] + 20 + step * 6, middle)
    ada.page.mouse.up()
    seen = ada.page.evaluate("seen")
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]


def test_values_are_sent_every_50_ms_and_the_last_one_always(phone, board):
    ada = phone(name="Ada")
    ada.page.add_init_script(SENT)
    ada.visit(board, "control")
    with reference_page(board.ws_url) as other:
        box = ada.locator("#pad").bounding_box()
        ada.page.mouse.move(box["x"] + 10, box["y"] + 10)
        ada.page.mouse.down()
        for step in range(200):
            ada.page.mouse.move(box["x"] + 10 + step, box["y"] + 10)
        ada.page.mouse.up()
        last = ada.locator("#color-value").inner_text()
        while other.hear("light")["color"] != last:
            pass
    times = [time for time, _ in ada.page.evaluate("sent")]
    assert len(times) >= 2
    assert all(later - earlier >= 45 for earlier, later in zip(times[:-1], times[1:], strict=True))


def test_newest_value_of_each_is_queued(phone, boot):
    board = boot()
    ada = phone(name="Ada")
    ada.page.add_init_script(SENT)
    ada.visit(board, "control")
    board.power_cut()
    ada.expect_state("waiting")
    ada.page.evaluate("sent.length = 0")
    for name in ("Red", "Green", "Blue"):
        ada.page.get_by_role("button", name=name).click()
    for value in (20, 60, 90):
        set_slider(ada, value)
    expect(ada.locator("#queue")).to_have_text("2 waiting to be sent")
    expect(ada.locator("#color-value")).to_have_text("#2244ff")
    board.start()
    board.wait_until_listening()
    ada.expect_state("open")
    ada.page.wait_for_function("sent.length === 2")
    values = [value for _, value in ada.page.evaluate("sent")]
    assert sorted(values, key=json.dumps) == [{"brightness": 90}, {"color": "#2244ff"}]
    with reference_page(board.ws_url) as other:
        assert other.light["color"] == "#2244ff"
        assert other.light["brightness"] == 90
    expect(ada.locator("#slider")).to_have_value("90")


@pytest.mark.parametrize("value", ["on", "color", "brightness"])
def test_holder_without_a_name_has_a_number(ada, board, value):
    ada.go("control")
    wish = {"on": True, "color": "#010203", "brightness": 7}[value]
    with reference_page(board.ws_url) as other:
        other.do(light={value: wish})
        if value == "on":
            expect(ada.locator("#on")).to_be_disabled()
        else:
            said = ada.locator(f"#{value}-value")
            expect(said).to_have_text(f"\u2068Phone {other.id}\u2069 is adjusting this")


def test_close_drops_queued_values(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "control")
    shown = ada.locator("#brightness-value").inner_text()
    board.power_cut()
    ada.expect_state("waiting")
    set_slider(ada, 7)
    expect(ada.locator("#queue")).to_have_text("1 waiting to be sent")
    ada.page.click("#open-console")
    ada.page.click("summary >> text=Close the connection")
    ada.page.click("#close-form button >> nth=0")
    ada.expect_state("closed")
    expect(ada.locator("#queue")).to_have_text("")
    expect(ada.locator("#brightness-value")).to_have_text(shown)


def test_released_value_is_the_boards_again(phone, board):
    ada = phone(name="Ada").expose_link().visit(board, "control")
    box = ada.locator("#slider").bounding_box()
    assert box
    ada.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    ada.page.mouse.down()
    # The finger rests until the board has released the value.
    ada.page.wait_for_timeout(2200)
    ada.page.mouse.up()
    ada.receive({"light": {"brightness": 11, "held": {}}})
    expect(ada.locator("#slider")).to_have_value("11")


def test_screen_reader_does_not_announce_every_step(ada):
    ada.go("control")
    live = ada.page.evaluate(
        """() => Array.from(document.querySelectorAll("#view-control *"))
          .filter(each => each.matches("output, [aria-live], [role=status]")).length"""
    )
    assert live == 0
    expect(ada.locator("#pad")).to_have_attribute("aria-valuetext", re.compile(r"degrees, \d+%"))

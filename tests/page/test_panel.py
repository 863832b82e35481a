# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/model.js, outputs.js, inputs.js, layout.js, toasts.js: examples/greenhouse.py."""

import re

import pytest
from playwright.sync_api import expect

from tests.board import booting
from tests.page.phone import Phone
from tests.reference_page import reference_page


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A board with examples/greenhouse.py."""
    with booting(tmp_path_factory.mktemp("panel")) as boot:
        yield boot("--code", "examples/greenhouse.py")


def expect_value(phone: Phone, key: str, value) -> None:
    """Wait for what an input shows."""
    if isinstance(value, bool):
        switch = phone.element(key, "[role=switch]")
        expect(switch).to_have_attribute("aria-checked", str(value).lower())
    elif value in ("Auto", "On", "Off"):
        expect(phone.element(key, f"[value={value}]")).to_be_checked()
    else:
        expect(phone.element(key, ":is(input, select)")).to_have_value(str(value))
    expect(phone.element(key)).not_to_have_class(re.compile("wish"))


def test_each_output(ada):
    for key, text in {
        "air": re.compile(r"^2[0-3]\.\d°C$"),
        "soil": "-",
        "tank": "64%",
        "battery": "12.4V",
    }.items():
        expect(ada.element(key, ".figure")).to_have_text(text)
    expect(ada.element("door", ".text")).to_have_text("closed")
    expect(ada.element("pump", ".state")).to_have_text("Off")
    meter = ada.page.get_by_role("meter", name="Battery")
    expect(meter).to_have_attribute("aria-valuetext", "12.4 V")
    expect(ada.locator("#title")).to_have_text("Greenhouse")
    expect(ada.page).to_have_title("Greenhouse")
    ada.page.get_by_role("button", name="Fan: Help").click()
    expect(ada.element("fan", ".help-text")).to_have_text("0 turns the fan off.")


def test_limits_stale_and_null(phone, board):
    ada = phone().expose_link().visit(board)
    tank = ada.element("tank")
    for value, level, text in ((12, "warn", "Warning"), (50, None, ""), (None, None, "")):
        ada.receive({"key": "tank", "value": value, "v": 1})
        expect(tank).to_have_class(re.compile(level) if level else "element bar wide")
        expect(tank.locator(".aside")).to_have_text(text)
    expect(tank.locator(".figure")).to_have_text("-")
    # The board sets no other value of this one.
    ada.receive({"key": "soil", "value": 99, "v": 1, "stale": True})
    expect(ada.element("soil")).to_have_class(re.compile("stale"))
    expect(ada.element("soil", ".aside")).to_have_text(re.compile(r"as of \d\d:\d\d"))
    ada.receive({"key": "air", "value": 99, "v": 1})
    expect(ada.element("air", ".aside")).to_have_text("Alarm")
    expect(ada.locator("#tab-0")).to_have_class("alarm")
    ada.receive({"key": "door", "value": "open", "v": 1, "visible": False})
    expect(ada.element("door")).to_be_hidden()


def test_each_input_from_both_sides(phone, board):
    ada, bob = (phone(name=name).visit(board, "1") for name in ("Ada", "Bob"))
    for key, value, act in (
        ("moisture", 45, lambda: ada.element("moisture", "button").nth(1).click()),
        ("moisture", 65, lambda: ada.element("moisture", "input").fill("65")),
        ("mode", "On", lambda: ada.element("mode", "[value=On]").check()),
        ("crop", "Basil", lambda: ada.element("crop", "select").select_option("Basil")),
        ("name", "House <b>", lambda: ada.element("name", "input").fill("House <b>")),
        ("limit", 5, lambda: ada.drag("limit", 0.1, 0.5)),
    ):
        act()
        # Leaving a field sends it.
        ada.page.evaluate("document.activeElement.blur()")
        for each in (ada, bob):
            expect_value(each, key, value)
    ada.element("password", "input").fill("secret")
    ada.page.keyboard.press("Enter")
    expect(ada.element("password", "input")).to_have_value("")
    for each in (ada, bob):
        each.go("0")
    ada.element("automatic", "button").click()
    for each in (ada, bob):
        expect_value(each, "automatic", False)
    with reference_page(board.ws_url) as other:
        assert other.set("fan", 77)["ok"] and other.set("mode", "Auto")["ok"]
        for each in (ada, bob):
            expect_value(each, "fan", 77)
        other.set("fan", 40)


def test_refused_wish_returns_with_the_reason(ada, bob):
    ada.go("1")
    field = ada.element("moisture", "input")
    before = field.input_value()
    for text, reason in (("95", "the soil would drown"), ("400", "100"), ("x", "not a number")):
        field.fill(text)
        field.press("Enter")
        expect(ada.element("moisture", ".note")).to_contain_text(reason)
        field.blur()
        expect(field).to_have_value(before)
    expect_value(bob.go("1"), "moisture", before)


def test_typing_is_never_overwritten(ada, board):
    field = ada.go("1").element("name", "input")
    field.fill("half a na")
    with reference_page(board.ws_url) as other:
        other.set("name", "Elsewhere")
        other.set("crop", "Lettuce")
        expect_value(ada, "crop", "Lettuce")
        expect(field).to_have_value("half a na")
        field.press("Escape")
        field.blur()
        expect(field).to_have_value("Elsewhere")


def test_button_confirms_is_busy_and_answers(ada, bob):
    water = ada.page.get_by_role("button", name="Water now")
    water.click()
    ada.page.get_by_role("button", name="Cancel").click()
    expect(ada.element("pump", ".state")).to_have_text("Off")
    water.click()
    expect(ada.locator("#confirm-text")).to_have_text("Water for 10 s?")
    ada.locator("#confirm-yes").click()
    expect(ada.locator(".toast.info")).to_have_text("Watering")
    expect(bob.element("pump", ".state")).to_have_text("On")
    expect(water).to_be_disabled()
    bob.page.get_by_role("button", name="Stop").click()
    expect(water).to_be_enabled()
    expect(ada.locator(".toast")).to_have_count(0, timeout=8000)
    ada.drag("fan", 0.2, 0.95)
    expect_value(bob, "fan", ada.element("fan", "input").input_value())
    water.click()
    ada.locator("#confirm-yes").click()
    expect(ada.element("water_now", ".note")).to_have_text("not with the fan this high")
    expect(ada.locator(".toast.warning")).to_contain_text("Water now: not with")


def test_alarm_stays_until_it_is_tapped(ada, bob):
    ada.go("1").page.get_by_role("button", name="Test the alarm").click()
    for each in (ada, bob):
        alarm = each.locator("#alarms .toast", "a test of the alarm")
        expect(alarm).to_have_count(1)
    ada.page.wait_for_timeout(5000)
    expect(ada.locator("#alarms .toast")).to_have_count(1)
    ada.page.get_by_role("button", name="Dismiss").click()
    ada.hide()
    ada.hide(False)  # the board tells of it again
    ada.page.wait_for_timeout(500)
    expect(ada.locator("#alarms .toast")).to_have_count(0)


def test_who_drags_owns_the_value(phone, board):
    ada, bob, eve = (phone(name=name).visit(board) for name in ("Ada", "Bob", "Eve"))
    ada.drag("fan", *(0.1 + step / 50 for step in range(30)), lift=False)
    for each in (bob, eve):
        expect(each.element("fan", ".aside")).to_contain_text("Ada\u2069 is adjusting this")
        expect(each.element("fan", "input")).to_be_disabled()
        expect(each.element("automatic", "button")).to_be_enabled()
    expect(ada.element("fan", "input")).to_be_enabled()
    shown = ada.element("fan", "input").input_value()
    expect(bob.element("fan", "input")).to_have_value(shown)
    with reference_page(board.ws_url) as other:
        assert "Ada is changing it" in other.set("fan", 3)["error"]
    ada.page.mouse.up()
    for each in (bob, eve):
        expect(each.element("fan", "input")).to_be_enabled()
    bob.drag("fan", 0.5, 0.3)
    for each in (ada, eve):
        expect_value(each, "fan", bob.element("fan", "input").input_value())


def test_drag_sends_at_most_20_wishes_a_second_and_the_last(phone, board):
    ada = phone(name="Ada").visit(board)
    ada.page.evaluate(
        """() => { window.sent = []; const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) {
          if (/"set"/.test(data)) sent.push([performance.now(), JSON.parse(data.slice(1))]);
          send.call(this, data);
        }; }"""
    )
    ada.drag("fan", *(step / 200 for step in range(150)))
    expect_value(ada, "fan", ada.element("fan", "input").input_value())
    sent = ada.page.evaluate("sent")
    times = [time for time, _ in sent]
    assert all(later - earlier >= 45 for earlier, later in zip(times[:-1], times[1:], strict=True))
    assert [wish["drag"] for _, wish in sent] == [True] * (len(sent) - 1) + [False]
    assert str(sent[-1][1]["value"]) == ada.element("fan", "input").input_value()


def test_loss_and_restart_drop_what_has_no_answer(phone, boot):
    board = boot("--code", "examples/greenhouse.py")
    ada = phone(name="Ada").visit(board)
    # The board can tell that a station has left only after it has seen it join.
    board.wait_for(re.compile(r"station .* joined: 127\.0\.0\.1"))
    board.command("leave 127.0.0.1")
    board.wait_for("127.0.0.1 has left")
    ada.element("automatic", "button").click()
    expect(ada.element("automatic", ".aside")).to_have_text("setting …")
    ada.page.get_by_role("button", name="Water now").click()
    ada.locator("#confirm-yes").click()
    ada.expect_state("waiting", seconds=10)
    expect(ada.locator(".toast.warning")).to_contain_text("Water now: ")
    expect(ada.element("automatic", ".note")).not_to_have_text("")
    board.reload()
    board.wait_until_listening()
    board.command("join 127.0.0.1")
    ada.expect_state("open")
    expect_value(ada, "automatic", True)
    expect(ada.element("pump", ".state")).to_have_text("Off")


def test_hundred_elements_on_four_phones(phone, boot):
    board = boot("--code", "examples/hundred.py")
    phones = [phone(size=(320, 568)).visit(board) for _ in range(4)]
    for each in phones:
        each.page.reload()
    for each in phones:
        expect(each.locator(".element")).to_have_count(100)
        each.go("7")
        last = each.element("cellar_5", ".figure")
        expect(last).to_have_text(re.compile(r"^\d+\.\d\dV$"))
        expect(each.element("relay_12")).to_be_visible()


def test_few_elements_are_a_remote(phone, boot):
    ada = phone(language="zh-CN").visit(boot("--code", "examples/lamp.py"))
    expect(ada.locator("body")).to_have_class(re.compile("remote"))
    expect(ada.locator("#rail")).to_be_hidden()
    for key in ("light", "brightness", "effect", "speed"):
        expect(ada.element(key)).to_be_in_viewport(ratio=1)


def test_tabs_are_links(ada):
    links = ada.page.get_by_role("navigation", name="Views").get_by_role("link")
    expect(links).to_have_text(["House", "Settings", "Chat", "Draw"])
    for number, view in enumerate(("0", "1", "chat", "sketch")):
        links.nth(number).focus()
        ada.page.keyboard.press("Enter")
        expect(ada.page.locator("[aria-current=page]")).to_have_id(f"tab-{view}")
        expect(ada.locator(f"#tab-{view}")).to_be_focused()
        expect(ada.locator(".view:visible")).to_have_count(1)
        assert ada.page.url.endswith(f"#{view}")
    ada.page.reload()
    expect(ada.locator("#view-drawing")).to_be_visible()
    for view, shown in (("chat", "#view-chat"), ("nowhere", "#view-panel")):
        ada.page.evaluate("view => { location.hash = view; }", view)
        expect(ada.locator(shown)).to_be_visible()


def test_invitation(ada):
    ada.page.get_by_role("button", name="Invite a phone").click()
    code = ada.locator("#invite-code")
    expect(code).to_be_visible()
    expect(ada.locator("#invite-text")).to_contain_text("Scan this")
    assert code.evaluate("code => code.naturalWidth") > 0

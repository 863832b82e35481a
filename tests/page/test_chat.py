# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/chat.js: everyone sees the same lines, and each page knows which of its own arrived."""

import re

import pytest
from playwright.sync_api import expect

from tests.reference_page import reference_page


def test_same_lines_in_the_same_order(phone, boot):
    board = boot()
    ada, bob, eve = (phone(name=name).visit(board, "chat") for name in ("Ada", "Bob", "Eve"))
    said = []
    for number in range(3):
        for each in (ada, bob, eve):
            said.append(f"line {len(said)}.")
            each.say(said[-1])
            for other in (ada, bob, eve):
                other.expect_line(said[-1], own=other is each)
        assert ada.lines() == bob.lines() == eve.lines() == said, number


def test_line_has_a_name_and_a_side(ada, bob):
    ada.say("on whose side?")
    bob.go("chat").expect_line("on whose side?")
    line = bob.locator(".line", "on whose side?")
    expect(line.locator("b")).to_have_text("Ada")
    width = bob.page.viewport_size["width"]
    assert line.bounding_box()["x"] < 20
    own = ada.locator(".line.own", "on whose side?").bounding_box()
    assert own["x"] + own["width"] > width - 20


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=\"window.hacked = true; alert('hacked')\">",
        "<script>window.hacked = true</script>",
        "</p><b>bold</b>&lt;&amp;",
        "Grüße, 你好 👋",
        '{"you": 99}',
    ],
)
def test_text_is_not_markup(ada, bob, text):
    for each in (ada, bob):
        each.go("chat")
    ada.say(text)
    bob.expect_line(text)
    ada.expect_line(text, own=True)
    for each in (ada, bob):
        assert each.locator(".line p").locator("img, script, b").count() == 0
        assert each.page.evaluate("window.hacked") is None


def test_name_is_generated_kept_and_changed(phone, board):
    ada = phone().visit(board, "chat")
    first = ada.locator("#my-name").inner_text()
    assert re.fullmatch(r"\w+ \w+", first)
    ada.page.reload()
    ada.expect_state("open")
    expect(ada.locator("#my-name")).to_have_text(first)
    ada.page.click("#rename")
    ada.page.fill("#name", "  Grace <b> ")
    ada.page.press("#name", "Enter")
    expect(ada.locator("#my-name")).to_have_text("Grace <b>")
    expect(ada.locator("#view-chat .clients li b").first).to_have_text("Grace <b>")
    ada.page.click("#rename")
    ada.page.fill("#name", "Eve")
    ada.page.get_by_role("button", name="Cancel").click()
    expect(ada.locator("#my-name")).to_have_text("Grace <b>")


def test_unread_count(ada, bob):
    bob.say("one")
    bob.say("two")
    expect(ada.locator("#unread")).to_have_text("2")
    expect(ada.page).to_have_title("(2) esp_ws_ap-0001")
    ada.go("chat")
    expect(ada.locator("#unread")).to_be_hidden()
    expect(ada.page).to_have_title("esp_ws_ap-0001")
    ada.hide()
    bob.say("three")
    expect(ada.page).to_have_title("(1) esp_ws_ap-0001")
    ada.hide(False)
    expect(ada.page).to_have_title("esp_ws_ap-0001")


def test_queue_keeps_its_order(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "chat") for name in ("Ada", "Bob"))
    ada.say("before")
    bob.expect_line("before")
    board.power_cut()
    ada.expect_state("waiting")
    said = [f"offline {number}" for number in range(3)]
    for text in said:
        ada.say(text)
    expect(ada.locator("#queue")).to_have_text("3 waiting to be sent")
    expect(ada.locator(".line.own", "waiting")).to_have_count(3)
    board.start()
    board.wait_until_listening()
    for text in said:
        ada.expect_line(text, own=True)
        bob.expect_line(text)
    assert bob.lines() == ["before", *said]
    expect(ada.locator("#queue")).to_have_text("")


def test_history_is_shown_once(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "chat") for name in ("Ada", "Bob"))
    for number in range(5):
        ada.say(f"line {number}.")
    bob.expect_line("line 4.")
    bob.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    board.wait_for("client 2 disconnected")
    ada.say("missed")
    ada.expect_line("missed", own=True)
    bob.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    bob.expect_line("missed")
    ada.page.reload()
    ada.expect_state("open")
    expected = [*(f"line {number}." for number in range(5)), "missed"]
    expect(ada.locator(".line")).to_have_count(6)
    assert ada.lines() == bob.lines() == expected
    # After a reload, the page still knows its own lines.
    expect(ada.locator(".line.own")).to_have_count(6)


def test_lost_line_can_be_sent_again(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "chat")
    # The board can tell that a station has left only after it has seen it join.
    board.wait_for(re.compile(r"station .* joined: 127\.0\.0\.1"))
    board.command("leave 127.0.0.1")
    board.wait_for("127.0.0.1 has left")
    ada.say("into the void")
    board.wait_for("client 1 disconnected: 1006 left the hotspot")
    ada.expect_state("waiting", seconds=10)
    board.command("join 127.0.0.1")
    ada.expect_state("open")
    line = ada.locator(".line.own", "into the void")
    line.get_by_role("button", name="Send again").click()
    ada.expect_line("into the void", own=True)
    expect(line.get_by_role("button")).to_have_count(0)


def test_log_follows_unless_scrolled_up(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "chat")
    with reference_page(board.ws_url) as other:
        for number in range(40):
            other.do(chat=f"message {number}.")
        newest = ada.locator(".line", "message 39.")
        expect(newest).to_be_in_viewport(ratio=1)
        ada.locator("#log").hover()
        ada.page.mouse.wheel(0, -800)
        expect(newest).not_to_be_in_viewport()
        other.do(chat="meanwhile")
        expect(ada.locator("#latest")).to_be_visible()
        expect(ada.locator("#unread")).to_have_text("1")
        expect(ada.locator(".line", "meanwhile")).not_to_be_in_viewport()
        ada.page.click("#latest")
        expect(ada.locator(".line", "meanwhile")).to_be_in_viewport()
        expect(ada.locator("#latest")).to_be_hidden()
        expect(ada.locator("#unread")).to_be_hidden()


def test_empty_chat(phone, boot):
    ada = phone().visit(boot(), "chat")
    expect(ada.locator("#log")).to_contain_text("No messages yet.")
    ada.say("  ")
    expect(ada.locator(".line")).to_have_count(0)
    ada.say("something")
    expect(ada.locator(".empty")).to_have_count(0)


def test_busy_link_shows_a_line_once(ada):
    ada.page.evaluate(
        """() => Object.defineProperty(WebSocket.prototype, "bufferedAmount",
          { get: () => (window.busy ? 20000 : 0), configurable: true })"""
    )
    ada.page.evaluate("window.busy = true")
    ada.say("behind a long message")
    line = ada.locator(".line.own", "behind a long message")
    expect(line).to_contain_text("waiting")
    ada.page.evaluate("window.busy = false")
    ada.expect_line("behind a long message", own=True)

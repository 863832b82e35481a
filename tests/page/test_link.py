# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/link.js, bar.js, start.js: the page shows the state of the link, and reconnects."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.board import REPOSITORY

RETRY = re.compile(r"Retrying in \d+\ss")

#: code.py with a door.
REFUSE = (
    (REPOSITORY / "code.py")
    .read_text("utf-8")
    .replace(
        "# 3. ",
        "hub.on_open(lambda client: client.close(4003, 'the door is locked'))\n# 3. ",
    )
)


def page_id(phone) -> str:
    """Return the page id of the last WebSocket request."""
    urls = [url for url in phone.requests if "/ws?" in url]
    return parse_qs(urlsplit(urls[-1]).query)["page"][0]


def test_open_shows_the_round_trip(ada):
    ada.expect_state("open", "Connected")
    expect(ada.locator("#latency")).to_have_text(re.compile(r"^\d+ ms$"))
    expect(ada.locator("#retry")).to_be_hidden()


def test_power_cut_keeps_the_old_values_dimmed(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board)
    expect(ada.element("chip", ".figure")).to_have_text(re.compile(r"\d"))
    board.power_cut()
    ada.expect_state("waiting", "Connection lost")
    expect(ada.locator("#detail")).to_have_text(RETRY)
    expect(ada.locator("#retry")).to_be_visible()
    expect(ada.element("chip", ".figure")).to_have_text(re.compile(r"\d"))
    expect(ada.element("chip", ".figure")).to_have_css("opacity", "0.5")
    expect(ada.element("chip", ".aside")).to_have_text(re.compile(r"^as of \d\d:\d\d$"))
    for key, inner in (("light", "button"), ("brightness", "input"), ("color", "select")):
        expect(ada.element(key, inner)).to_be_disabled()
        expect(ada.element(key, ".aside")).to_have_text("no connection")

    board.start()
    board.wait_until_listening()
    ada.expect_state("open")
    expect(ada.element("light", "button")).to_be_enabled()
    expect(ada.element("chip", ".figure")).to_have_css("opacity", "1")
    ada.say("there again")
    ada.expect_line("there again", own=True)
    expect(ada.locator(".restart")).to_have_count(0)  # the chat was empty before


def test_restart_is_noted_in_the_chat(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board) for name in ("Ada", "Bob"))
    ada.say("before")
    bob.expect_line("before")
    board.reload()
    board.wait_until_listening()
    for each in (ada, bob):
        each.expect_state("open")
    bob.say("after")
    ada.expect_line("after")
    bob.expect_line("after", own=True)
    expect(ada.locator("#log .restart")).to_have_text("The board has restarted")
    assert ada.lines() == bob.lines() == ["before", "after"]


def test_retry_now(phone, boot):
    board = boot()
    ada = phone()
    ada.page.clock.install(time=0)
    ada.visit(board)
    ada.page.clock.pause_at(60_000)  # no timer runs from here on
    board.power_cut()
    ada.expect_state("waiting")
    board.start()
    board.wait_until_listening()
    ada.page.click("#retry")
    ada.expect_state("open")


def test_sleep_that_outlives_the_link(phone, boot):
    board = boot()
    ada = phone(name="Ada")
    ada.page.clock.install()
    ada.visit(board)
    ada.hide()
    board.command("leave 127.0.0.1")
    board.wait_for("127.0.0.1 has left")
    board.command("join 127.0.0.1")
    ada.page.clock.fast_forward(60_000)
    ada.hide(False)
    ada.expect_state("open")
    ada.say("awake")
    ada.expect_line("awake", own=True)


def test_hidden_page_gets_no_values(ada, bob):
    ada.page.set_viewport_size({"width": 1280, "height": 800})
    marks = ada.go("chat").locator("#view-chat .clients li", "Bob").locator(".name > .icon")
    expect(marks).to_have_count(0)
    bob.hide()
    expect(marks).to_have_count(1)
    # A value that was on its way may still have arrived, but no more.
    uptime = bob.element("uptime", ".figure")
    shown = uptime.inner_text()
    bob.page.wait_for_timeout(2500)
    assert uptime.inner_text() == shown
    bob.hide(False)
    expect(uptime).not_to_have_text(shown)
    expect(marks).to_have_count(0)


def test_fifth_page_waits_for_a_place(phone, boot):
    board = boot()
    phones = [phone().visit(board) for _ in range(4)]
    fifth = phone(name="Eve").visit(board, state="full")
    notice = fifth.locator("#notice")
    expect(notice).to_contain_text("All places are taken")
    fifth.expect_state("full", re.compile("Full.*Retrying"))
    for each in phones:
        each.expect_state("open")

    fifth.page.get_by_role("button", name="Stop waiting").click()
    fifth.expect_state("closed", "Disconnected")
    expect(notice).to_be_hidden()
    fifth.page.get_by_role("button", name="Connect").click()
    fifth.expect_state("full")
    phones[0].page.goto("about:blank")
    fifth.expect_state("open")
    expect(notice).to_be_hidden()
    fifth.say("in at last")
    phones[1].expect_line("in at last")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refused_shows_the_reason(phone, boot, drive, language):
    board = boot(drive=drive(code=REFUSE, settings='AP_PASSWORD = "a good password"\n'))
    ada = phone(language=language).visit(board, state="refused")
    expect(ada.locator("#notice")).to_contain_text("the door is locked")
    title = {"en": "The board refused the connection", "zh": "设备拒绝了连接"}[language]
    expect(ada.locator("#notice h2")).to_have_text(title)


def test_page_id_is_kept_over_a_reload(phone, board):
    ada = phone().visit(board)
    first = page_id(ada)
    ada.page.reload()
    ada.expect_state("open")
    assert page_id(ada) == first
    assert page_id(phone().visit(board)) != first


def test_another_program_is_recognized(phone, boot):
    board = boot("--code", "examples/push.py")
    ada = phone().visit(board, state="open", panel=False)
    expect(ada.locator("#notice")).to_contain_text("Another program is running on the board")
    ada.page.get_by_role("button", name="Open the console").click()
    expect(ada.locator("#raw .in").first).to_be_attached()


@pytest.mark.long
def test_failed_program_has_a_link_to_the_error(phone, boot, drive):
    folder = drive()
    board = boot(drive=folder)
    ada = phone().visit(board)
    (folder / "code.py").write_text("1 / 0\n")
    board.reload()
    expect(ada.locator("#notice")).to_contain_text(
        "The program on the board has failed", timeout=60_000
    )
    ada.page.get_by_role("link", name="Show the error").click()
    expect(ada.page.locator("body")).to_contain_text("ZeroDivisionError")


def test_without_websocket_shows_the_address(phone, board):
    ada = phone()
    ada.host = urlsplit(board.url).netloc
    ada.page.add_init_script("delete window.WebSocket")
    ada.page.goto(board.url)
    expect(ada.locator("#address")).to_have_text(board.url)
    expect(ada.locator("#fallback")).to_contain_text("Open this address in your browser")
    size = ada.locator("#address").evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize)"
    )
    assert size >= 24

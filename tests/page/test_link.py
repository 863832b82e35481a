# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The bar tells the truth about the link: lost, refused, full, silent, and back by itself."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

RETRY = re.compile(r"Next try in \d+\ss")


def page_id(phone) -> str:
    """The id under which the page has asked for its last WebSocket."""
    urls = [url for url in phone.requests if "/ws?" in url]
    return parse_qs(urlsplit(urls[-1]).query)["page"][0]


def test_says_connected_with_the_round_trip(ada):
    ada.expect_state("open", "Connected")
    expect(ada.locator("#detail")).to_have_text(re.compile(r"^\d+ ms there and back$"))
    expect(ada.locator("#again")).to_be_hidden()


def test_board_without_power_is_lost_and_found_again(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board)
    expect(ada.locator("#uptime")).not_to_have_text("–")
    board.power_cut()
    ada.expect_state("waiting", "Connection lost")
    expect(ada.locator("#detail")).to_have_text(RETRY)
    expect(ada.locator("#again")).to_be_visible()
    expect(ada.locator("#uptime")).to_have_text("–")
    expect(ada.locator("#taken")).to_have_text("–")
    expect(ada.locator("#view-live .people li")).to_have_count(0)

    board.start()
    board.wait_until_listening()
    ada.expect_state("open", "Connected")
    ada.say("there again")
    ada.expect_line("there again", own=True)
    expect(ada.locator(".rule")).to_have_count(0)  # nothing had been said before


def test_board_that_restarts_is_found_again_and_the_chat_says_so(phone, boot):
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
    expect(ada.locator("#log .rule")).to_have_text("The board has restarted")
    assert ada.lines() == bob.lines() == ["before", "after"]


def test_try_now_does_not_wait(phone, boot):
    board = boot()
    ada = phone().visit(board)
    board.power_cut()
    # Some tries have failed, and the pauses are long.
    expect(ada.locator("#detail")).to_have_text(re.compile(r"[6-9]\ss"), timeout=30_000)
    board.start()
    board.wait_until_listening()
    ada.page.click("#again")
    ada.expect_state("open", seconds=4)


def test_phone_out_of_range_notices_within_10_seconds(phone, boot):
    board = boot()
    ada = phone().visit(board)
    board.command("leave 127.0.0.1")  # no FIN, no RST: nothing
    board.wait_for("127.0.0.1 has left")
    ada.expect_state("waiting", "Connection lost", seconds=10)
    board.command("join 127.0.0.1")
    ada.expect_state("open")
    ada.say("back in range")
    ada.expect_line("back in range", own=True)


def test_network_that_is_switched_off_and_on(phone, boot):
    board = boot()
    ada = phone().visit(board)
    ada.page.context.set_offline(True)
    board.command("leave 127.0.0.1")
    board.wait_for("127.0.0.1 has left")
    ada.expect_state("waiting", seconds=10)
    board.command("join 127.0.0.1")
    ada.page.context.set_offline(False)  # fires "online"
    ada.expect_state("open")


def test_phone_that_slept_for_a_minute_is_connected_or_says_that_it_is_not(phone, boot):
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


def test_hidden_page_is_marked_for_the_others_and_gets_no_status(ada, bob):
    marks = ada.locator("#view-live .people li", "Bob").locator(".name > .icon")
    expect(marks).to_have_count(0)
    bob.hide()
    expect(marks).to_have_count(1)
    shown = bob.locator("#uptime").inner_text()
    expect(ada.locator("#uptime")).not_to_have_text(ada.locator("#uptime").inner_text())
    # What was on its way when the board heard of it may have arrived, and no more.
    shown = bob.locator("#uptime").inner_text()
    bob.page.wait_for_timeout(2500)
    assert bob.locator("#uptime").inner_text() == shown
    bob.hide(False)
    expect(bob.locator("#uptime")).not_to_have_text(shown)
    expect(marks).to_have_count(0)


def test_fifth_page_is_told_why_and_gets_the_next_free_place(phone, boot):
    board = boot()
    phones = [phone().visit(board) for _ in range(4)]
    fifth = phone(name="Eve").visit(board, state="full")
    notice = fifth.locator("#notice")
    expect(notice).to_contain_text("All places are taken")
    expect(notice).to_contain_text(RETRY)
    expect(fifth.locator("#bar")).to_contain_text("Full house")
    for each in phones:
        each.expect_state("open")

    phones[0].page.goto("about:blank")
    fifth.expect_state("open")
    expect(notice).to_be_hidden()
    fifth.say("in at last")
    phones[1].expect_line("in at last")


def test_fifth_page_need_not_wait(phone, boot):
    board = boot()
    phones = [phone().visit(board) for _ in range(4)]
    fifth = phone().visit(board, state="full")
    fifth.page.get_by_role("button", name="Stop waiting").click()
    fifth.expect_state("closed", "Disconnected")
    expect(fifth.locator("#notice")).to_be_hidden()
    phones[0].page.goto("about:blank")
    board.wait_for("client 1 left")
    fifth.page.get_by_role("button", name="Connect").click()
    fifth.expect_state("open")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refused_page_shows_the_boards_reason(phone, boot, drive, language):
    code = """
from adafruit_httpserver import GET, Server
import socketpool, wifi
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.http.files import serve_files
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.settings import Settings
loop = Loop()
settings = Settings.load()
access_point = AccessPoint(wifi.radio, settings)
access_point.start()
pool = BufferedPool(socketpool.SocketPool(wifi.radio), loop, hosts=[settings.ap_address])
server = Server(pool, "/static")
hub = Hub(loop)

@server.route("/ws", GET)
def websocket(request):
    return hub.upgrade(request)

@hub.on_open
def opened(client):
    client.close(4003, "the door is locked")

serve_files(server)
loop.run(server, pool, port=settings.http_port)
"""
    settings = 'AP_PASSWORD = "a good password"\n'
    board = boot(drive=drive(code=code, settings=settings))
    ada = phone(language=language).visit(board, state="refused")
    expect(ada.locator("#notice")).to_contain_text("the door is locked")
    title = {"en": "The board did not let you in", "zh": "设备拒绝了连接"}[language]
    expect(ada.locator("#notice h2")).to_have_text(title)


def test_page_keeps_its_place_over_a_reload_and_shares_it_with_no_other(phone, board):
    ada = phone().visit(board)
    first = page_id(ada)
    ada.page.reload()
    ada.expect_state("open")
    assert page_id(ada) == first
    assert page_id(phone().visit(board)) != first


def test_page_that_goes_gives_its_place_back_and_returns(phone, boot):
    board = boot()
    ada = phone().visit(board)
    ada.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    board.wait_for("client 1 left")
    ada.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    board.wait_for("client 2 joined")
    ada.expect_state("open")


def test_script_that_did_not_load_is_asked_for_again(phone, board):
    ada = phone()
    failures = []

    def fail_once(route):
        failures.append(route.request.url)
        if len(failures) > 2:
            route.continue_()
        else:
            route.abort()

    ada.page.route("**/esp-ws.js*", fail_once)
    ada.visit(board)
    assert len(failures) == 3


def test_browser_without_websocket_is_told_where_to_go(phone, board):
    ada = phone()
    ada.host = urlsplit(board.url).netloc
    ada.page.add_init_script("delete window.WebSocket")
    ada.page.goto(board.url)
    expect(ada.locator("#address")).to_have_text(board.url)
    expect(ada.locator("#elsewhere")).to_contain_text("Open this address in your browser")
    size = ada.locator("#address").evaluate(
        "element => parseFloat(getComputedStyle(element).fontSize)"
    )
    assert size >= 24


def test_first_load_that_fails_says_so(phone, board):
    """The script does not arrive: the page must not say for ever that it connects."""
    ada = phone()
    ada.host = urlsplit(board.url).netloc
    ada.page.route("**/esp-ws.js*", lambda route: route.abort())
    ada.page.goto(board.url)
    ada.expect_state("waiting", RETRY)
    ada.page.unroute("**/esp-ws.js*")
    ada.expect_state("open")


def test_figures_of_a_lost_board_are_not_shown_as_if_of_now(phone, boot):
    board = boot()
    ada = phone().visit(board)
    expect(ada.locator("#places .on")).to_have_count(1)
    expect(ada.locator(".range")).to_be_visible()
    board.power_cut()
    ada.expect_state("waiting")
    expect(ada.locator(".range")).to_be_hidden()
    expect(ada.locator("#places")).to_be_hidden()
    ada.page.click("#open-console")
    ada.page.click("summary >> text=Close the connection")
    ada.page.click("#hang button >> nth=0")
    ada.page.fill("#bytes", "nobody hears this")
    ada.page.press("#bytes", "Enter")
    expect(ada.locator("#raw .out", "nobody hears this")).to_contain_text("not sent")

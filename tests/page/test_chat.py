# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What is sent, received and shown."""

import json
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.page.phone import FAKE_WEBSOCKET, expect_line, expect_state, say


@pytest.fixture
def wire(phone, board):
    """A page and its WebSocket, whose other end the test holds."""
    page = phone().page
    ends = []
    page.route_web_socket("**/ws*", lambda socket: ends.append(socket))
    page.goto(board.url)
    expect_state(page, "connected")
    return page, ends[0]


def test_message_is_shown_as_sent_and_as_received_with_times(page):
    before = datetime.now().replace(microsecond=0)
    say(page, "Grüße, 你好 👋")
    for kind, label in (("sent", "↑ Sent"), ("received", "↓ Received")):
        line = page.locator(f".{kind}").filter(has_text="Grüße, 你好 👋")
        expect(line).to_have_count(1)
        expect(line.locator(".label")).to_contain_text(label)
        shown = datetime.strptime(line.locator("time").inner_text(), "%H:%M:%S").time()
        assert before <= datetime.combine(before, shown) <= before + timedelta(seconds=5)
    expect(page.locator("#field")).to_have_value("")


def test_button_sends_and_the_field_keeps_the_focus(page):
    page.fill("#field", "with a tap")
    page.locator("#send").click()
    expect_line(page, "received", "with a tap")
    expect(page.locator("#field")).to_be_focused()


def test_nothing_is_not_sent(page):
    page.press("#field", "Enter")
    say(page, "something")
    expect_line(page, "received", "something")
    expect(page.locator(".sent")).to_have_count(1)


def test_two_pages_see_each_other(phone, board):
    one, other = (phone().visit(board).page for _ in range(2))
    say(one, "from the one")
    expect_line(other, "received", "from the one")
    say(other, "from the other")
    expect_line(one, "received", "from the other")
    expect(one.locator(".sent")).to_have_count(1)
    expect(one.locator("#clients")).to_have_text(re.compile(r"^[23]$"))


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=\"window.hacked = true; alert('hacked')\">",
        "<script>window.hacked = true</script>",
        "</div><b>bold</b>&lt;&amp;",
    ],
)
def test_text_is_never_html(phone, board, text):
    writer, reader = (phone().visit(board) for _ in range(2))
    say(writer.page, text)
    for visitor in (writer, reader):
        expect_line(visitor.page, "received", text)
        assert visitor.page.locator("#log").locator("img, script, b").count() == 0
        assert visitor.page.evaluate("window.hacked") is None
        assert not any(url.endswith("/x") for url in visitor.requests)


def test_status_row_shows_the_board_and_moves(page):
    expect(page.locator("#uptime")).to_have_text(re.compile(r"^\d+:\d\d:\d\d$"))
    expect(page.locator("#temperature")).to_have_text(re.compile(r"^-?\d+\.\d °C$"))
    expect(page.locator("#free_memory")).to_have_text(re.compile(r"^\d+ KB$"))
    expect(page.locator("#clients")).to_have_text("1")
    expect(page.locator("dt")).to_have_text(["Uptime", "Temperature", "Free memory", "Phones"])
    shown = page.locator("#uptime").inner_text()
    expect(page.locator("#uptime")).not_to_have_text(shown, timeout=3000)
    expect(page.locator(".line")).to_have_count(1)  # "Connected"


@pytest.mark.parametrize(
    ("status", "row"),
    [
        (
            {"uptime": 12, "temperature": 36.5, "free_memory": 123456, "clients": 2},
            ["0:00:12", "36.5 °C", "121 KB", "2"],
        ),
        (
            {"uptime": 90061, "temperature": None, "free_memory": 0, "clients": 4},
            ["25:01:01", "–", "0 KB", "4"],
        ),
        ({"uptime": "x", "temperature": [1], "clients": -1}, ["–", "–", "–", "-1"]),
    ],
)
def test_status_in_figures(wire, status, row):
    page, board_end = wire
    board_end.send(json.dumps({"status": status}))
    expect(page.locator("dd")).to_have_text(row)
    expect(page.locator(".received")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    ['{"status": "fine"}', '{"status": null}', '{"state": {}}', "null", "5", '{"status": {', "[]"],
)
def test_what_is_no_status_is_a_message(wire, text):
    page, board_end = wire
    board_end.send(text)
    expect_line(page, "received", text)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\x00\x0f\xff", "00 0f ff"),
        (b"", ""),
        (bytes(range(64)), "3e 3f"),
        (bytes(100_000), "00 …"),
    ],
    ids=["short", "empty", "shown in full", "long"],
)
def test_binary_is_shown_in_hex(wire, data, text):
    page, board_end = wire
    board_end.send(data)
    line = page.locator(".received")
    expect(line).to_contain_text(f", {len(data)} bytes")
    shown = line.locator(".binary").inner_text()
    assert shown.endswith(text)
    assert len(shown) < 200
    assert shown.split()[:64] == data[:64].hex(" ").split()


def test_binary_travels_through_the_board(phone, board):
    writer, reader = (phone().visit(board).page for _ in range(2))
    writer.evaluate(
        """() => new Promise(done => {
          const socket = new WebSocket(`ws://${location.host}/ws`);
          socket.onopen = () => { socket.send(new Uint8Array([1, 2, 254])); socket.close(); };
          socket.onclose = done;
        })"""
    )
    expect_line(reader, "received", "01 02 fe")


def test_log_is_bounded_and_the_oldest_lines_go(wire):
    page, board_end = wire
    for number in range(520):
        board_end.send(f"message {number}.")
    expect_line(page, "received", "message 519.")
    expect(page.locator("#log > *")).to_have_count(500)
    expect(page.locator(".line").first).to_contain_text("message 20.")


def test_log_follows_unless_the_person_has_scrolled_up(wire):
    page, board_end = wire
    for number in range(60):
        board_end.send(f"message {number}.")
    newest = page.locator(".received").filter(has_text="message 59.")
    expect(newest).to_be_in_viewport(ratio=1)

    page.locator("#log").hover()
    page.mouse.wheel(0, -800)
    expect(newest).not_to_be_in_viewport()
    top = page.evaluate("document.getElementById('log').scrollTop")
    board_end.send("meanwhile")
    expect(page.locator(".received").filter(has_text="meanwhile")).to_have_count(1)
    assert page.evaluate("document.getElementById('log').scrollTop") == top

    page.mouse.wheel(0, 10_000)
    expect(page.locator(".received").filter(has_text="meanwhile")).to_be_in_viewport()
    board_end.send("and then")
    expect(page.locator(".received").filter(has_text="and then")).to_be_in_viewport(ratio=1)


def test_field_keeps_its_text_while_there_is_no_link(phone, board):
    page = phone().page
    page.add_init_script(FAKE_WEBSOCKET)
    page.goto(board.url)
    expect_state(page, "connecting")
    expect(page.locator("#send")).to_be_disabled()
    say(page, "too early")
    expect(page.locator("#field")).to_have_value("too early")
    expect(page.locator(".sent")).to_have_count(0)

    page.evaluate("last().open()")
    expect_state(page, "connected")
    # The browser knows of the end before the page does.
    page.evaluate("last().readyState = 2")
    page.press("#field", "Enter")
    expect(page.locator("#field")).to_have_value("too early")
    expect(page.locator(".sent")).to_have_count(0)


def test_message_that_may_be_lost_is_given_back(wire):
    page, board_end = wire
    say(page, "heard")
    board_end.send("heard")
    expect_line(page, "received", "heard")
    say(page, "into the void")
    board_end.close(code=1011, reason="fault on the board")
    expect_line(page, "event", "Disconnected: fault on the board")
    expect_line(page, "event", "The last message may not have arrived.")
    expect(page.locator("#field")).to_have_value("into the void")


def test_message_that_is_too_long_for_the_board_is_given_back(page):
    text = "long " * 1000
    say(page, text)
    expect_line(page, "event", "Disconnected: ")
    expect(page.locator("#field")).to_have_value(text)
    expect_state(page, "connected")

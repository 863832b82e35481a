# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The console: what goes over the wire, and sending by hand."""

import re

import pytest
from playwright.sync_api import expect

from tests.reference_page import reference_page


@pytest.fixture
def console(ada):
    """A phone with its console open."""
    ada.page.click("#open-console")
    expect(ada.locator("#console")).to_be_visible()
    return ada


def send(phone, text: str) -> None:
    phone.page.fill("#bytes", text)
    phone.page.press("#bytes", "Enter")


def test_shows_both_ways_with_time_kind_and_size(console):
    send(console, '{"chat": "by hand"}')
    out = console.locator("#raw .out", "by hand")
    expect(out).to_have_text(re.compile(r"^\d\d:\d\d:\d\d↑text, 19 B\{"))
    expect(console.locator("#raw .in", "by hand")).to_have_count(1)
    expect(console.locator("#raw .in", '"status"').first).to_be_attached()
    expect(console.locator("#pulse")).to_have_text(re.compile(r"Heartbeat \d+ ms"))


def test_text_that_is_no_object_is_chat(console, board):
    with reference_page(board.ws_url) as other:
        send(console, "simply said")
        assert other.said() == "simply said"


def test_sends_hex_bit_for_bit(console, board):
    with reference_page(board.ws_url) as other:
        console.page.click("#as-hex")
        send(console, "03 00 fF,0x7f")
        assert other.drawn() == b"\x03\x00\xff\x7f"
        expect(console.locator("#raw .in", "03 00 ff 7f")).to_contain_text("binary, 4 B")
        send(console, "3")
        expect(console.locator("#bound")).to_contain_text("Hex digits go in pairs, such as 01 ff.")
        expect(console.locator("#bytes")).to_have_value("3")


def test_sends_a_file_as_one_message_with_a_bound(console, board):
    content = b"\x07" + bytes(range(256)) * 12
    with reference_page(board.ws_url) as other:
        file = {"name": "a.bin", "mimeType": "application/octet-stream"}
        console.page.set_input_files("#file", {**file, "buffer": content})
        assert other.drawn() == content
        console.page.set_input_files("#file", {**file, "buffer": bytes(4097)})
        expect(console.locator("#bound")).to_have_text(
            "4097 bytes are too many. A message holds up to 4096 bytes."
        )


def test_closes_with_code_and_reason_and_connects_again(phone, boot):
    board = boot()
    ada = phone().visit(board)
    ada.page.click("#open-console")
    ada.page.click("summary >> text=Close the connection")
    ada.page.fill("#code", "4711")
    ada.page.fill("#reason", "tea time")
    ada.page.click("#hang button >> nth=0")
    board.wait_for("client 1 left: 4711 tea time")
    ada.expect_state("closed", "Disconnected")
    expect(ada.locator("#raw .event", "4711: a code of the program")).to_have_count(1)
    ada.page.fill("#code", "1006")
    ada.page.click("#hang button >> nth=0")
    expect(ada.locator("#bound")).to_contain_text("1000, or 3000 to 4999")
    ada.page.click("#reconnect")
    ada.expect_state("open")


def test_explains_the_codes_of_the_board(phone, boot):
    board = boot()
    ada = phone().visit(board)
    ada.page.click("#open-console")
    board.reload()
    event = ada.locator("#raw .event", "1001: the other side goes away")
    expect(event).to_contain_text("the board restarts")
    board.wait_until_listening()
    ada.expect_state("open")


def test_is_paused_and_cleared(console):
    expect(console.locator("#raw .in").first).to_be_attached()
    console.page.click("#pause")
    console.page.click("#clear-raw")
    send(console, "unseen")
    uptime = console.locator("#uptime").text_content()
    expect(console.locator("#uptime")).not_to_have_text(uptime or "")
    expect(console.locator("#raw > *")).to_have_count(0)
    console.page.click("#pause")
    send(console, "seen")
    expect(console.locator("#raw .out", "seen")).to_have_count(1)


def test_lines_are_bounded(console, board):
    with reference_page(board.ws_url) as other:
        for number in range(300):
            other.socket.send(bytes([9]) + number.to_bytes(2, "big"))
            other.drawn()
            if number % 30 == 29:  # no faster than a slow phone takes them
                expect(
                    console.locator("#raw .in", f"09 {number >> 8:02x} {number & 255:02x}")
                ).to_have_count(1)
    assert console.locator("#raw > *").count() == 200


def test_covers_a_phone_and_stands_beside_on_a_wide_screen(console):
    assert console.locator("main").evaluate("element => element.inert")
    expect(console.locator("#close-console")).to_be_focused()
    console.page.keyboard.press("Escape")
    expect(console.locator("#console")).to_be_hidden()
    expect(console.locator("#open-console")).to_be_focused()
    console.page.set_viewport_size({"width": 1280, "height": 800})
    console.page.click("#open-console")
    assert not console.locator("main").evaluate("element => element.inert")
    box = console.locator("#console").bounding_box()
    assert box["x"] + box["width"] == 1280 and box["width"] < 500

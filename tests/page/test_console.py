# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/console.js: every message on the wire, and sending one by hand."""

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
    """Send a message from the console."""
    phone.page.fill("#raw-data", text)
    phone.page.press("#raw-data", "Enter")


def test_line_has_time_direction_type_and_size(console):
    send(console, 'RS{"chat": "by hand"}')
    out = console.locator("#raw .out", "by hand")
    expect(out).to_have_text(re.compile(r"^\d\d:\d\d:\d\d↑text, 20 BRS\{"))
    expect(console.locator("#raw .in", "by hand")).to_have_count(1)
    expect(console.locator("#raw .in", '"people"').first).to_be_attached()
    expect(console.locator("#console-link")).to_have_text(re.compile(r"\d+ ms round trip"))


def test_hex_is_sent_bit_for_bit(console, board):
    with reference_page(board.ws_url) as other:
        console.page.click("#as-hex")
        send(console, "1e 01 01 00 fF,0x7f 00 07")
        assert other.drawn() == b"\x01\x01\x00\xff\x7f\x00\x07"
        expect(console.locator("#raw .in", "1e 01 01 00 ff 7f 00 07")).to_contain_text(
            "binary, 8 B"
        )
        send(console, "3")
        expect(console.locator("#raw-hint")).to_contain_text(
            "Hex digits come in pairs, such as 01 ff."
        )
        expect(console.locator("#raw-data")).to_have_value("3")


def test_file_is_one_message_of_limited_size(console, board):
    content = b"\x1e\x01" + (b"\xff\x01" + bytes(4 * 255)) * 3
    with reference_page(board.ws_url) as other:
        file = {"name": "a.bin", "mimeType": "application/octet-stream"}
        console.page.set_input_files("#file", {**file, "buffer": content})
        assert other.drawn() == content[1:]
        console.page.set_input_files("#file", {**file, "buffer": bytes(4097)})
        expect(console.locator("#raw-hint")).to_have_text(
            "4097 bytes is too long. A message can have up to 4096 bytes."
        )


def test_close_with_code_and_reason(phone, boot):
    board = boot()
    ada = phone().visit(board)
    ada.page.click("#open-console")
    ada.page.click("summary >> text=Close the connection")
    ada.page.fill("#close-code", "4711")
    ada.page.fill("#close-reason", "tea time")
    ada.page.click("#close-form button >> nth=0")
    board.wait_for("client 1 disconnected: 4711 tea time")
    ada.expect_state("closed", "Disconnected")
    expect(ada.locator("#raw .event", "4711: application's own code")).to_have_count(1)
    send(ada, "sent while disconnected")
    expect(ada.locator("#raw .out", "sent while disconnected")).to_contain_text("not sent")
    ada.page.fill("#close-code", "1006")
    ada.page.click("#close-form button >> nth=0")
    expect(ada.locator("#raw-hint")).to_contain_text("1000, or 3000 to 4999")
    ada.page.click("#reconnect")
    ada.expect_state("open")


def test_close_code_of_the_board_is_explained(phone, boot):
    board = boot()
    ada = phone().visit(board)
    ada.page.click("#open-console")
    board.reload()
    event = ada.locator("#raw .event", "1001: going away")
    expect(event).to_contain_text("the board restarts")
    board.wait_until_listening()
    ada.expect_state("open")


def test_pause_and_clear(console):
    expect(console.locator("#raw .in").first).to_be_attached()
    console.page.click("#pause")
    console.page.click("#clear-raw")
    send(console, "unseen")
    uptime = console.element("uptime", ".figure")
    expect(uptime).not_to_have_text(uptime.inner_text())
    expect(console.locator("#raw > *")).to_have_count(0)
    console.page.click("#pause")
    send(console, "seen")
    expect(console.locator("#raw .out", "seen")).to_have_count(1)


def test_number_of_lines_is_limited(console, board):
    with reference_page(board.ws_url) as other:
        for number in range(300):
            other.draw(b"\x01\x01\x01" + number.to_bytes(4, "big"))
            other.drawn()
            if number % 30 == 29:  # no faster than a slow phone reads them
                expect(
                    console.locator("#raw .in", f"00 00 {number >> 8:02x} {number & 255:02x}")
                ).to_have_count(1)
    assert console.locator("#raw > *").count() == 200


def test_covers_a_phone_but_not_a_wide_screen(console):
    assert console.locator("main:visible").evaluate("element => element.inert")
    expect(console.locator("#close-console")).to_be_focused()
    console.page.keyboard.press("Escape")
    expect(console.locator("#console")).to_be_hidden()
    expect(console.locator("#open-console")).to_be_focused()
    console.page.set_viewport_size({"width": 1280, "height": 800})
    console.page.click("#open-console")
    assert not console.locator("main:visible").evaluate("element => element.inert")
    box = console.locator("#console").bounding_box()
    assert box["x"] + box["width"] == 1280 and box["width"] < 500

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""static/panel.js: own HTML on the values of examples/greenhouse.py, beside the page."""

import pytest
from playwright.sync_api import expect

from tests.board import booting, copy_drive

PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Mine</title>
<output data-value="air"></output> <output data-value="soil"></output>
<input type="range" data-value="fan"> <input type="checkbox" data-value="automatic">
<select data-value="crop"></select> <input data-value="name"> <b data-value="nothing"></b>
<button data-press="water_now">Go</button> <button data-press="test_the_alarm">Test</button>
<p data-notify></p><script type="module" src="/panel.js"></script></html>"""


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A board with such a page."""
    folder = tmp_path_factory.mktemp("own")
    drive = copy_drive(folder / "drive", files={"static/mine.html": PAGE})
    with booting(folder) as boot:
        yield boot("--code", "examples/greenhouse.py", drive=drive)


@pytest.fixture
def mine(phone, board):
    """A phone with the page."""
    opened = phone()
    opened.host = board.url.split("/")[2]
    opened.page.goto(board.url + "mine.html")
    expect(opened.locator("html")).to_have_attribute("data-link", "open")
    return opened


def test_values_and_wishes(mine, ada):
    expect(mine.locator("[data-value=air]")).to_have_text(
        ada.element("air", "b").inner_text() + " °C"
    )
    expect(mine.locator("[data-value=soil]")).to_have_text("-")
    expect(mine.locator("[data-value=nothing]")).to_have_attribute("data-unknown", "")
    mine.page.fill("[data-value=fan]", "33")
    expect(ada.element("fan", "input")).to_have_value("33")
    mine.page.click("[data-value=automatic]")
    expect(ada.element("automatic", "button")).to_have_attribute("aria-checked", "false")
    mine.page.select_option("[data-value=crop]", "Basil")
    mine.page.fill("[data-value=name]", "x" * 30)
    mine.page.keyboard.press("Enter")
    expect(mine.locator("[data-value=name][data-refused]")).to_have_count(1)
    mine.page.click("[data-press=test_the_alarm]")
    expect(mine.locator("[data-notify]")).to_have_text("This is a test of the alarm.")
    expect(ada.locator("#alarms .toast")).to_have_count(1)
    mine.page.remove_listener("dialog", mine._dismiss)
    mine.page.on("dialog", lambda dialog: dialog.accept())
    mine.page.click("[data-press=water_now]")
    expect(mine.locator("[data-press=water_now]")).to_be_disabled()
    expect(ada.element("pump", ".state")).to_have_text("On")


def test_marks_of_owners_and_of_a_lost_link(mine, ada, board):
    ada.drag("fan", 0.1, 0.4, lift=False)
    expect(mine.locator("[data-value=fan][data-owned=Ada]")).to_be_disabled()
    ada.page.mouse.up()
    expect(mine.locator("[data-value=fan]")).to_be_enabled()
    board.power_cut()
    expect(mine.locator("html")).to_have_attribute("data-link", "lost", timeout=30_000)
    expect(mine.locator("[data-offline]")).to_have_count(9)
    board.start()
    board.wait_until_listening()
    expect(mine.locator("html")).to_have_attribute("data-link", "open", timeout=30_000)
    expect(mine.locator("[data-offline]")).to_have_count(0)


def test_start_page_is_a_beginning(phone, board):
    page = phone()
    page.host = board.url.split("/")[2]
    page.page.goto(board.url + "start.html")
    expect(page.locator("h1")).to_have_text("Greenhouse")
    expect(page.locator("output")).to_contain_text("°C")

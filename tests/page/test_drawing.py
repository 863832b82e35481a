# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/drawing.js and tools.js: everyone sees each stroke, and no stroke is lost."""

import re
import struct

import pytest
from playwright.sync_api import expect

from tests.reference_page import reference_page


def record(style: int, *points: tuple[int, int]) -> bytes:
    """Return a stroke as it is on the wire."""
    return bytes([len(points), style]) + b"".join(struct.pack(">HH", *each) for each in points)


def strokes(message: bytes) -> list[tuple[int, list[tuple[int, int]]]]:
    """Return the styles and points in a binary message."""
    found = []
    at = 1
    while at < len(message):
        count, style = message[at : at + 2]
        values = struct.unpack_from(f">{2 * count}H", message, at + 2)
        found.append((style, list(zip(values[::2], values[1::2], strict=True))))
        at += 2 + 4 * count
    return found


LINE = [(0.2 + step / 50, 0.5) for step in range(30)]


def test_stroke_is_seen_by_all(phone, boot):
    board = boot()
    ada, bob, eve = (phone(name=name).visit(board, "sketch") for name in ("Ada", "Bob", "Eve"))
    expect(bob.locator("#sheet-empty")).to_be_visible()
    ada.draw(*LINE)
    for each in (ada, bob, eve):
        each.expect_ink(0.3, 0.5)
        each.expect_ink(0.3, 0.4, there=False)
        expect(each.locator("#sheet-empty")).to_be_hidden()


def test_stroke_is_seen_before_it_ends(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "sketch") for name in ("Ada", "Bob"))
    ada.draw(*LINE, lift=False)
    bob.expect_ink(0.3, 0.5)
    ada.page.mouse.up()


def test_stroke_on_the_wire(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    with reference_page(board.ws_url) as other:
        ada.choose("Pen: Blue")
        ada.choose("Width: Broad")
        box = ada.locator("#sheet").bounding_box()
        ada.draw((0.25, 0.25), (0.5, 0.25), (0.5, 0.75))
        messages = []
        points: list[tuple[int, int]] = []
        while len(points) < 3:
            messages.append(other.drawn())
            for style, part in strokes(messages[-1]):
                assert style == 5 | 2 << 4
                # A record that continues a stroke begins with the last point of the record before.
                points += part[1:] if points and part[0] == points[-1] else part
        assert all(message[0] == 1 for message in messages)
        slack = 3000 / box["width"]  # a pixel
        for found, wanted in zip(points, [(750, 1000), (1500, 1000), (1500, 3000)], strict=True):
            assert abs(found[0] - wanted[0]) <= slack and abs(found[1] - wanted[1]) <= slack
    # A page that connects later gets the same bytes.
    with reference_page(board.ws_url) as later:
        assert later.drawing == b"".join(message[1:] for message in messages)


def test_records_of_another_client_are_drawn(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    with reference_page(board.ws_url) as other:
        other.draw(b"\x01" + record(1 | 2 << 4, (300, 400), (2700, 400)))
        other.draw(b"\x01" + record(4 | 2 << 4, (1500, 2000)))
    ada.expect_ink(0.5, 0.1)
    ada.expect_ink(0.5, 0.5)  # a dot
    red, green, _, _ = ada.pixel(0.5, 0.1)
    assert red > 150 > green
    red, green, _, _ = ada.pixel(0.5, 0.5)
    assert green > red


def test_drawing_is_sent_to_new_and_reloaded_pages(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    ada.draw(*LINE)
    ada.expect_ink(0.3, 0.5)
    bob = phone(name="Bob").visit(board, "sketch")
    bob.expect_ink(0.3, 0.5)
    ada.page.reload()
    ada.expect_ink(0.3, 0.5)


def test_eraser_and_clear(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "sketch") for name in ("Ada", "Bob"))
    ada.draw(*LINE)
    bob.expect_ink(0.3, 0.5)
    bob.choose("Eraser")
    bob.draw((0.3, 0.4), (0.3, 0.5), (0.3, 0.6))
    for each in (ada, bob):
        each.expect_ink(0.3, 0.5, there=False)
        each.expect_ink(0.5, 0.5)

    ada.page.get_by_role("button", name="Clear").click()
    ada.page.get_by_role("button", name="Keep it").click()
    ada.page.get_by_role("button", name="Clear").click()
    ada.expect_ink(0.5, 0.5)
    ada.page.locator("dialog").get_by_role("button", name="Clear").click()
    for each in (ada, bob):
        each.expect_ink(0.5, 0.5, there=False)
        expect(each.locator("#sheet-empty")).to_be_visible()


def test_undo_takes_back_own_strokes(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "sketch") for name in ("Ada", "Bob"))
    undo = ada.page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    ada.draw(*LINE)
    bob.draw((0.2, 0.8), (0.4, 0.8))
    ada.draw((0.2, 0.2), (0.4, 0.2))
    for each in (ada, bob):
        each.expect_ink(0.3, 0.8)
        each.expect_ink(0.3, 0.2)
    for y in (0.2, 0.5):
        undo.click()
        for each in (ada, bob):
            each.expect_ink(0.3, y, there=False)
            each.expect_ink(0.3, 0.8)
    expect(undo).to_be_disabled()


def test_strokes_are_queued_without_a_link(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "sketch") for name in ("Ada", "Bob"))
    board.power_cut()
    for each in (ada, bob):
        each.expect_state("waiting")
    ada.draw((0.2, 0.2), (0.4, 0.2))
    ada.draw((0.2, 0.8), (0.4, 0.8))
    expect(ada.locator("#queue")).to_contain_text("waiting to be sent")
    ada.page.get_by_role("button", name="Clear").click()
    expect(ada.locator(".toast")).to_have_text("This needs a connection.")
    board.start()
    board.wait_until_listening()
    for each in (bob, ada):
        each.expect_state("open")
        each.expect_ink(0.3, 0.2)
        each.expect_ink(0.3, 0.8)
    expect(ada.locator("#queue")).to_have_text("")


def test_lost_stroke_is_sent_again(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    # The board can tell that a station has left only after it has seen it join.
    board.wait_for(re.compile(r"station .* joined: 127\.0\.0\.1"))
    board.command("leave 127.0.0.1")
    board.wait_for("127.0.0.1 has left")
    ada.draw(*LINE)  # the page does not know yet that the link is dead
    board.wait_for("client 1 disconnected: 1006 left the hotspot")
    ada.expect_state("waiting", seconds=10)
    board.command("join 127.0.0.1")
    ada.expect_state("open")
    ada.expect_ink(0.3, 0.5)
    with reference_page(board.ws_url) as other:
        if not other.drawing:
            assert strokes(other.drawn())


def test_redrawn_at_another_size_and_in_dark(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    ada.choose("Width: Broad")
    ada.draw(*LINE)
    ada.expect_ink(0.3, 0.5)
    before = ada.pixel(0.3, 0.5)
    ada.page.set_viewport_size({"width": 1280, "height": 800})
    ada.expect_ink(0.3, 0.5)
    box = ada.locator("#sheet").bounding_box()
    assert abs(box["height"] / box["width"] - 4 / 3) < 0.02
    ada.page.emulate_media(color_scheme="dark")
    ada.page.wait_for_function(
        """before => {
          const sheet = document.getElementById("sheet");
          const spot = [Math.round(0.3 * sheet.width), Math.round(0.5 * sheet.height), 1, 1];
          return sheet.getContext("2d").getImageData(...spot).data[0] !== before;
        }""",
        arg=before[0],
    )


def test_coalesced_events_are_used(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    with reference_page(board.ws_url) as other:
        ada.locator("#sheet").evaluate(
            """sheet => {
              const box = sheet.getBoundingClientRect();
              const at = (x, y) => ({ pointerId: 1, clientX: box.left + x * box.width,
                clientY: box.top + y * box.height, bubbles: true });
              sheet.setPointerCapture = () => {};
              sheet.dispatchEvent(new PointerEvent("pointerdown", at(0.1, 0.1)));
              const between = [0.2, 0.3, 0.4].map(y => new PointerEvent("pointermove", at(0.1, y)));
              sheet.dispatchEvent(new PointerEvent("pointermove",
                { ...at(0.1, 0.4), coalescedEvents: between }));
              sheet.dispatchEvent(new PointerEvent("pointerup", at(0.1, 0.4)));
            }"""
        )
        ((_, points),) = strokes(other.drawn())
    assert len(points) == 4


def test_oldest_strokes_are_dropped_as_on_the_board(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    with reference_page(board.ws_url) as other:
        other.draw(b"\x01" + record(2 << 4, (300, 400), (2700, 400)))
        ada.expect_ink(0.5, 0.1)
        many = record(2 << 4, *[(300 + 10 * step, 3600) for step in range(200)])
        for _ in range(20):
            other.draw(b"\x01" + many * 2)
            other.drawn()
    ada.expect_ink(0.5, 0.1, there=False)
    ada.expect_ink(0.5, 0.9)
    bob = phone(name="Bob").visit(board, "sketch")
    bob.expect_ink(0.5, 0.9)
    bob.expect_ink(0.5, 0.1, there=False)


def test_busy_link_gets_a_stroke_once(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "sketch")
    ada.page.evaluate(
        """() => Object.defineProperty(WebSocket.prototype, "bufferedAmount",
          { get: () => (window.busy ? 20000 : 0), configurable: true })"""
    )
    ada.page.evaluate("window.busy = true")
    ada.draw(*LINE)
    board.reload()
    board.wait_for("the board restarts")
    ada.page.evaluate("window.busy = false")
    board.wait_until_listening()
    ada.expect_state("open")
    ada.draw((0.2, 0.9), (0.4, 0.9))
    ada.expect_ink(0.3, 0.9)
    with reference_page(board.ws_url) as other:
        found = strokes(b"\x02" + other.drawing)
    assert len(found) == len({(style, tuple(points)) for style, points in found})
    assert sum(points[0][1] < 3000 for _, points in found) >= 1


@pytest.mark.parametrize("disturbance", ["view", "size"])
def test_stroke_ends_when_the_sheet_is_hidden_or_resized(ada, disturbance):
    ada.go("sketch").draw((0.1, 0.1), (0.2, 0.1), lift=False)
    if disturbance == "view":
        ada.page.evaluate("location.hash = 'chat'")
        expect(ada.locator("#view-chat")).to_be_visible()
        ada.page.mouse.move(10, 10)
        ada.page.evaluate("location.hash = 'sketch'")
    else:
        ada.page.set_viewport_size({"width": 844, "height": 390})
    expect(ada.locator("#sheet-frame")).to_be_visible()
    ada.page.mouse.move(200, 200)
    ada.page.mouse.up()
    ada.page.set_viewport_size({"width": 390, "height": 844})
    ada.draw((0.7, 0.8), (0.9, 0.8))
    ada.expect_ink(0.8, 0.8)
    for x, y in ((0.4, 0.3), (0.45, 0.45), (0.5, 0.6)):
        assert ada.pixel(x, y)[3] == 0


def test_chosen_tools_are_pressed_buttons(ada):
    ada.go("sketch")
    tools = ada.page.get_by_role("group", name="Tools")
    ada.choose("Pen: Red")
    expect(tools.get_by_role("button", pressed=True)).to_have_count(2)  # a pen and a width
    expect(tools.get_by_role("button", name="Pen: Red", pressed=True)).to_have_count(1)
    expect(tools.get_by_role("radio")).to_have_count(0)

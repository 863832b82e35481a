# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The shared drawing: what one draws, all see, and it is never lost."""

import re
import struct

import pytest
from playwright.sync_api import expect

from tests.reference_page import reference_page


def record(style: int, *points: tuple[int, int]) -> bytes:
    """A stroke as it goes over the wire."""
    return bytes([len(points), style]) + b"".join(struct.pack(">HH", *each) for each in points)


def strokes(message: bytes) -> list[tuple[int, list[tuple[int, int]]]]:
    """The styles and points of a message."""
    found = []
    at = 1
    while at < len(message):
        count, style = message[at : at + 2]
        values = struct.unpack_from(f">{2 * count}H", message, at + 2)
        found.append((style, list(zip(values[::2], values[1::2], strict=True))))
        at += 2 + 4 * count
    return found


LINE = [(0.2 + step / 50, 0.5) for step in range(30)]


def test_one_draws_and_the_others_see_it(phone, boot):
    board = boot()
    ada, bob, eve = (phone(name=name).visit(board, "board") for name in ("Ada", "Bob", "Eve"))
    expect(bob.locator("#blank")).to_be_visible()
    ada.draw(*LINE)
    for each in (ada, bob, eve):
        each.expect_ink(0.3, 0.5)
        each.expect_ink(0.3, 0.4, there=False)
        expect(each.locator("#blank")).to_be_hidden()


def test_finger_is_followed_before_it_leaves_the_sheet(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "board") for name in ("Ada", "Bob"))
    ada.draw(*LINE, lift=False)
    bob.expect_ink(0.3, 0.5)
    ada.page.mouse.up()


def test_drawing_arrives_bit_for_bit(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
    with reference_page(board.ws_url) as other:
        ada.choose("Pen: Blue")
        ada.choose("Width: Broad")
        box = ada.locator("#drawing").bounding_box()
        ada.draw((0.25, 0.25), (0.5, 0.25), (0.5, 0.75))
        messages = []
        points: list[tuple[int, int]] = []
        while len(points) < 3:
            messages.append(other.drawn())
            for style, part in strokes(messages[-1]):
                assert style == 5 | 2 << 4
                # A stroke that goes on begins with the last point of the one before.
                points += part[1:] if points and part[0] == points[-1] else part
        assert all(message[0] == 1 for message in messages)
        slack = 3000 / box["width"]  # a pixel
        for found, wanted in zip(points, [(750, 1000), (1500, 1000), (1500, 3000)], strict=True):
            assert abs(found[0] - wanted[0]) <= slack and abs(found[1] - wanted[1]) <= slack
    # Whoever comes later gets the same bytes.
    with reference_page(board.ws_url) as later:
        assert later.drawing == b"".join(message[1:] for message in messages)


def test_what_a_client_draws_by_hand_is_seen(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
    with reference_page(board.ws_url) as other:
        other.socket.send(b"\x01" + record(1 | 2 << 4, (300, 400), (2700, 400)))
        other.socket.send(b"\x01" + record(4 | 2 << 4, (1500, 2000)))
    ada.expect_ink(0.5, 0.1)
    ada.expect_ink(0.5, 0.5)  # a dot
    red, green, _, _ = ada.pixel(0.5, 0.1)
    assert red > 150 > green
    red, green, _, _ = ada.pixel(0.5, 0.5)
    assert green > red


@pytest.mark.parametrize(
    "data", [b"\x01", b"\x01\x00\x00", b"\x01\x05\x00\x01", b"", b"\x03abc", b"\x02\xff"]
)
def test_rubbish_draws_nothing(ada, data):
    """Whatever a board of another version might send."""
    ada.go("board")
    ada.page.evaluate(
        """async data => {
          const { EspWs } = await import("/esp-ws.js");
          window.board = new EspWs("/ws");
          const event = new MessageEvent("message", { data: Uint8Array.from(data).buffer });
          window.board.dispatchEvent(event);
          window.board.close();
        }""",
        list(data),
    )
    assert ada.faults == []


def test_new_phone_and_a_reloaded_one_see_what_is_there(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
    ada.draw(*LINE)
    ada.expect_ink(0.3, 0.5)
    bob = phone(name="Bob").visit(board, "board")
    bob.expect_ink(0.3, 0.5)
    ada.page.reload()
    ada.expect_ink(0.3, 0.5)


def test_eraser_takes_away_and_wiping_is_asked_first(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "board") for name in ("Ada", "Bob"))
    ada.draw(*LINE)
    bob.expect_ink(0.3, 0.5)
    bob.choose("Eraser")
    bob.draw((0.3, 0.4), (0.3, 0.5), (0.3, 0.6))
    for each in (ada, bob):
        each.expect_ink(0.3, 0.5, there=False)
        each.expect_ink(0.5, 0.5)

    ada.page.get_by_role("button", name="Wipe").click()
    ada.page.get_by_role("button", name="Keep it").click()
    ada.page.get_by_role("button", name="Wipe").click()
    ada.expect_ink(0.5, 0.5)
    ada.page.locator("dialog").get_by_role("button", name="Wipe").click()
    for each in (ada, bob):
        each.expect_ink(0.5, 0.5, there=False)
        expect(each.locator("#blank")).to_be_visible()


def test_what_is_drawn_without_a_link_is_sent_later(phone, boot):
    board = boot()
    ada, bob = (phone(name=name).visit(board, "board") for name in ("Ada", "Bob"))
    board.power_cut()
    for each in (ada, bob):
        each.expect_state("waiting")
    ada.draw((0.2, 0.2), (0.4, 0.2))
    ada.draw((0.2, 0.8), (0.4, 0.8))
    expect(ada.locator("#queue")).to_contain_text("waiting to be sent")
    ada.page.get_by_role("button", name="Wipe").click()
    expect(ada.locator("#toast")).to_have_text("Wiping needs a connection.")
    board.start()
    board.wait_until_listening()
    for each in (bob, ada):
        each.expect_state("open")
        each.expect_ink(0.3, 0.2)
        each.expect_ink(0.3, 0.8)
    expect(ada.locator("#queue")).to_have_text("")


def test_stroke_that_vanished_on_the_way_is_sent_again(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
    # Until the radio knows a phone, it cannot tell that it leaves, and what was sent would wait.
    board.wait_for(re.compile(r"station .* joined: 127\.0\.0\.1"))
    board.command("leave 127.0.0.1")
    board.wait_for("127.0.0.1 has left")
    ada.draw(*LINE)  # the page does not know yet that nobody hears it
    board.wait_for("client 1 left: 1006 left the hotspot")
    ada.expect_state("waiting", seconds=10)
    board.command("join 127.0.0.1")
    ada.expect_state("open")
    ada.expect_ink(0.3, 0.5)
    with reference_page(board.ws_url) as other:
        if not other.drawing:
            assert strokes(other.drawn())


def test_drawing_is_redrawn_at_another_size_and_in_other_colors(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
    ada.choose("Width: Broad")
    ada.draw(*LINE)
    ada.expect_ink(0.3, 0.5)
    before = ada.pixel(0.3, 0.5)
    ada.page.set_viewport_size({"width": 1280, "height": 800})
    ada.expect_ink(0.3, 0.5)
    box = ada.locator("#drawing").bounding_box()
    assert abs(box["height"] / box["width"] - 4 / 3) < 0.02
    ada.page.emulate_media(color_scheme="dark")
    ada.page.wait_for_function(
        """before => {
          const sheet = document.getElementById("drawing");
          const spot = [Math.round(0.3 * sheet.width), Math.round(0.5 * sheet.height), 1, 1];
          return sheet.getContext("2d").getImageData(...spot).data[0] !== before;
        }""",
        arg=before[0],
    )


def test_coalesced_points_are_used(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
    with reference_page(board.ws_url) as other:
        ada.locator("#drawing").evaluate(
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


def test_all_forget_the_oldest_strokes_when_the_board_does(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
    with reference_page(board.ws_url) as other:
        other.socket.send(b"\x01" + record(2 << 4, (300, 400), (2700, 400)))
        ada.expect_ink(0.5, 0.1)
        many = record(2 << 4, *[(300 + 10 * step, 3600) for step in range(200)])
        for _ in range(20):
            other.socket.send(b"\x01" + many * 2)
            other.drawn()
    ada.expect_ink(0.5, 0.1, there=False)
    ada.expect_ink(0.5, 0.9)
    bob = phone(name="Bob").visit(board, "board")
    bob.expect_ink(0.5, 0.9)
    bob.expect_ink(0.5, 0.1, there=False)


def test_stroke_goes_out_once_however_busy_the_link_is(phone, boot):
    board = boot()
    ada = phone(name="Ada").visit(board, "board")
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
def test_stroke_ends_when_the_sheet_goes_or_turns(ada, disturbance):
    ada.go("board").draw((0.1, 0.1), (0.2, 0.1), lift=False)
    if disturbance == "view":
        ada.page.evaluate("location.hash = 'chat'")
        expect(ada.locator("#view-chat")).to_be_visible()
        ada.page.mouse.move(10, 10)
        ada.page.evaluate("location.hash = 'board'")
    else:
        ada.page.set_viewport_size({"width": 844, "height": 390})
    expect(ada.locator("#easel")).to_be_visible()
    ada.page.mouse.move(200, 200)
    ada.page.mouse.up()
    ada.page.set_viewport_size({"width": 390, "height": 844})
    ada.draw((0.7, 0.8), (0.9, 0.8))
    ada.expect_ink(0.8, 0.8)
    for x, y in ((0.4, 0.3), (0.45, 0.45), (0.5, 0.6)):
        assert ada.pixel(x, y)[3] == 0

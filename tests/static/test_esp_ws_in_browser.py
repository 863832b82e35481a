# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""static/esp-ws.js in Chromium, in a page of its own, with examples/echo.py."""

import pytest
from playwright.sync_api import expect

from tests.board import REPOSITORY

HTML = """<!DOCTYPE html>
<title>A page</title>
<link rel="icon" href="data:,">
<script type="module" src="/esp-ws.js"></script>
<script defer src="/mine.js"></script>
<ol></ol>
"""

SCRIPT = """
const socket = new EspWs("/ws");
socket.binaryType = "arraybuffer";

function note(text) {
  const item = document.createElement("li");
  item.textContent = text;
  document.querySelector("ol").append(item);
}

socket.onstate = ({ state, reason }) => {
  if (state !== document.body.dataset.state) note(state + (reason && ": " + reason));
  document.body.dataset.state = state;
};
socket.onopen = () => note(`round trip measured: ${Number.isInteger(socket.latency)}`);
socket.onmessage = ({ data, json }) => {
  if (json) note("JSON " + JSON.stringify(json));
  else if (typeof data === "string") note("text " + data);
  else note("binary " + Array.from(new Uint8Array(data)).join(" "));
};
"""

ECHO = (REPOSITORY / "examples/echo.py").read_text("utf-8")
FILES = {"static/mine.html": HTML, "static/mine.js": SCRIPT}

#: The lines that the page adds when the link opens.
OPEN = ["open", "round trip measured: true"]


@pytest.fixture
def board(boot, drive):
    """A board with an echo, and a page that uses it."""
    return boot(drive=drive(code=ECHO, files=FILES))


@pytest.fixture
def page(browser, board):
    """The page, with the link open; no JavaScript error may happen on it."""
    context = browser.new_context()
    context.set_default_timeout(15_000)
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(board.url + "mine.html")
    expect_lines(page, OPEN)
    yield page
    context.close()
    assert not errors


def expect_lines(page, lines):
    """Wait until the page has these lines."""
    expect(page.locator("li")).to_have_text(lines, timeout=20_000)


def send(page, *expressions):
    """Send the values of JavaScript expressions, and return the results of send()."""
    return page.evaluate(f"[{', '.join(f'socket.send({value})' for value in expressions)}]")


def test_text_json_and_binary_are_echoed(page):
    every_byte = "new Uint8Array(256).map((byte, index) => index)"
    assert (
        send(page, "'grüß dich'", "{ a: [1, 2] }", every_byte, "new Blob(['AB'])") == ["sent"] * 4
    )
    expect_lines(
        page,
        [
            *OPEN,
            "text grüß dich",
            'JSON {"a":[1,2]}',
            "binary " + " ".join(map(str, range(256))),
            "binary 65 66",
        ],
    )


def test_queue_is_sent_in_order_after_a_loss(page, board):
    board.power_cut()
    expect(page.locator("body")).to_have_attribute("data-state", "waiting")
    values = ["'one'", "1, 'level'", "'two'", "2, 'level'", "Uint8Array.of(7)"]
    assert send(page, *values) == ["queued", "queued", "queued", "replaced", "queued"]
    board.start()
    board.wait_until_listening()
    expect(page.locator("li").last).to_have_text("binary 7", timeout=20_000)
    received = [line for line in page.locator("li").all_inner_texts() if " " in line]
    assert received[-4:] == ["text one", "text 2", "text two", "binary 7"]


def test_close_reason_and_reconnect(page, board):
    board.reload()
    expect(page.locator("li", has_text="waiting: the board restarts")).to_be_visible()
    board.wait_until_listening()
    expect(page.locator("li", has_text="round trip measured: true")).to_have_count(2)


def test_dead_link_is_detected_within_10_s(page, board):
    board.command("leave 127.0.0.1")
    expect(page.locator("body")).not_to_have_attribute("data-state", "open", timeout=10_000)
    assert send(page, "'kept'") == ["queued"]
    board.command("join 127.0.0.1")
    expect(page.locator("li").last).to_have_text("text kept", timeout=30_000)


def test_full_until_a_place_is_free(browser, boot, drive):
    board = boot(drive=drive(code=ECHO, files=FILES, settings="WS_MAX_CLIENTS = 1\n"))
    with browser.new_context() as one, browser.new_context() as other:
        first = one.new_page()
        first.goto(board.url + "mine.html")
        expect_lines(first, OPEN)
        second = other.new_page()
        second.goto(board.url + "mine.html")
        expect(second.locator("li").first).to_have_text("full: all 1 places are taken")
        assert second.evaluate("[socket.readyState, socket.retryIn > 0]") == [0, True]
        first.evaluate("socket.close()")
        expect(second.locator("body")).to_have_attribute("data-state", "open", timeout=20_000)
        texts = second.locator("li").all_inner_texts()
        assert [text for text in texts if text.startswith("open")] == ["open"]


def test_close_until_open(page, board):
    page.evaluate("socket.close(4000, 'enough')")
    board.wait_for("client 1 disconnected: 4000 enough")
    page.wait_for_function("socket.readyState === EspWs.CLOSED")
    assert send(page, "'x'") == ["refused"]
    page.evaluate("socket.open()")
    board.wait_for("client 2 connected")
    expect_lines(page, [*OPEN, "closed", "connecting", *OPEN])


def test_back_button_reconnects(page, board):
    page.goto(board.url + "mine.js")
    board.wait_for("client 1 disconnected")
    page.go_back()
    board.wait_for("client 2 connected")
    expect(page.locator("body")).to_have_attribute("data-state", "open")
    assert send(page, "'x'") == ["sent"]

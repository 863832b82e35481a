# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""How the page loads and looks: sizes, colours, what it asks of the board."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.board import REPOSITORY
from tests.page.phone import expect_line, expect_state, say

STATIC = REPOSITORY / "static"

LONG = "A message with averyveryverylongwordwithoutanyspaceinitwhichhastobreaksomewhereallthesame."

#: The contrast (WCAG 2, 1.4.3) of each piece of text that is to be seen, by its class or tag.
CONTRASTS = """() => {
  const parse = color => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map(v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const color = parse(getComputedStyle(element).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.offsetParent && element !== document.body
        && getComputedStyle(element).display === "none") continue;
    const name = element.id || element.className || element.localName;
    found[name] = ratio(light(parse(getComputedStyle(element).color)), light(ground(element)));
  }
  const field = document.getElementById("field");
  found.placeholder = ratio(
    light(parse(getComputedStyle(field, "::placeholder").color)), light(ground(field)));
  return found;
}"""

#: Everything that sticks out of the screen at a side.
OUTSIDE = """() => Array.from(document.querySelectorAll("body *"))
  .filter(element => {
    const box = element.getBoundingClientRect();
    return box.width && (box.left < -0.5 || box.right > innerWidth + 0.5);
  })
  .map(element => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_loads_from_the_board_alone_and_without_errors(phone, board, size):
    visitor = phone(*size).visit(board)
    page = visitor.page
    expect(page.locator("#uptime")).not_to_have_text("–")
    page.wait_for_load_state("networkidle")

    assert visitor.console == []
    assert {urlsplit(url).netloc for url in visitor.requests} == {urlsplit(board.url).netloc}
    paths = [urlsplit(url).path for url in visitor.requests]
    assert sorted(paths) == ["/", "/icon.svg", "/page.css", "/page.js", "/ws"]
    assert set(visitor.statuses.values()) == {200}


def test_files_have_their_types(page):
    for path, kind in {
        "": "text/html",
        "page.css": "text/css",
        "page.js": "text/javascript",
        "icon.svg": "image/svg+xml",
    }.items():
        response = page.request.get(page.url + path)
        assert response.status == 200
        assert response.headers["content-type"].split(";")[0] == kind


def test_is_small():
    assert sum(path.stat().st_size for path in STATIC.iterdir()) < 14 * 1024


def test_has_nothing_that_old_phones_or_a_strict_policy_refuse():
    script = (STATIC / "page.js").read_text("utf-8")
    # Syntax and methods younger than ES2018
    assert not re.search(r"\?\.|\?\?|\|\|=|&&=|catch \{|\bstatic |replaceAll|\.at\(|\.flat", script)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", script)
    document = (STATIC / "index.html").read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)|//(?!-)", document)
    assert "http" not in (STATIC / "page.css").read_text("utf-8")


def test_obeys_a_content_security_policy(phone, boot, drive):
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'"
    )
    element = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    document = (STATIC / "index.html").read_text("utf-8").replace("<head>", "<head>" + element)
    visitor = phone().visit(boot(drive=drive(files={"static/index.html": document})))
    say(visitor.page, "within the policy")
    expect_line(visitor.page, "received", "within the policy")
    assert visitor.console == []
    # It is in force.
    visitor.page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert len(visitor.console) == 1


@pytest.mark.parametrize("width", [320, 360, 390, 768, 1280, 1920])
def test_fits_the_screen(phone, board, width):
    page = phone(width, 640).visit(board).page
    expect(page.locator("#uptime")).not_to_have_text("–")
    say(page, LONG)
    expect_line(page, "received", LONG)
    # After a month: the figures are as wide as they get.
    page.evaluate("document.getElementById('uptime').textContent = '743:59:59'")
    assert page.evaluate(OUTSIDE) == []
    for scroller in ("document.documentElement", "document.getElementById('log')"):
        assert page.evaluate(f"{scroller}.scrollWidth <= {scroller}.clientWidth")


@pytest.mark.parametrize("selector", ["#field", "#send"])
@pytest.mark.parametrize("width", [320, 1280])
def test_targets_are_large(phone, board, selector, width):
    box = phone(width, 640).visit(board).page.locator(selector).bounding_box()
    assert box["height"] >= 44
    assert box["width"] >= 44


def test_field_and_newest_line_stay_in_sight_above_the_keyboard(page):
    for number in range(30):
        say(page, f"line {number}")
    expect_line(page, "received", "line 29")
    page.set_viewport_size({"width": 390, "height": 430})
    for selector in ("#field", "#send", ".received >> nth=-1", "#state"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)
    # A phone on its side
    page.set_viewport_size({"width": 740, "height": 180})
    for selector in ("#field", "#send", "#state"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)


def test_reached_with_the_keyboard_and_named(page):
    expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    log = page.get_by_role("log", name="Messages")
    expect(log).to_have_attribute("aria-live", "polite")
    for selector in ("#log", "#field", "#send"):
        page.keyboard.press("Tab")
        focused = page.locator(selector)
        expect(focused).to_be_focused()
        style, width = focused.evaluate(
            "element => [getComputedStyle(element).outlineStyle, "
            "getComputedStyle(element).outlineWidth]"
        )
        assert (style, width) == ("solid", "3px")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_readable(phone, board, scheme):
    page = phone(scheme=scheme).visit(board).page
    say(page, "contrast")
    expect_line(page, "received", "contrast")
    expect(page.locator("#uptime")).not_to_have_text("–")
    for state in ("connected", "connecting", "lost", "refused"):
        page.evaluate("state => { document.body.dataset.state = state; }", state)
        contrasts = page.evaluate(CONTRASTS)
        assert {"h1", "state", "label", "dt", "uptime", "placeholder", "send"} <= set(contrasts)
        poor = {name: round(ratio, 2) for name, ratio in contrasts.items() if ratio < 4.5}
        assert not poor, state


def test_dark_and_light_differ_by_the_system(phone, board):
    page = phone().visit(board).page
    say(page, "colours")
    expect_line(page, "received", "colours")
    colours = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours[scheme] = page.evaluate(
            """() => ["body", "header", "#state", ".sent", ".received", "#field", "#send"]
              .map(selector => getComputedStyle(document.querySelector(selector)))
              .map(style => [style.color, style.backgroundColor])"""
        )
    for light, dark in zip(colours["light"], colours["dark"], strict=True):
        assert light[0] != dark[0]
        assert light[1] != dark[1] or light[1] == "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("size", [(390, 844), (1280, 800), (320, 568)], ids=lambda size: size[0])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_screenshots_to_look_at(phone, board, size, scheme):
    """Nothing is asserted here but that there are pictures, in test-results/page/."""
    visitor = phone(*size, scheme=scheme)
    server = []

    def take(socket):
        server.append(socket)
        if len(server) > 1:
            socket.close()

    visitor.page.route_web_socket("**/ws*", take)
    visitor.page.goto(board.url)
    expect_state(visitor.page, "connected")
    status = {"uptime": 7384, "temperature": 36.5, "free_memory": 1843200, "clients": 3}
    server[0].send(json.dumps({"status": status}))
    for text in ("Hello from the kitchen", "Is the door open?"):
        say(visitor.page, text)
        server[0].send(text)
    server[0].send("It is. " + LONG)
    server[0].send(bytes(range(80)))
    expect_line(visitor.page, "received", "80 bytes")
    name = f"{scheme}-{size[0]}"
    pictures = [visitor.screenshot(f"connected-{name}")]
    server[0].close(code=1001, reason="the board restarts")
    expect_state(visitor.page, "lost")
    pictures.append(visitor.screenshot(f"lost-{name}"))
    assert all(picture.stat().st_size > 1000 for picture in pictures)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/screens.css, base.css: every size of screen, colors, and accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.board import REPOSITORY, booting
from tests.page import scene
from tests.page.phone import VIEWS
from tests.reference_page import reference_page

#: Screenshots to look at. Not under version control.
SCREENSHOTS = REPOSITORY / "test-results" / "screenshots"

LONG = "A message with averyveryverylongwordwithoutanyspaceinitwhichhastobreaksomewhereallthesame."
LONG_NAME = "Wwwwwwwwwwwwwwwwwwwwwwww"

#: Every element that extends beyond the sides of the screen.
OUTSIDE = """() => Array.from(document.querySelectorAll("body *"))
  .filter(element => {
    const box = element.getBoundingClientRect();
    const unseen = element.closest(".unseen, svg, .line > b, #rail, .choice input");
    return !unseen && box.width && (box.left < -0.5 || box.right > innerWidth + 0.5);
  })
  .map(element => element.outerHTML.slice(0, 80))"""

#: Every control that is too small for a finger.
SMALL = """() => Array.from(document.querySelectorAll(
    "a, button, summary, input, select, .choice label, [role=switch]"))
  .filter(element => element.checkVisibility() && !element.closest("#raw, .choice label *"))
  .map(element => [element, element.getBoundingClientRect()])
  .filter(([element, box]) => box.width && (box.width < 43.9 || box.height < 43.9))
  .map(([element, box]) => [element.outerHTML.slice(0, 80), box.width, box.height])"""

#: The contrast (WCAG 2, 1.4.3) of each visible text, and whether it is a main one.
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
  };
  const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest(":disabled, script, .unseen, .toast, .stale, .offline")) continue;
    const style = getComputedStyle(element);
    const main = element.closest("#state, .figure b, .line p, .clients .name b, .field, #raw span")
      && !element.closest("time, .tag, .mark");
    found.push([element.outerHTML.slice(0, 60), Boolean(main),
      ratio(light(parse(style.color)), light(ground(element)))]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """A board with every element."""
    with booting(tmp_path_factory.mktemp("screens")) as boot:
        yield boot("--code", "examples/greenhouse.py")


@pytest.fixture(scope="module")
def talk(board):
    """A board with all elements, a chat and a long name."""
    with reference_page(board.ws_url) as other:
        other.do(name=LONG_NAME)
        other.do(chat=LONG)
        other.said()
        other.do(chat="short")
        other.said()
        yield board


#: 320 by 256 is a desktop's window at a zoom of 400%.
SIZES = [
    *[(width, 640) for width in (320, 360, 390, 480, 768, 800, 1079, 1080, 1280, 1920)],
    *[(320, 256), (640, 400), (844, 390)],
]


def test_fits_screen_and_finger(phone, talk):
    ada = phone(size=SIZES[0], name=LONG_NAME).visit(talk)
    ada.say(LONG)
    expect(ada.locator(".line.own", LONG)).to_contain_text("delivered")
    for size in SIZES:
        ada.page.set_viewport_size({"width": size[0], "height": size[1]})
        expect_to_fit(ada, size)


def expect_to_fit(ada, size) -> None:
    """Check that nothing sticks out, and that every control can be tapped."""
    for view in ("0", "1", *VIEWS[1:], "console"):
        if view == "console":
            ada.page.click("#open-console")
            ada.page.locator("#send-raw details").evaluate("details => { details.open = true; }")
        else:
            ada.go(view)
        assert ada.page.evaluate(OUTSIDE) == [], (size, view)
        assert ada.page.evaluate(SMALL) == [], (size, view)
        for scroller in ("html", "#console" if view == "console" else ".view:visible"):
            sticks_out = ada.locator(scroller).evaluate("e => e.scrollWidth - e.clientWidth")
            assert sticks_out <= 0, (size, view, scroller)
    ada.page.click("#close-console")


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_lost_link_is_shown_on_every_screen(phone, boot, width, language):
    board = boot()
    ada = phone(size=(width, 568), language=language).visit(board, "chat")
    board.power_cut()
    ada.expect_state("waiting")
    ada.say("later")
    expect(ada.locator("#queue")).not_to_have_text("")
    assert ada.page.evaluate(OUTSIDE) == []
    assert ada.page.evaluate(SMALL) == []
    bar = ada.locator("#bar").bounding_box()
    for part in ("#state", "#detail", "#queue", "#retry"):
        box = ada.locator(part).bounding_box()
        assert box["y"] >= bar["y"] and box["y"] + box["height"] <= bar["y"] + bar["height"], part


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_axe_finds_nothing(phone, talk, scheme, size):
    ada = phone(size=size, scheme=scheme, name="Ada").visit(talk)
    for view in ("0", "1", *VIEWS[1:], "console", "naming", "inviting"):
        if view == "console":
            ada.page.click("#open-console")
        elif view == "naming":
            ada.page.click("#close-console")
            ada.go("chat").page.click("#rename")
        elif view == "inviting":
            ada.page.click("#cancel-name")
            ada.page.click("#invite")
        else:
            ada.go(view)
        # Colors in transition do not count.
        ada.page.wait_for_function("() => !document.getAnimations().length")
        found = Axe().run(ada.page).response["violations"]
        assert [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in found] == [], (
            view
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(phone, talk, scheme):
    ada = phone(scheme=scheme, reduced_motion=True, name="Ada").visit(talk)
    ada.say("contrast")
    for state in ("open", "connecting", "waiting", "full", "refused", "closed"):
        ada.page.evaluate("state => { document.body.dataset.state = state; }", state)
        for view in ("0", "1", *VIEWS[1:], "console"):
            if view == "console":
                ada.page.click("#open-console")
            else:
                ada.go(view)
            found = ada.page.evaluate(CONTRASTS)
            assert len(found) > 5
            poor = [each for each in found if each[2] < (7 if each[1] else 4.5)]
            assert not poor, (state, view)
        ada.page.click("#close-console")


def test_focus_is_visible(ada):
    ada.go("1")
    seen = set()
    for _ in range(30):
        ada.page.keyboard.press("Tab")
        element, outline = ada.page.evaluate(
            """() => {
              const element = document.activeElement;
              const styles = [element, element.closest("label") || element].map(getComputedStyle);
              const name = element.id || element.type;
              return [element !== document.body && name, styles.some(
                style => style.outlineStyle === "solid" && parseInt(style.outlineWidth) >= 2)];
            }"""
        )
        if element:
            seen.add(element)
            assert outline, element
    assert {"range", "radio", "select-one", "text", "password", "language", "invite"} <= seen


def test_keyboard_leaves_field_and_newest_line_visible(phone, talk):
    ada = phone(name="Ada").visit(talk, "chat")
    for number in range(12):
        ada.say(f"line {number}.")
    newest = ada.locator(".line", "line 11.")
    expect(newest).to_be_in_viewport(ratio=1)
    ada.page.focus("#text")
    ada.page.set_viewport_size({"width": 390, "height": 430})
    for each in (ada.locator("#text"), ada.locator("#send"), ada.locator("#title"), newest):
        expect(each).to_be_in_viewport(ratio=1)
    ada.page.set_viewport_size({"width": 740, "height": 300})  # landscape
    for each in (ada.locator("#text"), ada.locator("#send"), ada.locator("#title")):
        expect(each).to_be_in_viewport(ratio=1)


def test_forced_colors(phone, talk):
    ada = phone(name="Ada").visit(talk)
    ada.page.emulate_media(forced_colors="active")
    colors = """([selector, pseudo]) => Array.from(document.querySelectorAll(selector), each =>
      getComputedStyle(each, pseudo).backgroundColor)"""
    assert len(set(ada.page.evaluate(colors, ["#tools .ink", None]))) == 8
    for selector in ("button.switch", "#tabs a"):
        one, other = (ada.page.evaluate(colors, [selector, p]) for p in ("::before", None))
        assert one[0] != other[0], selector


def test_more_contrast(phone, board):
    ada = phone().visit(board)
    color = "getComputedStyle(document.getElementById('latency')).color"
    before = ada.page.evaluate(color)
    ada.page.emulate_media(contrast="more")
    assert ada.page.evaluate(color) != before


def test_pinch_zoom(ada):
    height = ada.page.evaluate("document.body.clientHeight")
    protocol = ada.page.context.new_cdp_session(ada.page)
    protocol.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 2})
    ada.page.wait_for_function("visualViewport.scale === 2")
    ada.page.wait_for_timeout(100)
    assert abs(ada.page.evaluate("document.body.clientHeight") - height) <= 1


@pytest.mark.long
@pytest.mark.timeout(180)
def test_screenshots(phone, boot):
    """Write pictures to test-results/screenshots/, and assert only that they exist."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    board = boot("--code", "examples/greenhouse.py")
    ada = phone(name="Ada", reduced_motion=True).visit(board)
    bob = phone(name="Quiet Heron").visit(board)
    eve = phone(name="小河", reduced_motion=True).visit(board)
    scene.play(ada, bob, eve)
    eve.page.click("#language")
    for each, language, sizes in (
        (ada, "en", ((390, 844), (667, 375), (1280, 800), (320, 568))),
        (eve, "zh", ((390, 844),)),
    ):
        for size in sizes:
            each.page.set_viewport_size({"width": size[0], "height": size[1]})
            for scheme in ("light", "dark"):
                each.page.emulate_media(color_scheme=scheme)
                for view in ("0", "1", *VIEWS[1:], "console"):
                    each.page.click("#open-console" if view == "console" else f"#tab-{view}")
                    each.page.screenshot(
                        path=SCREENSHOTS / f"{view}-{size[0]}-{scheme}-{language}.png"
                    )
                each.page.click("#close-console")
    assert len(list(SCREENSHOTS.glob("*.png"))) >= 50

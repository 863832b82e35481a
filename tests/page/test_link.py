# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The link to the board: lost, refused, silent, and back by itself."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.page.phone import FAKE_WEBSOCKET, expect_line, expect_state, say

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

COUNTDOWN = re.compile(r"Next try in (\d+) s")

#: A phone in the pocket, and out of it again
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


# With the simulated board


def test_board_without_power_is_lost_and_found_again(phone, boot):
    board = boot()
    page = phone().visit(board).page
    board.power_cut()
    expect_state(page, "lost", "Connection lost")
    expect(page.locator("#countdown")).to_have_text(COUNTDOWN)
    expect(page.locator("#send")).to_be_disabled()
    expect(page.locator("#uptime")).to_have_text("–")

    board.start()
    board.wait_until_listening()
    expect_state(page, "connected", "Connected")
    expect(page.locator("#countdown")).to_have_text("")
    say(page, "there again")
    expect_line(page, "received", "there again")
    events = page.locator(".event")
    expect(events).to_have_text(
        [re.compile(r"\d\d:\d\d:\d\d " + text) for text in ("Connected", "Connection lost") * 2][:3]
    )


def test_board_that_restarts_says_so(phone, boot):
    board = boot()
    page = phone().visit(board).page
    board.reload()
    expect_line(page, "event", "Disconnected: the board restarts")
    board.wait_until_listening()
    expect_state(page, "connected")
    say(page, "after the restart")
    expect_line(page, "received", "after the restart")


def page_id(visitor) -> str:
    """The id under which the page has asked for its last WebSocket."""
    urls = [url for url in visitor.requests if "/ws?" in url]
    return parse_qs(urlsplit(urls[-1]).query)["page"][0]


def test_page_keeps_its_id_over_a_reload_and_shares_it_with_no_other(phone, board):
    visitor = phone().visit(board)
    first = page_id(visitor)
    assert re.fullmatch("[0-9a-f]{32}", first)
    visitor.page.reload()
    expect_state(visitor.page, "connected")
    assert page_id(visitor) == first
    assert page_id(phone().visit(board)) != first


def test_copy_of_a_tab_gets_an_id_of_its_own(phone, board):
    page = phone().visit(board).page
    with page.expect_popup() as popup:  # takes a copy of the session's storage along
        page.evaluate("open(location.href)")
    expect_state(popup.value, "connected")
    expect_line(page, "event", "Disconnected: replaced by a newer connection of this page")
    expect_state(page, "connected")
    say(page, "both are here")
    expect_line(popup.value, "received", "both are here")


def test_fifth_page_is_told_why_and_gets_the_next_free_place(phone, boot):
    board = boot()
    phones = [phone().visit(board) for _ in range(4)]
    fifth = phone().visit(board, "refused").page
    expect(fifth.locator("#state")).to_have_text("Refused: all 4 places are taken")
    expect_line(fifth, "event", "Refused: all 4 places are taken")
    expect(fifth.locator("#countdown")).to_have_text(COUNTDOWN)
    expect(fifth.locator("#send")).to_be_disabled()
    # At no time was it connected, and it is told once.
    fifth.wait_for_timeout(2500)
    expect(fifth.locator(".event")).to_have_count(1)
    for visitor in phones:
        expect(visitor.page.locator("body")).to_have_attribute("data-state", "connected")
        expect(visitor.page.locator(".event")).to_have_count(1)

    phones[0].page.goto("about:blank")
    expect_state(fifth, "connected")
    say(fifth, "in at last")
    expect_line(phones[1].page, "received", "in at last")


def test_phone_out_of_range_notices_within_10_seconds(phone, boot):
    board = boot()
    page = phone().visit(board).page
    expect(page.locator("#uptime")).not_to_have_text("–")
    board.command("leave 127.0.0.1")
    expect_line(page, "event", "Connection lost", seconds=10)
    expect(page.locator("#send")).to_be_disabled()

    # No answer comes to the next try, and no refusal.
    expect_state(page, "connecting")
    board.command("join 127.0.0.1")
    expect_state(page, "connected")
    say(page, "back in range")
    expect_line(page, "received", "back in range")


def test_page_that_goes_gives_its_place_back_and_returns(phone, boot):
    board = boot()
    page = phone().visit(board).page
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    board.wait_for("client 1 left")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    board.wait_for("client 2 joined")
    expect_state(page, "connected")
    say(page, "out of the cache")
    expect_line(page, "received", "out of the cache")


def test_reload_and_history(page):
    page.reload()
    expect_state(page, "connected")
    page.goto("about:blank")
    page.go_back()
    expect_state(page, "connected")


# With a board and a clock that the test plays


@pytest.fixture
def fake(phone, board):
    """A page without a board, in a time of its own."""
    page = phone().page
    page.clock.install(time=NOON)
    page.clock.pause_at(NOON + timedelta(minutes=1))
    page.add_init_script(FAKE_WEBSOCKET)
    page.goto(board.url)
    assert page.evaluate("sockets.length") == 1
    return page


def connect(page, status: bool = True) -> None:
    page.evaluate("last().open()")
    if status:
        page.evaluate("""last().push('{"status": {}}')""")
    page.clock.run_for(600)
    expect_state(page, "connected")


def lose(page, times: int) -> None:
    """Let so many tries in a row fail; the page then waits for the next one."""
    for number in range(times):
        if number:
            next_try(page)
        page.evaluate("last().lose()")


def next_try(page) -> None:
    """Let time pass until the page tries again."""
    count = page.evaluate("sockets.length")
    for _ in range(50):
        page.clock.run_for(250)
        if page.evaluate("sockets.length") > count:
            return
    pytest.fail("there was no further try")


def test_waits_longer_after_each_try(fake):
    connect(fake)
    fake.evaluate("last().lose()")
    times = [fake.evaluate("performance.now()")]
    for _ in range(8):
        next_try(fake)
        times.append(fake.evaluate("last().made"))
        # Never two at once, however long the waiting
        assert fake.evaluate("alive()") == 1
        fake.evaluate("last().lose()")
        assert fake.evaluate("performance.now()") - times[-1] < 250
    pauses = [after - before for before, after in zip(times[:-1], times[1:], strict=True)]
    for pause, longest in zip(pauses, [500, 1000, 2000, 4000, 8000] + [10000] * 3, strict=True):
        # The page looks at the clock every 250 ms.
        assert 0.75 * longest <= pause <= longest + 500
    # Nobody's log is filled with that.
    expect(fake.locator(".event")).to_have_count(2)

    # A link that works ends the long waits.
    next_try(fake)
    connect(fake)
    fake.evaluate("last().lose()")
    expect(fake.locator("#countdown")).to_have_text("Next try in 1 s")


def test_countdown_counts(fake):
    lose(fake, 5)
    seen = []
    while found := COUNTDOWN.fullmatch(fake.locator("#countdown").inner_text()):
        seen.append(int(found[1]))
        fake.clock.run_for(1000)
    assert seen[0] in (6, 7, 8)
    assert seen == list(range(seen[0], 0, -1))
    expect_state(fake, "connecting")


@pytest.mark.parametrize("event", ["visibilitychange", "pageshow", "online"])
def test_tries_at_once_when_something_has_changed(fake, event):
    lose(fake, 5)
    count = fake.evaluate("sockets.length")
    target = "document" if event == "visibilitychange" else "window"
    fake.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
    assert fake.evaluate("[sockets.length, alive()]") == [count + 1, 1]
    # Only once: there is a try under way now.
    fake.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
    assert fake.evaluate("[sockets.length, alive()]") == [count + 1, 1]


def test_try_without_an_answer_is_given_up(fake):
    fake.clock.run_for(4000)
    assert fake.evaluate("sockets.length") == 1
    fake.clock.run_for(3000)
    assert fake.evaluate("[sockets.length, alive()]") == [2, 1]


def test_silence_ends_a_link_on_which_the_board_used_to_speak(fake):
    connect(fake)
    for _ in range(10):
        fake.clock.run_for(1000)
        fake.evaluate("""last().push('{"status": {}}')""")
    assert fake.evaluate("sockets.length") == 1
    fake.clock.run_for(4500)
    expect_state(fake, "connected")
    fake.clock.run_for(800)
    expect_state(fake, "lost")
    assert fake.evaluate("alive()") == 0
    fake.clock.run_for(800)
    assert fake.evaluate("[sockets.length, alive()]") == [2, 1]


def test_silence_of_a_board_that_only_answers_means_nothing(fake):
    """As that of examples/echo.py."""
    connect(fake, status=False)
    fake.clock.run_for(60_000)
    assert fake.evaluate("[sockets.length, alive()]") == [1, 1]
    expect_state(fake, "connected")


def test_link_has_to_show_that_it_has_outlived_the_sleep(fake):
    connect(fake)
    fake.evaluate(HIDE, True)
    fake.clock.run_for(60_000)
    assert fake.evaluate("[sockets.length, alive()]") == [1, 1]
    fake.evaluate(HIDE, False)
    fake.clock.run_for(1500)
    assert fake.evaluate("[sockets.length, alive()]") == [1, 1]
    fake.clock.run_for(1500)
    assert fake.evaluate("[sockets.length, alive()]") == [2, 1]


def test_link_that_has_outlived_the_sleep_is_kept(fake):
    connect(fake)
    fake.evaluate(HIDE, True)
    fake.clock.run_for(60_000)
    fake.evaluate(HIDE, False)
    fake.clock.run_for(1000)
    for _ in range(5):
        fake.evaluate("""last().push('{"status": {}}')""")
        fake.clock.run_for(1000)
    assert fake.evaluate("[sockets.length, alive()]") == [1, 1]


def test_refused_page_never_says_that_it_is_connected(fake):
    fake.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => seen.push(document.body.dataset.state))
            .observe(document.body, { attributes: true });
        }"""
    )
    for _ in range(3):
        fake.evaluate("last().open()")
        fake.clock.run_for(100)
        fake.evaluate("last().lose(1013, 'all 4 places are taken')")
        expect_state(fake, "refused", "Refused: all 4 places are taken")
        next_try(fake)
    assert "connected" not in fake.evaluate("seen")


def test_page_in_the_cache_does_nothing(fake):
    connect(fake)
    fake.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    fake.clock.run_for(60_000)
    assert fake.evaluate("[sockets.length, alive()]") == [1, 0]
    fake.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert fake.evaluate("[sockets.length, alive()]") == [2, 1]


def test_address_of_the_websocket_is_that_of_the_page(fake, board):
    assert fake.evaluate("last().url").partition("?")[0] == board.ws_url

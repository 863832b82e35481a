# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""page/live.js, charts.js, clients.js: the board's figures, their charts, and the clients."""

import re

from playwright.sync_api import expect

#: A hash of the chart's pixels, which changes with every movement.
INK = """index => {
  const chart = document.querySelectorAll(".gauge canvas")[index];
  const { data } = chart.getContext("2d").getImageData(0, 0, chart.width, chart.height);
  return data.reduce((sum, value, at) => (sum * 31 + value * at) % 1000003, 0);
}"""

CHARTS = range(3)  # temperature, memory, round trip


def test_figures_are_updated(ada):
    for figure, shape in {
        "temperature": r"-?\d+\.\d",
        "memory": r"\d+(\.\d\d)?",
        "latency": r"\d+",
        "uptime": r"\d\d:\d\d:\d\d",
        "client-count": r"[1-4]",
    }.items():
        expect(ada.locator(f"#{figure}")).to_have_text(re.compile(f"^{shape}$"))
    expect(ada.locator("#client-max")).to_have_text("of 4")
    shown = ada.locator("#uptime").inner_text()
    expect(ada.locator("#uptime")).not_to_have_text(shown)


def test_clients_have_signal_and_round_trip(ada, bob):
    clients = ada.locator("#view-live .clients li")
    expect(clients).to_have_text(
        [
            re.compile(r"^Adayou−\d+ dBm\d+ ms$"),
            re.compile(r"^Bob−\d+ dBm\d+ ms$"),
        ]
    )
    expect(ada.locator("#client-count")).to_have_text("2")
    expect(ada.locator("#client-dots .on")).to_have_count(2)
    bob.page.goto("about:blank")
    expect(clients).to_have_count(1)
    expect(ada.locator("#client-dots .on")).to_have_count(1)


def test_visible_charts_scroll_smoothly(ada):
    expect(ada.locator("#latency")).to_have_text(re.compile(r"\d"))
    ada.page.wait_for_function(f"() => ({INK})(0) !== 0")
    for chart in CHARTS:
        ada.page.wait_for_function(f"() => ({INK})({chart}) !== {ada.page.evaluate(INK, chart)}")
    # Many times a second, not once a status.
    frames = ada.page.evaluate(
        f"""async () => {{
          const seen = new Set();
          for (let frame = 0; frame < 40; frame++) {{
            await new Promise(requestAnimationFrame);
            seen.add(({INK})(0));
          }}
          return seen.size;
        }}"""
    )
    assert frames > 4


def count_frames(phone) -> None:
    """Count the animation frames that the page asks for."""
    phone.page.add_init_script(
        """window.frameCount = 0;
        const ask = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = each => { window.frameCount++; return ask(each); };"""
    )


def frames_in_a_second(phone) -> int:
    """Return how many it asks for in a second."""
    phone.page.evaluate("window.frameCount = 0")
    phone.page.wait_for_timeout(1000)
    return phone.page.evaluate("window.frameCount")


def test_hidden_charts_do_not_move(phone, board):
    ada = phone()
    count_frames(ada)
    ada.visit(board)
    expect(ada.locator("#uptime")).not_to_have_text("–")
    assert frames_in_a_second(ada) > 5
    ada.go("chat")
    assert frames_in_a_second(ada) <= 1
    ada.go("live")
    assert frames_in_a_second(ada) > 5
    ada.hide()
    assert frames_in_a_second(ada) <= 1


def test_reduced_motion(phone, board):
    ada = phone(reduced_motion=True)
    count_frames(ada)
    ada.visit(board)
    expect(ada.locator("#uptime")).not_to_have_text("–")
    assert frames_in_a_second(ada) <= 4  # one a status
    ada.page.wait_for_function(f"() => ({INK})(0) !== 0")
    assert ada.page.evaluate("document.getAnimations().length") == 0

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The portal on a simulated board, end to end: DNS, probes, the welcome page in Chromium."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import dns.message
import dns.query
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import chromium
from tests.board import REPOSITORY, Board, booting, copy_drive
from tests.raw_http import Response, fetch

PROGRAM = Path(__file__).with_name("program.py")
SETTINGS = 'AP_SSID = "Garden"\nAP_PASSWORD = "tulips and more"\n'

#: Screenshots to look at. Not under version control.
SCREENSHOTS = REPOSITORY / "test-results" / "portal"

#: Chromium's address, as a station.
BROWSER = "127.0.0.1"
PROBE_HOST = "connectivitycheck.gstatic.com"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with a portal."""
    folder = tmp_path_factory.mktemp("portal")
    drive = copy_drive(folder / "drive", code=PROGRAM.read_text("utf-8"), settings=SETTINGS)
    with booting(folder) as boot:
        yield boot(drive=drive)


@pytest.fixture(scope="module")
def phone_browser(board: Board) -> Iterator[Browser]:
    """A browser that resolves these two hosts to the board, as a phone on the hotspot does all."""
    host, port = board.address()
    rules = ",".join([f"MAP {name} {host}:{port}" for name in ("192.168.4.1", PROBE_HOST)])
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium.find(),
            args=[*chromium.ARGUMENTS, f"--host-resolver-rules={rules}"],
            # Chromium's sandbox refuses to run as root, as in a container.
            chromium_sandbox=hasattr(os, "geteuid") and os.geteuid() != 0,
        )
        yield running
        running.close()


@pytest.fixture
def sheet(phone_browser: Browser) -> Iterator[Callable[..., Page]]:
    """
    A function that opens a phone's captive portal window: a browser without JavaScript. All that
    it loads must come from the board, without an error.
    """
    pages: list[Page] = []
    faults: list[str] = []

    def take(language: str = "en-US", scheme: str = "light", size=(390, 844)) -> Page:
        page = phone_browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=2,
            java_script_enabled=False,
        ).new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda request: faults.append(f"{request.url} failed"))
        page.on(
            "response",
            lambda response: (
                faults.append(f"{response.url}: {response.status}")
                if response.status >= 400
                else None
            ),
        )
        pages.append(page)
        return page

    yield take
    for page in pages:
        page.context.close()
    assert faults == []


def leave(board: Board, phone: str) -> None:
    """A phone goes out of range, and the hotspot has noticed."""
    board.wait_for(f"joined: {phone}")
    board.command(f"leave {phone}")
    board.wait_for(re.compile("INFO - station .* left"))
    board.command(f"join {phone}")


def probe(board: Board, phone: str) -> Response:
    """The answer to Android's probe."""
    return fetch(board.address(), "/generate_204", headers={"Host": PROBE_HOST}, source=phone)


@pytest.mark.parametrize("size", [(390, 844), (320, 568), (1280, 800)], ids=lambda size: size[0])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("language", "text", "heading"), [("en-US", "Continue", "All set"), ("zh-CN", "继续", "好了")]
)
def test_one_step_a_screen(board, sheet, language, text, heading, scheme, size):
    page = sheet(language, scheme, size)
    button = page.get_by_role("button", name=text)
    address = page.locator("a").filter(visible=True)
    title = page.locator("h1").filter(visible=True)
    shot = SCREENSHOTS / f"{language}-{scheme}-{size[0]}.png"
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"http://{PROBE_HOST}/generate_204")
    assert page.url == "http://192.168.4.1/welcome"
    page.screenshot(path=shot)
    expect(title).to_have_text("Garden")
    expect(address).to_have_count(0)
    box = button.bounding_box()
    assert box and box["height"] >= 48
    assert size[1] * 0.8 < box["y"] and box["y"] + box["height"] <= size[1], (
        "within the thumb's reach"
    )
    button.click()
    page.wait_for_url("http://192.168.4.1/welcome#done")
    page.screenshot(path=shot.with_stem(shot.stem + "-done"))
    expect(title).to_have_text(heading)
    expect(button).to_be_hidden()
    expect(address).to_have_attribute("href", "http://192.168.4.1/")
    for element in (title, address):
        box = element.bounding_box()
        assert box and 0 <= box["x"] and box["x"] + box["width"] <= size[0]
        assert 0 <= box["y"] and box["y"] + box["height"] <= size[1]
    assert probe(board, BROWSER).status == 204
    assert {urlsplit(url).netloc for url in requests} == {"192.168.4.1", PROBE_HOST}
    leave(board, BROWSER)


def test_dns_after_a_soft_reload(board):
    def resolve() -> str:
        host, port = board.address(53)
        query = dns.message.make_query("captive.apple.com", "A")
        answer = dns.query.udp(query, host, timeout=10, port=port, source="127.0.0.2")
        return answer.answer[0].to_text().split()[-1]

    assert resolve() == "192.168.4.1"
    board.reload()
    board.wait_for("server listens")
    assert "UDP port 53" not in board.log
    assert resolve() == "192.168.4.1"

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The whole way on a simulated board: names, probes, and the welcome page in real Chromium."""

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
from tests.raw_websocket import RawWebSocket

PROGRAM = Path(__file__).with_name("program.py")
SETTINGS = 'AP_SSID = "Garden"\nAP_PASSWORD = "tulips and more"\n'

#: Where a person can look at the screenshots. Not under version control.
SCREENSHOTS = REPOSITORY / "test-results" / "portal"

#: The phone that Chromium is.
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
    """A browser for which these two hosts are the board, as all are for a phone on the hotspot."""
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
    A function that opens the sheet of a phone: a browser without JavaScript. What it loads must
    come from the board, without an error.
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
    """What Android's probe gets."""
    return fetch(board.address(), "/generate_204", headers={"Host": PROBE_HOST}, source=phone)


@pytest.mark.parametrize(
    ("language", "button", "said"), [("en-US", "Continue", "All set"), ("zh-CN", "继续", "好了")]
)
def test_one_tap_leads_on(board, sheet, language, button, said):
    page = sheet(language)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"http://{PROBE_HOST}/generate_204")
    assert page.url == "http://192.168.4.1/welcome"
    expect(page.locator("h1").filter(visible=True)).to_have_text("Garden")
    expect(page.locator("a").filter(visible=True)).to_have_attribute("href", "http://192.168.4.1/")
    code = page.locator("img")
    assert code.evaluate("image => image.naturalWidth") > 0
    page.get_by_role("button", name=button).click()
    page.wait_for_url("http://192.168.4.1/welcome#done")
    expect(page.locator("h1").filter(visible=True)).to_have_text(said)
    expect(page.locator("button")).to_be_hidden()
    assert probe(board, BROWSER).status == 204
    expect(page.locator("a").filter(visible=True)).to_have_attribute("href", "http://192.168.4.1/")
    assert {urlsplit(url).netloc for url in requests} == {"192.168.4.1", PROBE_HOST}
    leave(board, BROWSER)


@pytest.mark.parametrize("size", [(390, 844), (320, 568), (1280, 800)], ids=lambda size: size[0])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_is_in_sight(sheet, language, scheme, size):
    page = sheet(language, scheme, size)
    page.goto("http://192.168.4.1/welcome")
    page.screenshot(path=SCREENSHOTS / f"{language}-{scheme}-{size[0]}.png")
    for element in ("button", "img", ".address >> visible=true", "h1 >> visible=true"):
        box = page.locator(element).bounding_box()
        assert box, element
        assert 0 <= box["x"] and box["x"] + box["width"] <= size[0], element
        assert 0 <= box["y"] and box["y"] + box["height"] <= size[1], element
    button = page.locator("button").bounding_box()
    code = page.locator("img").bounding_box()
    assert button and code
    assert button["height"] >= 48
    assert code["y"] + code["height"] <= button["y"]
    page.goto("http://192.168.4.1/welcome#done")
    page.screenshot(path=SCREENSHOTS / f"{language}-{scheme}-{size[0]}-done.png")
    address = page.locator(".address >> visible=true").bounding_box()
    assert address and address["y"] + address["height"] <= size[1]


def test_two_phones_and_a_page_in_a_browser(board):
    for phone in ("127.0.0.2", "127.0.0.3"):
        assert probe(board, phone).status == 302
    with RawWebSocket(board.address(), source="127.0.0.3"):
        board.wait_for("portal: 127.0.0.3 has seen the page")
        assert probe(board, "127.0.0.3").status == 204
        assert probe(board, "127.0.0.2").status == 302
    assert fetch(board.address(), "/welcome", method="POST", source="127.0.0.2").status == 303
    assert probe(board, "127.0.0.2").status == 204
    leave(board, "127.0.0.3")
    assert probe(board, "127.0.0.3").status == 302
    assert probe(board, "127.0.0.2").status == 204


def test_names_and_a_soft_reload(board):
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

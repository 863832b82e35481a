# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The Content-Security-Policy of a page: what it says, and that a browser enforces it."""

import base64
import gzip
import hashlib
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from esp_ws_ap.http.content_policy import examine
from esp_ws_ap.http.page_check import first_blocked
from tests.board import Board, booting, copy_drive
from tests.in_process import Network
from tools.assets import update

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>Not a <script> and not a <style></title>
<!-- Nor <script> here. --><!--><!-- > <style> -->
<link rel="icon" href="data:,">
<link rel="stylesheet" href="own.css">
<STYLE media="all">
h1 { color: rgb(1, 2, 3); } /* 温度 */
</STYLE>
<h1 style="font-size: 99px">Heading</h1>
<p>1 < 2</p>
<textarea><script>not a script</script></textarea>
<script src="own.js"></script>
<script type=module>
window.inline = "温度 </p>";
const socket = new WebSocket(`ws://${location.host}/ws`);
socket.onopen = () => { document.body.dataset.opened = ""; };
</script >
<button onclick="window.clicked = true">A</button>
<Script>window.second = 2</Script>
"""

FILES: dict[str, str | bytes | None] = {
    "static/own.css": "h1 { margin-left: 7px; }",
    "static/own.js": "window.external = true;",
}


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _inline(name: str) -> str:
    """Return the hashes of the page's inline elements of that name."""
    page = re.sub(r"(?s)<!--.*?-->|<textarea>.*?</textarea>|<title>.*?</title>", "", PAGE)
    found = re.findall(rf"(?si)<{name}[^>]*>(.*?)</{name}\b", page)
    found = [text for text in found if text]
    assert len(found) == {"style": 1, "script": 2}[name]
    return "".join(" " + _hash(text) for text in found)


MEDIA = "'self' data: blob:"
POLICY = f"script-src 'self'{_inline('script')}; style-src 'self'{_inline('style')}"


def _policy(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return examine(str(path))[1]


def test_policy_of_a_page(network: Network):
    network.shared.drive.joinpath("static/policy.html").write_text(PAGE, "utf-8", newline="")
    for host in ("192.168.4.1", "localhost:8080"):
        headers = network.fetch("/policy.html", headers={"Host": host}).headers
        assert headers["content-security-policy"] == (
            f"default-src 'none'; {POLICY}; img-src {MEDIA}; media-src {MEDIA}; "
            f"font-src {MEDIA}; connect-src 'self' ws://{host}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"


def test_policy_does_not_depend_on_the_pieces_read(tmp_path: Path):
    for length in range(1100):
        padding = "x" * length
        assert _policy(tmp_path / "page.html", padding + PAGE) == POLICY, length


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_are_hashed_as_lf(tmp_path: Path, end: str):
    for length in range(1020, 1030):
        text = "a\nb\n\nc\n" * 300
        page = f"<script>{'x' * length}{text}</script>"
        expected = _policy(tmp_path / "page.html", page)
        assert _policy(tmp_path / "page.html", page.replace("\n", end)) == expected


@pytest.mark.parametrize("length", [1, 1000, 5000, 80_000, 120_000])
def test_long_blocks(tmp_path: Path, length: int):
    text = "0123456789\n"[: length % 11] + "0123456789\n" * (length // 11)
    page = f"<style>{text}</style><script>{text}</script>"
    expected = f"script-src 'self' {_hash(text)}; style-src 'self' {_hash(text)}"
    assert _policy(tmp_path / "page.html", page) == expected


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<",
        "<script",
        "<script>never closed",
        "<!-- <script>1</script>",
        "<script src=x></script>",
        "<script></script><style></style>",
        "<scripts>1</scripts><styled>1</styled>",
        "a < b <script",
        bytes(range(256)) * 20,
    ],
)
def test_page_without_inline_blocks(tmp_path: Path, page: str | bytes):
    assert _policy(tmp_path / "page.html", page) == "script-src 'self'; style-src 'self'"


CDN = "https://cdn.example/a.js"


@pytest.mark.parametrize(
    ("page", "line", "problem"),
    [
        (PAGE, 11, 'style="..." is not applied; write a class, and its rule in a style block'),
        (
            "<p>\n<b\nONCLICK='a > b'>",
            2,
            'onclick="..." does not run; write .addEventListener("click", f) in a script',
        ),
        (
            "<!-- onclick=1 style='' -->\n<a class=x href=' JavaScript:go()'>",
            2,
            " JavaScript:go() does not run; write .addEventListener in a script",
        ),
        (f'<script\tsrc="{CDN}">', 1, f"{CDN} is not loaded; copy the file to static/"),
        ("<img src=//a.example/b>", 1, "//a.example/b is not loaded; copy the file to static/"),
        (f"<link href={CDN} rel='a ICON'>", 1, f"{CDN} is not loaded; copy the file to static/"),
        (f"<form action={CDN}>", 1, f"a form is not sent to {CDN}; send it to the board"),
        ("<iframe src='own.html'>", 1, "a frame does not show own.html; write a link"),
        ('<img alt="' + "x" * 5000 + '">\n<b style="a">', 2, 'style="..." is not applied; write a'),
        ("", 0, ""),
        ("<", 0, ""),
        ("< onclick=1", 0, ""),
        ("<b onclick", 0, ""),
        ("<script>a = '<b onclick=1>'</script><textarea><b style=a></textarea>", 0, ""),
        ("<p title='on x = 1' alt=\"style=a >\" data-style=1>", 0, ""),
        (f"<a href={CDN}><link rel=canonical href={CDN}><img src=data:,x>", 0, ""),
    ],
)
def test_first_place_that_is_blocked(tmp_path: Path, page: str, line: int, problem: str):
    for padding in ("", "\n<p>1 < 2\n" * 150, "x" * 1020):
        (tmp_path / "page.html").write_text(padding + page, "utf-8")
        blocked = first_blocked(str(tmp_path / "page.html"))
        if not line:
            assert blocked is None
        else:
            assert blocked and blocked[0] == line + padding.count("\n")
            assert blocked[1].startswith(problem)


def test_blocked_place_is_logged_once_for_a_page(network: Network):
    folder = network.shared.drive / "static"
    folder.joinpath("blocked.html").write_text("<b onclick=1 style=1>", "utf-8")
    folder.joinpath("blocked.txt").write_text("<b onclick=1>", "utf-8")
    for target in ("/blocked.txt", "/blocked.html", "/blocked.html"):
        assert network.fetch(target).status == 200
    problem = 'onclick="..." does not run; write .addEventListener("click", f) in a script'
    assert network.log[1:] == [f"WARNING - /static/blocked.html line 1: {problem}"]


@pytest.fixture(scope="module", params=["plain", "gzip", "gzip alone"])
def board(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A board with the page, and the coding in which a browser gets it."""
    folder = tmp_path_factory.mktemp("policy")
    padded = PAGE + "<!-- long enough for gzip -->" * 40
    drive = copy_drive(folder / "drive", files=FILES | {"static/policy.html": padded})
    if request.param != "plain":
        update(drive / "static")
        assert (drive / "static/policy.html.gz").exists()
    if request.param == "gzip alone":
        (drive / "static/policy.html").unlink()
    with booting(folder) as boot:
        yield boot(drive=drive), None if request.param == "plain" else "gzip"


def test_chromium_runs_only_what_is_in_the_page(board: tuple[Board, str | None], browser: Browser):
    running, coding = board
    context = browser.new_context()
    try:
        page = context.new_page()
        errors: list[str] = []
        page.on("console", lambda message: errors.append(message.text))
        response = page.goto(running.url + "policy.html")
        assert response and response.all_headers().get("content-encoding") == coding
        expect(page.locator("body[data-opened]")).to_be_attached()
        values = "[window.inline, window.second, window.external, window.injected]"
        assert page.evaluate(values) == ["温度 </p>", 2, True, None]
        heading = page.locator("h1")
        expect(heading).to_have_css("color", "rgb(1, 2, 3)")
        expect(heading).to_have_css("margin-left", "7px")
        assert heading.evaluate("h => getComputedStyle(h).fontSize") != "99px"
        assert len([text for text in errors if "inline style" in text]) == 1, errors
        page.click("button")
        assert page.evaluate("window.clicked") is None

        inject = """text => {
            const script = document.createElement("script");
            const style = document.createElement("style");
            script.textContent = "window.injected = 1";
            style.textContent = "h1 { margin-left: 8px !important; }";
            document.body.append(script, style);
        }"""
        page.evaluate(inject)
        assert page.evaluate(values)[3] is None
        expect(heading).to_have_css("margin-left", "7px")

        ask = """url => new Promise(resolve => {
            addEventListener("securitypolicyviolation", e => resolve(e.violatedDirective));
            fetch(url).then(() => resolve("sent"));
        })"""
        assert page.evaluate(ask, "http://192.0.2.1/") == "connect-src"
        assert page.evaluate(ask, running.url + "own.css") == "sent"
    finally:
        context.close()


def test_chromium_revalidates(board: tuple[Board, str | None], browser: Browser):
    running, _ = board
    context = browser.new_context()
    try:
        page = context.new_page()
        client = context.new_cdp_session(page)
        client.send("Network.enable")
        statuses: list[int] = []
        client.on(
            "Network.responseReceivedExtraInfo", lambda event: statuses.append(event["statusCode"])
        )
        page.goto(running.url + "policy.html")
        expect(page.locator("body[data-opened]")).to_be_attached()
        assert set(statuses) == {200}
        statuses.clear()
        page.goto(running.url + "policy.html")
        expect(page.locator("body[data-opened]")).to_be_attached()
        assert page.evaluate("window.inline") == "温度 </p>"
        assert statuses[0] == 304
    finally:
        context.close()


@pytest.mark.parametrize("comment", [b"hello", b"script-src *\r\nX: y", b"script-src \xff"])
def test_gzip_comment_that_is_not_a_policy(network: Network, comment: bytes):
    data = gzip.compress(b"<script>1</script>" * 100)
    packed = data[:3] + b"\x10" + data[4:10] + comment + b"\0" + data[10:]
    (network.shared.drive / "static" / "comment.html.gz").write_bytes(packed)
    response = network.fetch("/comment.html", headers={"Accept-Encoding": "gzip"})
    policy = response.headers["content-security-policy"]
    assert "; script-src 'self'; style-src 'self'; " in policy
    assert "x" not in response.headers

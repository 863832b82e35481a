# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Files of static/ under MicroPython: gzip, ETags and the policy as in the simulator."""

from pathlib import Path

import pytest

from esp_ws_ap.http.content_policy import examine
from tests.board import copy_drive
from tests.raw_http import fetch
from tests.small_vm.small_board import SmallBoard, booted
from tools.assets import update

#: With CRLF, and inline blocks that are longer than the pieces in which the board reads.
PAGE = (
    "<!doctype html>\r\n<title>温度</title>\r\n<!-- <script> -->\r\n"
    + "<STYLE>\r\n"
    + "p { margin: 0 } /* 温度 */\r\n" * 100
    + "</STYLE>\r\n<script src=own.js></script>\r\n<script type=module>\r\n"
    + "console.log('<p>');\r\n" * 3000
    + "</script>\r\n<b onclick=go()>\r\n"
)
GZIP = {"Accept-Encoding": "gzip, deflate"}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory):
    """A board with a page of 67 KB, beside its .gz, without it, and the .gz alone."""
    files: dict[str, str | bytes | None] = {
        f"static/{name}.html": PAGE for name in ("both", "plain", "alone")
    }
    drive = copy_drive(tmp_path_factory.mktemp("files") / "drive", files=files)
    static = drive / "static"
    update(static)
    (static / "plain.html.gz").unlink()
    (static / "alone.html").unlink()
    with booted(drive=drive) as board:
        yield board


@pytest.mark.parametrize("name", ["both", "plain", "alone"])
def test_page_and_policy(board: SmallBoard, tmp_path: Path, name: str):
    page = tmp_path / "page.html"
    page.write_bytes(PAGE.encode())
    ends, policy = examine(str(page))
    assert ends
    packed = (board.drive / "static" / "both.html.gz").read_bytes()
    response = fetch(board.address(), f"/{name}.html", headers=GZIP)
    assert (response.status, response.end) == (200, "fin")
    assert response.body == (PAGE.encode() if name == "plain" else packed)
    if name == "plain":
        board.wait_for('/static/plain.html line 3109: onclick="..." does not run')
    assert policy.count("sha256-") == 2
    assert f"; {policy}; " in response.headers["content-security-policy"]
    assert response.headers["etag"] == f'"{ends.hex()}{"" if name == "plain" else "-gzip"}"'


def test_without_gzip(board: SmallBoard):
    assert fetch(board.address(), "/both.html").body == PAGE.encode()
    assert fetch(board.address(), "/alone.html").status == 406


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("name", ["both", "plain", "alone"])
def test_not_modified(board: SmallBoard, name: str, method: str):
    first = fetch(board.address(), f"/{name}.html", headers=GZIP, method=method)
    condition = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
    again = fetch(board.address(), f"/{name}.html", headers=GZIP | condition, method=method)
    assert (again.status, again.body, again.end) == (304, b"", "fin")
    for kept in ("etag", "cache-control", "content-security-policy"):
        assert again.headers[kept] == first.headers[kept]


def test_older_gz_is_ignored(board: SmallBoard):
    board.forget()
    static = board.drive / "static"
    (static / "plain.html.gz").write_bytes((static / "both.html.gz").read_bytes())
    (static / "plain.html").write_bytes(PAGE.encode() + b"more")
    response = fetch(board.address(), "/plain.html", headers=GZIP)
    assert response.body == PAGE.encode() + b"more"
    board.wait_for("/static/plain.html.gz is older than /static/plain.html: make assets")

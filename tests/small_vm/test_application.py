# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The repository's own code.py under MicroPython, with a heap of 384 KB."""

import contextlib
import os
from pathlib import Path

import pytest

from tests import raw_http
from tests.board import REPOSITORY, copy_drive
from tests.raw_http import exchange, fetch
from tests.raw_websocket import CLOSE, RawWebSocket
from tests.reference_page import reference_page
from tests.small_vm.small_board import SmallBoard, booted

LARGE = os.urandom(50_000)

#: A file that is larger than any buffer on its way.
FILES = {"static/large.bin": LARGE}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory):
    drive = copy_drive(tmp_path_factory.mktemp("small") / "drive", files=FILES)
    with booted(drive=drive) as board:
        board.wait_for("server listens on port 80")
        yield board


@pytest.fixture(scope="module")
def roomy():
    """A board that has the memory to read a head of 4 KB beside the panel."""
    with booted(heap="512k") as board:
        board.wait_for("server listens on port 80")
        yield board


def _pages() -> list[str]:
    static = REPOSITORY / "static"
    files = [path for path in static.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(static)) for path in files) + ["large.bin"]


@pytest.mark.parametrize("page", _pages())
def test_static_file(board: SmallBoard, page: str):
    response = fetch(board.address(), f"/{page}")
    assert (response.status, response.end) == (200, "fin")
    if page in ("welcome.en.html", "welcome.zh.html"):
        assert b"http://192.168.4.1/" in response.body and b"{{" not in response.body
        return
    assert response.body == (board.drive / "static" / page).read_bytes()


def test_root_is_index(board: SmallBoard):
    response = fetch(board.address(), "/")
    assert response.body == (board.drive / "static/index.html").read_bytes()
    assert response.headers["content-type"].startswith("text/html")


def test_statuses(board: SmallBoard):
    address = board.address()
    assert fetch(address, "/nothing.html").status == 404
    assert fetch(address, "/large.bin", method="POST", body=b"x").status == 405
    assert fetch(address, "/../settings.toml").status in (400, 403, 404)
    lost = fetch(address, "/", headers={"Host": "elsewhere.example"})
    assert (lost.status, lost.headers["location"]) == (302, "http://192.168.4.1/welcome")
    assert fetch(address, "/ws").status == 426
    board.wait_for('"GET /nothing.html" answered 404')


FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3800\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "rest", "status"),
    [
        (b"GET /" + b"a" * 390, b"", 404),
        *((b"GET /" + b"a" * length, b"", 414) for length in (400, 800, 1000, 4000)),
        (b"GET /" + b"%2f" * 300, b"", 414),
        (b"GET /", b"a:\r\n" * 700, 431),
        (b"GET /?a" + b"&a" * 1900, b"", 400),
        (b"GET /", b"Accept-Encoding: " + b"," * 3000 + b"\r\n", 431),
        (b"GET /", b"Cookie: " + b";" * 3000 + b"\r\n", 431),
        (b"POST /", FORM + b"a&" * 1900, 400),
    ],
)
def test_limit_answers_first(roomy: SmallBoard, line: bytes, rest: bytes, status: int):
    head = line + b" HTTP/1.1\r\nHost: 192.168.4.1\r\n"
    response = raw_http.parse(exchange(roomy.address(), head + rest + b"\r\n"))
    assert (response.status, response.end) == (status, "fin")


def test_names_and_ranges(board: SmallBoard):
    (board.drive / "static/小河 1%.txt").write_text("water")
    address = board.address()
    assert fetch(address, "/%E5%B0%8F%E6%B2%B3%201%25.txt").body == b"water"
    assert fetch(address, "/%c0%ae%c0%ae/settings.toml").status == 404
    part = fetch(address, "/large.bin", headers={"Range": "bytes=1000-2999"})
    assert (part.status, part.body) == (206, LARGE[1000:3000])
    page = fetch(address, "/nothing", headers={"Accept": "text/html", "Accept-Language": "zh"})
    assert page.status == 404 and "找不到页面" in page.body.decode()


def test_only_static_is_served(board: SmallBoard):
    for path in ("/settings.toml", "/code.py", "/%2e%2e/settings.toml", "/..%2fsettings.toml"):
        response = fetch(board.address(), path)
        assert response.status >= 400, path
        assert b"AP_SSID" not in response.body


def test_shared_state(board: SmallBoard):
    strokes = b"\x02\x15\x00\x01\x00\x02\x0b\xb7\x0f\x9f" * 40
    with reference_page(board.ws_url) as one, reference_page(board.ws_url) as other:
        one.do(name="李雷")
        one.do(chat="Grüße, 你好, 🙂")
        assert one.said() == other.said() == "Grüße, 你好, 🙂"
        assert other.set("light", True)["ok"] and other.set("brightness", 7, drag=True)["ok"]
        assert one.change("light")["value"] is True
        assert one.change("brightness")["by"] == other.id
        one.draw(b"\x01" + strokes)
        assert one.drawn() == other.drawn() == b"\x01" + strokes
        other.do(dance=True)
        assert other.hear("error") == "not understood"
        with reference_page(board.ws_url) as later:
            assert later.drawing == strokes
            assert later.chat[-1]["name"] == "李雷"
            assert later.elements["brightness"]["value"] == 7
        while len(one.hear("people")) != 2:
            pass
        assert 0 < one.change("free_memory")["value"] < 384
        assert isinstance(one.change("uptime")["value"], str)


def test_fifth_client_is_1013(board: SmallBoard):
    with contextlib.ExitStack() as stack:
        pages = [stack.enter_context(reference_page(board.ws_url)) for _ in range(4)]
        with RawWebSocket(board.address()) as fifth:
            refusal = fifth.receive()
            assert (refusal.opcode, refusal.close_code) == (CLOSE, 1013)
            assert "4" in refusal.close_reason
        pages[0].do(chat="still here")
        assert [page.said() for page in pages] == ["still here"] * 4


def test_faulty_clients(board: SmallBoard):
    address = board.address()
    with reference_page(board.ws_url) as good:
        good.do(chat="before")
        assert good.said() == "before"

        # A reset in the middle of a message.
        board.forget()
        bad = RawWebSocket(address)
        bad.send_bytes(b"\x81\xfe\x10\x00maskand a little of the 4096 bytes")
        bad.reset()
        board.wait_for(" disconnected: 1006")

        # FIN in the middle of a request; FIN and RST without a request.
        board.forget()
        with raw_http.connect(address) as half:
            half.sendall(b"GET / HTTP/1.1\r\nHo")
        board.wait_for("disconnected in the middle of a request")
        raw_http.connect(address).close()
        raw_http.reset(raw_http.connect(address))
        board.wait_for("disconnected before sending a request", count=2)

        # Garbage in place of a request, and in place of a frame.
        assert exchange(address, b"\x16\x03\x01\x02\x00\x01\r\n\r\n").data.startswith(
            b"HTTP/1.1 400 "
        )
        with RawWebSocket(address, early=b"\xff\xff\xff\xff") as bad:
            while (frame := bad.receive()).opcode != CLOSE:
                pass
            assert frame.close_code == 1002

        good.do(chat="after")
        assert good.said() == "after"
    assert "Traceback" not in board.log


def test_ctrl_c_is_1001(tmp_path: Path):
    drive = copy_drive(tmp_path / "drive")
    with booted(drive=drive) as board:
        with RawWebSocket(board.address()) as client:
            board.wait_for(" connected from ")
            assert board.stop() == 0
            while (frame := client.receive()).opcode != CLOSE:
                pass
            assert frame.close_code == 1001


def test_boot_log(board: SmallBoard):
    log = board.log
    assert 'hotspot up: name "esp_ws_ap-0001", password "' in log
    assert "To join, scan this with the phone's camera:" in log
    assert "DNS answers on port 53" in log
    assert "server listens on port 80" in log

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The repository's own code.py under MicroPython, with a heap of 384 KB."""

import json
import os
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests import raw_http
from tests.board import REPOSITORY, copy_drive
from tests.raw_http import exchange, fetch
from tests.raw_websocket import CLOSE, RawWebSocket
from tests.small_vm.small_board import SmallBoard, booted

LARGE = os.urandom(50_000)

#: A page that is there whatever else static/ has, larger than any buffer on its way.
FILES = {"static/large.bin": LARGE}


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory):
    drive = copy_drive(tmp_path_factory.mktemp("small") / "drive", files=FILES)
    with booted(drive=drive) as board:
        yield board


def _chat(client: RawWebSocket) -> str:
    """The next message that is not the board's status."""
    while "status" in (text := client.receive_text()):
        pass
    return text


def _pages() -> list[str]:
    static = REPOSITORY / "static"
    files = [path for path in static.rglob("*") if path.is_file()]
    return sorted(str(path.relative_to(static)) for path in files) + ["large.bin"]


@pytest.mark.parametrize("page", _pages())
def test_page_is_served_byte_for_byte(board: SmallBoard, page: str):
    response = fetch(board.address(), f"/{page}")
    assert (response.status, response.end) == (200, "fin")
    assert response.body == (board.drive / "static" / page).read_bytes()


@pytest.mark.skipif(not Path(REPOSITORY, "static/index.html").exists(), reason="no page yet")
def test_root_is_the_page(board: SmallBoard):
    response = fetch(board.address(), "/")
    assert response.body == (board.drive / "static/index.html").read_bytes()
    assert response.headers["content-type"].startswith("text/html")


def test_answers_of_the_server(board: SmallBoard):
    address = board.address()
    assert fetch(address, "/nothing.html").status == 404
    assert fetch(address, "/large.bin", method="POST", body=b"x").status == 405
    assert fetch(address, "/../settings.toml").status in (400, 403, 404)
    assert fetch(address, "/", headers={"Host": "elsewhere.example"}).status == 421
    assert fetch(address, "/ws").status == 426
    board.wait_for('"GET /nothing.html" answered 404')


def test_nothing_of_the_drive_but_static_is_served(board: SmallBoard):
    for path in ("/settings.toml", "/code.py", "/%2e%2e/settings.toml", "/..%2fsettings.toml"):
        response = fetch(board.address(), path)
        assert response.status >= 400, path
        assert b"AP_SSID" not in response.body


def test_chat_and_status(board: SmallBoard):
    with connect(board.ws_url) as first, connect(board.ws_url) as second:
        first.send("Grüße, 你好, 🙂")
        for client in (first, second):
            received = [client.recv(10), client.recv(10)]
            while not any("你好" in str(message) for message in received):
                received.append(client.recv(10))
        first.send(bytes(range(256)))
        while isinstance(message := second.recv(10), str):
            pass
        assert message == bytes(range(256))
        while "status" not in str(message := first.recv(10)):
            pass
    status = json.loads(message)["status"]
    assert status["clients"] == 2
    assert 0 < status["free_memory"] < 384 * 1024
    assert isinstance(status["uptime"], int) and isinstance(status["temperature"], float)


def test_fifth_client_is_refused_in_words(board: SmallBoard):
    clients = [RawWebSocket(board.address()) for _ in range(4)]
    try:
        with RawWebSocket(board.address()) as fifth:
            refusal = fifth.receive()
            assert (refusal.opcode, refusal.close_code) == (CLOSE, 1013)
            assert "4" in refusal.close_reason
        clients[0].send_text("still here")
        assert [_chat(client) for client in clients] == ["still here"] * 4
    finally:
        for client in clients:
            client.close()


def test_bad_company_disturbs_nobody(board: SmallBoard):
    address = board.address()
    with RawWebSocket(address) as good:
        good.send_text("before")
        assert _chat(good) == "before"

        # Vanishes in the middle of a message.
        board.forget()
        bad = RawWebSocket(address)
        bad.send_bytes(b"\x81\xfe\x10\x00maskand a little of the 4096 bytes")
        bad.reset()
        board.wait_for(" left: 1006")

        # Half a request, and the end; nothing at all; nothing, and a reset.
        board.forget()
        with raw_http.connect(address) as half:
            half.sendall(b"GET / HTTP/1.1\r\nHo")
        board.wait_for("closed in the middle of a request")
        raw_http.connect(address).close()
        raw_http.reset(raw_http.connect(address))
        board.wait_for("closed without a request", count=2)

        # Garbage where a request belongs, and where a frame belongs.
        assert exchange(address, b"\x16\x03\x01\x02\x00\x01\r\n\r\n").data.startswith(
            b"HTTP/1.1 400 "
        )
        with RawWebSocket(address, behind=b"\xff\xff\xff\xff") as bad:
            while (frame := bad.receive()).opcode != CLOSE:
                pass
            assert frame.close_code == 1002

        good.send_text("after")
        assert _chat(good) == "after"
        good.close()
    assert "Traceback" not in board.log


def test_ctrl_c_ends_it_with_1001(tmp_path: Path):
    drive = copy_drive(tmp_path / "drive")
    with booted(drive=drive) as board:
        with RawWebSocket(board.address()) as client:
            board.wait_for(" joined from ")
            assert board.stop() == 0
            while (frame := client.receive()).opcode != CLOSE:
                pass
            assert frame.close_code == 1001


def test_log_reads_as_on_the_board(board: SmallBoard):
    lines = board.log.splitlines()
    assert any('hotspot up: name "esp_ws_ap", password "' in line for line in lines)
    assert any("server listens on port 80" in line for line in lines)

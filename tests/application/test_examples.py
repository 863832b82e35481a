# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Every program in ``examples/`` does what its first lines say."""

import json
import urllib.request

import pytest

from tests.board import REPOSITORY
from tests.raw_websocket import BINARY, RawWebSocket

EXAMPLES = sorted((REPOSITORY / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_boots_and_serves_the_page(boot, path):
    board = boot("--code", f"examples/{path.name}", "--writable")
    with urllib.request.urlopen(board.url, timeout=10) as response:
        assert response.read() == (REPOSITORY / "static/index.html").read_bytes()
    assert "ERROR" not in board.log


@pytest.fixture
def uploads(boot, drive):
    """A board that stores what it is sent, and its drive."""
    folder = drive()
    return boot("--code", "examples/upload.py", "--writable", drive=folder), folder


@pytest.mark.parametrize("size", [0, 1, 100, 101, 5000, 1 << 20])
def test_upload_arrives_byte_for_byte(uploads, size):
    board, folder = uploads
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    with RawWebSocket(board.address(), "/upload") as phone:
        phone.send_text("picture-1.jpg")
        assert phone.receive_text() == "ready"
        phone.send(BINARY, content)
        assert phone.receive_text() == f"stored {size} bytes"
    assert (folder / "uploads/picture-1.jpg").read_bytes() == content


@pytest.mark.parametrize("name", ["../code.py", "/code.py", ".hidden", "a b", "ä", "a/b"])
def test_upload_refuses_names_that_lead_elsewhere(uploads, name):
    board, folder = uploads
    before = (folder / "code.py").read_bytes()
    with RawWebSocket(board.address(), "/upload") as phone:
        phone.send_text(name)
        assert phone.receive_text().startswith("no: ")
        phone.send(BINARY, b"x" * 200)
        assert phone.receive().close_code == 1003
    assert (folder / "code.py").read_bytes() == before
    assert not (folder / "uploads").exists()


def test_push_sends_a_value_that_moves(boot):
    board = boot("--code", "examples/push.py")
    with RawWebSocket(board.address()) as phone:
        counts = [json.loads(phone.receive_text())["count"] for _ in range(20)]
    assert counts == sorted(set(counts))


def test_rooms_keep_apart(boot):
    board = boot("--code", "examples/rooms.py")
    with (
        RawWebSocket(board.address(), "/ws?room=kitchen") as first,
        RawWebSocket(board.address(), "/ws?room=kitchen") as second,
        RawWebSocket(board.address(), "/ws") as third,
    ):
        assert first.receive_text() == "2 has come"
        first.send_text("hello")
        assert second.receive_text() == "1: hello"
        third.send_text("is anybody here?")
        with urllib.request.urlopen(board.url + "stats", timeout=10) as response:
            stats = json.load(response)
        assert [client["id"] for client in stats["clients"]] == [1, 2, 3]
        assert stats["hub"]["clients"] == 3
        second.send_text("bye")
        assert first.receive_text() == "2: bye"

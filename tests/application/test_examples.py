# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Each program in ``examples/`` does what its docstring says, with an ordinary WebSocket client.

test_settings_reach.py boots those with a hotspot too, and looks at their settings.
"""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.board import DEADLINE, REPOSITORY, Board, booting, copy_drive
from tests.raw_websocket import BINARY, RawWebSocket


def client(board: Board, path: str = "/ws", source: str = "127.0.0.2") -> ClientConnection:
    """An ordinary WebSocket client."""
    url = board.ws_url.removesuffix("/ws") + path
    return connect(url, source_address=(source, 0), open_timeout=DEADLINE, proxy=None)


# echo.py


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with echo.py."""
    with booting(tmp_path_factory.mktemp("echo")) as boot:
        yield boot("--code", "examples/echo.py")


@pytest.mark.parametrize("message", ["", "x", "käse 👋", "x" * 4096, b"", b"\x00\xff", bytes(4096)])
def test_echo_answers_the_sender_only(echo: Board, message: str | bytes):
    with client(echo) as one, client(echo, source="127.0.0.3") as other:
        one.send(message)
        assert one.recv(DEADLINE) == message
        other.send("mine")
        assert other.recv(DEADLINE) == "mine"


def test_echo_of_fragments_and_a_ping(echo: Board):
    with client(echo) as one:
        one.send(["a", "ä", "👋"])
        assert one.recv(DEADLINE) == "aä👋"
        assert one.ping().wait(DEADLINE)


def test_echo_of_a_thousand_messages(echo: Board):
    with client(echo) as one:
        for number in range(1000):
            one.send(str(number))
            assert one.recv(DEADLINE) == str(number)


@pytest.mark.parametrize("faults", [("partial=1", "eagain=0.3"), ("delay=5",)])
def test_echo_on_a_bad_network(boot: Callable[..., Board], faults: tuple[str, ...]):
    options = [word for fault in faults for word in ("--fault", fault)]
    board = boot("--code", "examples/echo.py", "--seed", "1", *options)
    with client(board) as one:
        for size in (0, 1, 125, 126, 1000, 4096) * 3:
            one.send("x" * size)
            assert one.recv(DEADLINE) == "x" * size
    assert "ERROR" not in board.log


# push.py


def test_push(boot: Callable[..., Board]):
    with client(boot("--code", "examples/push.py")) as one:
        counts = [json.loads(one.recv(DEADLINE))["count"] for _ in range(20)]
    assert counts == sorted(set(counts))


# rooms.py


def test_rooms(boot: Callable[..., Board]):
    board = boot("--code", "examples/rooms.py")
    with (
        client(board, "/ws?room=kitchen") as one,
        client(board, "/ws?room=kitchen") as two,
        client(board) as three,
    ):
        assert one.recv(DEADLINE) == "2 has joined"
        one.send("hello")
        assert two.recv(DEADLINE) == "1: hello"
        three.send("is anybody here?")
        with urllib.request.urlopen(board.url + "stats", timeout=DEADLINE) as response:
            stats = json.load(response)
        assert [client["id"] for client in stats["clients"]] == [1, 2, 3]
        assert stats["hub"]["clients"] == 3
        two.send("bye")
        assert one.recv(DEADLINE) == "2: bye"


# upload.py


@pytest.fixture(scope="module")
def upload(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with upload.py."""
    folder = tmp_path_factory.mktemp("upload")
    with booting(folder) as boot:
        drive = copy_drive(folder / "drive")
        yield boot("--code", "examples/upload.py", "--writable", drive=drive)


@pytest.mark.parametrize("size", [0, 1, 100, 101, 5000, 1 << 20])
def test_upload(upload: Board, size: int):
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    with RawWebSocket(upload.address(), "/upload") as phone:
        phone.send_text(f"picture-{size}.jpg")
        assert phone.receive_text() == "ready"
        phone.send(BINARY, content)
        assert phone.receive_text() == f"stored {size} bytes as picture-{size}.jpg"
    assert (upload.drive / f"uploads/picture-{size}.jpg").read_bytes() == content


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("", "file"),
        ("..", "file"),
        ("../code.py", "code.py"),
        ("/lib/esp_ws_ap/hub.py", "hub.py"),
        ("C:\\fotos\\a.jpg", "a.jpg"),
        (".hidden", "hidden"),
        ("a/", "file"),
        ("my photo (1).jpg", "my_photo__1_.jpg"),
        ("ä👋.txt", "__.txt"),
        ("a\0b\n", "a_b_"),
        ("x" * 100, "x" * 100),
    ],
)
def test_upload_makes_a_safe_name(upload: Board, name: str, safe: str):
    """Nothing outside its folder changes, and a file of the same name is replaced as a whole."""

    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in upload.drive.rglob("*") if path.is_file()}

    stored = upload.drive / "uploads" / safe
    before = {path: data for path, data in files().items() if path != stored}
    with RawWebSocket(upload.address(), "/upload") as phone:
        for size in (200, 50):
            phone.send_text(name)
            assert phone.receive_text() == "ready"
            phone.send(BINARY, b"x" * size)
            assert phone.receive_text() == f"stored {size} bytes as {safe}"
    assert files() == before | {stored: b"x" * 50}


FIRST = "no: send the name first, up to 100 bytes, and the file as binary"


def test_upload_without_a_name_is_told(upload: Board):
    """The connection stays, and the next file is stored."""
    with RawWebSocket(upload.address(), "/upload") as phone:
        for data in (b"x", b"x" * 5000):
            phone.send(BINARY, data)
            assert phone.receive_text() == FIRST
        phone.send_text("x" * 200)
        assert phone.receive_text() == FIRST
        phone.send_text("next")
        assert phone.receive_text() == "ready"
        phone.send(BINARY, b"next")
        assert phone.receive_text() == "stored 4 bytes as next"


def test_upload_that_is_aborted_keeps_the_old_file(upload: Board):
    folder = upload.drive / "uploads"
    with RawWebSocket(upload.address(), "/upload") as phone:
        for end in ("whole", "half"):
            phone.send_text("kept.txt")
            assert phone.receive_text() == "ready"
            if end == "half":
                upload.forget()
                phone.send(BINARY, b"new" * 500, fin=False)
                break
            phone.send(BINARY, b"old")
            assert phone.receive_text() == "stored 3 bytes as kept.txt"
    upload.wait_for("disconnected: 1006")
    assert (folder / "kept.txt").read_bytes() == b"old"
    end = time.monotonic() + DEADLINE
    while list(folder.glob(".*")):  # on_close follows the line of the log
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("full", [True, False])
def test_upload_to_a_drive_that_takes_nothing(
    boot: Callable[..., Board], drive: Callable[..., Path], full: bool
):
    """The page is told once, and the console has no traceback."""
    code = (REPOSITORY / "examples/upload.py").read_text()
    lines = """
class FullDrive:
    def __init__(self, *arguments):
        self.size = 0

    def write(self, data):
        self.size += len(data)
        if self.size > 1000:
            raise OSError(28, "ENOSPC")

    def close(self):
        raise OSError(28, "ENOSPC")

open = FullDrive
"""
    if full:
        code = code.replace("import os\n", "import os\n" + lines, 1)
    board = boot(*(["--writable"] if full else []), drive=drive(code=code))
    with RawWebSocket(board.address(), "/upload") as phone:
        for _ in range(2):
            phone.send_text("big.bin")
            if full:
                assert phone.receive_text() == "ready"
                phone.send(BINARY, bytes(100_000))
                assert phone.receive_text() == "no: the drive is full"
            else:
                assert phone.receive_text() == "no: the drive is read-only"
        phone.close()
    assert "Traceback" not in board.log


# by_hand.py: in station mode on a home network


def test_by_hand(boot: Callable[..., Board], drive: Callable[..., Path]):
    options = ("--code", "examples/by_hand.py", "--home-network", "router:its password:3")
    settings = 'HOME_SSID = "router"\nHOME_PASSWORD = "its password"\n'
    board = boot(*options, drive=drive(settings=settings))
    board.wait_for("open http://192.168.1.50/")
    with urllib.request.urlopen(board.url, timeout=DEADLINE) as response:
        assert response.read() == (REPOSITORY / "static/index.html").read_bytes()
    with client(board) as one:
        for message in ("hello", b"\x00\xff"):
            one.send(message)
            assert one.recv(DEADLINE) == message
        assert board.stop() == 0
        with pytest.raises(ConnectionClosed) as raised:
            one.recv(DEADLINE)
        assert raised.value.rcvd is not None and raised.value.rcvd.code == 1001
    assert "hotspot" not in board.log and "ERROR" not in board.log


# A program without its last line


ECHO = (REPOSITORY / "examples/echo.py").read_text()
LAST_LINE = "hotspot.run(server)\n"
_GUARD = "lib/esp_ws_ap/recovery/guard.py"
NO_PAUSE = {_GUARD: (REPOSITORY / _GUARD).read_text("utf-8").replace("CALM = 10", "CALM = 0")}
NOT_RUN = "ERROR - code.py ended before hotspot.run(server); fix any error above first"


@pytest.mark.parametrize("guard", [True, False])
def test_program_that_ends_without_run(
    boot: Callable[..., Board], drive: Callable[..., Path], guard: bool
):
    files = NO_PAUSE if guard else {"boot.py": None}
    folder = drive(code=ECHO.replace(LAST_LINE, ""), files=files)
    board = boot(drive=folder, listening=False)
    board.wait_for("Code done running.")
    assert board.log.count(NOT_RUN) == 1
    assert ("RuntimeError: code.py has ended" in board.log) == guard


def test_program_that_fails_before_run(boot: Callable[..., Board], drive: Callable[..., Path]):
    board = boot(
        drive=drive(code=ECHO.replace(LAST_LINE, "1 // 0\n"), files=NO_PAUSE), listening=False
    )
    board.wait_for("soft reboot")
    assert board.log.index("ZeroDivisionError") < board.log.index(NOT_RUN)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The panels in ``examples/`` on a simulated board, and what such a program serves."""

import contextlib
import json
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from esp_ws_ap.network import join_code
from tests.board import DEADLINE, REPOSITORY, Board, booting, copy_drive
from tests.raw_http import fetch
from tests.raw_websocket import PING, PONG, TEXT, RawWebSocket
from tools.assets import compress


class Phone:
    """
    A page of the panel.

    :param Board board: Where it connects.
    """

    def __init__(self, board: Board) -> None:
        self.socket = RawWebSocket(board.address())
        self.state: dict[str, Any] = {}
        self.by: dict[str, Any] = {}
        self.number = 0
        self.say(panel=1, version=0)
        self.boot = self.until("panel")["boot"]
        self.until("end")

    def say(self, **message: Any) -> None:
        """Send a message."""
        message.setdefault("boot", getattr(self, "boot", 0))
        self.socket.send_text("\x1e" + json.dumps(message))

    def until(self, member: str, condition: Callable[[], Any] = lambda: True) -> Any:
        """Receive until a message has this member and a condition holds. Return the member."""
        while True:
            frame = self.socket.receive()
            if frame.opcode == PING:
                self.socket.send(PONG, frame.payload)
            if frame.opcode != TEXT:
                continue
            message = json.loads(frame.payload[1:])
            for element in message.get("elements", [message]):
                if "key" in element:
                    self.state[element["key"]] = element["value"]
                    self.by[element["key"]] = element.get("by")
            if member in message and condition():
                return message[member]

    def wish(self, key: str, value: Any, drag: bool = False) -> None:
        """Set a value."""
        self.number += 1
        self.say(set=key, value=value, n=self.number, drag=drag)

    def sees(self, **values: Any) -> bool:
        """Wait until these elements have these values."""
        while any(self.state.get(key) != value for key, value in values.items()):
            self.until("key")
        return True


@pytest.fixture
def connect() -> Iterator[Callable[[Board], Phone]]:
    """A function that connects a page."""
    with contextlib.ExitStack() as stack:

        def connect(board: Board) -> Phone:
            phone = Phone(board)
            stack.callback(phone.socket.sock.close)
            return phone

        yield connect


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drive without a page of its own: the package has one."""
    drive = copy_drive(tmp_path_factory.mktemp("panel") / "drive")
    for name in ("index.html", "esp-ws.js", "panel.js"):
        (drive / "static" / name).unlink()
        (drive / "static" / (name + ".gz")).unlink(missing_ok=True)
    folder = drive / "lib/esp_ws_ap/panel"
    page = "<!doctype html><title>Panel</title><script>1</script>" + "<p>x" * 500
    for name, text in (("page.html", page), ("esp-ws.js", "1;" * 600), ("panel.js", "2;" * 600)):
        (folder / (name + ".gz")).unlink(missing_ok=True)
        (folder / name).write_text(text)
        packed = compress(folder / name)
        assert packed
        (folder / (name + ".gz")).write_bytes(packed)
        (folder / name).unlink()  # as in a library of circup
    return drive


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, drive: Path) -> Iterator[Board]:
    """A board with panel.py."""
    with booting(tmp_path_factory.mktemp("board")) as boot:
        yield boot("--code", "examples/panel.py", drive=drive)


@pytest.mark.parametrize(
    "path, content", [("/", "<!doctype"), ("/esp-ws.js", "1;1;"), ("/panel.js", "2;2;")]
)
def test_page_of_the_package(board: Board, path: str, content: str):
    answer = fetch(board.address(), path, headers={"Accept-Encoding": "gzip"})
    assert answer.status == 200 and answer.headers["content-encoding"] == "gzip"
    assert zlib.decompress(answer.body, 31).decode().startswith(content)
    policy = answer.headers.get("content-security-policy", "")
    assert ("script-src 'self' 'sha256-" in policy) == (path == "/")
    headers = {"Accept-Encoding": "gzip", "If-None-Match": answer.headers["etag"]}
    assert fetch(board.address(), path, headers=headers).status == 304


def test_page_of_the_drive_comes_first(drive: Path, board: Board):
    page = drive / "static/index.html"
    page.write_text("<p>mine")
    try:
        assert fetch(board.address()).body == b"<p>mine"
    finally:
        page.unlink()


@pytest.mark.parametrize("source", ["127.0.0.2", "127.0.0.1"])
def test_invite(board: Board, source: str):
    """A station gets the code that joins; a phone of the home network gets the address."""
    with RawWebSocket(board.address()):
        board.wait_for("joined: 127.0.0.2")
        answer = fetch(board.address(), "/invite.svg", source=source)
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    line = next(line for line in board.log.splitlines() if "hotspot up" in line)
    password = line.split('password "')[1].split('"')[0]
    host, port = board.address()
    text = f"http://{host}:{port}/"
    if source == "127.0.0.2":
        name = line.split('name "')[1].split('"')[0]
        text = join_code.wifi_uri(name, password)
    assert answer.body.decode() == join_code.svg(join_code.encode(text))
    assert fetch(board.address(), "/invite.svg", method="HEAD", source=source).status == 200


# panel.py


def test_panel(board: Board, connect: Callable[[Board], Phone]):
    phone = connect(board)
    assert len(phone.state) == 15
    phone.say(press="water_now", n=50)
    assert phone.until("text") == "Watering" and phone.sees(pumping=True)
    phone.say(press="stop", n=51)
    assert phone.sees(pumping=False)
    phone.wish("code_of_the_door", "12")
    assert phone.until("level") == "warning"
    assert phone.until("error") == "wrong code" and phone.state["code_of_the_door"] == ""
    phone.wish("code_of_the_door", "1234")
    assert phone.sees(door="opened by 127.0.0.2")


# lamp.py


def test_lamp(boot: Callable[..., Board], tmp_path: Path, connect: Callable[[Board], Phone]):
    """Four phones, of which two drag one slider; then the power fails."""
    nvm = tmp_path / "nvm.bin"
    board = boot("--code", "examples/lamp.py", nvm=nvm)
    phones = [connect(board) for _ in range(4)]
    first, second, *others = phones
    for value in range(1, 30):
        first.wish("brightness", 2 * value, drag=True)
        second.wish("brightness", 101 - value, drag=True)
    first.wish("brightness", 77)
    for phone in others:
        while phone.state["brightness"] != 77:
            phone.until("key")
            assert phone.state["brightness"] in (*range(2, 60, 2), 77), "it jumps"
            assert phone.by["brightness"] == 1
    first.wish("effect", "Rainbow")
    first.wish("light", True)
    assert all(phone.sees(effect="Rainbow", light=True) for phone in phones)
    for _ in range(3):
        board.type_line("skip 4")
    last = time.monotonic() + DEADLINE
    while b"Rainbow" not in nvm.read_bytes()[2624:3712]:  # within 15 s of the board's clock
        assert time.monotonic() < last
        first.say(set="none", n=99)
        first.until("error")
    board.power_cut()
    board.start()
    board.wait_until_listening()
    again = connect(board)
    assert again.state == {"light": True, "brightness": 77, "effect": "Rainbow", "speed": 5}
    assert board.log.count("ERROR") == 0


# hundred.py


def test_hundred(boot: Callable[..., Board], connect: Callable[[Board], Phone]):
    board = boot("--code", "examples/hundred.py")
    phone = connect(board)
    assert len(phone.state) == 100
    assert phone.sees(north_1=0.14)
    phone.wish("north_limit_1", 3.14)
    assert phone.sees(north_limit_1=3.1)


def test_the_101st_element(boot: Callable[..., Board], tmp_path: Path):
    text = (REPOSITORY / "examples/hundred.py").read_text("utf-8")
    text = text.replace("range(1, 13)", "range(1, 14)")
    board = boot(drive=copy_drive(tmp_path / "drive", code=text), listening=False)
    board.wait_for("ValueError: a panel has at most 100 elements: 'Relay 13' is one more")


@pytest.mark.parametrize("name", ["lamp", "hundred"])
def test_short(name: str):
    """At most 40 lines after the wiring."""
    lines = (REPOSITORY / f"examples/{name}.py").read_text("utf-8").splitlines()
    wiring = next(number for number, line in enumerate(lines) if "hub.upgrade" in line)
    assert len([line for line in lines[wiring + 1 :] if line.strip()]) <= 40

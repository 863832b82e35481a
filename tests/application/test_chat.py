# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""code.py and examples/echo.py as they stand in the repository, on a simulated board."""

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from tests.board import DEADLINE, Board, booting
from tests.raw_http import fetch
from tests.raw_websocket import RawWebSocket


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with the chat, which the tests of this module share."""
    with booting(tmp_path_factory.mktemp("chat")) as boot:
        yield boot()


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with the echo, which the tests of this module share."""
    with booting(tmp_path_factory.mktemp("echo")) as boot:
        yield boot("--code", "examples/echo.py")


@contextlib.contextmanager
def client(board: Board, source: str = "127.0.0.2", **options) -> Iterator[ClientConnection]:
    """An ordinary WebSocket client; when it has closed, so has the board."""
    board.forget()
    with connect(
        board.ws_url, source_address=(source, 0), open_timeout=DEADLINE, proxy=None, **options
    ) as opened:
        number = re.findall(r"client (\d+) joined", board.wait_for(f"joined from {source}"))[0]
        yield opened
    board._wait_for(re.compile(f"client {number} left"), DEADLINE, 1, since=0)


def said(opened: ClientConnection) -> str | bytes:
    """The next message that is not the board's status."""
    last = time.monotonic() + DEADLINE
    while True:
        data = opened.recv(last - time.monotonic())
        if not (isinstance(data, str) and data.startswith('{"status"')):
            return data


def status(opened: ClientConnection) -> dict:
    """The board's next status."""
    while not str(data := opened.recv(DEADLINE)).startswith('{"status"'):
        pass
    return json.loads(data)["status"]


# The chat


def test_a_message_comes_back_to_the_sender_and_reaches_the_others(chat: Board):
    with client(chat) as one, client(chat, "127.0.0.3") as other:
        for message in ("hello", "käse 👋", b"\x00\xff", "", "x" * 4096):
            one.send(message)
            assert said(one) == message
            assert said(other) == message
        other.send("and back")
        assert said(one) == said(other) == "and back"


def test_the_status_comes_each_second_with_four_numbers(chat: Board):
    with client(chat) as one, client(chat, "127.0.0.3"):
        first = status(one)
        start = time.monotonic()
        second, third = status(one), status(one)
        assert 1.5 < time.monotonic() - start < 6
    for got in (first, second, third):
        assert sorted(got) == ["clients", "free_memory", "temperature", "uptime"]
        assert all(type(got[name]) is int for name in ("clients", "free_memory", "uptime"))
        assert type(got["temperature"]) is float
        assert got["free_memory"] > 0 and got["uptime"] >= 0
    assert third["clients"] == 2
    assert second["uptime"] - first["uptime"] in (1, 2)


def test_the_page_and_its_files_are_those_of_static(chat: Board):
    folder = chat.drive / "static"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "index.html" in files, "there is no page"
    for path in files:
        response = fetch(chat.address(), "/" + path.relative_to(folder).as_posix())
        assert response.status == 200 and response.body == path.read_bytes()
    response = fetch(chat.address())
    assert response.body == (folder / "index.html").read_bytes()
    assert response.headers["content-type"] == "text/html"


@pytest.mark.parametrize(
    "target",
    ["/settings.toml", "/code.py", "/../settings.toml", "/lib/esp_ws_ap/hub.py", "/static/"],
)
def test_the_rest_of_the_drive_is_not_served(chat: Board, target: str):
    assert fetch(chat.address(), target).status in (403, 404)


def test_a_request_for_another_host_never_reaches_the_program(chat: Board):
    chat.forget()
    response = fetch(chat.address(), "/ws", headers={"Host": "evil.example"})
    assert response.status == 421
    assert b"192.168.4.1" in response.body
    chat.wait_for('WARNING - 127.0.0.2: "GET /ws" answered 421')


def test_a_page_of_another_site_is_refused(chat: Board):
    chat.forget()
    with pytest.raises(AssertionError, match="status=403"):
        RawWebSocket(chat.address(), headers={"Origin": "http://evil.example"})
    chat.wait_for('WARNING - 127.0.0.2: "GET /ws" answered 403')


def test_the_log_of_a_client_that_comes_and_goes(chat: Board):
    chat.forget()
    with client(chat, "127.0.0.4") as one:
        joined = chat.wait_for("joined from 127.0.0.4")
        assert re.search(r"^ +\d+\.\d{3}: INFO - client \d+ joined from 127.0.0.4: 1 of 4$", joined)
        one.close(4000, "enough")
    assert re.search(r": INFO - client \d+ left: 4000 enough$", chat.wait_for("left: 4000"))


def test_the_fifth_client_is_refused_and_a_place_is_free_again(chat: Board):
    with contextlib.ExitStack() as stack:
        for number in range(3):
            stack.enter_context(client(chat, f"127.0.0.{2 + number}"))
        last = stack.enter_context(client(chat, "127.0.0.5"))
        with (
            connect(chat.ws_url, source_address=("127.0.0.6", 0), proxy=None) as fifth,
            pytest.raises(ConnectionClosedError) as raised,
        ):
            fifth.recv(DEADLINE)
        assert raised.value.rcvd is not None
        assert (raised.value.rcvd.code, raised.value.rcvd.reason) == (
            1013,
            "all 4 places are taken",
        )
        chat.wait_for("from 127.0.0.6 refused: all 4 places are taken")
        assert fetch(chat.address(), "/nothing").status == 404
        last.close()
        chat.wait_for(" left: 1000")
        with client(chat, "127.0.0.6") as again:
            again.send("in")
            assert said(again) == "in"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"\x81\x01x", "failed: 1002 frame is not masked"),
        (b"\x82\xfe\x10\x01", "failed: 1009 message is longer than 4096 bytes"),
        (b"\x81\x81\x00\x00\x00\x00\xff", "failed: 1007 text is not UTF-8"),
    ],
)
def test_a_failure_is_logged_and_others_go_on(chat: Board, data: bytes, line: str):
    with client(chat, "127.0.0.3") as other:
        chat.forget()
        with RawWebSocket(chat.address()) as raw:
            raw.send_bytes(data + bytes(4) * (data[1] == 0xFE))
            chat.wait_for(line)
        other.send("undisturbed")
        assert said(other) == "undisturbed"


def test_a_phone_that_leaves_the_hotspot(chat: Board):
    """Within 2 s it is gone and its place free; the others chat on; back in range it may return."""
    with client(chat, "127.0.0.3") as other:
        away = RawWebSocket(chat.address(), source="127.0.0.7")
        number = re.findall(r"client (\d+) joined", chat.wait_for("joined from 127.0.0.7"))[0]
        chat.wait_for("joined: 127.0.0.7")
        assert "clients" in status(other)
        start = time.monotonic()
        chat.command("leave 127.0.0.7")
        chat.wait_for(re.compile(r"station ([0-9a-f:]{17}) left"))
        chat.wait_for(f"client {number} left: 1006 left the hotspot")
        assert time.monotonic() - start < 2
        other.send("who is there?")
        assert said(other) == "who is there?"
        assert status(other)["clients"] == 1
        chat.command("join 127.0.0.7")
        away.receive_rest()
        away.sock.close()
        with client(chat, "127.0.0.7") as back:
            back.send("here I am")
            assert said(back) == said(other) == "here I am"


def test_the_log_has_the_password_in_one_line_only(chat: Board):
    lines = chat.log.splitlines()
    (line,) = [line for line in lines if "hotspot up: " in line]
    password = re.findall(r'password "([^"]+)"', line)[0]
    assert len(password) == 12
    assert sum(password in line for line in lines) == 1
    assert any("open http://192.168.4.1/ on the phone" in line for line in lines)
    assert any("server listens on port 80" in line for line in lines)
    assert not any("ERROR" in line or "Traceback" in line for line in lines)


# The echo


@pytest.mark.parametrize("message", ["", "x", "käse 👋", "x" * 4096, b"", b"\x00\xff", bytes(4096)])
def test_the_echo_answers_its_sender_and_nobody_else(echo: Board, message: str | bytes):
    with client(echo) as one, client(echo, "127.0.0.3") as other:
        one.send(message)
        assert one.recv(DEADLINE) == message
        other.send("mine")
        assert other.recv(DEADLINE) == "mine"


def test_the_echo_of_fragments_and_pings(echo: Board):
    with client(echo) as one:
        one.send(["a", "ä", "👋"])
        assert one.recv(DEADLINE) == "aä👋"
        assert one.ping().wait(DEADLINE)


def test_the_echo_of_a_message_that_is_too_long(echo: Board):
    with client(echo) as one:
        one.send("x" * 4097)
        with pytest.raises(ConnectionClosedError) as raised:
            one.recv(DEADLINE)
        assert raised.value.rcvd is not None and raised.value.rcvd.code == 1009


def test_the_echo_of_a_thousand_messages(echo: Board):
    with client(echo) as one:
        for number in range(1000):
            one.send(str(number))
            assert one.recv(DEADLINE) == str(number)


@pytest.mark.parametrize("faults", [("partial=1", "eagain=0.3"), ("delay=5",)])
def test_the_echo_over_a_bad_network(boot: Callable[..., Board], faults: tuple[str, ...]):
    options = [word for fault in faults for word in ("--fault", fault)]
    board = boot("--code", "examples/echo.py", "--seed", "1", *options)
    with client(board) as one:
        for size in (0, 1, 125, 126, 1000, 4096) * 3:
            one.send("x" * size)
            assert one.recv(DEADLINE) == "x" * size
    assert "ERROR" not in board.log


def test_ctrl_c_says_goodbye_and_ends_with_status_0(boot: Callable[..., Board]):
    board = boot()
    with contextlib.ExitStack() as stack:
        clients = []
        for number in range(4):
            opened = connect(board.ws_url, source_address=(f"127.0.0.{2 + number}", 0), proxy=None)
            clients.append(stack.enter_context(opened))
            board.wait_for(f"joined from 127.0.0.{2 + number}")
        assert board.stop() == 0
        for opened in clients:
            with pytest.raises((ConnectionClosedOK, ConnectionClosedError)) as raised:
                while True:
                    opened.recv(DEADLINE)
            assert raised.value.rcvd is not None
            assert (raised.value.rcvd.code, raised.value.rcvd.reason) == (
                1001,
                "the board restarts",
            )
    assert board.log.count("left: 1001 the board restarts") == 4

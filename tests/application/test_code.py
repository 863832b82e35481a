# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""code.py as it stands in the repository, on a simulated board, through its messages."""

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK
from websockets.sync.client import connect

from tests.board import DEADLINE, REPOSITORY, Board, booting
from tests.raw_http import fetch
from tests.raw_websocket import RawWebSocket
from tests.reference_page import ReferencePage, reference_page

DOT = b"\x01\x00\x00\x01\x00\x02"
LINE = b"\x02\x15\x00\x01\x00\x02\x0b\xb7\x0f\x9f"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A board with code.py, which the tests of this module share."""
    with booting(tmp_path_factory.mktemp("program")) as boot:
        yield boot()


@contextlib.contextmanager
def page(board: Board, source: str = "127.0.0.2") -> Iterator[ReferencePage]:
    """A page that has joined; when it is closed, so is it for the board."""
    with reference_page(board.ws_url, source) as opened:
        yield opened
    board.wait_for(f"client {opened.id} disconnected", since=0)


# The board's figures


def test_figures_each_second(board: Board):
    with page(board) as one, page(board, "127.0.0.3"):
        start = time.monotonic()
        heard = [one.change("uptime")["value"] for _ in range(3)]
        assert 1.5 < time.monotonic() - start < 6
        assert len(set(heard)) == 3 and re.fullmatch(r"\d+:\d\d:\d\d", heard[0])
        with page(board, "127.0.0.4") as later:
            assert later.elements["free_memory"]["value"] > 0


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e30"])
def test_temperature_of_a_broken_sensor_is_null(board: Board, value: str):
    with page(board) as one:
        board.command(f"fault temperature={value}")
        try:
            assert one.change("chip")["value"] is None
        finally:
            board.command("fault temperature=off")
        assert one.change("chip")["value"] > 0


def test_people(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        other.do(name="  Ada ")
        while len(people := one.hear("people")) < 2 or not people[1][1]:
            pass
        (number, name, rssi, latency, hidden), (other_number, other_name, *_) = people
        assert (number, name, latency, hidden) == (one.id, "", None, 0)
        assert (other_number, other_name) == (other.id, "Ada")
        assert rssi is None or -100 < rssi < 0


def test_hidden_page_gets_no_figures_but_the_chat(board: Board):
    with RawWebSocket(board.address(), target="/ws?page=0123456789abcdef") as hidden:
        hidden.send_text('\x1e{"panel":1}')
        while hidden.receive().payload[:2] != b"\x1e\x02":
            pass
        hidden.send_text("\x051 17 1")
        while hidden.receive().payload != b"\x061":
            pass
        with page(board, "127.0.0.3") as other:
            assert [person[3:] for person in other.hear("people")] == [[17, 1], [None, 0]]
            other.hear("people")
            other.do(chat="wake up")
        assert '"wake up"' in hidden.receive_text()


def test_numbers_for_the_curious(board: Board):
    with page(board):
        numbers = json.loads(fetch(board.address(), "/stats").body)
        assert numbers["hub"]["clients"] == 1
        assert numbers["recorder"]["boots"] == 1


# Chat


def test_everybody_reads_what_anybody_says(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.do(name="Ada")
        for text in ("hello", "käse 👋 你好", "x" * 500):
            one.do(chat=text)
            (line,) = one.hear("chat")
            assert (line["id"], line["name"], line["text"]) == (one.id, "Ada", text)
            assert other.hear("chat") == [line]
        other.do(chat="and back")
        assert one.said() == other.said() == "and back"


def test_escapes_of_half_characters_are_refused(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        for wish in ({"chat": "👋"}, {"name": "👋"}, {"chat": "\\👋"}):
            one.socket.send("\x1e" + json.dumps(wish))
            assert "two escapes" in one.hear("error")
        for text in ("\\ud83d", "\\\\ud83d", "한 é"):
            one.socket.send("\x1e" + json.dumps({"chat": text}))
            assert other.said() == text


def test_who_comes_later_reads_the_last_lines(board: Board):
    with page(board) as one:
        for number in range(25):
            one.do(chat=f"line {number}")
            one.said()
        with page(board, "127.0.0.3") as other:
            assert [line["text"] for line in other.chat] == [f"line {n}" for n in range(5, 25)]
            assert all(line["ago"] < 60 for line in other.chat)
            numbers = [line["n"] for line in other.chat]
            assert numbers == list(range(numbers[0], numbers[0] + 20))
            assert (other.boot, other.id) == (one.boot, one.id + 1)
        for _ in range(6):
            one.do(chat="x" * 500)
            one.said()
        with page(board, "127.0.0.3") as other:
            assert [len(line["text"]) for line in other.chat] == [500] * 4


# The light


def test_light_is_the_same_for_all(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        board.forget()
        for key, value in (("light", True), ("color", "Green"), ("brightness", 7)):
            assert one.set(key, value)["ok"] is True
            assert other.change(key)["value"] == value
        board.wait_for("NEOPIXEL is #000f04")
        with page(board, "127.0.0.4") as later:
            assert later.elements["brightness"]["value"] == 7
        assert "error" in other.set("color", "Mauve") and "error" in other.set("light", 1)
        assert other.set("brightness", 101)["value"] == 7


# The drawing


def test_strokes_arrive_bit_for_bit_and_stay_for_those_who_come(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.do(clear=True)
        assert one.drawn() == other.drawn() == b"\x02"
        for strokes in (DOT, LINE, DOT + LINE):
            one.draw(b"\x01" + strokes)
            assert one.drawn() == other.drawn() == b"\x01" + strokes
        with page(board, "127.0.0.4") as later:
            assert later.drawing == DOT + LINE + DOT + LINE
            later.do(clear=True)
            assert one.drawn() == b"\x02"
        with page(board, "127.0.0.4") as later:
            assert later.drawing == b""


def test_a_full_sheet_loses_its_oldest_strokes(board: Board):
    with page(board) as one:
        one.do(clear=True)
        one.drawn()
        strokes = []
        for number in range(300):
            points = number % 60 + 1
            strokes.append(bytes((points, number % 8)) + number.to_bytes(4, "big") * points)
            one.draw(b"\x01" + strokes[-1])
            one.drawn()
        with page(board, "127.0.0.3") as later:
            kept = later.drawing
    whole = b"".join(strokes)
    assert whole.endswith(kept)
    assert 16384 - 242 < len(kept) <= 16384
    assert kept[:2] in [stroke[:2] for stroke in strokes]


def test_strokes_that_find_no_memory_are_told(boot, drive):
    code = (REPOSITORY / "code.py").read_text("utf-8")
    code = code.replace(
        "# 3. Run",
        "def fail(*arguments):\n    raise MemoryError\n\n\npanel.to_all = fail\n\n\n# 3. Run",
    )
    with page(boot(drive=drive(code=code))) as one:
        one.draw(b"\x01" + DOT)
        assert one.hear("error") == "the board has no memory for it"


@pytest.mark.parametrize(
    "strokes", [b"\x00\x00", DOT + b"\x01", DOT[:-1], LINE + b"\x01\x00\x00\x00", b"\xff\x00"]
)
def test_broken_strokes_are_refused(board: Board, strokes: bytes):
    with page(board) as one:
        one.draw(b"\x01" + strokes)
        assert one.hear("error") == "not strokes"
        one.draw(b"\x02" + DOT)
        assert one.hear("error") == "not strokes"
        one.draw(b"\x01" + DOT)
        assert one.drawn() == b"\x01" + DOT


def test_undo(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.do(clear=True)
        one.draw(b"\x01" + DOT + LINE + DOT)
        one.draw(b"\x03" + LINE)
        assert [other.drawn() for _ in range(3)][2] == b"\x03" + LINE
        with page(board, "127.0.0.4") as later:
            assert later.drawing == DOT + DOT


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"dance": 1}', "not understood"),
        ('{"chat": 1}', "not understood"),
        ("5", "not understood"),
        ("{", "not understood"),
        ('{"chat": ""}', "a line has 1 to 500 characters"),
        ('{"chat": "%s"}' % ("x" * 501), "a line has 1 to 500 characters"),
    ],
)
def test_only_the_sender_hears_what_was_wrong(board: Board, text: str, error: str):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.socket.send("\x1e" + text)
        assert one.hear("error") == error
        one.do(chat="next")
        while "chat" not in (heard := json.loads(other.socket.recv(DEADLINE)[1:])):
            assert "error" not in heard
        assert [(line["text"], line["name"]) for line in heard["chat"]] == [("next", "")]


# Files and requests


def test_the_page_and_its_files_are_those_of_static(board: Board):
    folder = board.drive / "static"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "index.html" in files, "there is no page"
    for path in files:
        if path.name.startswith("welcome.") and path.name.endswith(".html"):
            continue  # templates: tests/portal
        response = fetch(board.address(), "/" + path.relative_to(folder).as_posix())
        assert response.status == 200 and response.body == path.read_bytes()
    response = fetch(board.address())
    assert response.body == (folder / "index.html").read_bytes()
    assert response.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "target",
    ["/settings.toml", "/code.py", "/../settings.toml", "/lib/esp_ws_ap/hub.py", "/static/"],
)
def test_the_rest_of_the_drive_is_not_served(board: Board, target: str):
    assert fetch(board.address(), target).status in (403, 404)


def test_a_request_for_another_host_never_reaches_the_program(board: Board):
    board.forget()
    headers = {"Host": "evil.example", "Accept": "text/html"}
    response = fetch(board.address(), "/ws", headers=headers)
    assert (response.status, response.headers["location"][:19]) == (302, "http://192.168.4.1/")
    response = fetch(board.address(), "/ws", method="POST", headers={"Host": "evil.example"})
    assert response.status == 421
    assert b"192.168.4.1" in response.body
    board.wait_for("portal: 127.0.0.2 refused", since=0)


def test_a_page_of_another_site_is_refused(board: Board):
    board.forget()
    with pytest.raises(AssertionError, match="status=403"):
        RawWebSocket(board.address(), headers={"Origin": "http://evil.example"})
    board.wait_for('WARNING - 127.0.0.2: "GET /ws" answered 403')


# Who is there


def test_the_log_of_a_client_that_comes_and_goes(board: Board):
    board.forget()
    with page(board, "127.0.0.4") as one:
        joined = board.wait_for("connected from 127.0.0.4")
        assert re.search(
            r"^ +\d+\.\d{3}: INFO - client \d+ connected from 127.0.0.4: 1 of 4$", joined
        )
        one.socket.close(4000, "enough")
    assert re.search(
        r": INFO - client \d+ disconnected: 4000 enough$", board.wait_for("disconnected: 4000")
    )


def test_the_fifth_client_is_refused_and_a_place_is_free_again(board: Board):
    with contextlib.ExitStack() as stack:
        for number in range(3):
            stack.enter_context(page(board, f"127.0.0.{2 + number}"))
        last = stack.enter_context(page(board, "127.0.0.5"))
        with (
            connect(board.ws_url, source_address=("127.0.0.6", 0), proxy=None) as fifth,
            pytest.raises(ConnectionClosedError) as raised,
        ):
            fifth.recv(DEADLINE)
        assert raised.value.rcvd is not None
        assert (raised.value.rcvd.code, raised.value.rcvd.reason) == (
            1013,
            "all 4 places are taken",
        )
        board.wait_for("from 127.0.0.6 rejected: all 4 places are taken")
        assert fetch(board.address(), "/nothing").status == 404
        last.socket.close()
        board.wait_for(" disconnected: 1000")
        with page(board, "127.0.0.6") as again:
            again.do(chat="in")
            assert again.said() == "in"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"\x81\x01x", "failed: 1002 frame is not masked"),
        (b"\x82\xfe\x10\x01", "failed: 1009 message is longer than 4096 bytes"),
        (b"\x81\x81\x00\x00\x00\x00\xff", "failed: 1007 text is not UTF-8"),
    ],
)
def test_a_failure_is_logged_and_others_go_on(board: Board, data: bytes, line: str):
    with page(board, "127.0.0.3") as other:
        board.forget()
        with RawWebSocket(board.address()) as raw:
            raw.send_bytes(data + bytes(4) * (data[1] == 0xFE))
            board.wait_for(line)
        other.do(chat="undisturbed")
        assert other.said() == "undisturbed"


def test_a_phone_that_leaves_the_hotspot(board: Board):
    """Within 2 s it is gone and its place free; the others chat on; back in range it may return."""
    with page(board, "127.0.0.3") as other:
        away = RawWebSocket(board.address(), source="127.0.0.7")
        number = re.findall(r"client (\d+) connected", board.wait_for("connected from 127.0.0.7"))[
            0
        ]
        board.wait_for("joined: 127.0.0.7")
        assert len(other.hear("people")) == 2
        start = time.monotonic()
        board.command("leave 127.0.0.7")
        board.wait_for(re.compile(r"station ([0-9a-f:]{17}) left"))
        board.wait_for(f"client {number} disconnected: 1006 left the hotspot")
        assert time.monotonic() - start < 2
        other.do(chat="who is there?")
        assert other.said() == "who is there?"
        assert len(other.hear("people")) == 1
        board.command("join 127.0.0.7")
        away.receive_rest()
        away.sock.close()
        with page(board, "127.0.0.7") as back:
            back.do(chat="here I am")
            assert back.said() == other.said() == "here I am"


def test_the_log_has_the_password_in_one_line_only(board: Board):
    lines = board.log.splitlines()
    (line,) = [line for line in lines if "hotspot up: " in line]
    password = re.findall(r'password "([^"]+)"', line)[0]
    assert len(password) == 12
    assert sum(password in line for line in lines) == 1
    assert any("open http://192.168.4.1/ on the phone" in line for line in lines)
    board.wait_for("or open http://esp-0001.local/", since=0)
    assert any("server listens on port 80" in line for line in lines)
    assert not any("ERROR" in line or "Traceback" in line for line in lines)


def test_ctrl_c_says_goodbye_and_ends_with_status_0(boot: Callable[..., Board]):
    board = boot()
    with contextlib.ExitStack() as stack:
        clients = []
        for number in range(4):
            opened = connect(board.ws_url, source_address=(f"127.0.0.{2 + number}", 0), proxy=None)
            clients.append(stack.enter_context(opened))
            board.wait_for(f"connected from 127.0.0.{2 + number}")
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
    assert board.log.count("disconnected: 1001 the board restarts") == 4

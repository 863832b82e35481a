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


# Live


def test_the_status_comes_each_second(board: Board):
    with page(board) as one, page(board, "127.0.0.3"):
        first = one.hear("status")
        start = time.monotonic()
        second, third = one.hear("status"), one.hear("status")
        assert 1.5 < time.monotonic() - start < 6
    for got in (first, second, third):
        assert sorted(got) == ["clients", "free_memory", "max", "temperature", "uptime"]
        assert type(got["temperature"]) is float
        assert got["free_memory"] > 0 and got["uptime"] >= 0 and got["max"] == 4
    assert second["uptime"] - first["uptime"] in (1, 2)


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e30"])
def test_temperature_of_a_broken_sensor_is_null(board: Board, value: str):
    with page(board) as one:
        board.command(f"fault temperature={value}")
        try:
            heard = [one.hear("status")["temperature"] for _ in range(3)]
            assert heard[-1] is None
        finally:
            board.command("fault temperature=off")


def test_the_status_tells_who_is_there(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        other.do(name="  Ada ")
        while len(clients := one.hear("status")["clients"]) < 2 or not clients[1][1]:
            pass
        (number, name, rssi, latency, hidden), (other_number, other_name, *_) = clients
        assert (number, name, latency, hidden) == (one.id, "", None, 0)
        assert (other_number, other_name) == (other.id, "Ada")
        assert rssi is None or -100 < rssi < 0


def test_a_hidden_page_gets_no_status_and_misses_nothing_else(board: Board):
    with RawWebSocket(board.address(), target="/ws?page=0123456789abcdef") as hidden:
        hidden.send_text("\x051 17 1")
        while hidden.receive().payload != b"\x061":
            pass
        with page(board, "127.0.0.3") as other:
            assert [client[3:] for client in other.hear("status")["clients"]] == [
                [17, 1],
                [None, 0],
            ]
            other.hear("status")
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


def test_text_that_is_no_object_is_said(board: Board):
    with page(board) as one:
        for text in ("hello", "5", "[1]", '"x"', "{not json", "true"):
            one.socket.send(text)
            assert one.said() == text


def test_escapes_of_half_characters_are_refused(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        for wish in ({"chat": "👋"}, {"name": "👋"}, {"👋": 1}, {"chat": "\\👋"}):
            one.socket.send(json.dumps(wish))
            assert "two escapes" in one.hear("error")
        for text in ("\\ud83d", "\\\\ud83d", "한 é"):
            one.socket.send(json.dumps({"chat": text}))
            assert other.said() == text
        with page(board, "127.0.0.4") as later:
            assert later.chat[-1]["text"] == "한 é"


def test_who_comes_later_reads_the_last_lines(board: Board):
    with page(board) as one:
        for number in range(25):
            one.do(chat=f"line {number}")
            one.said()
        with page(board, "127.0.0.3") as other:
            assert [line["text"] for line in other.chat] == [f"line {n}" for n in range(5, 25)]
            numbers = [line["n"] for line in other.chat]
            assert numbers == list(range(numbers[0], numbers[0] + 20))
            assert (other.boot, other.id) == (one.boot, one.id + 1)
        for _ in range(6):
            one.do(chat="x" * 500)
            one.said()
        with page(board, "127.0.0.3") as other:
            assert [len(line["text"]) for line in other.chat] == [500] * 4


# The light


def test_the_lights_state_is_everybodys(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.do(light={"on": True, "color": "#00ff80", "brightness": 7})
        for member in (one, other):
            state = member.hear("light")
            assert (state["on"], state["color"], state["brightness"]) == (True, "#00ff80", 7)
            assert state["held"] == {"on": one.id, "color": one.id, "brightness": one.id}
        assert one.hear("light")["held"] == {}
        with page(board, "127.0.0.4") as later:
            assert later.light == {"on": True, "color": "#00ff80", "brightness": 7, "held": {}}


def test_two_people_do_not_fight_over_a_value(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.do(light={"brightness": 10})
        assert other.hear("light")["held"] == {"brightness": one.id}
        other.do(light={"brightness": 90, "on": False})
        state = other.hear("light")
        assert (state["brightness"], state["on"]) == (10, False)
        assert state["held"] == {"brightness": one.id, "on": other.id}
        while other.hear("light")["held"]:
            pass
        other.do(light={"brightness": 90})
        assert other.hear("light")["brightness"] == 90


@pytest.mark.parametrize(
    "wish",
    [
        {"on": 1},
        {"on": None},
        {"brightness": -1},
        {"brightness": 101},
        {"brightness": 5.5},
        {"brightness": True},
        {"brightness": "5"},
        {"color": "#fffff"},
        {"color": "#FFFFFG"},
        {"color": 255},
        {"held": {}},
        {"mood": "good"},
    ],
)
def test_what_is_no_value_of_the_light_changes_nothing(board: Board, wish: dict):
    with page(board) as one:
        before = {name: one.light[name] for name in ("on", "color", "brightness")}
        one.do(light=wish)
        assert one.hear("error") == f"not a value of the light: {list(wish)[0]}"
    with page(board) as later:
        assert before.items() <= later.light.items()


# The drawing


def test_strokes_arrive_bit_for_bit_and_stay_for_those_who_come(board: Board):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.do(clear=True)
        assert one.drawn() == other.drawn() == b"\x02"
        for strokes in (DOT, LINE, DOT + LINE):
            one.socket.send(b"\x01" + strokes)
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
            one.socket.send(b"\x01" + strokes[-1])
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
        "def draw(data):\n", "def draw(data):\n    raise MemoryError\n\n\ndef x(data):\n"
    )
    with page(boot(drive=drive(code=code))) as one:
        one.socket.send(b"\x01" + DOT)
        assert one.hear("error") == "the board has no memory for these strokes"


@pytest.mark.parametrize(
    "strokes", [b"\x00\x00", DOT + b"\x01", DOT[:-1], LINE + b"\x01\x00\x00\x00", b"\xff\x00"]
)
def test_broken_strokes_are_refused(board: Board, strokes: bytes):
    with page(board) as one:
        one.socket.send(b"\x01" + strokes)
        assert one.hear("error") == "not strokes"
        one.socket.send(b"\x02" + DOT)
        assert one.hear("error") == "only the board sends whole drawings"
        one.socket.send(b"\x01" + DOT)
        assert one.drawn() == b"\x01" + DOT


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"\x03", bytes(4096)])
def test_other_binary_messages_go_to_everybody_as_they_are(board: Board, data: bytes):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.socket.send(data)
        assert one.drawn() == other.drawn() == data


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"dance": 1}', "not understood: dance"),
        ('{"chat": 1}', "not understood: chat"),
        ('{"name": ["x"]}', "not understood: name"),
        ('{"status": {"uptime": 1}}', "not understood: status"),
        ('{"chat": ""}', "a line has 1 to 500 characters"),
        ("  ", "a line has 1 to 500 characters"),
        ("x" * 501, "a line has 1 to 500 characters"),
        ('{"clear": 1}', "not understood: clear"),
        ('{"clear": {}}', "not understood: clear"),
        ('{"' + "x" * 4000 + '": 1}', "not understood: " + "x" * 40),
        ("[" * 4000, "nested too deep"),
        ('{"clear":' * 450, "a line has 1 to 500 characters"),
        ('{"light":' * 400 + "1" + "}" * 400, "not a value of the light: light"),
        # One wish that is wrong stops the others.
        ('{"dance": 1, "chat": "said", "light": {}, "name": "X"}', "not understood: dance"),
        ('{"chat": "said", "name": "X", "dance": 1}', "not understood: dance"),
        ('{"chat": "", "name": "X", "clear": true}', "a line has 1 to 500 characters"),
        ('{"chat": "said", "light": {"on": true, "hue": 1}}', "not a value of the light: hue"),
    ],
)
def test_only_the_sender_hears_what_was_wrong(board: Board, text: str, error: str):
    with page(board) as one, page(board, "127.0.0.3") as other:
        one.socket.send(text)
        assert one.hear("error") == error
        one.do(chat="next")
        while "chat" not in (heard := json.loads(other.socket.recv(DEADLINE))):
            assert "error" not in heard
        assert [(line["text"], line["name"]) for line in heard["chat"]] == [("next", "")]


# Files and requests


def test_the_page_and_its_files_are_those_of_static(board: Board):
    folder = board.drive / "static"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "index.html" in files, "there is no page"
    for path in files:
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
    response = fetch(board.address(), "/ws", headers={"Host": "evil.example"})
    assert (response.status, response.headers["location"][:19]) == (302, "http://192.168.4.1/")
    response = fetch(board.address(), "/ws", method="POST", headers={"Host": "evil.example"})
    assert response.status == 421
    assert b"192.168.4.1" in response.body
    board.wait_for('WARNING - 127.0.0.2: "POST /ws" answered 421')


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
        assert len(other.hear("status")["clients"]) == 2
        start = time.monotonic()
        board.command("leave 127.0.0.7")
        board.wait_for(re.compile(r"station ([0-9a-f:]{17}) left"))
        board.wait_for(f"client {number} disconnected: 1006 left the hotspot")
        assert time.monotonic() - start < 2
        other.do(chat="who is there?")
        assert other.said() == "who is there?"
        assert len(other.hear("status")["clients"]) == 1
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

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The call depth of the board's code. The call stack has 2,048 bytes, which is about 15 frames from
the loop to the deepest line, including adafruit's server and the program's handlers.

The frames are counted in the simulator while everything happens that can happen. Their sizes come
from MicroPython's compiler.
"""

import contextlib
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import adafruit_httpserver
import dns.message
import dns.query
import pytest

from tests import raw_http
from tests.board import REPOSITORY, Board, booting, copy_drive
from tests.raw_http import exchange, fetch
from tests.raw_websocket import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    RawWebSocket,
    close_payload,
    frame,
    upgrade_bytes,
)
from tests.reference_page import reference_page
from tests.small_vm.call_depth import Function
from tests.small_vm.frame_sizes import frame_sizes

MAX_FRAMES = 15
STACK = 2048

#: Bytes of the stack that the interpreter takes to call ``__init__`` of a new object.
_ARGUMENTS = 24

HERE = Path(__file__).parent

# The first of the tests waits for everything.
pytestmark = pytest.mark.timeout(240)


def _measure(drive: Path, folder: Path, drivers: list[Callable[[Board], None]]) -> dict:
    """Measure the call depth of a board on which these things happen."""
    result = folder / "depth.json"
    with booting(folder) as boot:
        board = boot(drive=drive, module=("tests.small_vm.call_depth", str(result)))
        for drive_through in drivers:
            drive_through(board)
        board.stop()
    return json.loads(result.read_text("utf-8"))


# What happens to the board


def pages(board: Board) -> None:
    """Requests, good and bad."""
    address = board.address()
    assert fetch(address, "/large.bin").status == 200
    assert fetch(address, "/large.bin", method="HEAD").status == 200
    assert fetch(address, "/none").status == 404
    assert fetch(address, "/", method="POST", body=b"x").status == 405
    assert fetch(address, "/..", method="PUT", headers={"Host": "lost.example"}).status == 421
    assert fetch(address, "/", headers={"X": "x" * 6000}).status == 431
    assert fetch(address, "/", method="POST", body=bytes(5000)).status == 413
    assert fetch(address, "/\xff", headers={"X": "\xff"}).status == 400
    assert fetch(address, "/", headers={"X": "\xff"}).status in (200, 404)
    assert exchange(address, b"nonsense\r\n\r\n").data.startswith(b"HTTP/1.1 400 ")
    fetch(address, "/../settings.toml")


def portal(board: Board) -> None:
    """A station that joins: names, probes, the welcome page."""
    address = board.address()
    host, port = board.address(53)
    query = dns.message.make_query("lost.example", "A")
    assert dns.query.udp(query, host, timeout=20, port=port, source="127.0.0.2").answer
    probe = {"Host": "captive.apple.com"}
    assert fetch(address, "/hotspot-detect.html", headers=probe).status == 302
    assert fetch(address, "/welcome", headers={"Accept-Language": "zh;q=1, en"}).status == 200
    assert fetch(address, "/qr.svg").status == 200
    assert fetch(address, "/welcome", method="POST").status == 303
    assert fetch(address, "/hotspot-detect.html", headers=probe).status == 200
    lost = {"Host": "lost.example", "Accept": "text/html"}
    assert fetch(address, "/", headers=lost).status == 302


def upgrades(board: Board) -> None:
    """Handshakes, good and bad."""
    address = board.address()
    wrong: tuple[dict[str, str | None], ...] = (
        {"Upgrade": None},
        {"Connection": None},
        {"Sec-WebSocket-Key": "short"},
        {"Sec-WebSocket-Version": "8"},
        {"Origin": "http://elsewhere.example"},
    )
    for headers in wrong:
        data = upgrade_bytes(address, headers=headers)
        assert raw_http.parse(exchange(address, data)).status in (400, 403, 426)
    RawWebSocket(address, headers={"Sec-WebSocket-Protocol": "other, chat"}).close()


def messages(board: Board) -> None:
    """Messages, pings and both ways to close."""
    address = board.address()
    clients = [RawWebSocket(address) for _ in range(4)]
    with RawWebSocket(address) as fifth:
        while fifth.receive().opcode != CLOSE:
            pass
    for client in clients:
        client.send_text("你好")
        client.send(TEXT, "in ", fin=False)
        client.send(PING, b"x")
        client.send(0, "parts")
        client.send(BINARY, bytes(3000))
    for client in clients:
        client.close()
    with RawWebSocket(address) as client:
        client.send_bytes(b"\x81\xfe\x10\x00mask")
        client.reset()
    board.wait_for("disconnected: 1006")


def broken_protocol(board: Board) -> None:
    """Frames that fail the connection."""
    for data in (
        b"\xf1\x80mask",
        b"\x81\x01x",
        b"\x81\x82\0\0\0\0\xc0\x80",
        b"\x81\xff" + b"\xff" * 12,
    ):
        with RawWebSocket(board.address(), early=data) as client:
            while client.receive().opcode != CLOSE:
                pass
            client.receive_rest()


def handlers_that_raise(board: Board) -> None:
    """Handlers that raise, each of them."""
    address = board.address()
    assert fetch(address, "/raise").status == 500
    assert fetch(address, "/form?a=b", method="POST", body=b'{"a": 1}').status == 200
    for what in ("raise", "close", "ping", "memory"):
        with RawWebSocket(address) as client:
            client.send_text(what)
            if what == "close":
                while client.receive().opcode != CLOSE:
                    pass
                client.send(CLOSE, close_payload(4000))
                client.receive_rest()
            else:
                client.close()
    with RawWebSocket(address) as client:
        client.send(BINARY, bytes(20000))
        client.close()
    board.wait_for("on_error failed")
    board.wait_for("a timer failed")


def clients(board: Board) -> None:
    """Pings, replaced connections, floods, latest values, statistics."""
    address = board.address()
    with RawWebSocket(address) as client:
        while (received := client.receive()).opcode != PING:
            pass
        client.send(PONG, received.payload)
        client.send_bytes(b"".join(frame(TEXT, "x") for _ in range(40)))
        client.send_text("stats")
        while not client.receive().payload.startswith(b"{"):
            pass
        client.close()
    page = "/ws?page=0123456789abcdef"
    with RawWebSocket(address, page) as old, RawWebSocket(address, page) as new:
        while old.receive().opcode != CLOSE:
            pass
        new.close()
    with RawWebSocket(address) as client:
        client.send_text("values")
        while client.receive().payload[-3:] != b"end":
            pass
        client.close()


def panel(board: Board) -> None:
    """The panel's messages, and the QR code that invites a phone."""
    with RawWebSocket(board.address()) as client:
        client.send_text('\x1e{"panel":1,"boot":0,"version":0}')
        while not (received := client.receive().payload).startswith(b'\x1e{"panel"'):
            pass
        boot = json.loads(received[1:])["panel"]["boot"]
        for number, value in enumerate((5, 60, 6, "x")):
            wish = {"set": "fan", "value": value, "n": number, "boot": boot, "drag": number < 2}
            client.send_text("\x1e" + json.dumps(wish))
        while b'"n":3' not in client.receive().payload:
            pass
        client.close()
    assert fetch(board.address(), "/invite.svg").status == 200
    board.wait_for("panel.on_change failed")


def shared(board: Board) -> None:
    """The messages of code.py's page."""
    with reference_page(board.ws_url) as page:
        page.do(name="Ada")
        page.do(chat="hello")
        assert page.said() == "hello"
        page.draw(b"\x01\x01\x00\x00\x01\x00\x02")
        page.drawn()
        assert page.set("light", True)["ok"] and page.set("brightness", 7, drag=True)["ok"]
        assert page.set("light", 1)["error"]
        page.do(clear=True)
        page.drawn()
        assert fetch(board.address(), "/stats").status == 200
    board.command("skip 61")  # the flight record is written
    assert fetch(board.address(), "/stats").status == 200


def too_slow(board: Board) -> None:
    """Clients that do not read, do not write or do not close."""
    address = board.address()
    board.forget()
    with contextlib.ExitStack() as stack:
        stack.enter_context(raw_http.connect(address))
        begun = stack.enter_context(raw_http.connect(address))
        begun.sendall(b"GET / HTTP/1.1\r\n")
        half = stack.enter_context(RawWebSocket(address))
        half.send_bytes(b"\x81\xfe\x10\x00mask")
        flooded = stack.enter_context(RawWebSocket(address))
        flooded.send_text("flood")
        never_closes = stack.enter_context(RawWebSocket(address))
        never_closes.send_text("close")
        board.wait_for("answered 408")
        board.wait_for("sent no request")
        board.wait_for("1011 the program sends too much at once")
        board.wait_for("1008 message took too long")
        board.wait_for("disconnected: 4000")
    board.forget()
    with raw_http.connect(address) as sock:
        sock.sendall(raw_http.request_bytes(address, "/chunks"))
        board.wait_for("not reading the response")
    with raw_http.connect(address) as sock:
        sock.sendall(raw_http.request_bytes(address, "/large.bin"))
        board.wait_for("not reading the response", count=2)


def hotspot_lost(board: Board) -> None:
    """The radio stops."""
    with RawWebSocket(board.address()) as client:
        board.forget()
        client.send_text("down")
        board.wait_for("hotspot up again")


def reload(board: Board) -> None:
    """A soft reload with one WebSocket and one connection without a request."""
    with RawWebSocket(board.address()), raw_http.connect(board.address()):
        board.reload()
        board.wait_until_listening()


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The results of two programs together."""
    folder = tmp_path_factory.mktemp("depth")
    files = {"static/large.bin": bytes(12_000_000)}
    plain = copy_drive(folder / "plain", files=files)
    full = copy_drive(
        folder / "full", code=(HERE / "everything.py").read_text("utf-8"), files=files
    )
    # Shorter timeouts make the test shorter.
    for name in ("websocket/connection", "http/exchange"):
        path = full / f"lib/esp_ws_ap/{name}.py"
        path.write_text(re.sub(r"= const\((\d)000\d?\)", r"= const(300)", path.read_text("utf-8")))
    parts = []
    for drive, drivers in (
        (plain, [portal, pages, upgrades, messages, broken_protocol, shared, reload]),
        (
            full,
            [
                portal,
                pages,
                messages,
                panel,
                handlers_that_raise,
                clients,
                too_slow,
                hotspot_lost,
                reload,
            ],
        ),
    ):
        own = folder / f"{drive.name}-result"
        own.mkdir()
        parts.append(_measure(drive, own, drivers))
    return {
        "chains": [tuple(map(tuple, chain)) for part in parts for chain in part["chains"] if chain],
        "called": {tuple(function) for part in parts for function in part["called"]},
    }


def _words(chain: tuple[Function, ...]) -> str:
    return " > ".join(f"{Path(file).stem}.{name}" for file, name in chain)


def test_everything_was_called(measured: dict):
    """The depth counts only if the deep functions were called."""
    names = {name for _, name in measured["called"]}
    expected = """
        request_timed_out request_line _respond send_body _read_body
        _linger_or_close _shut_down detach fail report_failure report_fault
        log_exception emit
        put_pong _handle_close _send_close clear tick feed deliver attach broadcast
        _switch_on _came_up _run_timers _read_chunk _decode_text _is_strict violation
        choose_subprotocol refuse accept abort _station_left station resume set_aside
        put_latest _unfold report_watermark stats
        _answer _end_of_question _welcome _continue _picture release record save _free_memory
        show show_light received opened
        receive ask fan_changed panel_changed _send_element _send_missing count _write
    """.split()
    assert set(expected) <= names


def test_max_frames(measured: dict):
    deepest = max(measured["chains"], key=len)
    assert len(deepest) <= MAX_FRAMES, f"{len(deepest)} frames: {_words(deepest)}"


def test_frames_below_a_handler_of_the_panel(measured: dict):
    """With the guard and code.py below, the handler itself is the tenth."""
    chains = [
        chain for chain in measured["chains"] if any(name == "fan_changed" for _, name in chain)
    ]
    assert chains
    for chain in chains:
        place = [name for _, name in chain].index("fan_changed")
        assert place + 1 + 2 <= 10, _words(chain)


@pytest.mark.skipif(sys.platform != "linux", reason="MicroPython's wheel is for Linux")
def test_max_bytes(measured: dict):
    sizes = _Sizes()
    deepest = max(measured["chains"], key=sizes.of)
    used = sizes.of(deepest)
    assert used <= STACK, f"{used} bytes: {_words(deepest)}"


class _Sizes:
    def __init__(self) -> None:
        self._files: dict[str, dict[str, int]] = {}
        self._libraries = Path(adafruit_httpserver.__file__).parent.parent

    def of(self, chain: tuple[Function, ...]) -> int:
        """
        Return the bytes of the stack that a chain takes, including the modules below it: the
        guard's, which imports code.py, and code.py's own.

        :param tuple chain: The functions.
        """
        below = (("esp_ws_ap/recovery/guard.py", "<module>"), ("code.py", "<module>"))
        return sum(map(self._frame, below + chain))

    def _frame(self, function: Function) -> int:
        file, name = function
        if file not in self._files:
            places = (REPOSITORY / "lib", REPOSITORY, self._libraries)
            path = next(place / file for place in places if (place / file).exists())
            self._files[file] = frame_sizes(path)
            if file == "code.py":  # on the other drive, everything.py has this name
                self._files[file] |= frame_sizes(HERE / "everything.py")
        return self._files[file][name] + (_ARGUMENTS if name == "__init__" else 0)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Hotspot with a whole program: settings, a radio and a port that refuse, failures, reloads."""

import contextlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.board import DEADLINE, REPOSITORY, Board
from tests.in_process import Clock, SharedBoard, shared_board  # noqa: F401
from tests.raw_http import fetch
from tests.raw_websocket import CLOSE, RawWebSocket
from tests.reference_page import reference_page

UP = 'INFO - hotspot up: name "{}", password "{}", channel {}, address {}'


def serves(board: Board) -> None:
    """Check that a new client is served and can chat."""
    assert fetch(board.address(), "/nothing").status == 404
    with reference_page(board.ws_url) as page:
        page.do(chat="hello")
        assert page.said() == "hello"


# Settings


def test_settings_reach_the_board(boot: Callable[..., Board], drive: Callable[..., Path]):
    text = (
        'AP_SSID = "Küche"\nAP_PASSWORD = "correct horse"\nAP_CHANNEL = 11\nAP_MAX_STATIONS = 2\n'
        'AP_ADDRESS = "10.1.2.3"\nHTTP_PORT = "8000"\nHTTP_MAX_HEADER = 512\nHTTP_MAX_BODY = 0\n'
        "WS_MAX_CLIENTS = 1\nWS_MAX_MESSAGE = 125\n"
    )
    board = boot("--port", "8000=0", drive=drive(settings=text), listening=False)
    board.wait_until_listening(8000)
    board.wait_for(UP.format("Küche", "correct horse", 11, "10.1.2.3"))
    board.wait_for("open http://10.1.2.3:8000/ on the phone")
    board.wait_for("server listens on port 8000")
    board.wait_for("or open http://esp.local:8000/")
    address = board.address(8000)
    assert fetch(address, "/x", headers={"Host": "10.1.2.3"}).status == 404
    lost = fetch(address, "/x", headers={"Host": "192.168.4.1"})
    assert lost.headers["location"] == "http://10.1.2.3:8000/welcome"
    assert fetch(address, "/x", headers={"X": "x" * 512}).status == 431
    assert fetch(address, "/x", method="POST", body=b"x").status == 413
    with RawWebSocket(address) as one:
        board.wait_for("1 of 1")
        with RawWebSocket(address) as other:
            assert other.receive().close_code == 1013
        one.send_text("x" * 126)
        while (received := one.receive()).opcode != CLOSE:
            pass
        assert received.close_code == 1009


@pytest.mark.parametrize(
    ("version", "text", "line"),
    [
        ("10.0", None, "WARNING - settings.toml: not found; using the defaults"),
        ("10.3", None, "WARNING - settings.toml: not found; using the defaults"),
        ("10.0", "", None),
        (
            "10.2",
            "AP_CHANNEL = 99\n",
            "WARNING - settings.toml: AP_CHANNEL = 99 is not 1 to 11; using 6",
        ),
        ("10.0", "AP_SSID = 7\n", "AP_SSID must be in double quotes; using esp_ws_ap"),
        (
            "10.3",
            '[network]\nAP_PASSWORD = "correct horse"\n',
            "AP_PASSWORD is hidden by the [section] line above it; the hotspot stays off",
        ),
        (
            "10.0",
            'AP_SSID = "\\u12"\n',
            "AP_SSID is not a readable value: check the quotes and escapes",
        ),
    ],
)
def test_bad_setting_leaves_the_default(
    boot: Callable[..., Board],
    drive: Callable[..., Path],
    version: str,
    text: str | None,
    line: str | None,
):
    folder = drive(settings=text) if text is not None else drive(files={"settings.toml": None})
    board = boot("--circuitpython", version, drive=folder, listening=False)
    board.wait_for("server listens on port 80")
    if line is not None:
        board.wait_for(line)
    else:
        assert "settings.toml" not in board.log
    if line is None or "stays off" not in line:
        board.wait_for(re.compile(r"hotspot up: name \"esp_ws_ap\", password \"[a-z2-9]{12}\""))
        serves(board)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ('"short"', "must have 8 to 63 characters"),
        ('""', "must have 8 to 63 characters"),
        ("12345678", "must be in double quotes"),
        ('"secret-secret', "is not a readable value: check the quotes and escapes"),
        ('"sécrét-sécrét"', "may have only ASCII letters, digits, punctuation and spaces"),
    ],
)
def test_bad_password_keeps_the_hotspot_off(
    boot: Callable[..., Board], drive: Callable[..., Path], value: str, problem: str
):
    board = boot(drive=drive(settings=f"AP_PASSWORD = {value}\n"), listening=False)
    board.wait_for(
        f"ERROR - settings.toml: AP_PASSWORD {problem}; the hotspot stays off until this is fixed"
    )
    board.wait_for("ERROR - hotspot off: fix AP_PASSWORD in settings.toml")
    board.wait_for("server listens on port 80")
    # No phone can join: a connection gets no answer, so the simulator shows no link.
    assert "http://127.0.0.1" not in board.log
    board.wait_for("simulator: board port 80 is out of reach while there is no hotspot: ", since=0)
    with pytest.raises((AssertionError, TimeoutError)):
        fetch(board.address(), "/", deadline=0.5)
    assert "hotspot up" not in board.log
    if len(value.strip('"')) > 2:
        assert value.strip('"') not in board.log
    # Once it is fixed and saved, the hotspot comes up.
    (board.drive / "settings.toml").write_text('AP_PASSWORD = "correct horse"\n')
    board.reload()
    board.wait_for(UP.format("esp_ws_ap", "correct horse", 6, "192.168.4.1"))
    board.wait_until_listening()
    assert f"simulator: board port 80 is {board.url}" in board.log
    serves(board)


def test_random_password_is_kept(boot: Callable[..., Board]):
    board = boot()
    line = board.wait_for("hotspot up: ").partition("INFO")[2]
    assert "made a random password for the hotspot and kept it in nvm" in board.log
    board.power_cut()
    board.start()
    assert board.wait_for("hotspot up: ").partition("INFO")[2] == line
    board.wait_until_listening()
    board.reload()
    assert board.wait_for("hotspot up: ").partition("INFO")[2] == line
    assert board.log.count("made a random password") == 1


def test_no_nvm(boot: Callable[..., Board]):
    board = boot("--fault", "no-nvm")
    assert "cannot store the password in nvm" in board.log
    board.wait_for("hotspot up: ")
    serves(board)


# The radio and the port


def test_refused_access_point_is_retried(boot: Callable[..., Board]):
    board = boot("--fault", "ap-refused", listening=False)
    board.wait_for("ERROR - hotspot failed to start")
    assert "hotspot up" not in board.log
    board.command("fault ap-refused=off")
    board.wait_for("hotspot up: ")
    board.wait_for("server listens on port 80", since=0)
    serves(board)


def test_lost_access_point_is_restarted(boot: Callable[..., Board]):
    board = boot()
    serves(board)
    board.command("ap down")
    board.wait_for("WARNING - hotspot is down: starting it again")
    line = board.wait_for("hotspot up again: ")
    assert line.endswith('INFO - hotspot up again: name "esp_ws_ap-0001", address 192.168.4.1')
    serves(board)


def test_taken_port_is_retried(boot: Callable[..., Board]):
    board = boot("--fault", "port-80-taken", listening=False)
    line = board.wait_for("ERROR - cannot listen on port 80: ")
    assert line.endswith(
        "port 80 is taken; if the web workflow has it, set CIRCUITPY_WEB_API_PORT = 8080 "
        "in settings.toml; retrying every 5 s"
    )
    board.command("fault port-80-taken=off")
    board.wait_for("server listens on port 80")
    serves(board)


# One failing step


PROGRAM = (REPOSITORY / "code.py").read_text()


def changed(old: str, new: str) -> str:
    """code.py, with a line changed."""
    assert PROGRAM.count(old) == 1
    return PROGRAM.replace(old, new)


def test_failing_timer(boot: Callable[..., Board], drive: Callable[..., Path]):
    code = changed(
        "# 3. Run for ever.", "@hotspot.loop.every(0.2)\ndef broken():\n    return 1 // 0\n\n"
    )
    board = boot(drive=drive(code=code))
    board.wait_for("ERROR - a timer failed: ZeroDivisionError: ")
    board.wait_for(re.compile(r'ERROR - +File "code\.py", line \d+, in broken'))
    serves(board)


def test_failing_route_is_500(boot: Callable[..., Board], drive: Callable[..., Path]):
    code = changed(
        "# 3. Run for ever.",
        '@server.route("/broken")\ndef broken(request):\n    return {}["missing"]\n\n',
    )
    board = boot(drive=drive(code=code))
    response = fetch(board.address(), "/broken")
    assert response.status == 500
    assert response.body == b"The program on the board failed.\n"
    board.wait_for('WARNING - 127.0.0.2: "GET /broken" answered 500')
    board.wait_for(re.compile(r"""ERROR - "GET /broken" failed: KeyError: '?missing'?"""))
    board.wait_for(re.compile(r'ERROR - +File "code\.py", line \d+, in broken'))
    serves(board)


def test_failing_handler(boot: Callable[..., Board], drive: Callable[..., Path]):
    line = '    """Show the light as the page has it."""\n'
    code = changed(line, line + '    value == 7 and {}["missing"]\n')
    board = boot(drive=drive(code=code))
    with reference_page(board.ws_url) as page:
        assert "error" in page.set("brightness", 7)
        board.wait_for("a handler failed: KeyError: ")
        board.wait_for(re.compile(r'ERROR - +File "code\.py", line \d+, in show_light'))
        assert page.set("brightness", 8)["ok"]


# Reloads


def test_soft_reload(boot: Callable[..., Board]):
    board = boot()
    for _ in range(3):
        with connect(board.ws_url, proxy=None) as client:
            board.wait_for("connected from 127.0.0.1: 1 of 4")
            board.reload()
            with contextlib.suppress(ConnectionClosed):
                while True:
                    client.recv(DEADLINE)
            assert (client.close_code, client.close_reason) == (1001, "the board restarts")
        board.wait_for("disconnected: 1001 the board restarts")
        board.wait_for("soft reboot")
        board.wait_for("hotspot up: ")
        board.wait_until_listening()
        serves(board)
        board.forget()
    assert "Traceback" not in board.log and "ERROR" not in board.log
    assert board.stop() == 0


def test_power_cut(boot: Callable[..., Board]):
    board = boot()
    with RawWebSocket(board.address()):
        board.power_cut()
        board.start()
        board.wait_until_listening()
        serves(board)


def test_ctrl_c(boot: Callable[..., Board]):
    board = boot(listening=False)
    board.wait_for("guard.py output:")
    assert board.stop() == 0


# Hotspot in this process


@pytest.fixture
def hotspot(shared_board: SharedBoard) -> Iterator[Any]:  # noqa: F811
    """A hotspot whose clock only a test moves, on the board that tests share."""
    module: Any = shared_board.board.module
    settings: Any = module("esp_ws_ap.settings").Settings()
    settings.ap_password = "correct horse"
    made: Any = module("esp_ws_ap.hotspot").Hotspot(module("wifi").radio, settings)
    made.loop.ticks = made.clock = Clock()
    made.loop.now = made.clock()
    made.server = shared_board.http.Server(made.pool, "/static")
    yield made
    if not made.server.stopped:
        made.server.stop()
    shared_board.board.network.close_all()


def run(hotspot: Any, turns: int, milliseconds: int = 1000) -> None:
    """Run the program for some turns, each of which takes so long."""
    left = [turns]

    @hotspot.loop.on_turn
    def stop() -> None:
        hotspot.clock.milliseconds += milliseconds
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hotspot.run(hotspot.server, watchdog=None)


def test_on_settled_is_called_once_after_a_minute(hotspot: Any):
    calls: list[int] = []

    @hotspot.on_settled
    def broken() -> None:
        raise ValueError("mine")

    hotspot.on_settled(lambda: calls.append(hotspot.clock.milliseconds))
    start = hotspot.clock.milliseconds
    run(hotspot, 10, 20_000)
    assert len(calls) == 1
    assert 60_000 <= calls[0] - start <= 80_000


def test_routes_of_the_program_come_before_those_of_a_part_and_files_last(hotspot: Any):
    hotspot.on_run(lambda server: server.route("/late", "GET")(print))
    hotspot.server.route("/early", "GET")(print)
    run(hotspot, 1)
    paths = [route.path for route in hotspot.server._routes]
    assert paths[:2] == ["/early", "/late"] and "/" in paths[2:]


def test_server_without_memory_to_start_is_started_later(hotspot: Any, monkeypatch):
    start = hotspot.server.start

    def fails(host: str, port: int) -> None:
        monkeypatch.setattr(hotspot.server, "start", start)
        raise MemoryError

    monkeypatch.setattr(hotspot.server, "start", fails)
    run(hotspot, 7)
    assert hotspot.pool.listeners


def test_stations_are_known_before_joining_a_home_network(hotspot: Any, shared_board, monkeypatch):  # noqa: F811
    calls: list[str] = []
    module = shared_board.board.module("esp_ws_ap.network.home_network")
    monkeypatch.setattr(module.HomeNetwork, "check", lambda self, alone: calls.append("first"))
    monkeypatch.setattr(module.HomeNetwork, "tick", lambda self: calls.append("join"))
    monkeypatch.setattr(hotspot.access_point, "start", lambda **options: True)
    monkeypatch.setattr(hotspot.access_point, "check", lambda: calls.append("stations"))
    hotspot.settings.home_ssid = "router"
    hotspot.start_ap()
    assert calls == [], "before there is a watchdog"
    run(hotspot, 3)
    assert calls[:3] == ["first", "stations", "join"]


def test_hub_that_could_not_be_made_has_no_part(hotspot: Any, shared_board, monkeypatch):  # noqa: F811
    def no_memory(size: int) -> bytearray:
        raise MemoryError

    module: Any = shared_board.board.module("esp_ws_ap.hub")
    monkeypatch.setattr(module, "bytearray", no_memory, raising=False)
    with pytest.raises(MemoryError):
        module.Hub(hotspot)
    assert not hotspot.hubs and not hotspot.has_clients


@pytest.mark.parametrize("arguments", [(), (None,), ("server",)])
def test_run_without_a_server_is_a_type_error(hotspot: Any, arguments: tuple):
    with pytest.raises(TypeError, match=r"hotspot.run\(server\) takes a Server"):
        hotspot.run(*arguments)


def test_run_without_start_ap_is_a_warning(hotspot: Any, shared_board: SharedBoard):  # noqa: F811
    mark = len(shared_board.written)
    run(hotspot, 1)
    line = "WARNING - no hotspot: write hotspot.start_ap() before hotspot.run(server)"
    assert line in "".join(shared_board.written[mark:])


@pytest.mark.parametrize(
    ("root", "own", "missing"),
    [("/static", False, False), ("/none", False, True), ("/examples", False, True)]
    + [("/none", True, False), (None, False, False)],
)
def test_drive_without_a_page_is_an_error(hotspot: Any, shared_board, root, own, missing):  # noqa: F811
    mark = len(shared_board.written)
    hotspot.server.root_path = root
    if own:
        hotspot.server.route("/", "GET")(print)
    run(hotspot, 1)
    line = f"ERROR - no {root}/index.html: copy the folder static/ to the drive's top"
    assert (line in "".join(shared_board.written[mark:])) is hotspot.page_missing is missing


def test_start_ap_twice_adds_its_timers_once(hotspot: Any):
    assert hotspot.start_ap()
    before = len(hotspot.loop._timers)
    assert hotspot.start_ap()
    assert len(hotspot.loop._timers) == before


def test_failing_on_run_shuts_down(hotspot: Any):
    calls: list[int] = []
    hotspot.loop.on_shutdown(lambda: calls.append(1))

    @hotspot.on_run
    def broken(server: Any) -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        hotspot.run(hotspot.server, watchdog=None)
    assert calls == [1]


def test_has_clients(hotspot: Any, shared_board: SharedBoard):  # noqa: F811
    hub: Any = shared_board.lib.hub.Hub(hotspot)
    assert not hotspot.has_clients
    hub.clients.append("a client")
    assert hotspot.has_clients and hotspot.hubs == [hub]


def test_shutdown_is_told_to_every_part(hotspot: Any):
    calls: list[int] = []
    hotspot.loop.on_shutdown(lambda: calls.append(1))
    run(hotspot, 1)
    assert calls == [1]


def test_failing_turn_does_not_end_the_program(hotspot: Any, shared_board: SharedBoard):  # noqa: F811
    mark = len(shared_board.written)
    failures = [3]

    @hotspot.loop.on_turn
    def broken() -> None:
        if failures[0]:
            failures[0] -= 1
            raise ValueError("mine")

    run(hotspot, 5)
    log = "".join(shared_board.written[mark:])
    assert log.count("ERROR - a turn of the loop failed: ValueError: mine") == 3

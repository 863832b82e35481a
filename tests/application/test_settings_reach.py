# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Each key of settings.toml has its effect in code.py and in every example with a hotspot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from esp_ws_ap.settings import Settings
from tests.board import REPOSITORY, Board
from tests.raw_http import fetch
from tests.raw_websocket import BINARY, CLOSE, PING, PONG, RawWebSocket

UPLOAD = "examples/upload.py"
PROGRAMS = ["code.py"] + sorted(
    f"examples/{path.name}"
    for path in (REPOSITORY / "examples").glob("*.py")
    if path.name != "by_hand.py"  # has no hotspot: see test_examples.py
)


class Program:
    """
    A board with one of the programs, and all settings other than the defaults.

    :param Board board: The board.
    :param str name: The program's file.
    """

    def __init__(self, board: Board, name: str) -> None:
        self.board = board
        self.name = name

    def status(self, method: str = "GET", **options) -> int:
        """The status of the answer to a request for the page."""
        return fetch(self.board.address(8000), "/", method=method, **options).status

    def status_as(self, host: str) -> int:
        """The status of the answer to a request with this Host."""
        return self.status(headers={"Host": host})

    def connect(self) -> RawWebSocket:
        """A WebSocket client."""
        return RawWebSocket(self.board.address(8000), "/upload" if self.name == UPLOAD else "/ws")


def answer(client: RawWebSocket) -> int | None:
    """Ping, and return the close code; None if the client is still connected."""
    client.send(PING)
    while (frame := client.receive()).opcode not in (CLOSE, PONG):
        pass
    return frame.close_code if frame.opcode == CLOSE else None


# One function for each key, called by its name, with the key's value.


def ap_ssid(program: Program, value: str) -> None:
    assert f'hotspot up: name "{value}", ' in program.board.log


def ap_password(program: Program, value: str) -> None:
    assert f', password "{value}", ' in program.board.log


def ap_max_stations(program: Program, value: int) -> None:
    program.status()  # from the first station
    for number in range(2, value + 2):
        joins = "has joined" if number <= value else "was not let in"
        program.board.command(f"join 127.0.0.{number + 1}")
        program.board.wait_for(f"127.0.0.{number + 1} {joins}")


def ap_address(program: Program, value: str) -> None:
    assert f", address {value}" in program.board.log
    assert program.status_as(value) == 200
    assert program.status_as("192.168.4.1") in (302, 421)


def ap_hostname(program: Program, value: str) -> None:
    program.board.wait_for(f"or open http://{value}.local:8000/")
    for name in (f"{value}.local", value, "esp.local"):
        assert program.status_as(name) == 200
    assert program.status_as("esp-0001.local") in (302, 421)


def home_ssid(program: Program, value: str) -> None:
    program.board.wait_for(f'home network "{value}" joined', since=0)
    program.board.wait_for("home network: the board's address there is 192.168.1.50")
    assert program.status_as("192.168.1.50") == 200


def home_password(program: Program, value: str) -> None:
    assert "Authentication failure" not in program.board.log


def http_port(program: Program, value: int) -> None:
    assert f"server listens on port {value}" in program.board.log


def http_max_header(program: Program, value: int) -> None:
    host, port = program.board.address(8000)
    rest = len(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\nX: ")
    assert program.status(headers={"X": "x" * (value - rest)}) == 200
    assert program.status(headers={"X": "x" * (value - rest + 1)}) == 431


def http_max_body(program: Program, value: int) -> None:
    assert program.status("POST", body=b"x" * value) == 405
    assert program.status("POST", body=b"x" * (value + 1)) == 413


def ws_max_clients(program: Program, value: int) -> None:
    clients = [program.connect() for _ in range(value + 1)]
    assert [answer(client) for client in clients] == [None] * value + [1013]
    for client in clients[:-1]:
        client.close()
    clients[-1].sock.close()


def ws_max_message(program: Program, value: int) -> None:
    with program.connect() as client:
        if program.name == UPLOAD:  # has a limit of its own, and a handler for longer messages
            client.send_text("picture")
            client.send(BINARY, bytes(value + 1))
            assert client.receive_text() == "ready"
            assert client.receive_text() == f"stored {value + 1} bytes as picture"
            return
        client.send(BINARY, bytes(value))
        assert answer(client) is None
        client.send(BINARY, bytes(value + 1))
        assert answer(client) == 1009


def ap_channel(program: Program, value: int) -> None:
    assert f", channel {value}, address" in program.board.log
    assert "the hotspot moves to its channel 3" in program.board.log  # the home network's


# What changes the board most comes last.
VALUES = {
    "AP_SSID": "Garden",
    "AP_PASSWORD": "tulips and more",
    "AP_ADDRESS": "10.1.2.3",
    "AP_HOSTNAME": "kitchen",
    "HOME_SSID": "router",
    "HOME_PASSWORD": "the router's",
    "HTTP_PORT": 8000,
    "HTTP_MAX_HEADER": 512,
    "HTTP_MAX_BODY": 100,
    "WS_MAX_CLIENTS": 2,
    "WS_MAX_MESSAGE": 200,
    "AP_MAX_STATIONS": 3,
    "AP_CHANNEL": 11,
}


@pytest.fixture(params=PROGRAMS)
def program(request, boot: Callable[..., Board], drive: Callable[..., Path]) -> Iterator[Program]:
    """A board with one of the programs."""
    text = "".join(
        f'{key} = "{value}"\n' if isinstance(value, str) else f"{key} = {value}\n"
        for key, value in VALUES.items()
    )
    home = f"{VALUES['HOME_SSID']}:{VALUES['HOME_PASSWORD']}:3"
    options = ("--code", request.param, "--port", "8000=0", "--home-network", home, "--writable")
    board = boot(*options, drive=drive(settings=text), listening=False)
    board.wait_until_listening(8000)
    board.wait_for("server listens")
    yield Program(board, request.param)
    assert "ERROR" not in board.log


def test_each_setting_reaches_the_program(program: Program):
    for key, value in VALUES.items():
        globals()[key.lower()](program, value)


def test_each_setting_is_tested():
    defaults = {key.upper(): value for key, value in vars(Settings()).items()}
    assert VALUES.keys() == defaults.keys()
    assert not VALUES.items() & defaults.items()

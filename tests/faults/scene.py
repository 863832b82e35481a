# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A board with the suite's program, its healthy client, and the counts before and after."""

import collections
import contextlib
import json
import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import raw_http
from tests.board import DEADLINE, REPOSITORY, Board, booting, copy_drive
from tests.faults.summary import COLUMN
from tests.phones import BoardRadio, Figures, Steady
from tests.raw_websocket import CLOSE, PING, PONG, Frame, RawWebSocket

#: The clients' addresses. The hotspot takes eight stations.
HEALTHY, A, B, C, D, E, F, WATCHER = (f"127.0.0.{host}" for host in range(2, 10))

#: The timeouts of the suite's program in ms.
TIMEOUT = 1000

#: The longest delay of a healthy client's echo in ms, even on a busy PC.
MAX_DELAY = 1000

#: The healthy client sends at least this many messages during a case.
MIN_MESSAGES = 30

#: Bytes by which the simulator's estimate of the memory in use may grow during a case. 500 leaked
#: connections would take more than ten times as much.
MAX_GROWTH = 100_000

#: The large file that clients load.
LARGE = "/large.bin"
LARGE_SIZE = 2_000_000


def make_drive(folder: Path, timeout: int = TIMEOUT) -> Path:
    """
    Make the drive of the fault suite.

    :param Path folder: The folder to make.
    :param int timeout: The program's timeouts in ms; 0 for the defaults.
    """
    settings = (REPOSITORY / "settings.toml").read_text("utf-8")
    return copy_drive(
        folder,
        settings=f"{settings}\nTIMEOUT = {timeout}\n",
        code=(Path(__file__).parent / "program.py").read_text("utf-8"),
        files={"static/large.bin": bytes(range(250)) * (LARGE_SIZE // 250)},
    )


class Scene:
    """
    One case: the counts before, the clients that take part, the log since.

    :param Board board: It runs ``program.py``.
    """

    def __init__(self, board: Board) -> None:
        self.board = board
        self.address = board.address()
        self._radio = BoardRadio(board)
        self._away: set[str] = set()
        self.allowance = 0
        """ms for which the handler itself blocks."""
        self.closes_are_open = False
        """True if the close codes depend on chance."""
        self.remarks: list[str] = []
        """Remarks for the table at the end."""
        self._since = 0
        self._skipped = False
        self._open = contextlib.ExitStack()
        self._steady: Steady | None = None
        self._before: dict[str, Any] = {}
        self.after: dict[str, Any] = {}
        """``/stats`` at the end, after :meth:`finish`."""
        self.figures = Figures()
        """Those of the healthy client, after :meth:`finish`."""

    # Around a case

    def begin(self) -> None:
        """Take the counts, and start the healthy client's figures again."""
        self._open.close()
        for source in tuple(self._away):
            self.join(source)
        if self._before:
            self.settle()  # where the case before this one has failed
        if self._steady is None or not self._steady.running:
            self._steady = Steady(self.address, HEALTHY)
        self._since = self.board.forget()
        self._before = self.stats()
        self._steady.mark()
        self.allowance = 0
        self.remarks = []
        self._skipped = False
        self.closes_are_open = False
        self.after = {}

    def finish(self) -> None:
        """Wait until the counts are those of before, and take the healthy client's figures."""
        assert self._steady
        self._open.close()
        last = self.settle()
        assert last is None, f"something is left: {last}; before: {self._before['counts']}"
        self.figures = self._steady.mark(MIN_MESSAGES)
        self.after = self.stats()
        if self._skipped:  # the turn in which the clock was set forward was not a long one
            self.after["longest_turn"] = "-"

    def check(self, closes: Mapping[int, int]) -> None:
        """
        Check what holds after every case.

        :param dict closes: How many connections have ended with each code.
        """
        figures, before, after = self.figures, self._before, self.after
        assert figures.wrong == [], "the healthy client has lost messages"
        assert figures.received == figures.sent > 0
        # Where the PC stops for a while, it stops the client too.
        waited = figures.worst - figures.late
        assert waited < MAX_DELAY + self.allowance, "the healthy client had to wait"
        left, there = after["counts"], before["counts"]
        assert left == there, "something is left"
        ended = collections.Counter(after["closes"])
        ended.subtract(before["closes"])
        if not self.closes_are_open:
            assert {int(code): n for code, n in ended.items() if n} == dict(closes)
        assert after["memory"] - before["memory"] < MAX_GROWTH, "memory leaked"
        assert after["most"]["waiting"] <= 2 * 8192, "answers are kept in memory"
        assert after["most"]["queued"] <= 2 * 16384, "messages are kept in memory"

    def close(self) -> None:
        """Stop the healthy client, and close all sockets."""
        self._open.close()
        if self._steady:
            self._steady.kill()

    def settle(self, timeout: float = DEADLINE) -> str | None:
        """Wait until all counts are as before; return the last ones if that fails."""
        return settle(self.board, self._before["counts"], timeout)

    def stats(self) -> dict[str, Any]:
        """Return the JSON of ``/stats``."""
        response = raw_http.fetch(self.address, "/stats", source=WATCHER, deadline=DEADLINE)
        assert response.status == 200
        return json.loads(response.body)

    # Within one

    def log(self, expected: str, count: int = 1) -> str:
        """Wait for a line of the log since the case began that a regular expression finds."""
        __tracebackhide__ = True
        return self.board.wait_for(re.compile(expected), count=count, since=self._since)

    def logged(self, expected: str) -> int:
        """Return the number of such lines so far."""
        lines = self.board.lines(self._since)
        return sum(re.search(expected, line) is not None for line in lines)

    def socket(self, source: str = A, receive_buffer: int | None = None) -> socket.socket:
        """Connect; closed at the end of the case."""
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._open.callback(sock.close)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        sock.bind((source, 0))
        sock.settimeout(DEADLINE)
        sock.connect(self.address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def client(
        self, source: str = A, target: str = "/ws", receive_buffer: int | None = None
    ) -> RawWebSocket:
        """Open a WebSocket; closed at the end of the case."""
        sock = self.socket(source, receive_buffer)
        return RawWebSocket(self.address, target, sock=sock, deadline=DEADLINE)

    def leave(self, source: str) -> None:
        """Take a phone out of range."""
        self._away.add(source)
        self._radio.leave(source)

    def join(self, source: str) -> None:
        """Bring a phone back."""
        self._away.discard(source)
        self._radio.join(source)

    def number(self, source: str = A, count: int = 1) -> int:
        """Return the board's number of a client."""
        line = self.log(rf"client \d+ connected from {re.escape(source)}:", count)
        return int(line.partition("client ")[2].split()[0])

    def echo(self, client: RawWebSocket, text: str = "still connected") -> None:
        """Check that the board echoes this client's text, among other messages."""
        client.send_text(text)
        self.hear(client, text)

    def hear(self, client: RawWebSocket, text: str) -> None:
        """Read until this text arrives, and answer pings."""
        while (frame := client.receive()).payload != text.encode():
            assert frame.opcode != CLOSE, frame
            if frame.opcode == PING:
                client.send(PONG, frame.payload)

    def closed(
        self, client: RawWebSocket, code: int, reason: str = "", answer: bool = True
    ) -> None:
        """Check that the board closes the connection: a Close frame with this code, and FIN."""
        frame = self.close_frame(client)
        assert frame.close_code == code, frame
        assert reason in frame.close_reason
        if answer:
            with contextlib.suppress(ConnectionError):  # aborted
                client.send(CLOSE, frame.payload[:2])
        assert client.receive_rest().end == "fin"

    def close_frame(self, client: RawWebSocket) -> Frame:
        """Read up to the Close frame; pings are not answered."""
        while (frame := client.receive()).opcode != CLOSE:
            assert frame.opcode != PING or len(frame.payload) <= 125
        return frame

    def skip(self, seconds: int) -> None:
        """Set the board's clock forward."""
        self.board.type_line(f"skip {seconds}")
        self._skipped = True

    def lasting(self, seconds: float) -> Iterator[float]:
        """Iterate for some seconds."""
        start = time.monotonic()
        while (passed := time.monotonic() - start) < seconds:
            yield passed


@dataclass
class Case:
    """One fault: its name, what it does, and how many connections end with each code."""

    name: str
    play: Callable[[Scene], None]
    closes: Mapping[int, int]


class Table:
    """The cases of a module: the parameters of its one test."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def case(self, name: str, closes: Mapping[int, int] | None = None) -> Callable:
        """
        Add a case. A decorator.

        :param str name: The fault.
        :param dict closes: How many WebSockets end with each code.
        """

        def add(play: Callable[[Scene], None]) -> Callable[[Scene], None]:
            self.cases.append(Case(name, play, closes or {}))
            return play

        return add

    @property
    def parametrize(self) -> pytest.MarkDecorator:
        """The decorator of that test."""
        names = [case.name.replace(" ", "-") for case in self.cases]
        return pytest.mark.parametrize("case", self.cases, ids=names)


def run(scene: Scene, case: Case, record_property: Callable[[str, object], None]) -> None:
    """Run one case."""
    case.play(scene)
    scene.finish()
    note(record_property, scene)
    scene.check(case.closes)


def note(record_property: Callable[[str, object], None], scene: Scene) -> None:
    """Keep a row for the table at the end, also in a worker of pytest-xdist."""
    figures = scene.figures
    turn = scene.after["longest_turn"]
    remarks = "; ".join(scene.remarks)
    record_property(
        COLUMN,
        [round(figures.worst, 1), round(figures.median, 1), turn, round(figures.late, 1), remarks],
    )


def settle(board: Board, counts: dict[str, Any], timeout: float) -> str | None:
    """
    Wait until the board says that its counts are those of before.

    :param Board board: It runs ``program.py``.
    :param dict counts: What ``/stats`` said, its own request included.
    :param float timeout: In s.
    :return: The last line of counts if that fails, else None.
    """
    sockets = list(counts["sockets"])
    sockets.remove("HTTP")
    wanted = counts | {"exchanges": counts["exchanges"] - 1, "sockets": sockets}
    last = "nothing was counted"

    def settled(lines: list[str]) -> bool:
        nonlocal last
        last = next((line for line in reversed(lines) if line.startswith("counts: ")), last)
        return last.startswith("counts: ") and json.loads(last[8:]) == wanted

    return None if board.wait_until(settled, timeout) else last


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The scene that the cases of a module share: one board, one healthy client."""
    folder = tmp_path_factory.mktemp("faults")
    with booting(folder) as boot:
        scene = Scene(boot(drive=make_drive(folder / "drive")))
        with contextlib.closing(scene):
            # What is imported the first time does not count as a leak.
            scene.begin()
            client = scene.client()
            client.send_text("raise")
            scene.log("a handler failed")
            client.close()
            raw_http.fetch(scene.address, "/raise", source=A)
            scene.finish()
            yield scene


@pytest.fixture
def scene(stage: Scene) -> Scene:
    """The scene of one case."""
    stage.begin()
    return stage

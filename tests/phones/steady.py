# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The well-behaved client: a numbered message every 20 ms, and what became of each.

It runs in a process of its own, so that its delays are the board's and not those of the faulty
phones beside it.
"""

import contextlib
import json
import selectors
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from tests.phones.wire import take_frame
from tests.raw_http import Address
from tests.raw_websocket import CLOSE, PING, PONG, TEXT, RawWebSocket, close_payload, frame

_REPOSITORY = Path(__file__).resolve().parent.parent.parent

#: Seconds in which an echo has to come, if only at the very end.
PATIENCE = 20


@dataclass
class Figures:
    """What a well-behaved client has seen since the last mark."""

    sent: int = 0
    received: int = 0
    worst: float = 0.0
    """The longest that an echo took, in ms."""
    median: float = 0.0
    late: float = 0.0
    """The longest that the client itself was late to send, in ms: how busy the PC is."""
    wrong: list[str] = field(default_factory=list)
    """What was lost or out of order, and how the connection ended where it should not have."""


class _Client:
    """What runs in the process: one thread, one socket, standard input for commands."""

    def __init__(self, address: Address, source: str, interval: float) -> None:
        self._interval = interval
        self._websocket = RawWebSocket(address, source=source, deadline=PATIENCE)
        self._sock = self._websocket.sock
        # Room for what comes while the PC has other things to do than to run this process.
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._sock.setblocking(False)
        self._buffer = bytearray(self._websocket._buffer)
        self._prefix = f"steady {source} "
        self._next = 0
        self._expected = 0
        self._sent_at: dict[int, float] = {}
        self._delays: list[float] = []
        self._figures = Figures()
        self._asked = ""
        self._least = 0

    def run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._sock, selectors.EVENT_READ)
            selector.register(sys.stdin.buffer.raw, selectors.EVENT_READ)  # type: ignore[attr-defined]
            due = time.perf_counter()
            while True:
                left = due - time.perf_counter()
                if left <= 0:
                    self._figures.late = max(self._figures.late, -left * 1000)
                    self._send()
                    due = max(due + self._interval, time.perf_counter())
                    continue
                for key, _ in selector.select(left):
                    if key.fileobj is self._sock:
                        self._receive()
                    else:
                        command, _, least = sys.stdin.readline().strip().partition(" ")
                        self._asked, self._least = command or "stop", int(least or 0)
                if self._asked and self._figures.sent >= self._least:
                    self._report()
                    if self._asked == "stop":
                        return self._say_goodbye()
                    self._asked = ""

    def _send(self) -> None:
        self._sent_at[self._next] = time.perf_counter()
        self._write(frame(TEXT, f"{self._prefix}{self._next}"))
        self._next += 1
        self._figures.sent += 1

    def _write(self, data: bytes) -> None:
        # A healthy client never has so much under way that this would wait.
        self._sock.settimeout(PATIENCE)
        self._sock.sendall(data)
        self._sock.setblocking(False)

    def _receive(self) -> None:
        with contextlib.suppress(BlockingIOError):
            data = self._sock.recv(262144)
            if not data:
                raise EOFError("the board has closed the connection")
            self._buffer += data
        while (found := take_frame(self._buffer)) is not None:
            opcode, payload = found
            if opcode == PING:
                self._write(frame(PONG, payload))
            elif opcode == CLOSE:
                code = int.from_bytes(payload[:2], "big")
                raise EOFError(f"closed by the board: {code} {payload[2:].decode()}")
            elif opcode == TEXT and payload.startswith(self._prefix.encode()):
                self._note(int(payload[len(self._prefix) :]))

    def _note(self, number: int) -> None:
        if number != self._expected:
            self._figures.wrong.append(f"expected message {self._expected}, got {number}")
        sent = self._sent_at.pop(number, None)
        if sent is None:
            self._figures.wrong.append(f"message {number} came twice, or was never sent")
        else:
            self._delays.append((time.perf_counter() - sent) * 1000)
        self._expected = number + 1
        self._figures.received += 1

    def _report(self) -> None:
        self._finish_messages()
        if self._delays:
            self._figures.worst = max(self._delays)
            self._figures.median = sorted(self._delays)[len(self._delays) // 2]
        say(self._figures)
        self._figures = Figures()
        self._delays = []

    def _say_goodbye(self) -> None:
        # Perhaps to nobody: the end of the parent is also an end.
        with contextlib.suppress(OSError):
            self._write(frame(CLOSE, close_payload(1000)))
            self._sock.settimeout(1)
            while self._sock.recv(65536):
                pass
        self._sock.close()

    def _finish_messages(self) -> None:
        """Wait for the echoes of what is under way."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._sock, selectors.EVENT_READ)
            last = time.monotonic() + PATIENCE
            while self._expected < self._next and (left := last - time.monotonic()) > 0:
                if selector.select(left):
                    self._receive()
        lost = self._next - self._expected
        if lost:
            self._figures.wrong.append(f"{lost} messages from {self._expected} on did not come")
            self._expected = self._next
        self._sent_at.clear()


def say(figures: Figures) -> None:
    """Report to the parent."""
    print(json.dumps(asdict(figures)), flush=True)


def main(host: str, port: str, source: str, interval: str) -> None:
    """The process."""
    client = None
    try:
        client = _Client((host, int(port)), source, float(interval))
        print("ready", flush=True)
        client.run()
    except (OSError, EOFError, AssertionError) as error:
        figures = client._figures if client else Figures()
        figures.wrong.append(f"{type(error).__name__}: {error}")
        say(figures)


class Steady:
    """
    A well-behaved client, from the moment it is made: a numbered message every 20 ms.

    :param tuple address: The board's port 80. Its ``/ws`` has to echo.
    :param str source: The phone's address.
    :param float interval: Seconds between two messages.
    """

    def __init__(self, address: Address, source: str = "127.0.0.2", interval: float = 0.02) -> None:
        self.source = source
        self.total = Figures()
        """Everything since the start, as far as :meth:`mark` and :meth:`stop` have told."""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", f"import sys; sys.path.append({str(_REPOSITORY)!r}); "
             "from tests.phones import steady; steady.main(*sys.argv[1:])",
             address[0], str(address[1]), source, str(interval)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )  # fmt: skip
        line = self._read_line()
        if line != "ready":
            self.kill()
            raise RuntimeError(f"the steady client from {source} is not connected: {line}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def running(self) -> bool:
        """Whether it is still at it; a client that loses its connection stops."""
        return self._process.poll() is None

    def mark(self, least: int = 0) -> Figures:
        """
        Wait for the echoes under way; return the figures since the last mark, and go on.

        :param int least: Wait also until so many messages were sent since then.
        """
        return self._ask(f"mark {least}")

    def stop(self) -> Figures:
        """As :meth:`mark`, but say goodbye in place of going on."""
        figures = self._ask("stop")
        self.kill()
        return figures

    def kill(self) -> None:
        """End it at once."""
        assert self._process.stdin and self._process.stdout
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.stdout.close()

    def _ask(self, command: str) -> Figures:
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError, ValueError):
            self._process.stdin.write(command + "\n")
            self._process.stdin.flush()
        line = self._read_line()
        figures = Figures(**json.loads(line)) if line else Figures(wrong=["it had ended before"])
        self.total.sent += figures.sent
        self.total.received += figures.received
        self.total.worst = max(self.total.worst, figures.worst)
        self.total.late = max(self.total.late, figures.late)
        self.total.median = figures.median
        self.total.wrong += figures.wrong
        return figures

    def _read_line(self) -> str:
        assert self._process.stdout
        # A process that hangs is ended, and its line is then empty.
        timer = threading.Timer(3 * PATIENCE, self._process.kill)
        timer.start()
        try:
            return self._process.stdout.readline().strip()
        finally:
            timer.cancel()
            timer.join()

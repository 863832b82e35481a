# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The healthy client: it sends a numbered message every 20 ms, and checks each echo.

It runs in a process of its own, so that its delays are the board's and not those of the faulty
clients.
"""

import contextlib
import json
import re
import selectors
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Self

from tests.phones.wire import take_frame
from tests.process import REPOSITORY, Process, ProcessError
from tests.raw_http import Address
from tests.raw_websocket import CLOSE, PING, PONG, TEXT, RawWebSocket, close_payload, frame

#: The lines that the parent process reads.
_REPORT = re.compile("^(ready$|{)")

#: Seconds in which an echo must arrive.
ECHO_TIMEOUT = 20


@dataclass
class Figures:
    """What a healthy client has measured since the last mark."""

    sent: int = 0
    received: int = 0
    worst: float = 0.0
    """The longest delay of an echo, in ms."""
    median: float = 0.0
    late: float = 0.0
    """The longest by which the client itself sent late, in ms: how busy the PC is."""
    wrong: list[str] = field(default_factory=list)
    """What was lost or out of order, and how the connection ended unexpectedly."""


class _Client:
    """The client in its process: one thread, one socket, commands on standard input."""

    def __init__(self, address: Address, source: str, interval: float) -> None:
        self._interval = interval
        self._websocket = RawWebSocket(address, source=source, deadline=ECHO_TIMEOUT)
        self._sock = self._websocket.sock
        # Room for what arrives while the PC does not run this process.
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
                        return self._close()
                    self._asked = ""

    def _send(self) -> None:
        self._sent_at[self._next] = time.perf_counter()
        self._write(frame(TEXT, f"{self._prefix}{self._next}"))
        self._next += 1
        self._figures.sent += 1

    def _write(self, data: bytes) -> None:
        # A healthy client never has enough in flight to block here.
        self._sock.settimeout(ECHO_TIMEOUT)
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

    def _close(self) -> None:
        # The board may have disconnected already.
        with contextlib.suppress(OSError):
            self._write(frame(CLOSE, close_payload(1000)))
            self._sock.settimeout(1)
            while self._sock.recv(65536):
                pass
        self._sock.close()

    def _finish_messages(self) -> None:
        """Wait for the echoes of what is in flight."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._sock, selectors.EVENT_READ)
            last = time.monotonic() + ECHO_TIMEOUT
            while self._expected < self._next and (left := last - time.monotonic()) > 0:
                if selector.select(left):
                    self._receive()
        lost = self._next - self._expected
        if lost:
            self._figures.wrong.append(f"{lost} messages from {self._expected} on did not arrive")
            self._expected = self._next
        self._sent_at.clear()


def say(figures: Figures) -> None:
    """Report to the parent process."""
    print(json.dumps(asdict(figures)), flush=True)


def main(host: str, port: str, source: str, interval: str) -> None:
    """Run the client; called in its process."""
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
    A healthy client; it starts at once.

    :param tuple address: The board's port 80. Its ``/ws`` must echo.
    :param str source: The phone's address.
    :param float interval: Seconds between two messages.
    """

    def __init__(self, address: Address, source: str = "127.0.0.2", interval: float = 0.02) -> None:
        self.source = source
        self.total = Figures()
        """The figures since the start, up to the last :meth:`mark` or :meth:`stop`."""
        script = (
            f"import sys; sys.path.append({str(REPOSITORY)!r}); "
            "from tests.phones import steady; steady.main(*sys.argv[1:])"
        )
        arguments = (address[0], str(address[1]), source, str(interval))
        self._process = Process(
            (sys.executable, "-P", "-c", script, *arguments), f"the healthy client from {source}"
        )
        self._process.start()
        line = self._read_line()
        if line != "ready":
            self.kill()
            raise RuntimeError(f"the healthy client from {source} is not connected: {line}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def running(self) -> bool:
        """True until it has stopped or lost its connection."""
        process = self._process.process
        return process is not None and process.poll() is None

    def mark(self, least: int = 0) -> Figures:
        """
        Wait for the echoes in flight, and go on.

        :param int least: Wait also until this many messages were sent since the last mark.
        :return: The figures since the last mark.
        """
        return self._ask(f"mark {least}")

    def stop(self) -> Figures:
        """As :meth:`mark`, but close the connection."""
        figures = self._ask("stop")
        self.kill()
        return figures

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()

    def _ask(self, command: str) -> Figures:
        with contextlib.suppress(BrokenPipeError):
            self._process.type_line(command)
        line = self._read_line()
        figures = Figures(**json.loads(line)) if line else Figures(wrong=["it had ended"])
        self.total.sent += figures.sent
        self.total.received += figures.received
        self.total.worst = max(self.total.worst, figures.worst)
        self.total.late = max(self.total.late, figures.late)
        self.total.median = figures.median
        self.total.wrong += figures.wrong
        return figures

    def _read_line(self) -> str:
        """Read a report; an empty one if the process has ended or hangs."""
        try:
            return self._process.read_to(_REPORT, 3 * ECHO_TIMEOUT).string
        except ProcessError:
            self.kill()
            return ""

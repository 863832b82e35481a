# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.loop`
================================================================================

The loop that everything runs in: it knows every socket and who owns it, wakes the owner when
something can be received or sent, lets the HTTP server answer whole requests, and calls functions
at their time. Whatever one of them raises is logged, and the others go on.
"""

import select

from adafruit_ticks import ticks_add, ticks_ms
from micropython import const

from .console_log import get_logger, log_exception

try:
    from typing import Callable

    from adafruit_httpserver import Server

    from .buffered_pool import BufferedPool
except ImportError:
    pass

_TICKS_MAX = const((1 << 29) - 1)
_TICKS_HALF = const(1 << 28)

_LONGEST_WAIT = const(100)  # ms
_RESTART = const(5000)  # ms between two tries to start the server

READ = select.POLLIN
WRITE = select.POLLOUT


class Loop:
    """
    The sockets, the timers and the turns of a program.

    An owner of a socket has the methods ``readable()``, ``writable()`` and ``failed(error)``.
    They are called when the socket is ready, and for what the first two raise.

    :param int max_sockets: How many sockets the board has in all: 8 on the ESP32-S3.
    :param ticks: The clock, in milliseconds, wrapping at 2**29.

    Example::

        loop = Loop()

        @loop.every(1)
        def once_a_second():
            print("still here")

        loop.run(server, pool)
    """

    def __init__(self, max_sockets: int = 8, ticks: "Callable[[], int]" = ticks_ms) -> None:
        self.max_sockets = max_sockets
        self.ticks = ticks
        self._log = get_logger()
        self._poll = select.poll()
        self._entries = {}  # socket: [owner, interest, purpose]
        self._ready = [None] * max_sockets
        self._events = [0] * max_sockets
        self._timers = []  # [due, interval in ms, function]
        self._at_end = []
        self._next = ticks()

    # Sockets

    @property
    def free_sockets(self) -> int:
        """How many more sockets the board can open."""
        return self.max_sockets - len(self._entries)

    @property
    def sockets(self) -> list:
        """What each open socket is used for, as a list of str."""
        return [entry[2] for entry in self._entries.values()]

    def add(self, sock, owner, purpose: str) -> None:
        """
        Wake ``owner`` when ``sock`` has something to receive. A socket that changes hands is
        added again.

        :param sock: A non-blocking socket.
        :param owner: Has ``readable()``, ``writable()`` and ``failed(error)``.
        :param str purpose: What the socket is for, in a word or two.
        """
        if sock in self._entries:
            self._poll.modify(sock, READ)
        else:
            self._poll.register(sock, READ)
        self._entries[sock] = [owner, READ, purpose]

    def watch(self, sock, interest: int) -> None:
        """
        Choose what to wake the owner for.

        :param sock: A socket that was added.
        :param int interest: `READ`, `WRITE`, both, or 0.
        """
        entry = self._entries[sock]
        if entry[1] != interest:
            entry[1] = interest
            self._poll.modify(sock, interest)

    def close(self, sock) -> None:
        """
        Forget a socket and close it.

        :param sock: A socket that was added.
        """
        # A closed socket must not stay in a poll set: the board has crashed on that.
        if self._entries.pop(sock, None) is not None:
            self._poll.unregister(sock)
        sock.close()

    # Time

    def every(self, seconds: float, function: "Callable[[], object] | None" = None) -> "Callable":
        """
        Call a function again and again. Also a decorator.

        :param float seconds: The interval, 0.01 to 200,000.
        :param function: Called without arguments.
        """
        if function is None:
            return lambda decorated: self.every(seconds, decorated)
        interval = int(seconds * 1000)
        self._timers.append([ticks_add(self.ticks(), interval), interval, function])
        self._next = self.ticks()
        return function

    def at_end(self, function: "Callable[[], None]") -> None:
        """
        Call a function when `run` ends: at Ctrl-C and at a soft reload.

        :param function: Called without arguments.
        """
        self._at_end.append(function)

    def _milliseconds_to(self, due: int) -> int:
        return ((due - self.ticks() + _TICKS_HALF) & _TICKS_MAX) - _TICKS_HALF

    def _run_timers(self) -> None:
        nearest = _LONGEST_WAIT
        for timer in self._timers:
            left = self._milliseconds_to(timer[0])
            if left <= 0:
                # From now on, not from when it was due: a long pause is not made up for.
                timer[0] = ticks_add(self.ticks(), timer[1])
                left = timer[1]
                try:
                    timer[2]()
                except Exception as error:
                    log_exception(self._log, "a timer failed", error)
            if left < nearest:
                nearest = left
        self._next = ticks_add(self.ticks(), nearest)

    # Turns

    def turn(
        self, server: "Server | None" = None, pool: "BufferedPool | None" = None, wait: bool = False
    ) -> None:
        """
        Do what there is to do: one round of all sockets that are ready, whole requests, timers.

        :param Server server: Answers the requests that have arrived in full.
        :param BufferedPool pool: Where the server has its sockets from.
        :param bool wait: Wait for something to do, at most until the next timer is due.
        """
        count = 0
        pause = self._milliseconds_to(self._next) if wait else 0
        # The answers are kept apart before anybody acts on them, because acting changes the set.
        for sock, event in self._poll.ipoll(max(pause, 0)):  # type: ignore[attr-defined]
            self._ready[count] = sock
            self._events[count] = event
            count += 1
        for index in range(count):
            sock = self._ready[index]
            self._ready[index] = None
            event = self._events[index]
            entry = self._entries.get(sock)
            if entry is None:
                continue
            owner = entry[0]
            try:
                if event & WRITE:
                    owner.writable()
                # The end of a connection shows as an error that nobody asked for.
                if event & ~WRITE and self._entries.get(sock) is entry:
                    owner.readable()
            except Exception as error:
                owner.failed(error)
        if server is not None and pool is not None:
            for _ in range(pool.waiting):
                try:
                    server.poll()
                except Exception as error:
                    log_exception(self._log, "a request failed", error)
        if self._milliseconds_to(self._next) <= 0:
            self._run_timers()

    def run(
        self, server: "Server", pool: "BufferedPool", host: str = "0.0.0.0", port: int = 80
    ) -> None:
        """
        Start the server and turn for ever. Only Ctrl-C, a soft reload and a reset end it.

        :param Server server: Answers the requests.
        :param BufferedPool pool: Where the server has its sockets from.
        :param str host: The address to listen on.
        :param int port: The port to listen on. While it is taken, another try follows every 5 s.
        """
        started = False
        due = self.ticks()
        try:
            while True:
                if not started and self._milliseconds_to(due) <= 0:
                    started = self._start(server, host, port)
                    due = ticks_add(self.ticks(), _RESTART)
                self.turn(server, pool, True)
        finally:
            for function in self._at_end:
                function()

    def _start(self, server: "Server", host: str, port: int) -> bool:
        try:
            server.start(host, port)
        except (OSError, RuntimeError) as error:
            self._log.error("no server on port %d: %s; next try in 5 s", port, error)
            return False
        self._log.info("server listens on port %d", port)
        return True

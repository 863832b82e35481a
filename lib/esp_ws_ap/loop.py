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

import gc
import select
import sys
from time import sleep

from adafruit_ticks import ticks_add, ticks_ms
from micropython import const

from . import __version__
from .log import get_logger, log_exception

try:
    from typing import Any, Callable

    from adafruit_httpserver import Server

    from .http.buffered_pool import BufferedPool
except ImportError:
    pass

_TICKS_MAX = const((1 << 29) - 1)
_TICKS_HALF = const(1 << 28)

_LONGEST_WAIT = const(100)  # ms
_QUIET = const(5000)  # ms between two garbage collections while nothing happens
_PARTING = 0.1  # s
_RESTART = const(5000)  # ms between two tries to start the server

READ = select.POLLIN
WRITE = select.POLLOUT


class _Tries:
    """
    In place of ``select.poll`` for sockets that cannot be polled, such as those of a network chip
    on SPI: each may be ready at any time, and is tried in every turn.
    """

    def __init__(self) -> None:
        self._interests = {}
        self.unregister = self._interests.pop

    def register(self, sock, interest: int) -> None:
        self._interests[sock] = interest

    modify = register

    def ipoll(self, timeout: int) -> list:
        sleep(0.001 if timeout else 0)
        return list(self._interests.items())


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
        version = ".".join([str(part) for part in sys.implementation.version[:3]])
        self._log.info("boot: esp_ws_ap %s on %s %s", __version__, sys.implementation.name, version)
        self._poll = select.poll()
        self._entries = {}  # socket: [owner, interest, purpose]
        self._ready = [None] * max_sockets
        self._events = [0] * max_sockets
        self._again = []
        self._timers = []  # [due, interval in ms, function]
        self._at_end = []
        self._at_shortage = []
        self._watchdog: Any = None
        self._problem = ""  # why the server does not start
        self.now = self._next = self._quiet = ticks()
        """The time at the beginning or the end of this turn, in ticks."""

        self.longest_turn = 0
        """The longest that anybody had to wait for the others so far, in ms."""

        self.least_memory: int | None = None
        """The least memory that was free behind a garbage collection, in bytes."""

        self.short_of_memory = False
        """Set where a MemoryError is caught: at the end of the turn, what can be freed is."""

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
            try:
                self._poll.register(sock, READ)
            except (TypeError, OSError):
                if self._entries:
                    raise
                self._poll = _Tries()
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

    def again(self, owner) -> None:
        """
        Call ``owner.resume()`` in the next turn.

        :param owner: Has more to do, and lets the others go first.
        """
        self._again.append(owner)

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

    def at_shortage(self, function: "Callable[[], None]") -> None:
        """
        Call a function at the end of a turn in which memory has run out.

        :param function: Frees what it can, and logs what that was.
        """
        self._at_shortage.append(function)

    def _milliseconds_to(self, due: int) -> int:
        return ((due - self.now + _TICKS_HALF) & _TICKS_MAX) - _TICKS_HALF

    def _run_timers(self) -> None:
        nearest = _LONGEST_WAIT
        for timer in self._timers:
            left = self._milliseconds_to(timer[0])
            if left <= 0:
                # From now on, not from when it was due: a long pause is not made up for.
                timer[0] = ticks_add(self.now, timer[1])
                left = timer[1]
                try:
                    timer[2]()
                except Exception as error:
                    self.short_of_memory |= isinstance(error, MemoryError)
                    log_exception(self._log, "a timer failed", error)
            if left < nearest:
                nearest = left
        self._next = ticks_add(self.now, nearest)

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
        pause = 0
        if wait and not self._again:
            pause = max(((self._next - self.now + _TICKS_HALF) & _TICKS_MAX) - _TICKS_HALF, 0)
        # The answers are kept apart before anybody acts on them, because acting changes the set.
        for sock, event in self._poll.ipoll(pause):  # type: ignore[attr-defined]
            self._ready[count] = sock
            self._events[count] = event
            count += 1
        started = self.now = self.ticks()
        for _ in range(len(self._again)):
            owner = self._again.pop(0)
            try:
                owner.resume()
            except Exception as error:
                self._report(owner, error)
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
                self._report(owner, error)
        if server is not None and pool is not None:
            for _ in range(pool.waiting):
                failure = None
                try:
                    server.poll()
                except Exception as error:
                    failure = error
                    self.short_of_memory |= isinstance(error, MemoryError)
                pool.after_poll(failure)
        if (started - self._next) & _TICKS_MAX < _TICKS_HALF:
            self._run_timers()
        if self.short_of_memory:
            self._free_memory()
        self.now = self.ticks()
        spent = (self.now - started) & _TICKS_MAX
        if spent > self.longest_turn:
            self.longest_turn = spent
        if count:
            self._quiet = started
        elif pause > 0:
            self._collect_garbage(started)

    def _report(self, owner, error: Exception) -> None:
        self.short_of_memory |= isinstance(error, MemoryError)
        try:
            owner.failed(error)
        except Exception as second:
            log_exception(self._log, "a failure could not be handled", second)

    def _collect_garbage(self, now: int) -> None:
        """Collect in a quiet moment, so that it need not be done in a busy one."""
        if ((now - self._quiet) & _TICKS_MAX) < _QUIET:
            return
        self._quiet = now
        self._measure_memory()

    def _measure_memory(self) -> int:
        gc.collect()
        free = gc.mem_free()  # type: ignore[attr-defined]
        if self.least_memory is None or free < self.least_memory:
            self.least_memory = free
        return free

    def _free_memory(self) -> None:
        """Memory has run out somewhere in this turn."""
        self.short_of_memory = False
        least = self._measure_memory()
        for function in self._at_shortage:
            try:
                function()
            except Exception as error:
                log_exception(self._log, "memory could not be freed", error)
        gc.collect()
        free = gc.mem_free()  # type: ignore[attr-defined]
        self._log.warning("memory ran out: %d bytes free, %d before", free, least)

    def run(
        self,
        server: "Server",
        pool: "BufferedPool",
        host: str = "0.0.0.0",
        port: int = 80,
        watchdog: "float | None" = 8,
    ) -> None:
        """
        Start the server and turn for ever. Only Ctrl-C, a soft reload and a reset end it.

        :param Server server: Answers the requests.
        :param BufferedPool pool: Where the server has its sockets from.
        :param str host: The address to listen on.
        :param int port: The port to listen on. While it is taken, another try follows every 5 s.
        :param float watchdog: The board is reset if a turn takes longer, in seconds; `None` for no
            watchdog. What works longer in one piece feeds it: ``microcontroller.watchdog.feed()``.
        """
        started = False
        due = self.ticks()
        if watchdog is not None:
            self._start_watchdog(watchdog)
        try:
            while True:
                try:
                    if not started and self._milliseconds_to(due) <= 0:
                        due = ticks_add(self.ticks(), _RESTART)
                        started = self._start(server, host, port)
                    self.turn(server, pool, True)
                    # Not by a timer, and not when the turn has failed: a loop in which every turn
                    # fails makes no progress.
                    if self._watchdog is not None:
                        self._watchdog.feed()
                except Exception as error:
                    self.short_of_memory |= isinstance(error, MemoryError)
                    gc.collect()
                    try:
                        log_exception(self._log, "a turn of the loop failed", error)
                    except MemoryError:
                        pass  # the watchdog sees it if this goes on
        except KeyboardInterrupt:
            # A person wants to look at the board, and nothing feeds it from here on.
            if self._watchdog is not None:
                self._watchdog.mode = None
            raise
        finally:
            for function in self._at_end:
                try:
                    function()
                except Exception as error:
                    log_exception(self._log, "not everything has ended well", error)
            # What was said last is on its way, but the network ends with the program.
            sleep(_PARTING)

    def _start_watchdog(self, seconds: float) -> None:
        try:
            from microcontroller import watchdog
            from watchdog import WatchDogMode

            timer: Any = watchdog
            timer.mode = None  # an active one would refuse the timeout
            timer.timeout = seconds  # before the mode, which begins to count
            timer.mode = WatchDogMode.RESET
            self._watchdog = timer
        except Exception as error:  # MicroPython, or a board without one
            self._log.info("no watchdog: %s", error)

    def _start(self, server: "Server", host: str, port: int) -> bool:
        try:
            server.start(host, port)
        except (OSError, RuntimeError) as error:
            # Once, so that it does not drive everything else out of the flight record.
            if str(error) != self._problem:
                self._problem = str(error)
                self._log.error("no server on port %d: %s; tried every 5 s", port, error)
            return False
        self._log.info("server listens on port %d", port)
        return True

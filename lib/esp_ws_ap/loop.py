# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.loop`
================================================================================

The event loop: sockets, timers and turns. It knows every socket and its owner, wakes the owner
when the socket can receive or send, and calls functions when they are due. An exception in one of
them is logged, and the others go on.
"""

import gc
import select
from time import sleep

from adafruit_ticks import ticks_add, ticks_ms
from micropython import const

from .events import Event, check_handler
from .log import get_logger, log_exception

try:
    from typing import Callable
except ImportError:
    pass

_TICKS_MAX = const((1 << 29) - 1)
_TICKS_HALF = const(1 << 28)

_MAX_WAIT = const(100)  # ms
_COLLECT_INTERVAL = const(5000)  # ms between two garbage collections
_QUIET = const(500)  # ms in which nothing has happened, before one
_FLUSH_TIME = 0.1  # s for the network to send what was written last
_SLOW = const(500)  # ms
_MIN_SECONDS = 0.01
_MAX_SECONDS = const(200000)  # ticks wrap after 2**29 ms

READ = select.POLLIN
WRITE = select.POLLOUT


class Timer:
    """
    A function to call later. Made by `Loop.every` and `Loop.after`.

    :param int due: When to call it, in ticks.
    :param int interval: The time between two calls in ms; 0 to call it once.
    :param function: Called without arguments.
    """

    def __init__(self, due: int, interval: int, function: "Callable | None") -> None:
        self.due = due
        self.interval = interval
        self.function = function

    def cancel(self) -> None:
        """Do not call the function any more."""
        self.function = None


class Loop:
    """
    The sockets, the timers and the turns of a program.

    An owner of a socket has the methods ``readable()``, ``writable()`` and ``failed(error)``: the
    first two are called when the socket is ready, the third with what they raise. ``writable()``
    is needed only where `watch` asks for it.

    :param int max_sockets: How many sockets the board has in all: 8 on the ESP32-S3.
    :param ticks: The clock, in milliseconds, wrapping at 2**29.

    Example::

        loop = Loop()

        @loop.every(1)
        def once_a_second():
            print("still here")

        while True:
            loop.turn(wait=True)
    """

    on_turn = Event("loop.on_turn")
    """Decorator for a function that is called in each turn, after the sockets and before the
    timers. What it raises ends the turn."""

    on_shutdown = Event("loop.on_shutdown")
    """Decorator for a function that is called when the program ends: at Ctrl-C and at a soft
    reload."""

    on_low_memory = Event("loop.on_low_memory")
    """Decorator for a function that is called at the end of a turn in which memory has run out. It
    frees what it can, and logs what that was."""

    def __init__(self, max_sockets: int = 8, ticks: "Callable[[], int]" = ticks_ms) -> None:
        self.max_sockets = max_sockets
        self.ticks = ticks
        self._log = get_logger()
        self._poll = select.poll()
        self._entries = {}  # socket: [owner, interest, purpose]
        self._ready = [None] * max_sockets
        self._events = [0] * max_sockets
        self._soon = []
        self._timers = []
        self._timers_ended = False
        self._on_turn = []
        self._on_shutdown = []
        self._on_low_memory = []
        self.now = self.mark = self._next_due = self._last_busy = self._collected = ticks()
        """The time at the beginning or the end of this turn, in ticks."""

        self.turns = 0
        """How many turns there were, wrapping like the ticks."""

        self.longest_turn = 0
        """The longest turn so far, in ms."""

        self.least_memory: int | None = None
        """The least memory that was free after a garbage collection, in bytes."""

        self.free_memory: int | None = None
        """The memory that was free after the last collection in a quiet moment, in bytes."""
        self.failures = {}
        """What has failed in the last minute, and how often since it was logged."""

        self.low_memory = False
        """Set where a MemoryError is caught: the turn then ends with `on_low_memory`."""

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
        Wake ``owner`` when ``sock`` has something to receive. Adding a socket again gives it to
        another owner.

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
        Remove a socket and close it.

        :param sock: A socket that was added.
        """
        # A closed socket must not stay in a poll set: the board has crashed on that.
        if self._entries.pop(sock, None) is not None:
            self._poll.unregister(sock)
        sock.close()

    # Time

    def every(
        self,
        seconds: "float | None" = None,
        function: "Callable[[], object] | None" = None,
    ) -> "Callable":
        """
        Call a function again and again. Also a decorator.

        :param float seconds: The interval, 0.01 to 200,000.
        :param function: Called without arguments.
        :raises TypeError: If the seconds are missing, or the function is not a plain one.
        :raises ValueError: If the interval is out of range.

        Example::

            @loop.every(0.5)
            def blink():
                led.value = not led.value
        """
        interval = _milliseconds(seconds)
        if function is None:
            return lambda function: self.every(seconds, function)
        check_handler(function, "@hotspot.loop.every(1)")
        self._add_timer(Timer(ticks_add(self.ticks(), interval), interval, function))
        return function

    def after(self, seconds: float, function: "Callable[[], object] | None" = None) -> Timer:
        """
        Call a function once.

        :param float seconds: How long from now, 0.01 to 200,000.
        :param function: Called without arguments.
        :return: The timer, which can be cancelled.
        :raises TypeError: If there is no function, or it is not a plain one.
        :raises ValueError: If the time is out of range.

        Example::

            pump.value = True
            timer = loop.after(10, stop_pump)
        """
        if function is None:
            from . import misuse

            misuse.after()
        check_handler(function, "hotspot.loop.after(10, function)")
        timer = Timer(ticks_add(self.ticks(), _milliseconds(seconds)), 0, function)
        self._add_timer(timer)
        return timer

    def call_soon(self, function: "Callable[[], object]") -> None:
        """
        Call a function at the beginning of the next turn, after the other sockets have had theirs.

        :param function: Called without arguments.
        """
        self._soon.append(function)

    def _add_timer(self, timer: Timer) -> None:
        self._timers.append(timer)
        self._next_due = self.now  # the next turn does not wait, and finds out when it is due

    def _run_timers(self) -> None:
        pause = _MAX_WAIT
        for timer in self._timers:
            if timer.function is None:
                self._timers_ended = True
                continue
            left = ((timer.due - self.now + _TICKS_HALF) & _TICKS_MAX) - _TICKS_HALF
            if left <= 0:
                function = timer.function
                if timer.interval:
                    # From now on, not from when it was due: a long pause is not made up for.
                    timer.due = ticks_add(self.now, timer.interval)
                    left = timer.interval
                else:
                    timer.function = None
                    self._timers_ended = True
                    left = _MAX_WAIT
                self.mark = self.ticks()
                try:
                    function()
                except Exception as error:
                    if self.is_new(function, error):
                        log_exception(self._log, "a timer failed", error)
                        if isinstance(error, TypeError):
                            from .failures import explain

                            explain(self, function, error)
                self.check_time(function)
            if left < pause:
                pause = left
        if self._timers_ended:
            self._timers_ended = False
            self._timers = [timer for timer in self._timers if timer.function is not None]
        self._next_due = ticks_add(self.now, pause)

    # Turns

    def turn(self, wait: bool = False) -> None:
        """
        Do what is due: one round of all sockets that are ready, the functions of `on_turn`, timers.

        :param bool wait: Wait for something to do, at most until the next timer is due.
        """
        count = 0
        pause = 0
        if wait and not self._soon:
            pause = max(((self._next_due - self.now + _TICKS_HALF) & _TICKS_MAX) - _TICKS_HALF, 0)
        # Collect the answers before acting on them, because acting changes the poll set.
        for sock, events in self._poll.ipoll(pause):  # type: ignore[attr-defined]
            self._ready[count] = sock
            self._events[count] = events
            count += 1
        started = self.now = self.mark = self.ticks()
        self.turns = (self.turns + 1) & _TICKS_MAX
        for _ in range(len(self._soon)):
            function = self._soon.pop(0)
            try:
                function()
            except Exception as error:
                if self.is_new(function, error):
                    log_exception(self._log, "call_soon failed", error)
        for index in range(count):
            sock = self._ready[index]
            self._ready[index] = None
            events = self._events[index]
            entry = self._entries.get(sock)
            if entry is None:
                continue
            owner = entry[0]
            try:
                if events & WRITE:
                    owner.writable()
                # The end of a connection is reported as an error, whatever was asked for.
                if events & ~WRITE and self._entries.get(sock) is entry:
                    owner.readable()
            except Exception as error:
                self.low_memory |= isinstance(error, MemoryError)
                try:
                    owner.failed(error)
                except Exception as second:
                    log_exception(self._log, "handling a failure failed", second)
        for function in self._on_turn:
            function()
            self.check_time(function)
        if (started - self._next_due) & _TICKS_MAX < _TICKS_HALF:
            self._run_timers()
        if self.low_memory:
            self._free_memory()
        self.now = self.ticks()
        spent = (self.now - started) & _TICKS_MAX
        if spent > self.longest_turn:
            self.longest_turn = spent
        if count:
            self._last_busy = started
        elif (
            pause > 0
            and (started - self._last_busy) & _TICKS_MAX >= _QUIET
            and (started - self._collected) & _TICKS_MAX >= _COLLECT_INTERVAL
        ):
            # In this quiet moment, so that it need not be done in a busy one.
            self._collected = started
            self.measure_memory()

    # Failures of the program

    def is_new(self, function, error: Exception) -> bool:
        """
        Return True if a failure is to be logged, and is not one of many in a minute.

        :param function: What has raised.
        :param Exception error: What was raised.
        """
        self.low_memory |= isinstance(error, MemoryError)
        try:
            from .failures import is_new

            return is_new(self, function, error.__class__.__name__)
        except MemoryError:
            return True

    def check_time(self, function) -> None:
        """
        Log that a function has taken so long that all clients had to wait. The next one begins now.

        :param function: The function, or its name.
        """
        now = self.ticks()
        spent = (now - self.mark) & _TICKS_MAX
        self.mark = now
        if spent >= _SLOW:
            from .failures import is_new, name_of

            if is_new(self, function, "too slow"):
                self._log.warning("%s took %d ms: no one was served", name_of(function), spent)

    def turn_failed(self, error: Exception) -> None:
        """
        Log what `turn` has raised, so that a program's ``while True`` can go on.

        :param Exception error: What was raised.
        """
        self.low_memory |= isinstance(error, MemoryError)
        gc.collect()
        try:
            log_exception(self._log, "a turn of the loop failed", error)
        except MemoryError:
            pass  # if this goes on, the watchdog ends it

    def shut_down(self) -> None:
        """Call the functions of `on_shutdown`. A program calls it when it ends."""
        for function in self._on_shutdown:
            try:
                function()
            except Exception as error:
                log_exception(self._log, "on_shutdown failed", error)
        # What was written last is still being sent, and the network ends with the program.
        sleep(_FLUSH_TIME)

    # Memory

    def measure_memory(self) -> int:
        """Collect garbage, and return how much memory is free then, in bytes."""
        gc.collect()
        memory = self.free_memory = gc.mem_free()  # type: ignore[attr-defined]
        if self.least_memory is None or memory < self.least_memory:
            self.least_memory = memory
        return memory

    def _free_memory(self) -> None:
        """Memory has run out somewhere in this turn."""
        self.low_memory = False
        before = self.measure_memory()
        for function in self._on_low_memory:
            try:
                function()
            except Exception as error:
                log_exception(self._log, "on_low_memory failed", error)
        gc.collect()
        memory = gc.mem_free()  # type: ignore[attr-defined]
        self._log.warning("memory ran out: %d bytes free, %d before", memory, before)


def _milliseconds(seconds: "float | None") -> int:
    if not isinstance(seconds, (int, float)) or not _MIN_SECONDS <= seconds <= _MAX_SECONDS:
        from . import misuse

        misuse.timer(seconds, _MIN_SECONDS, _MAX_SECONDS)
    return int(seconds * 1000 + 0.5)

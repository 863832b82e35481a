# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The event loop on a simulated board in this process: sockets, timers, turns, memory."""

import socket
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.in_process import Clock, SharedBoard, shared_board  # noqa: F401


class Owner:
    """
    An owner of a socket that keeps what it is called with.

    :param loop: The loop.
    """

    def __init__(self, loop: Any) -> None:
        self.loop = loop
        self.calls: list[Any] = []
        self.raises: BaseException | None = None

    def readable(self) -> None:
        """Keep it."""
        self.calls.append("readable")
        if self.raises:
            raise self.raises

    def writable(self) -> None:
        """Keep it."""
        self.calls.append("writable")

    def failed(self, error: Exception) -> None:
        """Keep the error."""
        self.calls.append(error)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def loop(shared_board: SharedBoard, clock: Clock) -> Any:  # noqa: F811
    return shared_board.lib.loop.Loop(ticks=clock)


@pytest.fixture
def log(shared_board: SharedBoard) -> Any:  # noqa: F811
    """A function that returns what this test has logged so far."""
    mark = len(shared_board.written)
    return lambda: "".join(shared_board.written[mark:])


@pytest.fixture
def datagrams(shared_board: SharedBoard) -> Iterator[Any]:  # noqa: F811
    """A UDP socket of the board, and a function that sends a datagram to it."""
    pool = shared_board.socket_pool
    sock: Any = pool.socket(pool.AF_INET, pool.SOCK_DGRAM)
    sock.settimeout(0)
    sock.bind(("0.0.0.0", 5353))
    port = shared_board.board.network.host_port(5353, datagrams=True)
    phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send() -> None:
        phone.sendto(b"x", ("127.0.0.1", port))

    yield sock, send
    phone.close()
    sock.close()


def until(loop: Any, owner: Owner, count: int = 1) -> None:
    """Turn until the owner has been called so many times."""
    for _ in range(2000):
        if len(owner.calls) >= count:
            return
        loop.turn(wait=True)
    pytest.fail(f"called only {len(owner.calls)} times")


# Sockets


def test_readable(loop: Any, datagrams: Any):
    sock, send = datagrams
    owner = Owner(loop)
    loop.add(sock, owner, "test")
    assert (loop.sockets, loop.free_sockets) == (["test"], 7)
    loop.turn()
    assert owner.calls == []
    send()
    until(loop, owner)
    assert owner.calls == ["readable"]


def test_writable_only_while_watched(loop: Any, datagrams: Any, shared_board: SharedBoard):  # noqa: F811
    sock, send = datagrams
    owner = Owner(loop)
    loop.add(sock, owner, "test")
    loop.watch(sock, shared_board.lib.loop.WRITE)
    send()
    until(loop, owner)
    assert set(owner.calls) == {"writable"}
    loop.watch(sock, 0)
    before = len(owner.calls)
    loop.turn()
    assert len(owner.calls) == before


def test_added_again_it_has_another_owner(loop: Any, datagrams: Any):
    sock, send = datagrams
    first, second = Owner(loop), Owner(loop)
    loop.add(sock, first, "first")
    loop.add(sock, second, "second")
    send()
    until(loop, second)
    assert first.calls == [] and loop.sockets == ["second"]


def test_closed_socket_is_forgotten(loop: Any, datagrams: Any):
    sock, send = datagrams
    owner = Owner(loop)
    loop.add(sock, owner, "test")
    send()
    loop.close(sock)
    loop.turn()
    assert (owner.calls, loop.sockets, loop.free_sockets) == ([], [], 8)


def test_owner_hears_what_it_raised(loop: Any, datagrams: Any):
    sock, send = datagrams
    owner = Owner(loop)
    owner.raises = OSError(5)
    loop.add(sock, owner, "test")
    send()
    until(loop, owner, 2)
    assert owner.calls[:2] == ["readable", owner.raises]


# Timers


def test_every(loop: Any, clock: Clock):
    calls: list[int] = []
    loop.every(0.02, lambda: calls.append(clock.milliseconds))
    start = clock.milliseconds
    for _ in range(100):
        clock.milliseconds += 1
        loop.turn()
    assert calls == [start + 20 * n for n in range(1, 6)]


def test_every_does_not_make_up_for_a_pause(loop: Any, clock: Clock):
    calls: list[int] = []
    loop.every(1)(lambda: calls.append(1))
    clock.milliseconds += 60_000
    loop.turn()
    loop.turn()
    assert calls == [1]


def test_after_calls_once(loop: Any, clock: Clock):
    calls: list[int] = []
    loop.after(0.5, lambda: calls.append(1))
    for _ in range(40):
        clock.milliseconds += 50
        loop.turn()
    assert calls == [1]
    assert loop._timers == []


def test_first_turn_does_not_wait_for_as_long_as_the_setup_took(
    loop: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    waits: list[int] = []
    poll = SimpleNamespace(ipoll=lambda milliseconds: waits.append(milliseconds) or ())
    monkeypatch.setattr(loop, "_poll", poll)
    clock.milliseconds += 9000
    loop.every(1, print)
    loop.turn(wait=True)
    assert waits == [0]


def test_cancelled_timer_is_not_called(loop: Any, clock: Clock):
    calls: list[int] = []
    timer = loop.after(0.5, lambda: calls.append(1))
    timer.cancel()
    clock.milliseconds += 600
    loop.turn()
    assert calls == [] and loop._timers == []


def test_timer_may_cancel_another_and_start_one(loop: Any, clock: Clock):
    calls: list[str] = []
    second = loop.after(0.1, lambda: calls.append("second"))

    def first() -> None:
        second.cancel()
        loop.after(0.1, lambda: calls.append("third"))

    loop._timers.insert(0, loop.after(0.1, first))
    clock.milliseconds += 100
    loop.turn()
    clock.milliseconds += 100
    loop.turn()
    assert calls == ["third"]


@pytest.mark.parametrize("seconds", [0, 0.001, -1, 200_001, float("nan")])
def test_seconds_out_of_range(loop: Any, seconds: float):
    with pytest.raises(ValueError, match=r"is not 0\.01 to 200000 s"):
        loop.every(seconds)
    with pytest.raises(ValueError, match=r"is not 0\.01 to 200000 s"):
        loop.after(seconds, print)


def test_misuse_is_told_in_words(loop: Any):
    with pytest.raises(TypeError, match=r"write @hotspot\.loop\.every\(1\) above the function"):

        @loop.every
        def forgotten() -> None: ...

    for wrong in ((), ("1",)):
        with pytest.raises(TypeError, match=r"write @hotspot\.loop\.every\(1\) above the function"):
            loop.every(*wrong)
    with pytest.raises(TypeError, match="it is no decorator"):
        loop.after(10)
    with pytest.raises(TypeError, match="a plain function: def, not async def"):

        @loop.every(1)
        async def coroutine() -> None: ...

    with pytest.raises(TypeError, match=r"write hotspot\.loop\.after\(10, function\)"):
        loop.after(1, None)
    with pytest.raises(AttributeError, match="write @loop.on_turn above the function"):
        loop.on_turn = print


@pytest.mark.parametrize("kind", ["ValueError", "too slow"])
def test_failing_timer_is_logged_once_and_then_counted(
    loop: Any, clock: Clock, log: Any, kind: str
):
    """The others go on. What has not failed for a minute is logged again with its traceback."""
    calls: list[int] = []
    fails = True

    def broken() -> None:
        if fails and kind == "too slow":
            clock.milliseconds += 600
        elif fails:
            raise ValueError("mine")

    first = {
        "ValueError": "ERROR - a timer failed: ValueError: mine",
        "too slow": "WARNING - broken took 600 ms: no one was served",
    }[kind]

    def pass_time(minutes: int) -> None:
        for _ in range(minutes * 60):
            clock.milliseconds += 1000
            loop.turn()

    loop.every(0.9, broken)
    loop.every(0.9, lambda: calls.append(1))
    pass_time(2)
    assert len(calls) == 120
    assert log().count(first) == 1
    told = [line for line in log().splitlines() if "more times" in line]
    assert len(told) in (1, 2, 3) and f"ERROR - broken: {kind}, " in told[0]
    fails = False
    pass_time(3)
    assert loop.failures == {}
    fails = True
    pass_time(1)
    assert log().count(first) == 2


def test_failures_of_many_kinds_take_no_more_memory(loop: Any, clock: Clock, log: Any):
    for number in range(100):
        loop.is_new(f"function {number % 20}", ValueError())
        loop.is_new(f"function {number % 20}", ValueError())
        assert len(loop.failures) <= 17
    assert log().count("1 more times within a minute") > 15


def test_ticks_wrap(loop: Any, clock: Clock):
    calls: list[int] = []
    loop.every(1, lambda: calls.append(1))
    clock.milliseconds = (1 << 29) - 500
    loop.turn()
    before = len(calls)
    clock.milliseconds = (1 << 29) + 600
    loop.turn()
    assert len(calls) == before + 1


# Turns


def test_call_soon(loop: Any):
    calls: list[str] = []

    def first() -> None:
        calls.append("first")
        loop.call_soon(lambda: calls.append("second"))

    loop.call_soon(first)
    loop.turn(wait=True)
    assert calls == ["first"]
    loop.turn(wait=True)
    assert calls == ["first", "second"]


def test_on_turn_is_called_after_the_sockets(loop: Any, datagrams: Any):
    sock, send = datagrams
    owner = Owner(loop)
    loop.add(sock, owner, "test")
    loop.on_turn(lambda: owner.calls.append("turn"))
    send()
    until(loop, owner)
    while "readable" not in owner.calls:
        loop.turn()
    at = owner.calls.index("readable")
    assert owner.calls[at : at + 2] == ["readable", "turn"]


def test_failing_on_turn_ends_the_turn(loop: Any, clock: Clock):
    def broken() -> None:
        raise ValueError("mine")

    calls: list[int] = []
    loop.every(0.1, lambda: calls.append(1))
    loop.on_turn(broken)
    clock.milliseconds += 100
    with pytest.raises(ValueError, match="mine"):
        loop.turn()
    assert calls == []


def test_turn_failed_is_logged(loop: Any, log: Any):
    loop.turn_failed(ValueError("mine"))
    assert "ERROR - a turn of the loop failed: ValueError: mine" in log()


def test_longest_turn(loop: Any, clock: Clock):
    def slow() -> None:
        clock.milliseconds += 70

    loop.call_soon(slow)
    loop.turn()
    assert loop.longest_turn == 70


def test_shut_down_calls_all(loop: Any, log: Any):
    calls: list[int] = []

    @loop.on_shutdown
    def broken() -> None:
        raise ValueError("mine")

    loop.on_shutdown(lambda: calls.append(1))
    loop.shut_down()
    assert calls == [1]
    assert "ERROR - on_shutdown failed: ValueError: mine" in log()


# Memory


@pytest.mark.parametrize("where", ["timer", "soon", "socket"])
def test_low_memory_is_freed_at_the_end_of_the_turn(
    loop: Any, clock: Clock, log: Any, datagrams: Any, where: str
):
    def fail() -> None:
        raise MemoryError("no memory")

    calls: list[int] = []
    loop.on_low_memory(lambda: calls.append(1))
    if where == "timer":
        loop.after(0.1, fail)
        clock.milliseconds += 100
    elif where == "soon":
        loop.call_soon(fail)
    else:
        sock, send = datagrams
        owner = Owner(loop)
        owner.raises = MemoryError("no memory")
        loop.add(sock, owner, "test")
        send()
        until(loop, owner, 2)
        loop.close(sock)
    loop.turn()
    assert calls == [1]
    assert not loop.low_memory
    assert "WARNING - memory ran out: " in log()


def test_garbage_is_collected_in_a_quiet_moment(loop: Any, clock: Clock):
    assert loop.least_memory is None
    clock.milliseconds += 4900
    loop.turn(wait=True)
    assert loop.least_memory is None
    clock.milliseconds += 200
    loop.turn(wait=True)
    loop.turn(wait=True)
    assert (loop.least_memory or 0) > 0


def test_garbage_is_collected_between_the_heartbeats_of_a_page(
    loop: Any,
    clock: Clock,
    datagrams: Any,
    shared_board: SharedBoard,  # noqa: F811
    monkeypatch,
):
    sock, send = datagrams
    loop.add(sock, SimpleNamespace(readable=lambda: sock.recvfrom_into(bytearray(9))), "test")
    free = iter(range(5000, 6000))
    monkeypatch.setattr(shared_board.lib.loop.gc, "mem_free", lambda: next(free), raising=False)
    seen = []
    for quarter in range(60):  # of a second
        if quarter % 12 == 0:
            send()
        loop.turn(wait=True)
        clock.milliseconds += 250
        seen.append(loop.free_memory)
    assert list(dict.fromkeys(seen)) == [None, 5000, 5001]

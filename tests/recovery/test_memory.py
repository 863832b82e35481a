# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Memory runs out: on MicroPython with a board's heap, and where a handler says so."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.board import copy_drive
from tests.raw_websocket import RawWebSocket
from tests.recovery.drive import CODE, record_of
from tests.small_vm.small_board import SmallBoard, booted

linux = pytest.mark.skipif(sys.platform != "linux", reason="MicroPython's wheel is for Linux")

#: Sends all the time, and lets any amount wait for a client.
TALKATIVE = CODE.replace(
    "hub = Hub(hotspot)", "hub = Hub(hotspot, max_queued=1 << 29, max_queued_messages=1 << 29)"
).replace(
    "# setup",
    "@loop.every(0.01)\ndef talk():\n    if hub.clients:\n        hub.broadcast(bytes(2000))\n",
)

#: Takes all memory when it is told to.
HUNGRY = CODE.replace(
    "    client.send(data)\n",
    "    if data == 'eat':\n        meal = []\n        while True:\n"
    "            meal.append(bytearray(500))\n"
    "    client.send(data)\n",
)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[[str], SmallBoard]]:
    """A function that boots a program on MicroPython."""
    context = []

    def boot(code: str) -> SmallBoard:
        context.append(booted(drive=copy_drive(tmp_path / "drive", code=code)))
        return context[0].__enter__()

    yield boot
    context[0].__exit__(None, None, None)


@linux
@pytest.mark.timeout(120)
def test_client_with_the_longest_queue_is_closed(
    small: Callable[[str], SmallBoard],
):
    board = small(TALKATIVE)
    with RawWebSocket(board.address()) as reader, RawWebSocket(board.address()) as sleeper:
        while "memory ran out" not in board.log:
            assert len(reader.receive().payload) == 2000
        line = board.wait_for("bytes wait, no memory")
        assert "client 2 failed: 1013" in line
        for _ in range(100):
            assert len(reader.receive().payload) == 2000
        sleeper.receive_rest()
    record = record_of(board)
    assert any("memory ran out" in event for event in record["events"])


@linux
def test_handler_that_takes_all_memory(small: Callable[[str], SmallBoard]):
    board = small(HUNGRY)
    with RawWebSocket(board.address()) as client, RawWebSocket(board.address()) as other:
        for number in range(1, 4):
            client.send_text("eat")
            board.wait_for("memory ran out: ", count=number)
            other.send_text("hello")
            assert other.receive_text() == "hello"
        assert "a handler failed: MemoryError" in board.log

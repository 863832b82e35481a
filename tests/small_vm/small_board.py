# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The application under MicroPython, as a subprocess: `tests.board.Board` on another VM."""

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.small_vm.__main__ import HEAP, command, free_port
from tests.board import DEADLINE, REPOSITORY, Board, boards
from tests.raw_websocket import RawWebSocket


class SmallBoard(Board):
    """
    One board and its serial log.

    :param Path drive: The folder that is the CIRCUITPY drive.
    :param str code: The file of it to run.
    :param str heap: The size of the heap, as MicroPython takes it.
    """

    def __init__(
        self, *, drive: Path = REPOSITORY, code: str = "code.py", heap: str = HEAP
    ) -> None:
        super().__init__(drive=drive, nvm=Path())
        self._command = command(drive, port=free_port(), code=code, heap=heap)

    def start(self) -> None:
        """Switch it on."""
        assert self.process is None, "the board is on already"
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            bufsize=1,
        )
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()

    def stop(self) -> int:
        """
        End it as Ctrl-C does, once it waits for its sockets; return the exit status.

        MicroPython raises KeyboardInterrupt out of the handler of the signal. In the middle of its
        work that can leave one of its locks taken, and what the board does at its end then waits
        for that lock forever.
        """
        assert self.process, "the board is off"
        status = Path(f"/proc/{self.process.pid}/status")
        end = time.monotonic() + DEADLINE
        while "\nState:\tS" not in status.read_text("utf-8"):
            if time.monotonic() > end:
                pytest.fail(f"the board had not come to rest after {DEADLINE} s")
            time.sleep(0.001)
        return super().stop()

    def ask(self, what: str) -> dict[str, int]:
        """
        Have ``measure.py`` measure something, and return what it found.

        :param str what: One of its functions.
        """
        with RawWebSocket(self.address()) as client:
            client.deadline = 30
            client.send_text(what)
            return json.loads(client.receive_text())


@contextlib.contextmanager
def booted(
    *, drive: Path = REPOSITORY, code: str = "code.py", heap: str = HEAP
) -> Iterator[SmallBoard]:
    """
    A board that listens, switched off at the end.

    :param Path drive: The folder that is the CIRCUITPY drive.
    :param str code: The file of it to run.
    :param str heap: The size of the heap, as MicroPython takes it.
    """
    board = SmallBoard(drive=drive, code=code, heap=heap)
    board.start()
    try:
        board.wait_until_listening()
        yield board
    finally:
        boards.remove(board)
        if board.process:
            board.process.kill()
            board.wait()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The application under MicroPython, as a subprocess: `tests.board.Board` on another VM."""

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator.small_vm.__main__ import HEAP, command, free_port
from tests.board import DEADLINE, REPOSITORY, Board, switch_on
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
        self._command_line = command(drive, port=free_port(), code=code, heap=heap)

    def command_line(self) -> Sequence[str]:
        """Return the command line."""
        return self._command_line

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
            assert time.monotonic() < end, f"the board was still busy after {DEADLINE} s"
            time.sleep(0.001)
        return super().stop()

    def ask(self, what: str) -> dict[str, int]:
        """
        Have ``measure.py`` measure something.

        :param str what: One of its functions.
        :return: The result.
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
    Boot a board, wait until it listens, and switch it off at the end.

    :param Path drive: The folder that is the CIRCUITPY drive.
    :param str code: The file of it to run.
    :param str heap: The size of the heap, as MicroPython takes it.
    """
    board = SmallBoard(drive=drive, code=code, heap=heap)
    with contextlib.ExitStack() as stack:
        switch_on(board, stack)
        board.wait_until_listening()
        yield board

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A process and its log: how all tests and benchmarks start a board."""

import contextlib
import re
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

#: Seconds that any one step of a board may take on a slow, busy PC.
DEADLINE = 20

#: The lines of the log that an error shows.
_LINES_SHOWN = 20


class ProcessError(AssertionError):
    """The process has ended, or has not printed in time what it should."""


class Process:
    """
    A process: what it prints is the log, what is typed goes to its standard input.

    :param list arguments: Its command line.
    :param str name: Its name in an error.
    """

    def __init__(self, arguments: Sequence[str] = (), name: str = "the simulator") -> None:
        self.name = name
        self.process: subprocess.Popen[str] | None = None
        self._arguments = arguments
        self._lines: list[str] = []
        self._mark = 0
        self._ended = False
        self._changed = threading.Condition()
        self._typing = threading.Lock()
        self._reader: threading.Thread | None = None

    def command_line(self) -> Sequence[str]:
        """Return the command line; called at each start."""
        return self._arguments

    def start(self) -> None:
        """Start the process."""
        assert self.process is None, f"{self.name} is running"
        self._ended = False
        self.process = subprocess.Popen(
            self.command_line(),
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            bufsize=1,
        )
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()

    def wait(self, timeout: float = DEADLINE) -> int:
        """
        Wait until the process has ended by itself.

        :param float timeout: Seconds after which it is killed.
        :return: Its exit status.
        :raises ProcessError: It was killed.
        """
        process, reader = self.process, self._reader
        assert process and process.stdin and process.stdout and reader
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise ProcessError(f"{self.name} had not ended after {timeout} s") from None
        finally:
            reader.join(DEADLINE)
            with contextlib.suppress(OSError):
                process.stdin.close()
            process.stdout.close()
            self.process = None

    def kill(self) -> None:
        """Kill the process if it is running."""
        if self.process:
            self.process.kill()
            self.wait()

    def signal(self, number: int) -> None:
        """
        Send a signal.

        :param int number: One of the constants of `signal`.
        """
        assert self.process, f"{self.name} is not running"
        self.process.send_signal(number)

    def type_line(self, line: str) -> None:
        """
        Type a line. Threads may call this.

        :param str line: Without its end.
        """
        assert self.process and self.process.stdin, f"{self.name} is not running"
        with self._typing:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()

    # The log

    @property
    def log(self) -> str:
        """Everything printed so far."""
        return "\n".join(self.lines())

    def lines(self, since: int = 0) -> list[str]:
        """
        Return the lines of the log.

        :param int since: Leave out this many of the first ones.
        """
        with self._changed:
            return self._lines[since:]

    def forget(self) -> int:
        """
        Let :meth:`wait_for` see only what is printed from now on.

        :return: The number of lines so far, for ``since``.
        """
        with self._changed:
            self._mark = len(self._lines)
            return self._mark

    def wait_for(
        self,
        expected: str | re.Pattern[str],
        timeout: float = DEADLINE,
        *,
        count: int = 1,
        since: int | None = None,
    ) -> str:
        """
        Wait for a line of the log.

        :param str expected: A part of the line, or a compiled regular expression to search for.
        :param float timeout: In s.
        :param int count: Wait for the second, third, ... such line.
        :param int since: Search from this line of the log on; the default is the last
            :meth:`forget`.
        :return: The line.
        :raises ProcessError: There is no such line in time.
        """
        __tracebackhide__ = True
        first = self._mark if since is None else since
        return self._search(expected, timeout, count, first)[1].string

    def read_to(self, expected: str | re.Pattern[str], timeout: float = 60) -> re.Match[str]:
        """
        Wait for the next such line, and leave out all before it from then on.

        :param str expected: As for :meth:`wait_for`.
        :param float timeout: In s.
        :return: The match in the line.
        """
        __tracebackhide__ = True
        index, match = self._search(expected, timeout, 1, self._mark)
        self._mark = index + 1
        return match

    def wait_until(self, condition: Callable[[list[str]], bool], timeout: float = DEADLINE) -> bool:
        """
        Wait until the log is as it should be.

        :param condition: Called with all lines.
        :param float timeout: In s.
        :return: True if it is.
        """
        with self._changed:
            return self._changed.wait_for(lambda: condition(self._lines), timeout)

    def _search(
        self, expected: str | re.Pattern[str], timeout: float, count: int, since: int
    ) -> tuple[int, re.Match[str]]:
        __tracebackhide__ = True
        pattern = re.compile(re.escape(expected)) if isinstance(expected, str) else expected
        end = time.monotonic() + timeout
        found = 0
        with self._changed:
            while True:
                for index in range(since, len(self._lines)):
                    match = pattern.search(self._lines[index])
                    if match:
                        found += 1
                        if found == count:
                            return index, match
                since = len(self._lines)
                left = end - time.monotonic()
                if self._ended or left <= 0:
                    break
                self._changed.wait(left)
            shown = self._lines[-_LINES_SHOWN:]
        why = "ended" if self._ended else f"ran for {timeout} s"
        what = f"{self.name} {why} without line {count} of {pattern.pattern!r}, after:"
        raise ProcessError("\n".join((what, *shown)))

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            with self._changed:
                self._lines.append(line.rstrip("\r\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

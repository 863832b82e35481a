# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The whole application on a simulated board, as a subprocess: started, read and switched off.

The serial console is the only way in and out, as on a real board. Nothing here sleeps: a test
waits for a line of the log, and a deadline fails it.
"""

import contextlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

#: What goes on a CIRCUITPY drive, as far as the repository has it.
DRIVE_ITEMS = ("code.py", "boot.py", "safemode.py", "settings.toml", "lib", "static", "examples")

#: Seconds that any one step of a board may take on a slow, busy PC.
DEADLINE = 20

#: The boards of the tests now running; their logs are shown when one of these fails.
boards: list["Board"] = []


def _port_is(port: int) -> re.Pattern[str]:
    """The line that tells where a port of the board is on this PC."""
    return re.compile(rf"^simulator: board port {port}(/udp)? is ")


class Board:
    """
    One simulated board and its serial log.

    :param str options: More options for ``python -m simulator``.
    :param Path drive: The folder that is the CIRCUITPY drive.
    :param Path nvm: The file that keeps its non-volatile memory.
    """

    def __init__(self, *options: str, drive: Path, nvm: Path) -> None:
        self._options = ("--drive", str(drive), "--nvm", str(nvm), *options)
        self._addresses: dict[int, tuple[str, int]] = {}
        self._lines: list[str] = []
        self._mark = 0
        self._ended = False
        self._changed = threading.Condition()
        self._reader: threading.Thread | None = None
        self.drive = drive
        self.process: subprocess.Popen[str] | None = None
        boards.append(self)

    # Power

    def start(self) -> None:
        """Switch it on. After :meth:`power_cut`, it comes back at the same addresses."""
        assert self.process is None, "the board is on already"
        ports = {80: 0, 53: 0} | {port: host for port, (_, host) in self._addresses.items()}
        command = [sys.executable, "-u", "-m", "simulator", *self._options]
        for port, host_port in ports.items():
            command += ["--port", f"{port}={host_port}"]
        self._ended = False
        self.process = subprocess.Popen(
            command,
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

    def reload(self) -> None:
        """Soft reload, as on saving a file: code.py starts anew, without the hotspot."""
        self.forget()
        self._signal(signal.SIGHUP)

    def power_cut(self) -> None:
        """Pull the plug: no warning, no clean-up."""
        self.forget()
        self._signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> int:
        """End it as Ctrl-C does, and return the exit status."""
        self._signal(signal.SIGINT)
        return self.wait()

    def wait(self, timeout: float = DEADLINE) -> int:
        """Wait until the process has ended by itself, and return the exit status."""
        assert self.process and self.process.stdin and self.process.stdout and self._reader
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"the simulator had not ended after {timeout} s")
        finally:
            self._reader.join(DEADLINE)
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
            self.process.stdout.close()
        self.process = None
        return status

    def _signal(self, number: int) -> None:
        assert self.process, "the board is off"
        self.process.send_signal(number)

    # The serial console

    @property
    def log(self) -> str:
        """Everything the console has shown so far."""
        with self._changed:
            return "\n".join(self._lines)

    def forget(self) -> None:
        """Let :meth:`wait_for` see only what comes from now on."""
        with self._changed:
            self._mark = len(self._lines)

    def wait_for(
        self, expected: str | re.Pattern[str], timeout: float = DEADLINE, *, count: int = 1
    ) -> str:
        """
        Wait for a line of the log, and return it.

        Lines since the start count, or since the last :meth:`forget`, :meth:`reload`,
        :meth:`command` or :meth:`power_cut`.

        :param str expected: A part of the line, or a compiled regular expression to search for.
        :param float timeout: Seconds after which the test fails.
        :param int count: Wait for the second, third, ... such line.
        """
        __tracebackhide__ = True
        pattern = re.compile(re.escape(expected)) if isinstance(expected, str) else expected
        return self._wait_for(pattern, timeout, count, since=self._mark)

    def _wait_for(self, pattern: re.Pattern[str], timeout: float, count: int, since: int) -> str:
        __tracebackhide__ = True
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = [line for line in self._lines[since:] if pattern.search(line)]
                if len(found) >= count:
                    return found[count - 1]
                remaining = deadline - time.monotonic()
                if self._ended or remaining <= 0:
                    break
                self._changed.wait(remaining)
        end = "the simulator ended" if self._ended else f"{timeout} s passed"
        pytest.fail(f"{end} without line {count} of {pattern.pattern!r} in the serial log")

    def command(self, line: str) -> None:
        """Type a line to the simulator, such as ``leave 127.0.0.3``."""
        assert self.process and self.process.stdin, "the board is off"
        self.forget()
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            with self._changed:
                self._lines.append(line.rstrip("\r\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    # The network

    def address(self, port: int = 80) -> tuple[str, int]:
        """Where on this PC the board's port is, once the board has opened it."""
        if port not in self._addresses:
            line = self._wait_for(_port_is(port), DEADLINE, 1, since=0)
            host, _, number = line.split()[-1].removeprefix("http://").strip("/").partition(":")
            self._addresses[port] = host, int(number)
        return self._addresses[port]

    def wait_until_listening(self, port: int = 80) -> None:
        """Wait for the server, at the start or after a :meth:`reload`."""
        self.wait_for(_port_is(port))

    @property
    def url(self) -> str:
        """The page, with a slash at the end."""
        host, port = self.address()
        return f"http://{host}:{port}/"

    @property
    def ws_url(self) -> str:
        """The WebSocket."""
        host, port = self.address()
        return f"ws://{host}:{port}/ws"


@contextlib.contextmanager
def booting(folder: Path) -> Iterator[Callable[..., Board]]:
    """
    Give a function that boots boards, and switch them off at the end.

    The fixture ``boot`` is this for one test. Tests that share a board take it in a fixture of
    their own::

        @pytest.fixture(scope="module")
        def board(tmp_path_factory):
            with booting(tmp_path_factory.mktemp("board")) as boot:
                yield boot()

    :param Path folder: Where their non-volatile memory is kept.
    """
    mine: list[Board] = []

    def boot(
        *options: str, drive: Path = REPOSITORY, nvm: Path | None = None, listening: bool = True
    ) -> Board:
        """
        Boot a board.

        :param str options: More options for ``python -m simulator``.
        :param Path drive: The CIRCUITPY drive; the repository itself by default.
        :param Path nvm: The file of its memory; a new one by default.
        :param bool listening: Wait until the server listens.
        """
        board = Board(*options, drive=drive, nvm=nvm or folder / f"nvm-{len(mine)}.bin")
        mine.append(board)
        board.start()
        if listening:
            board.wait_until_listening()
        return board

    try:
        yield boot
    finally:
        for board in mine:
            boards.remove(board)
            if board.process:
                board.process.kill()
                board.wait()


def copy_drive(
    target: Path,
    *,
    settings: str | None = None,
    code: str | None = None,
    files: Mapping[str, str | bytes | None] | None = None,
) -> Path:
    """
    Copy the repository's drive, with some of it replaced.

    :param Path target: The folder to make.
    :param str settings: The text of settings.toml.
    :param str code: The text of code.py.
    :param dict files: Other files, by their path on the drive; None removes one.
    """
    target.mkdir(parents=True)
    for item in DRIVE_ITEMS:
        source = REPOSITORY / item
        if source.is_dir():
            shutil.copytree(source, target / item, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, target / item)
    changes = dict(files or {})
    if settings is not None:
        changes["settings.toml"] = settings
    if code is not None:
        changes["code.py"] = code
    for path, content in changes.items():
        file = target / path
        if content is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return target

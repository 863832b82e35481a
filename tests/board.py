# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The whole application on a simulated board, as a subprocess: started, read and switched off.

The serial console is the only way in and out, as on a real board. Nothing here sleeps: a test
waits for a line of the log, and fails at the deadline.
"""

import contextlib
import itertools
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.process import DEADLINE as DEADLINE
from tests.process import REPOSITORY, Process

#: What goes on a CIRCUITPY drive, as far as the repository has it.
DRIVE_ITEMS = ("code.py", "boot.py", "safemode.py", "settings.toml", "lib", "static", "examples")

#: The boards of the running tests; their logs are shown when one of these fails.
boards: list["Board"] = []


def _port_is(port: int) -> re.Pattern[str]:
    """Match the line that tells where a port of the board is on this PC."""
    return re.compile(rf"^simulator: board port {port}(/udp)? is ")


class Board(Process):
    """
    One simulated board and its serial log.

    :param str options: More options for ``python -m simulator``.
    :param Path drive: The folder that is the CIRCUITPY drive.
    :param Path nvm: The file that keeps its non-volatile memory.
    :param module: Run this module, with its first arguments, in place of ``simulator``.
    """

    def __init__(
        self, *options: str, drive: Path, nvm: Path, module: Sequence[str] = ("simulator",)
    ) -> None:
        command = (sys.executable, "-u", "-m", *module, "--drive", str(drive), "--nvm", str(nvm))
        super().__init__((*command, *options))
        self._addresses: dict[int, tuple[str, int]] = {}
        self.drive = drive

    # Power

    def command_line(self) -> Sequence[str]:
        """Return the command line. After :meth:`power_cut`, the addresses stay the same."""
        ports = {80: 0, 53: 0} | {port: host for port, (_, host) in self._addresses.items()}
        command = list(super().command_line())
        for port, host_port in ports.items():
            command += ["--port", f"{port}={host_port}"]
        return command

    def reload(self) -> None:
        """Soft reload, as on saving a file: code.py starts again, without the hotspot."""
        self.forget()
        self.signal(signal.SIGHUP)

    def power_cut(self) -> None:
        """Pull the plug: no warning, no clean-up."""
        self.forget()
        self.kill()

    def stop(self) -> int:
        """End it as Ctrl-C does, and return the exit status."""
        self.signal(signal.SIGINT)
        return self.wait()

    def command(self, line: str) -> None:
        """Type a line to the simulator, such as ``leave 127.0.0.3``, and forget the log."""
        self.forget()
        self.type_line(line)

    # The network

    def address(self, port: int = 80) -> tuple[str, int]:
        """Return where on this PC the board's port is, once the board has opened it."""
        if port not in self._addresses:
            line = self.wait_for(_port_is(port), since=0)
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
    with contextlib.ExitStack() as stack:
        numbers = itertools.count()

        def boot(
            *options: str,
            drive: Path = REPOSITORY,
            nvm: Path | None = None,
            listening: bool = True,
            module: Sequence[str] = ("simulator",),
        ) -> Board:
            """
            Boot a board.

            :param str options: More options for ``python -m simulator``.
            :param Path drive: The CIRCUITPY drive; the repository itself by default.
            :param Path nvm: The file of its memory; a new one by default.
            :param bool listening: Wait until the server listens.
            :param module: As for `Board`.
            """
            nvm = nvm or folder / f"nvm-{next(numbers)}.bin"
            board = Board(*options, drive=drive, nvm=nvm, module=module)
            switch_on(board, stack)
            if listening:
                board.wait_until_listening()
            return board

        yield boot


def switch_on(board: Board, stack: contextlib.ExitStack) -> None:
    """
    Start a board, and show its log when a test fails.

    :param Board board: The board.
    :param ExitStack stack: Switches it off.
    """
    boards.append(board)
    stack.callback(boards.remove, board)
    stack.callback(board.kill)
    board.start()


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

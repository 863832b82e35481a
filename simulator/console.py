# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The serial console, and the commands on standard input."""

import os
import sys
import threading
import time
from collections.abc import Callable

HELP = """\
reload              soft reload, as by Ctrl-D on the serial console
save                soft reload, as after a file is saved on the drive
reset               press the board's reset button
fault hard          the interpreter crashes: the board resets into safe mode
fault brownout      the supply voltage drops: the same
fault brownout 0.5  the same, 0.5 s after power-on: 0-1 s and 1-2 s are the button's times
leave 127.0.0.3     this phone goes out of range
join 127.0.0.3      this phone is in range again
ap down             the access point stops by itself
home gone           the home networks are out of range
home back           the home networks are in range again
home silent         the home networks give out no more addresses
fault NAME[=VALUE]  switch a fault on
fault NAME=off      and off
skip 60             60 seconds pass at once, but not for a sleep or the watchdog
sockets             show the board's socket table
help                this list"""


class Console:
    """
    The board's output, without a buffer.

    :param write: Called with each text; by default it goes to standard output.
    """

    def __init__(self, write=None):
        self._write = write or self._to_stdout
        self._lock = threading.RLock()
        self.is_stalled: Callable[[], bool] = lambda: False

    @staticmethod
    def _to_stdout(text):
        data = text.encode("utf-8", "replace")
        fd = sys.stdout.fileno()
        while data:
            data = data[os.write(fd, data) :]

    def write(self, text):
        """
        Print on the serial console, which is also the board's ``sys.stdout`` and ``sys.stderr``.

        :param str text: The text.
        :return: The number of characters.
        """
        if not isinstance(text, str):
            text = bytes(text).decode("utf-8", "replace")
        while self.is_stalled():
            time.sleep(0.01)
        self._print(text)
        return len(text)

    def _print(self, text):
        with self._lock:
            try:
                self._write(text)
            except BrokenPipeError:
                # The reader has closed the pipe, which the board does not notice.
                pass

    def flush(self):
        """Do nothing: there is no buffer."""

    def notice(self, line):
        """
        Print a line of the simulator's own.

        :param str line: The line.
        """
        self._print(f"simulator: {line}\n")


def obey(board, line):
    """
    Carry out a command.

    :param board: The board.
    :param str line: The command as typed.
    """
    notice = board.console.notice
    words = line.split()
    if not words:
        return
    command, *arguments = words
    if command == "reload" and not arguments:
        board.request_reload()
    elif command == "save" and not arguments:
        board.request_reload("AUTO_RELOAD")
    elif command == "reset" and not arguments:
        board.reset("RESET_PIN", saved_word="NONE")
    elif words == ["fault", "hard"]:
        board.reset("SOFTWARE", "HARD_FAULT")
    elif words == ["fault", "brownout"]:
        board.reset("BROWNOUT", "BROWNOUT")
    elif words[:2] == ["fault", "brownout"] and len(words) == 3:
        # The first second waits for the safe-mode button, the next one for BLE discovery.
        word = {"0": "USER", "1": "BLE"}.get(words[2].partition(".")[0], "NONE")
        board.reset("BROWNOUT", "BROWNOUT", word)
    elif command == "leave" and len(arguments) == 1:
        board.network.leave(arguments[0])
        notice(f"{arguments[0]} has left")
    elif command == "join" and len(arguments) == 1:
        joined = board.network.join(arguments[0])
        notice(f"{arguments[0]} {'has joined' if joined else 'was not let in'}")
    elif words == ["ap", "down"]:
        board.network.ap_stopped()
        if board.radio is not None:
            board.radio.stop_ap()
        notice("the access point is down")
    elif command == "home" and arguments in (["gone"], ["back"], ["silent"]):
        board.network.homes_in_range = arguments != ["gone"]
        for network in board.network.homes if arguments == ["silent"] else ():
            network.address_ = None
        notice(f"home networks: {arguments[0]}")
    elif command == "fault" and len(arguments) == 1:
        try:
            board.faults.set(arguments[0])
        except ValueError as error:
            notice(str(error))
        else:
            board.network.generation += 1
            notice("faults: " + (", ".join(board.faults.settings()) or "none"))
    elif command == "skip" and len(arguments) == 1 and arguments[0].isdigit():
        board.clock.skip(int(arguments[0]))
    elif words == ["sockets"]:
        for text in board.network.describe():
            notice(text)
    else:
        for text in HELP.splitlines():
            notice(text)


def listen(board, fd):
    """
    Carry out commands in a thread of their own until end of file.

    :param board: The board.
    :param int fd: The file to read them from, normally standard input.
    """

    def read():
        # Not through sys.stdin: the interpreter cannot exit while a thread waits in it.
        waiting = b""
        while True:
            try:
                data = os.read(fd, 4096)
            except OSError:
                return
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                obey(board, line.decode("utf-8", "replace"))
            if not data:
                obey(board, waiting.decode("utf-8", "replace"))
                return

    threading.Thread(target=read, name="commands", daemon=True).start()

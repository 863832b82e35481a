# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The command line."""

import contextlib
import os
import pty
import socket
import subprocess
import sys

import pytest

from simulator.__main__ import main
from tests.board import REPOSITORY

WRONG = [
    (["--drive", "/does/not/exist"], "no folder"),
    (["--port", "80"], "BOARD=HOST"),
    (["--port", "80=99999"], "BOARD=HOST"),
    (["--fault", "rubbish"], "no fault is called"),
    (["--home-network", "name:11"], "is not NAME:PASSWORD:CHANNEL"),
    (["--home-network", "name:password:14"], "is not NAME:PASSWORD:CHANNEL"),
    (["--home-network", "ü" * 17 + "::1"], "is not NAME:PASSWORD:CHANNEL"),
    (["--circuitpython", "9.2"], "invalid choice"),
    (["--code", "nothing.py"], "no file nothing.py"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_option_exits_with_2(capsys, tmp_path, arguments, message):
    if "--drive" not in arguments:
        arguments = ["--drive", str(tmp_path), *arguments]
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


# Makes its standard input its controlling terminal.
ON_A_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "simulator", "--drive", sys.argv[1]])
"""


def test_closed_terminal_exits_with_0(tmp_path):
    (tmp_path / "code.py").write_text("print('awake')\nwhile True:\n    pass\n")
    terminal, end = pty.openpty()
    board = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, str(tmp_path)],
        cwd=REPOSITORY,
        stdin=end,
        stdout=end,
        stderr=end,
    )
    os.close(end)
    shown = b""
    while b"awake" not in shown:
        shown += os.read(terminal, 1000)
    os.close(terminal)
    with contextlib.ExitStack() as stack:
        stack.callback(board.kill)
        assert board.wait(20) == 0


def test_port_in_use_exits_with_1(tmp_path):
    (tmp_path / "code.py").write_text(
        "import wifi, socketpool\n"
        "sock = socketpool.SocketPool(wifi.radio).socket()\n"
        "sock.bind(('', 80))\n"
        "sock.listen(4)\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "simulator", "--drive", str(tmp_path), "--port", f"80={port}"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=20,
        )
    assert done.returncode == 1
    assert f"port {port} of this computer" in done.stdout and "--port" in done.stdout

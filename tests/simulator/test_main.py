# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Wrong command lines, and portable modules under MicroPython."""

import contextlib
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.__main__ import main

ROOT = Path(__file__).parents[2]

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
def test_a_wrong_command_line_is_explained(capsys, tmp_path, arguments, message):
    if "--drive" not in arguments:
        arguments = ["--drive", str(tmp_path), *arguments]
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


# Makes its standard input the terminal that it hangs on.
ON_A_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "simulator", "--drive", sys.argv[1]])
"""


def test_a_terminal_that_is_closed_ends_it(tmp_path):
    (tmp_path / "code.py").write_text("print('awake')\nwhile True:\n    pass\n")
    terminal, end = pty.openpty()
    board = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL, str(tmp_path)],
        cwd=ROOT,
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


SMALL = """
import ipaddress, settings_toml, time, wifi
radio = wifi.radio
for options in ({"channel": 14}, {"max_connections": 11}):
    try:
        radio.start_ap("x", "password", **options)
    except ValueError as error:
        print(error)
radio.start_ap("x", "password")
while not radio.ap_active:
    time.sleep(0.005)
print(radio.ipv4_address_ap, radio.stations_ap)
print(settings_toml.getenv('[x]\\nK = 1', "K", 5), settings_toml.getenv('K = "\\\\u0041"', "K"))
"""


@pytest.mark.parametrize("interpreter", ["micropython", sys.executable])
def test_wifi_ipaddress_and_settings_run_on_any_small_python(tmp_path, interpreter):
    if interpreter == "micropython":
        interpreter = Path(sys.executable).with_name("micropython")
        if not interpreter.exists():
            pytest.skip("MicroPython is not installed")
    simulator = ROOT / "simulator"
    for name in ("modules/wifi.py", "modules/ipaddress.py", "settings_toml.py"):
        shutil.copy(simulator / name, tmp_path)
    (tmp_path / "main.py").write_text(SMALL)
    command = [str(interpreter), "main.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert done.stdout.splitlines() == [
        "channel must be 1-13",
        "max_connections must be 0-10",
        "192.168.4.1 []",
        "5 A",
    ], done.stderr

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Boot, reload, reset, watchdog, safe mode and power cut, each board in a process of its own."""

import signal
import socket

import pytest

STOPPED = "Press any key to enter the REPL. Use CTRL-D to reload."

SERVER = """
import time, wifi, socketpool, microcontroller, supervisor
print("boot", microcontroller.cpu.reset_reason, supervisor.runtime.run_reason)
wifi.radio.start_ap("board", "password")
sock = socketpool.SocketPool(wifi.radio).socket()
sock.setsockopt(0xFFF, 4, 1)
sock.bind(("", 80))
sock.listen(4)
sock.settimeout(0)
clients = []
while True:
    try:
        clients.append(sock.accept()[0])
        print("accepted")
    except OSError:
        time.sleep(0.005)
"""


def test_console_output(boot):
    board = boot("print('hello')\n")
    board.wait_for(STOPPED)
    assert board.log == (
        f"\nAuto-reload is off.\ncode.py output:\nhello\n\nCode done running.\n\n{STOPPED}"
    )


def test_exception_stops_code_and_network(boot):
    board = boot(SERVER.replace('print("accepted")', "1 / 0"))
    with socket.create_connection(board.address(), 5) as client:
        board.wait_for(STOPPED)
        assert 'File "code.py", line ' in board.log and "ZeroDivisionError" in board.log
        assert client.recv(1) == b""
    with pytest.raises(OSError):
        socket.create_connection(board.address(), 1).close()


def test_systemexit_has_no_traceback(boot):
    board = boot("import sys\nsys.exit(3)\n")
    board.wait_for(STOPPED)
    assert "Traceback" not in board.log


# Soft reload


def test_sighup_is_soft_reload(boot):
    board = boot(SERVER)
    with socket.create_connection(board.address(), 5) as client:
        board.wait_for("accepted")
        board.reload()
        assert client.recv(1) == b""
    board.wait_for("Code done running.")
    board.wait_for("soft reboot")
    board.wait_for("boot microcontroller.ResetReason.POWER_ON supervisor.RunReason.SUPERVISOR_REL")
    board.wait_for(board.url)


def test_supervisor_reload_ends_code_at_next_jump(boot):
    board = boot(
        "import microcontroller, supervisor\n"
        "microcontroller.nvm[0] = (microcontroller.nvm[0] + 1) % 256\n"
        "def reload():\n"
        "    supervisor.reload()\n"
        "    print('returned')\n"
        "print('run', microcontroller.nvm[0], supervisor.get_previous_traceback())\n"
        "if not microcontroller.nvm[0]:\n"
        "    reload()\n"
        "    print('not yet')\n"
        "else:\n"
        "    print('else')\n"
        "print('end')\n"
    )
    board.wait_for("end")
    expected = ["run 0 None", "returned", "not yet", "soft reboot", "run 1 None", "else", "end"]
    assert [line for line in board.log.splitlines() if line in expected] == expected


def test_saved_file_is_auto_reload(boot):
    board = boot(SERVER)
    board.address()
    board.command("save")
    board.wait_for("Code stopped by auto-reload. Reloading soon.")
    board.wait_for("supervisor.RunReason.AUTO_RELOAD")


# The end of the process

FINALIZER = """
import time

class Slow:
    def __del__(self):
        print("finalizer")
        time.sleep(1)

slow = Slow()
slow = None
while True:
    pass
"""


@pytest.mark.parametrize(
    ("code", "ready"),
    [(SERVER, "board port 80"), (FINALIZER, "finalizer"), ("1 / 0\n", STOPPED)],
    ids=["running", "in a finalizer", "stopped"],
)
def test_sigint_exits_with_0(boot, code, ready):
    board = boot(code)
    board.wait_for(ready)
    assert board.stop() == 0
    assert ("KeyboardInterrupt" in board.log) is (ready != STOPPED)


def test_sigterm_exits_with_0(boot):
    board = boot("while True:\n    pass\n")
    board.wait_for("output")
    board.process.send_signal(signal.SIGTERM)
    assert board.wait() == 0


# Reset and watchdog


def test_reset_keeps_ports_and_gives_reason(boot):
    board = boot(SERVER.replace('print("accepted")', "microcontroller.reset()"))
    with socket.create_connection(board.address(), 5):
        board.wait_for("simulator: reset (SOFTWARE)")
    board.wait_for("boot microcontroller.ResetReason.SOFTWARE")
    board.wait_for(board.url, count=2)


@pytest.mark.parametrize("stuck", ["while True:\n        pass", "1 / 0"], ids=["loop", "stopped"])
def test_watchdog_resets_board(boot, stuck):
    board = boot(
        "import microcontroller\nfrom watchdog import WatchDogMode\n"
        "print('boot', microcontroller.cpu.reset_reason)\n"
        "if 'WATCHDOG' not in repr(microcontroller.cpu.reset_reason):\n"
        "    microcontroller.watchdog.timeout = 0.2\n"
        "    microcontroller.watchdog.mode = WatchDogMode.RESET\n"
        f"    {stuck}\n"
    )
    board.wait_for("boot microcontroller.ResetReason.POWER_ON")
    board.wait_for("simulator: reset (WATCHDOG)")
    board.wait_for("boot microcontroller.ResetReason.WATCHDOG")


def test_watchdog_raises_watchdogtimeout(boot):
    board = boot(
        "import microcontroller, time\nfrom watchdog import WatchDogMode, WatchDogTimeout\n"
        "microcontroller.watchdog.timeout = 0.1\n"
        "microcontroller.watchdog.mode = WatchDogMode.RAISE\n"
        "try:\n    time.sleep(30)\n"
        "except WatchDogTimeout:\n    print('caught', microcontroller.watchdog.mode)\n"
    )
    board.wait_for("caught None")


# What runs


def test_set_next_code_file_reload_on_error(boot):
    board = boot(
        "import supervisor\nsupervisor.set_next_code_file('other.py', reload_on_error=True)\n"
        "print('first')\n",
        other="print('other')\n1 / 0\n",
    )
    board.wait_for("first")
    board.command("reload")
    board.wait_for("other.py output:")
    board.wait_for("ZeroDivisionError")
    board.wait_for("code.py output:")


def test_set_next_code_file_sticky_from_boot_py(boot):
    board = boot(
        "print('code')\n",
        boot=(
            "import supervisor\n"
            "supervisor.set_next_code_file('other.py', sticky_on_success=True,"
            " sticky_on_error=True, sticky_on_reload=True)\n"
        ),
        other="import supervisor\nprint('other', supervisor.runtime.run_reason)\n",
    )
    board.wait_for("other supervisor.RunReason.STARTUP")
    board.wait_for(STOPPED)
    board.command("reload")
    board.wait_for("other supervisor.RunReason.REPL_RELOAD")
    board.wait_for(STOPPED)
    board.command("save")
    board.wait_for("other supervisor.RunReason.AUTO_RELOAD")


def test_set_next_code_file_of_missing_file_is_valueerror(boot):
    board = boot("import supervisor\nsupervisor.set_next_code_file('none.py')\n")
    board.wait_for("ValueError: File not found")


def test_boot_py_runs_first_and_may_remount(boot):
    board = boot(
        "open('/new', 'w').close()\nprint('written')\n",
        boot="import storage\nstorage.remount('/', readonly=False)\nprint('booting')\n",
    )
    board.wait_for("written")
    expected = ["boot.py output:", "booting", "code.py output:", "written"]
    assert [line for line in board.log.splitlines() if line in expected] == expected


def test_code_option_replaces_code_py(boot, drive):
    (drive / "examples").mkdir()
    (drive / "examples" / "echo.py").write_text("print(__name__, open('code.py').read()[:5])\n")
    board = boot(
        "print('code')\n",
        "--code",
        "examples/echo.py",
        boot="import supervisor\nsupervisor.set_next_code_file('other.py')\n",
        other="import code\n",
    )
    board.wait_for("code print")


def test_no_native_usb_boots_into_ble_discovery(boot):
    board = boot(
        "import supervisor\nprint('ble', supervisor.runtime.ble_workflow)\n",
        "--fault",
        "no-native-usb",
    )
    board.wait_for("simulator: anyone nearby can read and write the drive over BLE")
    board.wait_for("ble True")


# Safe mode


def test_hard_fault_is_safe_mode_until_reset(boot):
    board = boot(SERVER)
    board.address()
    board.command("fault hard")
    board.wait_for("simulator: reset (SOFTWARE)")
    board.wait_for("Running in safe mode! Not running saved code.")
    board.wait_for("You are in safe mode because: HARD_FAULT")
    board.command("reload")
    board.wait_for("Running in safe mode!")
    board.command("reset")
    board.wait_for("boot microcontroller.ResetReason.RESET_PIN")


def test_safemode_py_replaces_boot_py(boot):
    board = boot(
        "print('code')\n",
        boot="print('booting')\n",
        safemode="import supervisor\nprint('because', supervisor.runtime.safe_mode_reason)\n",
    )
    board.wait_for(STOPPED)
    board.command("fault brownout")
    board.wait_for("simulator: reset (BROWNOUT)")
    board.wait_for("because supervisor.SafeModeReason.BROWNOUT")
    board.wait_for("You are in safe mode because: BROWNOUT")
    assert board.log.splitlines().count("booting") == 1


@pytest.mark.parametrize(
    ("seconds", "line"),
    [
        (0.5, "You are in safe mode because: USER"),
        (1.5, "simulator: anyone nearby can read and write the drive over BLE"),
    ],
)
def test_saved_word_survives_brownout_and_reset(boot, seconds, line):
    board = boot(SERVER, safemode="import microcontroller\nmicrocontroller.reset()\n")
    board.address()
    board.command(f"fault brownout {seconds}")
    board.wait_for("simulator: reset (SOFTWARE)")
    board.wait_for(line)

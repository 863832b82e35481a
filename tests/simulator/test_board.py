# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Boot, reload, reset, watchdog, safe mode and power cut, each board in a process of its own."""

import signal
import socket
import time
import urllib.request

import pytest
from websockets.sync.client import connect

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


def test_sighup_runs_stopped_code(boot):
    board = boot("print('up')\n1 / 0\n")
    board.wait_for(STOPPED)
    board.reload()
    board.wait_for("up")


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


def test_power_cut_keeps_nvm_consistent(boot, tmp_path):
    path = tmp_path / "nvm.bin"
    board = boot(
        "import microcontroller\nn = 0\n"
        "while True:\n    n = (n + 1) % 256\n    microcontroller.nvm[:] = bytes((n,)) * 8192\n",
        nvm=path,
    )
    seen = set()
    end = time.monotonic() + 10
    while len(seen) < 4:
        assert time.monotonic() < end
        seen.add(path.read_bytes() if path.exists() else b"")
    board.power_cut()
    data = path.read_bytes()
    assert len(data) == 8192 and len(set(data)) == 1


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


def test_no_usb(boot):
    board = boot(
        "import supervisor\nprint('usb', supervisor.runtime.usb_connected)\n", "--fault", "no-usb"
    )
    board.wait_for("usb False")


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


def test_safemode_py_may_reset(boot):
    board = boot(SERVER, safemode="import microcontroller\nmicrocontroller.reset()\n")
    board.address()
    board.command("fault hard")
    board.wait_for("safemode.py output:")
    board.wait_for("simulator: reset (SOFTWARE)", count=2)
    board.wait_for(board.url)


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


@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_on_next_reset_normal_clears_saved_word(boot, seconds):
    board = boot(
        SERVER,
        safemode=(
            "import microcontroller\n"
            "microcontroller.on_next_reset(microcontroller.RunMode.NORMAL)\n"
            "microcontroller.reset()\n"
        ),
    )
    board.address()
    board.command(f"fault brownout {seconds}")
    board.wait_for("simulator: reset (SOFTWARE)")
    board.wait_for(board.url)
    assert "BLE" not in board.log


def test_safemode_py_exception_is_safe_mode_py_error(boot):
    board = boot("print('code')\n", safemode="1 / 0\n")
    board.wait_for(STOPPED)
    board.command("fault hard")
    board.wait_for("ZeroDivisionError")
    board.wait_for("You are in safe mode because: SAFE_MODE_PY_ERROR")


def test_on_next_reset_safe_mode_is_programmatic(boot):
    board = boot(
        "import microcontroller\n"
        "microcontroller.on_next_reset(microcontroller.RunMode.SAFE_MODE)\n"
        "microcontroller.reset()\n"
    )
    board.wait_for("You are in safe mode because: PROGRAMMATIC")


# Libraries

APPLICATION = """
import wifi, socketpool
import adafruit_logging as logging
from adafruit_httpserver import Server, Response, Websocket, GET

log = logging.getLogger("app")
log.setLevel(logging.INFO)
wifi.radio.start_ap("board", "password")
while wifi.radio.ipv4_address_ap is None:
    pass
log.info("hotspot %s", wifi.radio.ipv4_address_ap)
server = Server(socketpool.SocketPool(wifi.radio), "/static")
websocket = None

@server.route("/hello")
def hello(request):
    return Response(request, "hello " + request.client_address[0])

@server.route("/ws", GET)
def upgrade(request):
    global websocket
    websocket = Websocket(request)
    return websocket

server.start("0.0.0.0", 80)
while True:
    server.poll()
    if websocket is not None:
        message = websocket.receive(fail_silently=True)
        if message is not None:
            websocket.send_message("echo " + message, fail_silently=True)
"""


def test_adafruit_httpserver_and_logging(boot, drive):
    (drive / "static").mkdir()
    (drive / "static" / "index.html").write_text("<p>page")
    board = boot(APPLICATION)
    board.wait_for("INFO - hotspot 192.168.4.1")
    for path, body in (("", b"<p>page"), ("hello", b"hello 127.0.0.1")):
        board.address()
        with urllib.request.urlopen(board.url + path, timeout=5) as answer:
            assert answer.read() == body
    with connect(board.ws_url, compression=None) as client:
        for text in ("one", "two"):
            client.send(text)
            assert client.recv(timeout=5) == "echo " + text

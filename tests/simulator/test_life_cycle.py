# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Boot, reload, reset, power cut, in a process of its own."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

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


class Process:
    """The simulator as a person starts it."""

    def __init__(self, drive, *arguments):
        command = [sys.executable, "-m", "simulator", "--drive", str(drive), "--port", "80=0"]
        self.process = subprocess.Popen(
            [*command, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stdin and self.process.stdout
        self.input, self._output = self.process.stdin, self.process.stdout
        self._lines = queue.Queue()
        self.log = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self._output:
            self._lines.put(line)
        self._lines.put(None)

    def line(self, text, seconds=10):
        """The next line with a text in it."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.001, end - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError(f"no line with {text!r} in:\n" + "".join(self.log))
            self.log.append(line)
            if text in line:
                return line.rstrip("\n")

    def port(self):
        """Where the board listens."""
        return int(self.line("board port 80 is").rstrip("/").rpartition(":")[2])

    def say(self, line):
        self.input.write(line + "\n")
        self.input.flush()

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        return self.process.wait(10)

    def close(self):
        self.process.kill()
        self.process.wait()
        self._reader.join()
        self.input.close()
        self._output.close()


@pytest.fixture
def boot(drive):
    processes = []

    def start(code, *arguments, **files):
        (drive / "code.py").write_text(code, encoding="utf-8")
        for name, text in files.items():
            (drive / f"{name}.py").write_text(text, encoding="utf-8")
        processes.append(Process(drive, *arguments))
        return processes[-1]

    yield start
    for process in processes:
        process.close()


posix = pytest.mark.skipif(os.name != "posix", reason="signals")


def test_the_code_runs_and_its_end_is_told(boot):
    board = boot("print('hello')\n")
    board.line("Auto-reload is off.")
    board.line("code.py output:")
    board.line("hello")
    board.line("Code done running.")
    board.line("Use CTRL-D to reload.")


def test_an_uncaught_exception_leaves_a_dead_board_without_network(boot):
    board = boot(SERVER.replace('print("accepted")', "1 / 0"))
    port = board.port()
    with socket.create_connection(("127.0.0.1", port), 5) as phone:
        board.line('File "code.py", line ')
        board.line("ZeroDivisionError")
        board.line("Use CTRL-D to reload.")
        phone.settimeout(5)
        assert phone.recv(1) == b""
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
    assert board.process.poll() is None


def test_systemexit_ends_quietly(boot):
    board = boot("import sys\nsys.exit(3)\n")
    board.line("Use CTRL-D to reload.")
    assert "Traceback" not in "".join(board.log)


@posix
def test_sighup_is_a_soft_reload(boot):
    board = boot(SERVER)
    port = board.port()
    with socket.create_connection(("127.0.0.1", port), 5) as phone:
        board.line("accepted")
        board.signal(signal.SIGHUP)
        phone.settimeout(5)
        assert phone.recv(1) == b""
    board.line("Code done running.")
    board.line("soft reboot")
    assert "POWER_ON supervisor.RunReason.SUPERVISOR_RELOAD" in board.line("boot ")
    assert board.port() == port


@posix
def test_a_dead_board_comes_back_with_sighup(boot):
    board = boot("print('up')\n1 / 0\n")
    board.line("up")
    board.line("Use CTRL-D")
    board.signal(signal.SIGHUP)
    board.line("up")


def test_reload_on_standard_input(boot):
    board = boot(SERVER)
    board.port()
    board.say("reload")
    board.line("soft reboot")
    board.port()


def test_supervisor_reload(boot):
    board = boot(
        "import microcontroller, supervisor\n"
        "microcontroller.nvm[0] = (microcontroller.nvm[0] + 1) % 256\n"
        "print('run', microcontroller.nvm[0], supervisor.get_previous_traceback())\n"
        "if not microcontroller.nvm[0]:\n    supervisor.reload()\n"
    )
    board.line("run 0 None")
    board.line("soft reboot")
    board.line("run 1 None")


def test_supervisor_reload_returns_and_the_next_jump_is_the_last(boot):
    board = boot(
        "import supervisor\n"
        "def reload():\n"
        "    supervisor.reload()\n"
        "    print('returned')\n"
        "if str(supervisor.runtime.run_reason).endswith('STARTUP'):\n"
        "    reload()\n"
        "    print('not yet')\n"
        "else:\n"
        "    print('again')\n"
        "print('behind')\n"
    )
    for text in ("returned", "not yet", "soft reboot", "again", "behind"):
        board.line(text)
    assert sum("behind" in line for line in board.log) == 1


@posix
def test_ctrl_c_ends_with_status_0(boot):
    board = boot(SERVER)
    board.port()
    board.signal(signal.SIGINT)
    board.line("KeyboardInterrupt")
    assert board.wait() == 0


FINALISER = """
import time

class Slow:
    def __del__(self):
        print("the end of it")
        time.sleep(1)

slow = Slow()
slow = None
while True:
    pass
"""


@posix
def test_ctrl_c_in_a_finaliser_ends_with_status_0(boot):
    board = boot(FINALISER)
    board.line("the end of it")
    board.signal(signal.SIGINT)
    board.line("KeyboardInterrupt")
    assert board.wait() == 0


@posix
def test_ctrl_c_at_a_dead_board_ends_with_status_0(boot):
    board = boot("1 / 0\n")
    board.line("Use CTRL-D")
    board.signal(signal.SIGINT)
    assert board.wait() == 0


@posix
def test_sigterm_ends_at_once(boot):
    board = boot("while True:\n    pass\n")
    board.line("output")
    board.signal(signal.SIGTERM)
    assert board.wait() == 0


def test_the_end_of_standard_input_changes_nothing(boot):
    board = boot(SERVER)
    port = board.port()
    board.input.close()
    with socket.create_connection(("127.0.0.1", port), 5):
        board.line("accepted")


@posix
def test_a_power_cut_leaves_the_nvm_whole(boot, tmp_path):
    path = tmp_path / "nvm.bin"
    board = boot(
        "import microcontroller\nn = 0\nprint('writing')\n"
        "while True:\n    n = (n + 1) % 256\n    microcontroller.nvm[:] = bytes((n,)) * 8192\n",
        "--nvm",
        str(path),
    )
    board.line("writing")
    for _ in range(3):
        end = time.monotonic() + 5
        before = path.read_bytes() if path.exists() else b""
        while not path.exists() or path.read_bytes() == before:
            assert time.monotonic() < end
    board.signal(signal.SIGKILL)
    board.wait()
    data = path.read_bytes()
    assert len(data) == 8192 and len(set(data)) == 1


def test_reset_restarts_everything_and_says_why(boot):
    board = boot(SERVER.replace('print("accepted")', "microcontroller.reset()"))
    port = board.port()
    with socket.create_connection(("127.0.0.1", port), 5):
        board.line("simulator: reset (SOFTWARE)")
    assert "ResetReason.SOFTWARE" in board.line("boot ")
    assert board.port() == port


def test_the_watchdog_resets_the_board(boot):
    board = boot(
        "import microcontroller\nfrom watchdog import WatchDogMode\n"
        "print('boot', microcontroller.cpu.reset_reason)\n"
        "if 'WATCHDOG' not in repr(microcontroller.cpu.reset_reason):\n"
        "    microcontroller.watchdog.timeout = 0.2\n"
        "    microcontroller.watchdog.mode = WatchDogMode.RESET\n"
        "    while True:\n        pass\n"
    )
    assert "POWER_ON" in board.line("boot ")
    board.line("simulator: reset (WATCHDOG)")
    assert "WATCHDOG" in board.line("boot ")


def test_the_watchdog_brings_back_a_board_whose_code_failed(boot):
    board = boot(
        "import microcontroller\nfrom watchdog import WatchDogMode\n"
        "print('boot', microcontroller.cpu.reset_reason)\n"
        "if 'WATCHDOG' not in repr(microcontroller.cpu.reset_reason):\n"
        "    microcontroller.watchdog.timeout = 0.2\n"
        "    microcontroller.watchdog.mode = WatchDogMode.RESET\n"
        "    1 / 0\n"
    )
    board.line("Use CTRL-D")
    assert "WATCHDOG" in board.line("boot microcontroller.ResetReason.WATCHDOG")


def test_the_watchdog_raises_in_the_code(boot):
    board = boot(
        "import microcontroller, time\nfrom watchdog import WatchDogMode, WatchDogTimeout\n"
        "microcontroller.watchdog.timeout = 0.1\n"
        "microcontroller.watchdog.mode = WatchDogMode.RAISE\n"
        "try:\n    time.sleep(30)\n"
        "except WatchDogTimeout:\n    print('bitten', microcontroller.watchdog.mode)\n"
    )
    board.line("bitten None")


def test_set_next_code_file_reloads_on_error(boot):
    board = boot(
        "import supervisor\nsupervisor.set_next_code_file('other.py', reload_on_error=True)\n"
        "print('first')\n",
        other="print('other')\n1 / 0\n",
    )
    board.line("first")
    board.say("reload")
    board.line("other.py output:")
    board.line("ZeroDivisionError")
    board.line("soft reboot")
    board.line("code.py output:")


def test_boot_py_runs_first_and_may_remount(boot):
    board = boot(
        "open('/new', 'w').close()\nprint('written')\n",
        boot="import storage\nstorage.remount('/', readonly=False)\nprint('booting')\n",
    )
    board.line("boot.py output:")
    board.line("booting")
    board.line("code.py output:")
    board.line("written")


def test_another_file_in_place_of_code_py(boot, drive):
    (drive / "examples").mkdir()
    (drive / "examples" / "echo.py").write_text("print('instead')\n")
    board = boot("print('code')\n", "--code", "examples/echo.py")
    board.line("instead")


def test_commands_answer(boot):
    board = boot(SERVER)
    port = board.port()
    with socket.create_connection(("127.0.0.1", port), 5, ("127.0.0.3", 0)) as phone:
        board.line("accepted")
        board.say("sockets")
        assert "listening at port 80" in board.line("socket 56")
        assert "with 127.0.0.3" in board.line("socket 57")
        board.say("leave 127.0.0.3")
        board.line("127.0.0.3 has left")
        board.say("join 127.0.0.3")
        board.line("127.0.0.3 has joined")
        board.say("fault partial=0.5")
        board.line("faults: partial=0.5")
        board.say("fault partial=off")
        board.line("faults: none")
        board.say("fault rubbish")
        board.line("no fault is called 'rubbish'")
        board.say("ap down")
        board.line("the access point is down")
        board.say("what")
        board.line("leave 127.0.0.3")
        assert phone


def test_a_port_of_the_pc_that_is_taken_is_explained(boot):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        board = boot(SERVER, "--port", f"80={port}")
        assert "--port" in board.line(f"port {port} of this computer")
        assert board.wait() == 1


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


def test_adafruit_httpserver_and_logging_run_on_it(boot, drive):
    from websockets.sync.client import connect

    (drive / "static").mkdir()
    (drive / "static" / "index.html").write_text("<p>page")
    board = boot(APPLICATION)
    assert "INFO - hotspot 192.168.4.1" in board.line("hotspot")
    port = board.port()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        assert answer.read() == b"<p>page"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/hello", timeout=5) as answer:
        assert answer.read() == b"hello 127.0.0.1"
    with connect(f"ws://127.0.0.1:{port}/ws", compression=None) as client:
        for text in ("one", "two"):
            client.send(text)
            assert client.recv(timeout=5) == "echo " + text


# Safe mode


def test_a_hard_fault_leaves_a_board_in_safe_mode(boot):
    board = boot(SERVER)
    board.port()
    board.say("fault hard")
    board.line("simulator: reset (SOFTWARE)")
    board.line("Running in safe mode! Not running saved code.")
    board.line("You are in safe mode because: HARD_FAULT")
    board.say("reload")
    board.line("Running in safe mode!")
    board.say("reset")
    assert "RESET_PIN" in board.line("boot ")


def test_safemode_py_runs_in_place_of_boot_py(boot):
    board = boot(
        "print('code')\n",
        boot="print('booting')\n",
        safemode="import supervisor\nprint('because', supervisor.runtime.safe_mode_reason)\n",
    )
    board.line("code")
    board.say("fault brownout")
    board.line("simulator: reset (BROWNOUT)")
    board.line("because supervisor.SafeModeReason.BROWNOUT")
    board.line("You are in safe mode because: BROWNOUT")
    assert "booting" not in "".join(board.log[-6:])


def test_safemode_py_may_reset_the_board(boot):
    board = boot(SERVER, safemode="import microcontroller\nmicrocontroller.reset()\n")
    port = board.port()
    board.say("fault hard")
    board.line("safemode.py output:")
    board.line("simulator: reset (SOFTWARE)")
    assert board.port() == port


@pytest.mark.parametrize(
    ("seconds", "line"),
    [
        (0.5, "You are in safe mode because: USER"),
        (1.5, "simulator: anyone nearby can read and write the drive over BLE"),
    ],
)
def test_saved_word_survives_a_brownout_and_a_reset(boot, seconds, line):
    board = boot(SERVER, safemode="import microcontroller\nmicrocontroller.reset()\n")
    board.port()
    board.say(f"fault brownout {seconds}")
    board.line("simulator: reset (SOFTWARE)")
    board.line(line)


@pytest.mark.parametrize("seconds", [0.5, 1.5])
def test_on_next_reset_normal_clears_the_saved_word(boot, seconds):
    board = boot(
        SERVER,
        safemode=(
            "import microcontroller\n"
            "microcontroller.on_next_reset(microcontroller.RunMode.NORMAL)\n"
            "microcontroller.reset()\n"
        ),
    )
    board.port()
    board.say(f"fault brownout {seconds}")
    board.line("simulator: reset (SOFTWARE)")
    board.port()
    assert "BLE" not in "".join(board.log)


def test_an_error_in_safemode_py_is_told(boot):
    board = boot("print('code')\n", safemode="1 / 0\n")
    board.line("code")
    board.say("fault hard")
    board.line("ZeroDivisionError")
    board.line("You are in safe mode because: SAFE_MODE_PY_ERROR")


def test_the_code_may_ask_for_safe_mode(boot):
    board = boot(
        "import microcontroller\n"
        "microcontroller.on_next_reset(microcontroller.RunMode.SAFE_MODE)\n"
        "microcontroller.reset()\n"
    )
    board.line("You are in safe mode because: PROGRAMMATIC")


def test_board_without_native_usb_boots_into_ble_discovery(boot):
    board = boot(
        "import supervisor\nprint('ble', supervisor.runtime.ble_workflow)\n",
        "--fault",
        "no-native-usb",
    )
    board.line("simulator: anyone nearby can read and write the drive over BLE")
    board.line("ble True")


# What runs next


def test_boot_py_chooses_what_runs_and_it_stays_chosen(boot):
    board = boot(
        "print('code')\n",
        boot=(
            "import supervisor\n"
            "supervisor.set_next_code_file('other.py', sticky_on_success=True,"
            " sticky_on_error=True, sticky_on_reload=True)\n"
        ),
        other="import supervisor\nprint('other', supervisor.runtime.run_reason)\n",
    )
    board.line("other supervisor.RunReason.STARTUP")
    board.line("Use CTRL-D")
    board.say("reload")
    board.line("other supervisor.RunReason.REPL_RELOAD")
    board.line("Use CTRL-D")
    board.say("save")
    board.line("other supervisor.RunReason.AUTO_RELOAD")


def test_a_file_that_is_not_there_cannot_run_next(boot):
    board = boot("import supervisor\nsupervisor.set_next_code_file('none.py')\n")
    board.line("ValueError: File not found")


def test_a_saved_file_stops_the_code(boot):
    board = boot(SERVER)
    board.port()
    board.say("save")
    board.line("Code stopped by auto-reload. Reloading soon.")
    assert "supervisor.RunReason.AUTO_RELOAD" in board.line("boot ")


def test_a_file_in_place_of_code_py_is_code_py(boot, drive):
    (drive / "examples").mkdir()
    (drive / "examples" / "echo.py").write_text("print(__name__, open('code.py').read()[:5])\n")
    board = boot(
        "print('code')\n",
        "--code",
        "examples/echo.py",
        boot="import supervisor\nsupervisor.set_next_code_file('other.py')\n",
        other="import code\n",
    )
    board.line("code print")


def test_nothing_but_power_on_usb(boot):
    board = boot(
        "import supervisor\nprint('usb', supervisor.runtime.usb_connected)\n", "--fault", "no-usb"
    )
    board.line("usb False")

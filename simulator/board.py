# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board: power on, run the code, reload, reset, power off."""

import dis
import gc
import os
import signal
import subprocess
import sys
import threading

from . import settings_toml, tracebacks
from .clock import Clock
from .console import Console
from .drive import HIDDEN, Drive
from .faults import Faults
from .importer import Installed, World
from .language import ReloadException
from .network import Air, HostPortTaken, Network
from .nonvolatile import Memory
from .watchdog import Watchdog

CODE_FILES = ("code.txt", "code.py", "main.py", "main.txt")

# Other threads send this signal to the main thread, which runs the board's code.
_CALL = signal.SIGHUP if hasattr(signal, "SIGHUP") else getattr(signal, "SIGBREAK", 21)

_JUMPS = frozenset(dis.hasjabs + dis.hasjrel)


class PowerOff(BaseException):
    """Ends the simulator."""


class Board:
    """
    One simulated board. Tests use it without running code: ``board.module("socketpool")``.

    :param str drive: The folder that is its CIRCUITPY drive.
    :param tuple version: CircuitPython's version.
    :param console: A ``Console``, by default one that writes to standard output.
    :param list faults: Faults to switch on, as on the command line.
    :param seed: The seed of the random faults.
    :param dict ports: The PC's port for each port of the board.
    :param str nvm: The file that keeps the non-volatile memory; None to keep it in memory only.
    :param bool writable: True if code may write to the drive.
    :param bool blank_path: True to look for libraries on the drive only.
    :param str code: A file of the drive to run in place of code.py.
    :param str reset_reason: The name of ``microcontroller.cpu.reset_reason``.
    :param str safe_mode: The reason why it boots into safe mode; NONE if it does not.
    :param str saved_word: The word that no reset clears: NONE, BLE for public BLE discovery, or a
        reason for safe mode.
    """

    def __init__(
        self,
        drive=".",
        *,
        version=(10, 2, 1),
        console=None,
        faults=(),
        seed=None,
        ports=None,
        nvm=None,
        writable=False,
        blank_path=False,
        code=None,
        reset_reason="POWER_ON",
        safe_mode="NONE",
        saved_word="NONE",
    ):
        self.version = version
        self.console = console or Console()
        self.drive = Drive(drive, writable, code)
        self.faults = Faults(seed)
        for fault in faults:
            self.faults.set(fault)
        self.network = Network(self.console.notice, self.faults, ports)
        self.network.on_home_network = lambda: self.radio is not None and self.radio.connected
        self.clock = Clock()
        self.console.is_stalled = lambda: self.faults.on("stalled-console")
        self.memory = Memory(self.faults, nvm)
        self.watchdog = Watchdog(self)
        self.reset_reason = reset_reason
        self.safe_mode = safe_mode
        self.saved_word = saved_word
        self.ble_discovery = False
        self.run_reason = "STARTUP"
        self.previous_traceback = None
        self.next_code = None
        self.on_reset = self._restart
        self._installed = None if blank_path else Installed()
        self._running = False
        self._interrupted = False
        self._call = None
        self._pending = None
        self._reload = threading.Event()
        self._in_boot = False
        self.exits = []
        self._begin()

    # One run of the code

    def _begin(self):
        self.drive.reset()
        self.radio = None
        self.mdns = None
        self.exits = []
        self.world = World(self, self._installed)

    def _end(self):
        # In the board's order: stations see their connections end before the hotspot stops.
        self.network.close_all()
        self.network.ap_stopped()
        self.radio = None
        self.world = None

    def equip(self, module):
        """
        Give a portable module what it needs of the simulator.

        :param module: ``wifi`` or ``ipaddress``.
        """
        if module.__name__ == "wifi":
            self.radio = module.radio = module.Radio(Air(self))
            del module.Link

    def module(self, name):
        """
        Import a module as the board's code does.

        :param str name: Its name, which may have dots.
        """
        return self.world.import_(name, fromlist=("*",))

    def hotspot(self, ssid="board", password="password", **options):
        """
        Start the hotspot without code on the board, for tests.

        :param str ssid: Its name.
        :param str password: Its password.
        :param options: Other arguments of ``wifi.radio.start_ap``.
        :return: A socket pool.
        """
        radio = self.module("wifi").radio
        radio.start_ap(ssid, password, **options)
        return self.module("socketpool").SocketPool(radio)

    def close(self):
        """Switch the board off, for tests."""
        self.watchdog.stop()
        self.network.power_off()
        if self.world is not None:
            self._end()

    def settings(self):
        """Return the text of settings.toml, or None if there is none."""
        data = self.drive.read("/settings.toml")
        return None if data is None else data.decode("utf-8", "replace")

    def setting(self, key, default=None):
        """
        Do what ``os.getenv`` does on the board.

        :param str key: A key of settings.toml.
        :param default: The value of a missing key.
        """
        return settings_toml.getenv(self.settings(), key, default, self.version)

    # Boot and run

    def run(self):
        """
        Boot, and run until Ctrl-C or a signal ends the simulator.

        :return: The exit status.
        """
        self._take_signals()
        try:
            self._boot()
            while self._run_code():
                self.console.write("soft reboot\n\n")
                self._begin()
            return 0
        except HostPortTaken as error:
            self.console.notice(f"{error}; choose another with --port")
            return 1
        except PowerOff:
            return 0
        finally:
            self._running = False
            self.watchdog.stop()
            self.network.power_off()

    def _boot(self):
        self._in_boot = True
        self._obey_saved_word()
        if self.safe_mode == "NONE":
            self._boot_file("boot.py")
        elif self.safe_mode != "USER" and self._boot_file("safemode.py") is not None:
            self.safe_mode = "SAFE_MODE_PY_ERROR"
        self._in_boot = False

    def _obey_saved_word(self):
        if self.reset_reason not in ("BROWNOUT", "WATCHDOG"):
            self.ble_discovery = self.faults.on("no-native-usb")
            if self.saved_word == "BLE":
                self.ble_discovery = True
                self.saved_word = "NONE"
        if self.safe_mode == "NONE" and self.saved_word != "BLE":
            self.safe_mode = self.saved_word
            self.saved_word = "NONE"

    def _boot_file(self, name):
        """Run boot.py or safemode.py, and return the exception that ended it, or None."""
        if not self.drive.is_file("/" + name):
            return None
        error, text = self._execute(name)
        self.previous_traceback = text
        self._end()
        self._begin()
        return error

    @property
    def drive_is_visible(self):
        """True while the PC sees the drive over USB: from the end of boot.py on."""
        return not self._in_boot

    def _run_code(self):
        """Run the code once, and return True to run it again."""
        self._reload.clear()
        self._interrupted = False
        self.console.write("\nAuto-reload is off.\n")
        if self.safe_mode != "NONE":
            self.console.write(
                "Running in safe mode! Not running saved code.\n\n"
                f"You are in safe mode because: {self.safe_mode}\n"
                "Press reset to exit safe mode.\n"
            )
            return self._wait_for_reload()
        if self.ble_discovery:
            self.console.notice("anyone nearby can read and write the drive over BLE")
        options, error, text = self._run_first_file()
        reloaded = isinstance(error, ReloadException)
        if reloaded and self.run_reason == "AUTO_RELOAD":
            self.console.write("\nCode stopped by auto-reload. Reloading soon.\n")
        else:
            self.console.write("\nCode done running.\n")
        ended = text is None
        self.previous_traceback = text
        if ended or isinstance(error, KeyboardInterrupt):
            self.watchdog.stop()
        else:
            # A watchdog in RESET mode still resets the board after its code has failed.
            self.watchdog.keep_reset()
        self._end()
        self._forget_next_code(options, reloaded, ended)
        if reloaded:
            return True
        if self._interrupted:
            raise PowerOff
        if options.get("reload_on_success" if ended else "reload_on_error"):
            return True
        return self._wait_for_reload()

    def _wait_for_reload(self):
        self.run_reason = "REPL_RELOAD"
        self.console.write("\nPress any key to enter the REPL. Use CTRL-D to reload.\n")
        while not self._reload.wait(0.2):
            self.network.turn()
            if self._interrupted:
                raise PowerOff
        return True

    def _run_first_file(self):
        options = {}
        names = ["code.py"] if self.drive.code else CODE_FILES
        if self.next_code:
            options = self.next_code
            options["newly_set"] = False
            if options["filename"] and self.drive.is_file("/" + options["filename"]):
                names = [options["filename"]]
            elif options["filename"]:
                self.console.write(f"{options['filename']} not found.\n")
        for name in names:
            if self.drive.is_file("/" + name):
                return options, *self._execute(name)
        if self.drive.code:
            self.console.notice(f"there is no file {self.drive.code} on the drive")
        return options, None, None

    def _execute(self, name):
        """
        Run one file.

        :return: The exception that ended it, or None, and its traceback as text.
        """
        self.console.write(f"{name} output:\n")
        try:
            self._run_file(name)
            return None, None
        except (HostPortTaken, PowerOff):
            raise
        except BaseException as caught:
            error = caught
        # Frames refer to the code's objects; its sockets must not outlive the run.
        text = tracebacks.render(error, self.world.sources)
        error.__traceback__ = error.__context__ = error.__cause__ = None
        if isinstance(error, ReloadException | SystemExit):
            return error, None
        self.console.write(text)
        return error, text

    def _run_file(self, name):
        # The board's garbage collector need not look at the PC's own objects.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        try:
            try:
                self._running = True
                if self._interrupted:  # before the code ran
                    raise KeyboardInterrupt
                self._pending = None
                self.world.run_file(name)
                if self._pending:
                    raise self._pending
            finally:
                sys.settrace(None)
                for function, arguments, keywords in reversed(self.exits):
                    function(*arguments, **keywords)
                self._running = False
        finally:
            # Again, because a signal may come between the end of the code and the line above.
            self._running = False

    def raise_at_jump(self, error):
        """
        Raise an exception in the code where the board's VM raises a pending one: at the next jump,
        to another branch or back to the start of a loop, or at the end of the code.

        :param error: The exception.
        """
        self._pending = error

        def trace(frame, event, arg):
            frame.f_trace_opcodes = True
            if (
                event == "opcode"
                and frame.f_code.co_code[frame.f_lasti] in _JUMPS
                and frame.f_globals.get("__builtins__") is self.world.builtins
            ):
                sys.settrace(None)
                self._pending = None
                raise error
            return trace

        frame = sys._getframe(1)
        while frame:
            frame.f_trace = trace
            frame.f_trace_opcodes = True
            frame = frame.f_back
        sys.settrace(trace)

    def _forget_next_code(self, options, reloaded, ended):
        if not self.next_code or self.next_code["newly_set"]:
            return
        situation = "reload" if reloaded else "success" if ended else "error"
        if not options.get("sticky_on_" + situation):
            self.next_code = None

    # Signals and other threads

    def _take_signals(self):
        self._has_terminal = sys.stdin is not None and sys.stdin.isatty()
        sys.unraisablehook = self._raised_in_finalizer
        signal.signal(_CALL, self._called)
        signal.signal(signal.SIGINT, self._interrupt)
        signal.signal(signal.SIGTERM, self._terminate)
        if hasattr(signal, "SIGTTIN"):
            # A background job of a terminal gets no commands, but the board keeps running.
            signal.signal(signal.SIGTTIN, signal.SIG_IGN)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {_CALL, signal.SIGINT, signal.SIGTERM})

    def _called(self, number, frame):
        call, self._call = self._call, None
        if call is None:
            if self._has_terminal:  # SIGHUP: it has been closed
                self._terminate(number, frame)
            self.run_reason = "SUPERVISOR_RELOAD"
            call = ReloadException("reload")
        if self._running:
            raise call
        if isinstance(call, ReloadException):
            self._reload.set()

    def _raised_in_finalizer(self, unraisable):
        """Raise an exception again later: Python drops one that is raised in a finalizer."""
        error = unraisable.exc_value
        if isinstance(error, KeyboardInterrupt | ReloadException):
            threading.Timer(0.005, self.inject, (error,)).start()
        else:
            sys.__unraisablehook__(unraisable)

    def _interrupt(self, number, frame):
        self._interrupted = True
        if self._running:
            raise KeyboardInterrupt

    @staticmethod
    def _terminate(number, frame):
        os._exit(0)

    def inject(self, error):
        """
        Raise an exception in the code. Called from another thread.

        :param BaseException error: The exception.
        """
        self._call = error
        if hasattr(signal, "pthread_kill"):
            # Unlike _thread.interrupt_main(), this also ends a sleep or a wait for a socket.
            signal.pthread_kill(threading.main_thread().ident or 0, _CALL)
        else:
            import _thread

            _thread.interrupt_main(_CALL)  # pyright: ignore[reportArgumentType]

    def request_reload(self, reason="REPL_RELOAD"):
        """
        Request a soft reload. Called from another thread.

        :param str reason: The name of the next ``run_reason``.
        """
        self.run_reason = reason
        self.inject(ReloadException("reload"))

    def reset(self, reason="SOFTWARE", safe_mode="NONE", saved_word=None):
        """
        Reset the microcontroller. It does not return.

        :param str reason: The name of the next ``reset_reason``.
        :param str safe_mode: The reason for safe mode after the reset; NONE for none.
        :param str saved_word: The saved word after the reset; None to keep the one there is.
        """
        self.safe_mode = safe_mode
        if saved_word is not None:
            self.saved_word = saved_word
        self.on_reset(reason)

    def _restart(self, reason):
        """Replace the process by a new one with the same process ID and the same ports."""
        self.console.notice(f"reset ({reason})")
        arguments = sys.orig_argv[1:]
        ports = {}
        if "--reset-reason" in arguments:
            # An earlier reset has appended these. A board in safe mode has opened no port.
            mine = arguments.index("--reset-reason")
            for index in range(mine, len(arguments)):
                if arguments[index] == "--port":
                    port, _, number = arguments[index + 1].partition("=")
                    ports[int(port)] = int(number)
            del arguments[mine:]
        ports.update(self.network.host_ports())
        arguments += ["--reset-reason", reason, "--safe-mode", self.safe_mode]
        arguments += ["--saved-word", self.saved_word]
        for port, number in ports.items():
            arguments += ["--port", f"{port}={number}"]
        arguments += ["--faults-now", ",".join(self.faults.settings())]
        # A reset does not move the stations: those out of range still are.
        arguments += ["--away", ",".join(self.network.away)]
        if hasattr(signal, "pthread_sigmask"):
            # A signal that arrives before the new process handles it must not end it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {_CALL, signal.SIGINT})
            os.execv(sys.executable, [sys.executable, *arguments])
        os._exit(subprocess.call([sys.executable, *arguments]))


def default_nvm(drive):
    """
    Return the default file of the non-volatile memory, which the board does not see.

    :param str drive: The drive's folder.
    """
    return os.path.join(drive, HIDDEN, "nvm.bin")

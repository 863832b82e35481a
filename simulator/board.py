# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's life: power on, run the code, reload, reset, power off."""

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

# The signal with which other threads call the main thread, in which the board's code runs.
_CALL = signal.SIGHUP if hasattr(signal, "SIGHUP") else getattr(signal, "SIGBREAK", 21)

_JUMPS = frozenset(dis.hasjabs + dis.hasjrel)


class PowerOff(BaseException):
    """Ends everything."""


class Board:
    """
    One simulated board. Tests use it without running code: ``board.module("socketpool")``.

    :param str drive: the folder that is its CIRCUITPY drive
    :param tuple version: CircuitPython's
    :param console: a ``Console``, by default one that writes to standard output
    :param list faults: as on the command line
    :param seed: of the faults' dice
    :param dict ports: the PC's port for a port of the board
    :param str nvm: the file that keeps the non-volatile memory, None for none
    :param bool writable: whether code may write to the drive
    :param bool blank_path: whether only the drive is searched for libraries
    :param str code: a file of the drive to run in place of code.py
    :param str reset_reason: what ``microcontroller.cpu.reset_reason`` says
    :param str safe_mode: why it boots into safe mode, NONE if it does not
    :param str saved_word: The word that resets do not clear: NONE, BLE for public BLE discovery, or
        a reason for safe mode.
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
        self.memory = Memory(nvm)
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
        # The order is the board's: phones see their connections end before the hotspot goes.
        self.network.close_all()
        self.network.ap_stopped()
        self.radio = None
        self.world = None

    def equip(self, module):
        """
        Give a portable module what it cannot have by itself.

        :param module: wifi or ipaddress
        """
        if module.__name__ == "wifi":
            self.radio = module.radio = module.Radio(Air(self))
            del module.Link

    def module(self, name):
        """
        A module as the board's code imports it.

        :param str name: dotted
        """
        return self.world.import_(name, fromlist=("*",))

    def hotspot(self, ssid="board", password="password", **options):
        """
        Open the hotspot, for tests that need no code for it.

        :param str ssid: its name
        :param str password: its password
        :param options: as of ``wifi.radio.start_ap``
        :return: a socket pool
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
        """The text of settings.toml, None if there is none."""
        data = self.drive.read("/settings.toml")
        return None if data is None else data.decode("utf-8", "replace")

    def setting(self, key, default=None):
        """
        ``os.getenv``.

        :param str key: of settings.toml
        :param default: what a missing key gives
        """
        return settings_toml.getenv(self.settings(), key, default, self.version)

    # The life of a board

    def run(self):
        """
        Boot, and live until somebody ends it.

        :return: the exit status
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
        """Run a file that comes before the code, and return what it has raised."""
        if not self.drive.is_file("/" + name):
            return None
        error, text = self._execute(name)
        self.previous_traceback = text
        self._end()
        self._begin()
        return error

    @property
    def drive_is_visible(self):
        """Has the PC the drive over USB? From the end of boot.py on."""
        return not self._in_boot

    def _run_code(self):
        """Run the code once; True to run it again."""
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
            # A watchdog in RESET mode brings a board back whose code has failed.
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

        :return: the exception that ended it, or None, and its traceback as text
        """
        self.console.write(f"{name} output:\n")
        try:
            self._run_file(name)
            return None, None
        except (HostPortTaken, PowerOff):
            raise
        except BaseException as caught:
            error = caught
        # Frames hold the code's objects; sockets among them must not outlive the run.
        text = tracebacks.render(error, self.world.sources)
        error.__traceback__ = error.__context__ = error.__cause__ = None
        if isinstance(error, ReloadException | SystemExit):
            return error, None
        self.console.write(text)
        return error, text

    def _run_file(self, name):
        # The PC's own objects are none of the board's garbage collector's business.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        try:
            try:
                self._running = True
                if self._interrupted:  # while nothing ran yet
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
            # Twice, because a call from outside may come between the code's end and the first.
            self._running = False

    def raise_at_jump(self, error):
        """
        End the code as the board's VM does when something is pending: not before its next jump,
        to another branch or to the beginning of a loop, or its end.

        :param error: what to raise
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

    # Calls from outside

    def _take_signals(self):
        self._has_terminal = sys.stdin is not None and sys.stdin.isatty()
        sys.unraisablehook = self._fell_into_finaliser
        signal.signal(_CALL, self._called)
        signal.signal(signal.SIGINT, self._interrupt)
        signal.signal(signal.SIGTERM, self._terminate)
        if hasattr(signal, "SIGTTIN"):
            # In the background of a terminal there are no commands, but the board lives on.
            signal.signal(signal.SIGTTIN, signal.SIG_IGN)
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {_CALL, signal.SIGINT, signal.SIGTERM})

    def _called(self, number, frame):
        call, self._call = self._call, None
        if call is None:
            if self._has_terminal:  # which has been closed
                self._terminate(number, frame)
            self.run_reason = "SUPERVISOR_RELOAD"
            call = ReloadException("reload")
        if self._running:
            raise call
        if isinstance(call, ReloadException):
            self._reload.set()

    def _fell_into_finaliser(self, unraisable):
        """Python swallows what is raised there; the board has no such place, so it comes again."""
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
        Raise an exception in the code, from another thread.

        :param BaseException error: the exception
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
        Ask for a soft reload, from another thread.

        :param str reason: what ``run_reason`` says afterwards
        """
        self.run_reason = reason
        self.inject(ReloadException("reload"))

    def reset(self, reason="SOFTWARE", safe_mode="NONE", saved_word=None):
        """
        Reset the microcontroller. It does not return.

        :param str reason: what ``reset_reason`` says afterwards
        :param str safe_mode: The reason for safe mode after the reset, NONE for none.
        :param str saved_word: The saved word after the reset; None for what it is now.
        """
        self.safe_mode = safe_mode
        if saved_word is not None:
            self.saved_word = saved_word
        self.on_reset(reason)

    def _restart(self, reason):
        """Replace the whole process; who talks to it keeps its number and its ports."""
        self.console.notice(f"reset ({reason})")
        arguments = sys.orig_argv[1:]
        ports = {}
        if "--reset-reason" in arguments:
            # What an earlier reset has appended. A board in safe mode has opened no port.
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
        # The phones know nothing of a reset: who was away still is.
        arguments += ["--away", ",".join(self.network.away)]
        if hasattr(signal, "pthread_sigmask"):
            # A reload that arrives before the new process can take it must not kill it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {_CALL, signal.SIGINT})
            os.execv(sys.executable, [sys.executable, *arguments])
        os._exit(subprocess.call([sys.executable, *arguments]))


def default_nvm(drive):
    """
    Where the non-volatile memory is kept unless told otherwise; the board does not see it.

    :param str drive: the drive's folder
    """
    return os.path.join(drive, HIDDEN, "nvm.bin")

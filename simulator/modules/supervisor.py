# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``supervisor``."""

from .. import settings_toml
from ..language import ReloadException


class _Enumeration:
    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"supervisor.{type(self).__name__}.{self._name}"


class RunReason(_Enumeration):
    """Why the code runs."""


class SafeModeReason(_Enumeration):
    """Why it does not."""


for _name in "STARTUP AUTO_RELOAD SUPERVISOR_RELOAD REPL_RELOAD".split():
    setattr(RunReason, _name, RunReason(_name))
for _name in """
    NONE BROWNOUT FLASH_WRITE_FAIL GC_ALLOC_OUTSIDE_VM HARD_FAULT INTERRUPT_ERROR NLR_JUMP_FAIL
    NO_CIRCUITPY NO_HEAP PROGRAMMATIC SAFE_MODE_PY_ERROR SDK_FATAL_ERROR STACK_OVERFLOW
    USB_BOOT_DEVICE_NOT_INTERFACE_ZERO USB_TOO_MANY_ENDPOINTS USB_TOO_MANY_INTERFACE_NAMES USER
    WATCHDOG
""".split():
    setattr(SafeModeReason, _name, SafeModeReason(_name))


class Runtime:
    """
    What the board knows about itself.

    :param board: the board
    """

    serial_bytes_available = 0
    rgb_status_brightness = 13
    display = None

    def __init__(self, board):
        self._board = board
        self.autoreload = False

    @property
    def usb_connected(self):
        """Has a PC the board on its USB port?"""
        return not (self._board.faults.on("no-usb") or self._board.faults.on("no-native-usb"))

    serial_connected = usb_connected

    @property
    def ble_workflow(self):
        """True while the board offers its files over BLE."""
        return self._board.ble_discovery

    @ble_workflow.setter
    def ble_workflow(self, value):
        if not value:  # True does not start it again
            self._board.ble_discovery = False

    @property
    def safe_mode_reason(self):
        """Why the board is in safe mode."""
        return getattr(SafeModeReason, self._board.safe_mode)

    @property
    def run_reason(self):
        """Why the code runs."""
        return getattr(RunReason, self._board.run_reason)


def build(board):
    """
    The module's names.

    :param board: the board
    """

    def reload():
        """Run the code anew. It returns, and the code ends at its next jump."""
        board.run_reason = "SUPERVISOR_RELOAD"
        board.raise_at_jump(ReloadException("reload"))

    def set_next_code_file(
        filename,
        *,
        reload_on_success=False,
        reload_on_error=False,
        sticky_on_success=False,
        sticky_on_error=False,
        sticky_on_reload=False,
    ):
        """
        What runs next, and when.

        :param str filename: the file, None for the usual one
        :param bool reload_on_success: run it when this code has ended
        :param bool reload_on_error: run it when this code has failed
        :param bool sticky_on_success: and again when that has ended
        :param bool sticky_on_error: and again when that has failed
        :param bool sticky_on_reload: and again after a reload
        """
        if filename is not None and not board.drive.is_file("/" + filename.lstrip("/")):
            raise ValueError("File not found")
        board.next_code = {
            "filename": (filename or "").lstrip("/"),
            "newly_set": True,
            "reload_on_success": reload_on_success,
            "reload_on_error": reload_on_error,
            "sticky_on_success": sticky_on_success,
            "sticky_on_error": sticky_on_error,
            "sticky_on_reload": sticky_on_reload,
        }

    def get_setting(key, default=None):
        """
        A value of settings.toml with its type.

        :param str key: its name
        :param default: what a missing key gives
        """
        return settings_toml.get_setting(board.settings(), key, default, board.version)

    names = {
        "Runtime": Runtime,
        "RunReason": RunReason,
        "SafeModeReason": SafeModeReason,
        "runtime": Runtime(board),
        "reload": reload,
        "set_next_code_file": set_next_code_file,
        "ticks_ms": board.clock.ticks,
        "get_previous_traceback": lambda: board.previous_traceback,
        "reset_terminal": lambda x_pixels, y_pixels: None,
    }
    if board.version >= (10, 2):
        names["get_setting"] = get_setting
    return names

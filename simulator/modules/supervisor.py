# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``supervisor``."""

from .. import settings_toml
from ..enumeration import enumeration
from ..language import ReloadException

RunReason = enumeration("supervisor.RunReason", "STARTUP AUTO_RELOAD SUPERVISOR_RELOAD REPL_RELOAD")
SafeModeReason = enumeration(
    "supervisor.SafeModeReason",
    """
    NONE BROWNOUT FLASH_WRITE_FAIL GC_ALLOC_OUTSIDE_VM HARD_FAULT INTERRUPT_ERROR NLR_JUMP_FAIL
    NO_CIRCUITPY NO_HEAP PROGRAMMATIC SAFE_MODE_PY_ERROR SDK_FATAL_ERROR STACK_OVERFLOW
    USB_BOOT_DEVICE_NOT_INTERFACE_ZERO USB_TOO_MANY_ENDPOINTS USB_TOO_MANY_INTERFACE_NAMES USER
    WATCHDOG
    """,
)


class Runtime:
    """
    The state of the board.

    :param board: The board.
    """

    serial_bytes_available = 0
    rgb_status_brightness = 13
    display = None

    def __init__(self, board):
        self._board = board
        self.autoreload = False

    @property
    def usb_connected(self):
        """True while the board is connected to a PC by USB."""
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
        """The reason for safe mode."""
        return getattr(SafeModeReason, self._board.safe_mode)

    @property
    def run_reason(self):
        """The reason for this run of the code."""
        return getattr(RunReason, self._board.run_reason)


def build(board):
    """Return the module's names."""

    def reload():
        """Request a soft reload. It returns, and the code ends at its next jump."""
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
        Set the file that runs next.

        :param str filename: The file; None for code.py.
        :param bool reload_on_success: Run it at once when this code has ended.
        :param bool reload_on_error: Run it at once when this code has failed.
        :param bool sticky_on_success: Run it again after it has ended.
        :param bool sticky_on_error: Run it again after it has failed.
        :param bool sticky_on_reload: Run it again after a reload.
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
        Return a value of settings.toml with its type.

        :param str key: The key.
        :param default: The value of a missing key.
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

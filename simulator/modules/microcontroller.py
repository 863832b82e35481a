# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``microcontroller``."""

import math
import types

from ..enumeration import enumeration
from .nvm import ByteArray
from .watchdog import WatchDogTimer

ResetReason = enumeration(
    "microcontroller.ResetReason",
    "POWER_ON BROWNOUT SOFTWARE DEEP_SLEEP_ALARM RESET_PIN WATCHDOG UNKNOWN RESCUE_DEBUG",
)
RunMode = enumeration("microcontroller.RunMode", "NORMAL SAFE_MODE UF2 BOOTLOADER")

_FREQUENCIES = (20000000, 40000000, 80000000, 160000000, 240000000)


class Processor:
    """
    The chip.

    :param board: The board.
    """

    def __init__(self, board):
        self._board = board
        self._frequency = 240000000

    @property
    def temperature(self):
        """In degrees Celsius: rising after power-on, then varying a little."""
        fault = self._board.faults.temperature
        if fault is not None:
            return None if math.isnan(fault) else fault
        seconds = self._board.clock.milliseconds() / 1000
        warm = 38.0 - 9.0 * math.exp(-seconds / 300)
        return round(warm + 0.7 * math.sin(seconds / 17), 1)

    @property
    def voltage(self):
        """None: the ESP32-S3 cannot measure it."""
        return None

    @property
    def frequency(self):
        """In Hz."""
        return self._frequency

    @frequency.setter
    def frequency(self, value):
        if value not in _FREQUENCIES:
            raise ValueError("Invalid frequency")
        self._frequency = value

    @property
    def uid(self):
        """The chip's unique ID."""
        return bytearray(b"\xc7\xfd\x1a\x00\x00\x10")

    @property
    def reset_reason(self):
        """The reason of the last reset."""
        return getattr(ResetReason, self._board.reset_reason)


def build(board):
    """Return the module's names."""
    cpu = Processor(board)

    def on_next_reset(run_mode):
        """
        Set the mode after the next reset.

        :param RunMode run_mode: The mode.
        """
        if not isinstance(run_mode, RunMode):
            raise TypeError("run_mode must be of type RunMode")
        if run_mode is RunMode.SAFE_MODE:
            board.saved_word = "PROGRAMMATIC"
        elif run_mode is RunMode.NORMAL:
            board.saved_word = "NONE"

    def reset():
        """Reset the board. It does not return."""
        board.reset("SOFTWARE")

    return {
        "cpu": cpu,
        "cpus": (cpu,),
        "delay_us": lambda microseconds: None,
        "disable_interrupts": lambda: None,
        "enable_interrupts": lambda: None,
        "nvm": None if board.faults.on("no-nvm") else ByteArray(board.memory),
        "on_next_reset": on_next_reset,
        "pin": types.SimpleNamespace(),
        "Processor": Processor,
        "reset": reset,
        "ResetReason": ResetReason,
        "RunMode": RunMode,
        "watchdog": WatchDogTimer(board),
    }

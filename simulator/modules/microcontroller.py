# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``microcontroller``."""

import math
import types

from .nvm import ByteArray
from .watchdog import make_timer


class _Enumeration:
    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"microcontroller.{type(self).__name__}.{self._name}"


class ResetReason(_Enumeration):
    """Why the board was reset."""


class RunMode(_Enumeration):
    """How the board runs after the next reset."""


_REASONS = """
    POWER_ON BROWNOUT SOFTWARE DEEP_SLEEP_ALARM RESET_PIN WATCHDOG UNKNOWN RESCUE_DEBUG
"""
for _name in _REASONS.split():
    setattr(ResetReason, _name, ResetReason(_name))
for _name in "NORMAL SAFE_MODE UF2 BOOTLOADER".split():
    setattr(RunMode, _name, RunMode(_name))

_FREQUENCIES = (20000000, 40000000, 80000000, 160000000, 240000000)


class Processor:
    """
    The chip.

    :param board: the board
    """

    def __init__(self, board):
        self._board = board
        self._frequency = 240000000

    @property
    def temperature(self):
        """In degrees Celsius: a chip that warms up, and breathes."""
        fault = self._board.faults.temperature
        if fault is not None:
            return None if math.isnan(fault) else fault
        seconds = self._board.clock.milliseconds() / 1000
        warm = 38.0 - 9.0 * math.exp(-seconds / 300)
        return round(warm + 0.7 * math.sin(seconds / 17), 1)

    @property
    def voltage(self):
        """The ESP32-S3 does not know."""
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
        """The chip's own number."""
        return bytearray(b"\xc7\xfd\x1a\x00\x00\x10")

    @property
    def reset_reason(self):
        """Why it was reset."""
        return getattr(ResetReason, self._board.reset_reason)


def build(board):
    """
    The module's names.

    :param board: the board
    """
    cpu = Processor(board)

    def on_next_reset(run_mode):
        """
        How the board runs after the next reset.

        :param RunMode run_mode: the mode
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
        "watchdog": make_timer(board),
    }

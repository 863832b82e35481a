# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.light_pins`
================================================================================

Finds the light on the board, once at the start: `StatusLight` unloads this module then.
"""

from time import sleep

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from .status_light import StatusLight

_RGB_BOARDS = ("waveshare_esp32_s3_zero", "waveshare_esp32_s3_tiny")


def open_light(light: "StatusLight", pin, neopixel: bool) -> None:
    """
    Find the light and take its pins.

    :param StatusLight light: Shows the status.
    :param pin: A pin of ``board``; None for the light on the board.
    :param bool neopixel: True for a NeoPixel on that pin.
    :raises ImportError, ValueError, RuntimeError: If there is no light, or its pin is in use.
    """
    # Imported here, because a PC that runs this package has no pins.
    import board

    power = None
    if pin is None:
        pin = getattr(board, "NEOPIXEL", None)
        if pin is not None:
            power = getattr(board, "NEOPIXEL_POWER", None)
            if board.board_id in _RGB_BOARDS:
                light._order = "RGB"
        else:
            pin = getattr(board, "LED", None)
            neopixel = False
            light._inverted = hasattr(board, "LED_INVERTED") or board.board_id.startswith(
                "seeed_xiao_esp32_s3"
            )
    if pin is None:
        raise ValueError("the board has none")
    from digitalio import DigitalInOut

    output = DigitalInOut(pin)
    light._output = output
    output.switch_to_output(not neopixel and light._inverted)
    if not neopixel:
        return
    from neopixel_write import neopixel_write

    light._write = neopixel_write
    if power is not None:
        try:
            light._power = DigitalInOut(power)
            light._power.switch_to_output(True)
            sleep(0.001)
        except ValueError:
            pass  # in use: the program switches it on itself

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.status_light`
================================================================================

Shows the board's status without a console: on its NeoPixel, or else on its LED.

========== ================ ==================================
starting   amber            on
ready      blue             a short flash every 2 s
connected  green            on, with a short gap every 2 s
error      blinking red     blinking, twice a second
========== ================ ==================================

The board is ready while its hotspot is up, and connected while it has a client. The error is that
the hotspot is down, or that the drive has no page.
"""

from micropython import const

from .. import unload
from ..log import get_logger

try:
    from typing import Any

    from ..hotspot import Hotspot
except ImportError:
    pass

_STARTING = const(0)
_READY = const(1)
_CONNECTED = const(2)
_ERROR = const(3)

_COLORS = ((255, 80, 0), (0, 0, 255), (0, 255, 0), (255, 0, 0))
_STEPS = const(8)  # a quarter of a second each, then the rhythm repeats


class StatusLight:
    """
    The light on the board, or on another pin. If the board has none, or its pin is in use, the log
    says so, and every call does nothing.

    :param Hotspot hotspot: The hotspot whose status it shows.
    :param pin: A pin of ``board``; by default NEOPIXEL, else LED.
    :param bool neopixel: True for a NeoPixel on that pin, False for a plain LED.
    :param str order: The order of that NeoPixel's colors: "GRB", or "RGB" on a few.
    :param bool inverted: True if that LED is on while its pin is low.
    :param int brightness: The brightness of the status in percent. A NeoPixel at 100 dazzles.

    Example::

        light = StatusLight(hotspot)

    Another light takes two lines::

        import board
        light = StatusLight(hotspot, board.IO5, neopixel=False)
    """

    def __init__(
        self,
        hotspot: "Hotspot",
        pin=None,
        *,
        neopixel: bool = True,
        order: str = "GRB",
        inverted: bool = False,
        brightness: int = 10,
    ) -> None:
        self.brightness = brightness
        self._hotspot = hotspot
        self._log = get_logger()
        self._order = order
        self._inverted = inverted
        self._up = False
        self._own = None  # the program's color
        self._own_brightness = 0
        self._status = _STARTING
        self._step = 0
        self._lit = False
        self._bytes = bytearray(3)
        self._output: Any = None
        self._power: Any = None
        self._write: Any = None
        try:
            from .light_pins import open_light

            open_light(self, pin, neopixel)
        except (ImportError, ValueError, RuntimeError) as error:
            self._log.info("no status light: %s", error)
            self.off()
            return
        finally:
            unload("recovery.light_pins")
        hotspot.loop.on_shutdown(self.off)
        hotspot.loop.every(0.25, self._tick)
        hotspot.on_run(self._show_status)
        self._refresh()

    def _show_status(self, server) -> None:
        """Show the status at once when the program runs."""
        self._step = -1
        self._tick()

    def show(self, color, brightness: "int | None" = None) -> None:
        """
        Show a color in place of the status. An error still shows. A plain LED is off for black, and
        on for every other color.

        :param color: Red, green and blue, 0 to 255 each; None for the status.
        :param int brightness: In percent; by default that of the status.
        :raises ValueError: If that is not a color.

        Example::

            light.show((255, 160, 0))
        """
        # Checked here: an error in the timer would come too late, and again and again.
        try:
            if color is not None:
                red, green, blue = color
                color = (int(red), int(green), int(blue))
            brightness = int(self.brightness if brightness is None else brightness)
        except (TypeError, ValueError):
            raise ValueError("write status_light.show((255, 0, 0), 20)") from None
        self._own_brightness = brightness
        self._own = color
        self._refresh()

    def off(self) -> None:
        """Switch the light off for good, and release its pins."""
        output = self._output
        if output is not None:
            self._put(_COLORS[_STARTING], 0)
            output.deinit()
            self._output = None
        if self._power is not None:
            self._power.deinit()
            self._power = None

    def _tick(self) -> None:
        if self._output is None:
            return
        self._step = (self._step + 1) % _STEPS
        # Once a second, because the radio makes a new address object each time.
        if self._step % 4 == 0:
            self._up = self._hotspot.access_point.active
        if not self._up or self._hotspot.page_missing:
            self._status = _ERROR
        elif self._hotspot.has_clients:
            self._status = _CONNECTED
        else:
            self._status = _READY
        self._refresh()

    def _refresh(self) -> None:
        """Show what is due at this step."""
        if self._output is None:
            return
        status = self._status
        step = self._step
        if status == _ERROR:
            lit = step % 2 == 0
        elif self._own is not None:
            self._put(self._own, self._own_brightness)
            return
        elif self._write is not None or status == _STARTING:
            lit = True
        else:
            lit = (step == 0) == (status == _READY)
        self._put(_COLORS[status], self.brightness if lit else 0)

    def _put(self, color, brightness: int) -> None:
        """Write to the light if that changes it."""
        data = self._bytes
        changed = False
        lit = False
        for index in range(3):
            value = color["RGB".find(self._order[index])] * brightness // 100
            value = min(max(value, 0), 255)
            if value:
                lit = True
            if data[index] != value:
                data[index] = value
                changed = True
        if self._write is None:
            if lit != self._lit:
                self._lit = lit
                self._output.value = lit != self._inverted
        elif changed:
            try:
                self._write(self._output, data)
            except Exception as error:  # the driver's
                self._output.deinit()
                self._output = None
                self._log.error("status light failed: %s: %s", error.__class__.__name__, error)

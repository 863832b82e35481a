# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.status_light`
================================================================================

How the board is, for those who have no console: on its NeoPixel, or else on its LED.

========== ================ ==================================
starting   amber            on
ready      blue             a short flash every 2 s
connected  green            on, with a short gap every 2 s
error      blinking red     blinking, twice a second
========== ================ ==================================

The board is ready when its hotspot is up, connected when a client is there, and an error is that
the hotspot is down.
"""

from time import sleep

from micropython import const

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

_COLOURS = ((255, 80, 0), (0, 0, 255), (0, 255, 0), (255, 0, 0))
_STEPS = const(8)  # of a quarter of a second each, after which the rhythm begins again
_RGB_BOARDS = ("waveshare_esp32_s3_zero", "waveshare_esp32_s3_tiny")


class StatusLight:
    """
    The light on the board, or on another pin. A board without one, or whose pin is in use, goes on
    without: the log says so, and every call does nothing.

    :param Hotspot hotspot: Whose status it shows.
    :param pin: A pin of ``board``; by default NEOPIXEL, else LED.
    :param bool neopixel: Whether a NeoPixel hangs on that pin, or a plain LED.
    :param str order: In which order that NeoPixel takes its colours; a few take "RGB".
    :param bool inverted: Whether that LED shines while its pin is low.
    :param int brightness: Of the status, in percent; the eyes' night vision is worth a lot.

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
        self._own = None  # the program's colour
        self._own_brightness = 0
        self._status = _STARTING
        self._step = 0
        self._lit = False
        self._bytes = bytearray(3)
        self._output: Any = None
        self._power = None
        self._write = None
        try:
            self._open(pin, neopixel)
        except (ImportError, ValueError, RuntimeError) as error:
            self._log.info("no status light: %s", error)
            self.off()
            return
        hotspot.loop.on_shutdown(self.off)
        hotspot.loop.every(0.25, self._tick)
        hotspot.on_run(self._show_status)
        self._refresh()

    def _open(self, pin, neopixel: bool) -> None:
        """Find the light and take its pins."""
        # Here, because not every computer that runs this package has pins.
        import board

        power = None
        if pin is None:
            pin = getattr(board, "NEOPIXEL", None)
            if pin is not None:
                power = getattr(board, "NEOPIXEL_POWER", None)
                if board.board_id in _RGB_BOARDS:
                    self._order = "RGB"
            else:
                pin = getattr(board, "LED", None)
                neopixel = False
                self._inverted = hasattr(board, "LED_INVERTED") or board.board_id.startswith(
                    "seeed_xiao_esp32_s3"
                )
        if pin is None:
            raise ValueError("the board has none")
        from digitalio import DigitalInOut

        output = DigitalInOut(pin)
        self._output = output
        output.switch_to_output(not neopixel and self._inverted)
        if not neopixel:
            return
        from neopixel_write import neopixel_write

        self._write = neopixel_write
        if power is not None:
            try:
                self._power = DigitalInOut(power)
                self._power.switch_to_output(True)
                sleep(0.001)
            except ValueError:
                pass  # somebody else has it, and so takes care of it

    def _show_status(self, server) -> None:
        """The program has started: show at once how it is."""
        self._step = -1
        self._tick()

    def show(self, colour, brightness: "int | None" = None) -> None:
        """
        Show a colour of the program's own in place of the status, but for an error. A plain LED
        shows whether it is black.

        :param colour: Red, green and blue, 0 to 255 each; `None` for the status.
        :param int brightness: In percent; by default that of the status.
        """
        # What is no colour must fail here, not in the timer.
        self._own = colour and (int(colour[0]), int(colour[1]), int(colour[2]))
        self._own_brightness = int(self.brightness if brightness is None else brightness)
        self._refresh()

    def off(self) -> None:
        """Switch it off, and give its pins back."""
        output = self._output
        if output is not None:
            self._put(_COLOURS[_STARTING], 0)
            output.deinit()
            self._output = None
        if self._power is not None:
            self._power.deinit()
            self._power = None

    def _tick(self) -> None:
        if self._output is None:
            return
        self._step = (self._step + 1) % _STEPS
        # Once a second, for the radio makes a new object of its address each time.
        if self._step % 4 == 0:
            self._up = self._hotspot.access_point.active
        if not self._up:
            self._status = _ERROR
        elif self._hotspot.has_clients:
            self._status = _CONNECTED
        else:
            self._status = _READY
        self._refresh()

    def _refresh(self) -> None:
        """Put on the light what it has to show at this step."""
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
        self._put(_COLOURS[status], self.brightness if lit else 0)

    def _put(self, colour, brightness: int) -> None:
        """Change the light if it shows something else."""
        data = self._bytes
        changed = False
        lit = False
        for index in range(3):
            value = colour["RGB".find(self._order[index])] * brightness // 100
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
                self._log.error("status light lost: %s: %s", error.__class__.__name__, error)

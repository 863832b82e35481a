# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``neopixel_write``. The board's own pixel takes green before red."""

from .digitalio import DigitalInOut


def build(board):
    """Return the module's names."""

    def neopixel_write(digitalinout, buf):
        """
        Send bytes to the pixels on a pin.

        :param DigitalInOut digitalinout: The pin. The board ignores its direction.
        :param buf: The bytes, in the order of the pixels.
        """
        if not isinstance(digitalinout, DigitalInOut):
            name = type(digitalinout).__name__
            raise TypeError(f"digitalinout must be of type DigitalInOut, not {name}")
        pin = digitalinout.pin
        try:
            data = bytes(memoryview(buf))
        except TypeError:
            raise TypeError("object with buffer protocol required") from None
        pin.written = data
        if pin.light is not None and pin.light.name == "NEOPIXEL" and len(data) >= 3:
            green, red, blue = data[:3]
            shown = f"#{red:02x}{green:02x}{blue:02x}"
            pin.light.show("off" if shown == "#000000" else shown)

    return {"neopixel_write": neopixel_write}

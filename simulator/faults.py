# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Faults to switch on."""

import random

_NUMBERS = {"partial": 1.0, "eagain": 1.0, "delay": float("inf")}
_SWITCHES = tuple(
    "ap-refused port-80-taken no-nvm nvm-full torn-nvm no-neopixel display no-usb no-native-usb "
    "stalled-console mdns-hangs connect-hangs".split()
)


class Faults:
    """
    The faults that are on.

    ==================  =========================================================
    ``partial=P``       send() takes only a random part, with probability P
    ``eagain=P``        send and receive raise EAGAIN, with probability P
    ``delay=MS``        data from stations arrives MS milliseconds later
    ``temperature=C``   the reading of the chip's sensor; nan and inf too
    ``ap-refused``      the driver does not start the hotspot, without an error
    ``port-80-taken``   the web workflow listens on port 80
    ``no-nvm``          the board has no non-volatile memory
    ``nvm-full``        a write to the non-volatile memory erases it and fails
    ``torn-nvm``        a power cut during such a write loses all of it
    ``no-neopixel``     the board has a plain LED in place of the NeoPixel
    ``display``         the board has a built-in display, which shows the console too
    ``no-usb``          the USB port has only power
    ``no-native-usb``   the USB port has a serial chip: the board boots into BLE discovery
    ``stalled-console`` the terminal stays open and stops reading: print() waits, until a reset
    ``mdns-hangs``      setting the mDNS name never ends
    ``connect-hangs``   wifi.radio.connect() never ends
    ==================  =========================================================

    :param seed: The seed of the random faults; None for an unpredictable one.
    """

    def __init__(self, seed=None):
        self._random = random.Random(seed)
        self._on = {}
        self.on_the_wire = False

    def set(self, text):
        """
        Switch a fault on or off.

        :param str text: ``NAME``, ``NAME=VALUE`` or ``NAME=off``.
        :raises ValueError: If it is not one of the faults. The message is for the user.
        """
        name, _, value = text.strip().partition("=")
        if name not in (*_NUMBERS, *_SWITCHES, "temperature"):
            known = [*(f"{name}=VALUE" for name in _NUMBERS), "temperature=VALUE", *_SWITCHES]
            known = ", ".join(known)
            raise ValueError(f"no fault is called {name!r}; there are: {known}")
        if value == "off":
            self._on.pop(name, None)
        elif name in _SWITCHES:
            if value not in ("", "on"):
                raise ValueError(f"{name} is switched with {name} and {name}=off")
            self._on[name] = True
        else:
            try:
                number = float(value)
            except ValueError:
                raise ValueError(f"{name} needs a number, as in {name}=0.1") from None
            if name in _NUMBERS and not 0 <= number <= _NUMBERS[name]:
                raise ValueError(f"{name} goes from 0 to {_NUMBERS[name]}")
            self._on[name] = number
        self.on_the_wire = any(self._on.get(name) for name in _NUMBERS)

    def settings(self):
        """Return the faults that are on and that a reset does not end, as texts for ``set``."""
        return [
            name if value is True else f"{name}={value}"
            for name, value in self._on.items()
            if name != "stalled-console"  # a reset closes the terminal
        ]

    def on(self, name):
        """
        Return True if a fault is on.

        :param str name: Its name.
        """
        return name in self._on

    def says_eagain(self):
        """Return True if this call fails with EAGAIN."""
        return self._random.random() < self._on.get("eagain", 0)

    def part_of(self, size):
        """
        Return the number of bytes that a send takes.

        :param int size: The number of bytes to send.
        """
        if size > 1 and self._random.random() < self._on.get("partial", 0):
            return self._random.randint(1, size - 1)
        return size

    @property
    def temperature(self):
        """The reading of the chip's sensor under this fault; None if the fault is off."""
        return self._on.get("temperature")

    @property
    def delay(self):
        """The delay of received data, in seconds."""
        return self._on.get("delay", 0) / 1000

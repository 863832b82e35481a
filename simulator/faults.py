# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""What can go wrong on request."""

import random

_NUMBERS = {"partial": 1.0, "eagain": 1.0, "delay": float("inf")}
_SWITCHES = ("ap-refused", "port-80-taken", "no-nvm", "no-neopixel", "no-usb", "no-native-usb")


class Faults:
    """
    Which faults are on, and their dice.

    ==================  =========================================================
    ``partial=P``       a send takes only a random part, with probability P
    ``eagain=P``        a send or a receive says EAGAIN, with probability P
    ``delay=MS``        what a phone sends is visible MS milliseconds later
    ``temperature=C``   what the chip's sensor measures; nan and inf too
    ``ap-refused``      the driver refuses the access point, without a word
    ``port-80-taken``   the web workflow has port 80 already
    ``no-nvm``          a board without non-volatile memory
    ``no-neopixel``     a board with a plain LED in place of a NeoPixel
    ``no-usb``          a board that has nothing but power on its USB port
    ``no-native-usb``   a board with a serial chip on its USB port: it boots into BLE discovery
    ==================  =========================================================

    :param seed: of the dice, None for an unpredictable one
    """

    def __init__(self, seed=None):
        self._random = random.Random(seed)
        self._on = {}
        self.on_the_wire = False

    def set(self, text):
        """
        Switch a fault on or off.

        :param str text: ``NAME``, ``NAME=VALUE`` or ``NAME=off``
        :raises ValueError: with a message for the person who asked
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
        """All that are on, as texts for ``set``."""
        return [name if value is True else f"{name}={value}" for name, value in self._on.items()]

    def on(self, name):
        """
        Is a switch on?

        :param str name: of the fault
        """
        return name in self._on

    def says_eagain(self):
        """Throw the dice for a call that says EAGAIN."""
        return self._random.random() < self._on.get("eagain", 0)

    def part_of(self, size):
        """
        Throw the dice for how much of a send is taken.

        :param int size: in bytes
        """
        if size > 1 and self._random.random() < self._on.get("partial", 0):
            return self._random.randint(1, size - 1)
        return size

    @property
    def temperature(self):
        """What the chip's sensor measures, None if it works."""
        return self._on.get("temperature")

    @property
    def delay(self):
        """How late data is visible, in s."""
        return self._on.get("delay", 0) / 1000

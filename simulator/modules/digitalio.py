# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``digitalio``. Only the board's own light is connected to the pins."""

from ..enumeration import enumeration
from ..pins import Pin

Direction = enumeration("digitalio.Direction", "INPUT OUTPUT")
DriveMode = enumeration("digitalio.DriveMode", "PUSH_PULL OPEN_DRAIN")
Pull = enumeration("digitalio.Pull", "UP DOWN")


class DigitalInOut:
    """
    A digital input or output.

    :param Pin pin: A pin that is not in use.
    """

    def __init__(self, pin):
        if not isinstance(pin, Pin):
            raise TypeError(f"pin must be of type Pin, not {type(pin).__name__}")
        if pin.user is not None:
            raise ValueError(f"{pin.name} in use")
        pin.user = self
        self._pin = pin
        self._direction = Direction.INPUT
        self._level = False
        self._drive_mode = DriveMode.PUSH_PULL
        self._pull = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.deinit()

    def deinit(self):
        """Free the pin."""
        if self._pin is not None:
            self._shine(False)
            self._pin.user = None
            self._pin = None

    @property
    def pin(self):
        """The simulator's pin, for other modules."""
        if self._pin is None:
            raise ValueError(
                "Object has been deinitialized and can no longer be used. Create a new object."
            )
        return self._pin

    def _check(self, direction, message):
        if self.pin and self._direction is not direction:
            raise AttributeError(message)

    def switch_to_output(self, value=False, drive_mode=DriveMode.PUSH_PULL):
        """
        Drive the pin.

        :param bool value: The level.
        :param DriveMode drive_mode: The drive mode.
        """
        if self.pin:
            self._direction = Direction.OUTPUT
        self._drive_mode = drive_mode
        self.value = value

    def switch_to_input(self, pull=None):
        """
        Read the pin.

        :param Pull pull: The pull.
        """
        if self.pin:
            self._direction = Direction.INPUT
        self.pull = pull

    @property
    def direction(self):
        """Input or output."""
        return self.pin and self._direction

    @direction.setter
    def direction(self, value):
        if value is Direction.INPUT:
            self.switch_to_input()
        elif value is Direction.OUTPUT:
            self.switch_to_output()
        else:
            raise ValueError("Invalid direction")

    @property
    def value(self):
        """The level."""
        if self.direction is Direction.OUTPUT:
            return self._level
        return self._pull is Pull.UP

    @value.setter
    def value(self, value):
        self._check(Direction.OUTPUT, "Cannot set value when direction is input.")
        self._level = bool(value)
        self._shine(self._level)

    def _shine(self, level):
        light = self.pin.light
        if light is not None and light.name == "LED":
            light.show("on" if level else "off")

    @property
    def drive_mode(self):
        """The drive mode of an output."""
        self._check(Direction.OUTPUT, "Drive mode not used when direction is input.")
        return self._drive_mode

    @drive_mode.setter
    def drive_mode(self, value):
        self._check(Direction.OUTPUT, "Drive mode not used when direction is input.")
        self._drive_mode = value

    @property
    def pull(self):
        """The pull of an input."""
        self._check(Direction.INPUT, "Pull not used when direction is output.")
        return self._pull

    @pull.setter
    def pull(self, value):
        self._check(Direction.INPUT, "Pull not used when direction is output.")
        self._pull = value


def build(board):
    """Return the module's names."""
    return {
        "DigitalInOut": DigitalInOut,
        "Direction": Direction,
        "DriveMode": DriveMode,
        "Pull": Pull,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Classes of constants, which print as CircuitPython's do: ``watchdog.WatchDogMode.RESET``."""

from typing import Any


def enumeration(name: str, members: str) -> Any:
    """
    Make a class whose attributes are its only instances.

    :param str name: The module and the class, such as ``watchdog.WatchDogMode``.
    :param str members: The attributes, separated by spaces.
    """

    class Enumeration:
        def __init__(self, member):
            self._member = member

        def __repr__(self):
            return f"{name}.{self._member}"

    Enumeration.__name__ = Enumeration.__qualname__ = name.partition(".")[2]
    for member in members.split():
        setattr(Enumeration, member, Enumeration(member))
    return Enumeration

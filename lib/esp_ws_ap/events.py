# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.events`
================================================================================

Events that the program and the parts of the package can all listen to.
"""

try:
    from typing import Any, Callable
except ImportError:
    pass


class Event:
    """
    An event of a class: a decorator that adds a function to the list ``self._on_...``.

    Using it the wrong way raises at that line, with a message that says what to write.

    :param str usage: How programs write it, such as "hub.on_open".

    Example::

        class Door:
            on_open = Event("door.on_open")

            def __init__(self):
                self._on_open = []

        @door.on_open
        def opened():
            print("open")
    """

    def __init__(self, usage: str) -> None:
        self.usage = usage

    def __get__(self, owner, owner_class=None) -> "Callable":
        def add(handler: "Callable | None" = None) -> "Callable":
            check_handler(handler, "@" + self.usage)
            getattr(owner, "_" + self.usage.split(".")[-1]).append(handler)
            return handler  # type: ignore[return-value]

        return add

    def __set__(self, owner, value) -> None:
        from . import misuse

        misuse.assignment("@" + self.usage)


def check_handler(handler: "Any", usage: str) -> None:
    """
    Check that a function can handle an event.

    :param handler: A plain function; nothing would await a coroutine.
    :param str usage: How to register it, for the message.
    :raises TypeError: If it cannot be called, or is a coroutine or generator function.
    """
    # CircuitPython has a type of its own for these functions; on CPython it is that of all.
    if not callable(handler) or type(handler) is _GENERATOR_FUNCTION:
        from . import misuse

        misuse.handler(handler, usage)


_GENERATOR_FUNCTION = type(lambda: (yield))

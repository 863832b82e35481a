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


def event(name: str) -> "Any":
    """
    Make an event of a class: a decorator that adds a function to the list ``self._NAME``.

    Using it the wrong way raises at that line, with a message that says what to write.

    :param str name: The event's name, such as "on_open".

    Example::

        class Door:
            on_open = event("on_open")

            def __init__(self):
                self._on_open = []

        @door.on_open
        def opened():
            print("open")
    """

    def decorator(owner) -> "Callable":
        def add(handler: "Callable | None" = None) -> "Callable":
            check_handler(handler, "@" + name)
            getattr(owner, "_" + name).append(handler)
            return handler  # type: ignore[return-value]

        return add

    def refuse(owner, value) -> None:
        raise AttributeError(f"{name} cannot be assigned: write @....{name} above the function")

    return property(decorator, refuse)


def check_handler(handler: "Any", usage: str) -> None:
    """
    Check that a function can handle an event.

    :param handler: A plain function; nothing would await a coroutine.
    :param str usage: How to register it, for the message.
    :raises TypeError: If it cannot be called, or is a coroutine or generator function.
    """
    if not callable(handler):
        raise TypeError(f"write {usage} above the function, without ()")
    if _is_coroutine(handler):
        raise TypeError(f"{usage} takes a plain function: def, not async def, and without yield")


def _is_coroutine(function: "Any") -> bool:
    """Return True if calling the function would only make a coroutine or a generator."""
    code = getattr(function, "__code__", None)
    flags = getattr(code, "co_flags", None)
    if flags is not None:  # CPython: generator, coroutine, asynchronous generator
        return flags & 0x2A0 != 0
    return type(function) is _GENERATOR_FUNCTION


def _generator_function():
    yield


# On CircuitPython, functions with a yield and async functions share a type of their own.
_GENERATOR_FUNCTION = type(_generator_function)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.misuse`
================================================================================

What to write instead, for a program that calls the package the wrong way. The other modules find
the mistake and import this one only then: the texts take memory.
"""

try:
    from typing import Any, NoReturn
except ImportError:
    pass


def handler(function: "Any", usage: str) -> None:
    """
    Raise for what cannot handle an event.

    :param function: Not callable, or perhaps a coroutine or generator function.
    :param str usage: How to register a handler.
    :raises TypeError: If it cannot be called, or is such a function.
    """
    if not callable(function):
        raise TypeError(f"write {usage} above the function, without ()")
    # On CPython all functions have one type, and the flags tell: generator, coroutine, asynchronous
    # generator.
    flags = getattr(getattr(function, "__code__", None), "co_flags", 0x20)
    if flags & 0x2A0:
        raise TypeError(f"{usage} takes a plain function: def, not async def, and without yield")


def assignment(usage: str) -> "NoReturn":
    """
    Raise for an event that a program has assigned a function to.

    :param str usage: How to register a handler.
    :raises AttributeError: Always.
    """
    raise AttributeError(f"an event cannot be assigned: write {usage} above the function")


def timer(seconds: "Any", low: float, high: float) -> "NoReturn":
    """
    Raise for the interval of a timer.

    :param seconds: Missing or out of range.
    :param float low: The least.
    :param float high: The most.
    :raises TypeError: If it is not a number.
    :raises ValueError: If it is out of range.
    """
    if not isinstance(seconds, (int, float)):
        raise TypeError("write @hotspot.loop.every(1) above the function, with the seconds")
    raise ValueError(f"{seconds} s is not {low} to {high} s")


def after() -> "NoReturn":
    """
    Raise for `Loop.after` without a function.

    :raises TypeError: Always.
    """
    raise TypeError("write hotspot.loop.after(10, function): it is no decorator")


def group(usage: str) -> "NoReturn":
    """
    Raise for what is not the name of a group.

    :param str usage: What to write.
    :raises TypeError: Always.
    """
    raise TypeError(f"write {usage}, once for each group")


def hub() -> "NoReturn":
    """
    Raise for a `Hub` without a hotspot and a loop.

    :raises TypeError: Always.
    """
    raise TypeError("write Hub(hotspot), or Hub(loop=loop) without a hotspot")

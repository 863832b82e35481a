# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.failures`
================================================================================

Functions of a program that fail or take too long: said once, then counted. The loop imports this
module for the first of them.
"""

from .log import get_logger

try:
    from typing import Any

    from .loop import Loop
except ImportError:
    pass

_INTERVAL = 60  # s
_MAX_KINDS = 16

_PARAMETERS = (
    ("_on_open", "client"),
    ("_on_message", "client, data"),
    ("_on_json", "client, data"),
    ("_on_chunk", "client, data, last"),
    ("_on_close", "client, code, reason"),
    ("_on_error", "client, error"),
    ("_on_watermark", "client, above"),
)


def name_of(function: "Any") -> str:
    """
    Return how to call something in the log.

    :param function: A function, or a request that a route has answered.
    """
    for name in ("__name__", "request_line"):
        if hasattr(function, name):
            return getattr(function, name)
    return str(function)


def is_new(loop: "Loop", function: "Any", kind: str) -> bool:
    """
    Return True if a failure is not yet counted. Those that follow are logged once a minute, as a
    number.

    :param Loop loop: Counts it.
    :param function: What has failed.
    :param str kind: How, such as the name of the exception.
    """
    counts = loop.failures
    key = name_of(function) + ": " + kind
    if key in counts:
        counts[key] += 1
        return False
    if len(counts) >= _MAX_KINDS:
        _log_counts(counts)
    elif not counts:
        loop.after(_INTERVAL, lambda: _next_minute(loop))
    counts[key] = 0
    return True


def _next_minute(loop: "Loop") -> None:
    _log_counts(loop.failures)
    if loop.failures:
        loop.after(_INTERVAL, lambda: _next_minute(loop))


def _log_counts(counts: dict) -> None:
    """Log what was counted, and forget what has not come again."""
    for key in list(counts):
        count = counts.pop(key)
        if count:
            get_logger().error("%s, %d more times within a minute", key, count)
            counts[key] = 0


def explain(owner: "Any", function: "Any", error: Exception) -> None:
    """
    Log how a function is called, if it seems to take other arguments. The traceback of that has
    no line of the program.

    :param owner: The `Hub` or the `Loop` that has called it.
    :param function: The function.
    :param Exception error: What was raised.
    """
    text = str(error)
    if isinstance(error, TypeError) and ("positional arg" in text or "at most" in text):
        parameters = None if hasattr(owner, "clients") else ""  # of a timer
        for name, names in _PARAMETERS:
            if function in getattr(owner, name, ()):
                parameters = names
        if parameters is not None:
            get_logger().error("  it is called with: def %s(%s)", name_of(function), parameters)

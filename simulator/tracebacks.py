# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Tracebacks as CircuitPython prints them: no source lines, and no frames of built-in code."""

import traceback

_BECAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_DURING = "\nDuring handling of the above exception, another exception occurred:\n\n"

# The board ends the lines that come from its table of messages with \r\n, the others with \n.

OWN = object()


def describe(error):
    """
    Return the last line of a traceback.

    :param BaseException error: The exception.
    """
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:  # the board does not call the program's __str__
        text = BaseException.__str__(error)
    if isinstance(error, KeyError) and error.args:
        text = str(error.args[0])
    return f"{name}: {text}" if text else f"{name}: "


def entries(tb, sources):
    """
    Return the lines for the frames of the board's code.

    :param tb: The traceback.
    :param set sources: The names of the board's files.
    """
    lines = []
    for frame, line in traceback.walk_tb(tb):
        code = frame.f_code
        if code.co_filename in sources:
            lines.append(f'  File "{code.co_filename}", line {line}, in {code.co_name}\r\n')
    return lines


def render(error, sources, tb=OWN, chain=True, limit=None):
    """
    Return the whole text of a traceback.

    :param BaseException error: The exception.
    :param set sources: The names of the board's files.
    :param tb: The traceback, if not the exception's own; None for no frames.
    :param bool chain: True to print the exceptions that led to it too.
    :param int limit: The maximum number of frames, from the end if negative.
    """
    before = ""
    if chain and error.__cause__ is not None:
        before = render(error.__cause__, sources) + _BECAUSE
    elif chain and error.__context__ is not None and not error.__suppress_context__:
        before = render(error.__context__, sources) + _DURING
    lines = entries(error.__traceback__ if tb is OWN else tb, sources)
    if isinstance(error, SyntaxError) and error.filename:
        lines.append(f'  File "{error.filename}", line {error.lineno}\n')
    if limit is not None:
        lines = lines[:limit] if limit >= 0 else lines[limit:]
    text = describe(error)
    if isinstance(error, SyntaxError):
        text = f"SyntaxError: {error.msg}"
    return before + "".join(["Traceback (most recent call last):\r\n", *lines, text, "\n"])

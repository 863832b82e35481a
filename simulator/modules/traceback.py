# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``traceback``, in CircuitPython's format."""

from .. import tracebacks


def build(board):
    """Return the module's names."""
    sources = board.world.sources

    def format_exception(exc, value=None, tb=tracebacks.OWN, limit=None, chain=True):
        """
        Return the traceback of an exception as a list of one text.

        :param exc: The exception, or its type.
        :param value: The exception, if the first argument is its type.
        :param tb: The traceback, if not the exception's own.
        :param int limit: The maximum number of frames.
        :param bool chain: True to print the exceptions that led to it too.
        """
        error = exc if value is None else value
        return [tracebacks.render(error, sources, tb, chain, limit)]

    def print_exception(exc, value=None, tb=tracebacks.OWN, limit=None, file=None, chain=True):
        """
        Print the traceback of an exception.

        :param exc: The exception, or its type.
        :param value: The exception, if the first argument is its type.
        :param tb: The traceback, if not the exception's own.
        :param int limit: The maximum number of frames.
        :param file: The file to print to; the console by default.
        :param bool chain: True to print the exceptions that led to it too.
        """
        text = "".join(format_exception(exc, value, tb, limit, chain))
        (file or board.console).write(text)

    def print_tb(tb, limit=None, file=None):
        """
        Print a traceback.

        :param tb: The traceback.
        :param int limit: The maximum number of frames.
        :param file: The file to print to; the console by default.
        """
        lines = tracebacks.entries(tb, sources)
        (file or board.console).write("".join(lines[:limit]))

    return {
        "format_exception": format_exception,
        "print_exception": print_exception,
        "print_tb": print_tb,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``traceback``, in CircuitPython's format."""

from .. import tracebacks


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    sources = board.world.sources

    def format_exception(exc, value=None, tb=tracebacks.OWN, limit=None, chain=True):
        """
        The traceback of an exception as one text in a list.

        :param exc: The exception.
        :param value: Or here.
        :param tb: Another traceback.
        :param int limit: How many frames.
        :param bool chain: Whether to tell what it follows from.
        """
        error = exc if value is None else value
        return [tracebacks.render(error, sources, tb, chain, limit)]

    def print_exception(exc, value=None, tb=tracebacks.OWN, limit=None, file=None, chain=True):
        """
        Print the traceback of an exception.

        :param exc: The exception.
        :param value: Or here.
        :param tb: Another traceback.
        :param int limit: How many frames.
        :param file: Where to.
        :param bool chain: Whether to tell what it follows from.
        """
        text = "".join(format_exception(exc, value, tb, limit, chain))
        (file or board.console).write(text)

    def print_tb(tb, limit=None, file=None):
        """
        Print a traceback.

        :param tb: It.
        :param int limit: How many frames.
        :param file: Where to.
        """
        lines = tracebacks.entries(tb, sources)
        (file or board.console).write("".join(lines[:limit]))

    return {
        "format_exception": format_exception,
        "print_exception": print_exception,
        "print_tb": print_tb,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``traceback`` over MicroPython's ``sys.print_exception``."""

import io
import sys


def format_exception(error, *rest):
    """
    Return the traceback of an exception as a list of one text.

    :param error: The exception.
    :param rest: Ignored.
    """
    stream = io.StringIO()
    sys.print_exception(error, stream)
    return [stream.getvalue()]


def print_exception(error, *rest):
    """
    Print the traceback of an exception.

    :param error: The exception.
    :param rest: Ignored.
    """
    sys.print_exception(error)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``traceback`` over MicroPython's ``sys.print_exception``."""

import io
import sys


def format_exception(error, *rest):
    """
    An exception and where it came from, as a list of text.

    :param error: The exception.
    :param rest: Not looked at.
    """
    stream = io.StringIO()
    sys.print_exception(error, stream)
    return [stream.getvalue()]


def print_exception(error, *rest):
    """
    Show an exception on the console.

    :param error: The exception.
    :param rest: Not looked at.
    """
    sys.print_exception(error)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``time``, with the clocks that MicroPython does not have."""

import utime
from utime import *  # noqa: F403

_start = utime.time_ns()


def monotonic_ns():
    """Return nanoseconds since the start."""
    return utime.time_ns() - _start


def monotonic():
    """Return seconds since the start."""
    return monotonic_ns() / 1e9

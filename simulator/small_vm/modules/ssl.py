# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The names of ``ssl`` that adafruit_httpserver wants wherever it does not run on CircuitPython. There
is no TLS here, and nothing of this is called.
"""

CERT_NONE = 0


class SSLError(OSError):
    """Never raised."""


class SSLContext:
    """Never made."""


class Purpose:
    """Never asked for."""


def create_default_context():
    """Not here."""
    raise NotImplementedError

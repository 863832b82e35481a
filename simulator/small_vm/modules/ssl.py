# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The names of ``ssl`` that adafruit_httpserver imports when it does not run on CircuitPython. There
is no TLS here, and none of this is called.
"""

CERT_NONE = 0


class SSLError(OSError):
    """Never raised."""


class SSLContext:
    """Never used."""


class Purpose:
    """Never used."""


def create_default_context():
    """Raise NotImplementedError."""
    raise NotImplementedError

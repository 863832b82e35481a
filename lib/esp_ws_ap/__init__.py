# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap`
================================================================================

A Wi-Fi hotspot of its own, a page, and WebSocket messages both ways, for CircuitPython on the
ESP32-S3 and for a simulated board on a PC.

Nothing is imported here: each module costs memory, so a program imports the ones it uses. The
larger ones collect garbage before they import others, because what one compilation leaves behind
would lie between what the next ones keep, and a small heap would be full of holes.
"""

import gc
import sys

gc.collect()

__version__ = "0.1.0"


def forget(name: str) -> None:
    """Give the memory of a module of this package back that was needed for a moment only.

    :param str name: the module's, without the package's
    """
    if sys.modules.pop(f"{__name__}.{name}", None):
        delattr(sys.modules[__name__], name)  # the other place that keeps it

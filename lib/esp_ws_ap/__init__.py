# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap`
================================================================================

An ESP32-S3 with CircuitPython opens its own Wi-Fi hotspot, serves a page, and exchanges WebSocket
messages with it. The same program runs on a simulated board on a PC.

This file imports nothing: each module costs memory, so a program imports the ones it uses. The
larger modules collect garbage before they import others. Otherwise the garbage of one compilation
would lie between what the next ones keep, and fragment a small heap.
"""

import gc
import sys

gc.collect()

__version__ = "0.1.0"


def unload(name: str) -> None:
    """
    Free the memory of a module that is no longer needed.

    :param str name: Its name within the package, such as "network.join_code".
    """
    name = __name__ + "." + name
    if sys.modules.pop(name, None):
        owner, name = name.rsplit(".", 1)
        delattr(sys.modules[owner], name)  # the other reference to it
        gc.collect()

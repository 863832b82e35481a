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


def unload(*names: str) -> None:
    """
    Free the memory of modules that are no longer needed, with one garbage collection for all.

    :param str names: Their names within the package, such as "network.join_code".
    """
    found = False
    for name in names:
        name = __name__ + "." + name
        if sys.modules.pop(name, None):
            owner, name = name.rsplit(".", 1)
            delattr(sys.modules[owner], name)  # the other reference to it
            found = True
    if found:
        gc.collect()

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


def unload(name: str) -> None:
    """
    Free the memory of a module of this package that is needed only once.

    :param str name: Its name within the package, such as "network.join_code".
    """
    full_name = __name__ + "." + name
    if sys.modules.pop(full_name, None):
        parent, attribute = full_name.rsplit(".", 1)
        delattr(sys.modules[parent], attribute)  # the other reference to it

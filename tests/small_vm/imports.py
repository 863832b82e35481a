# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
Print the bytes that the imports of the default application keep on the heap: adafruit_httpserver
first, because it is not ours to shrink. The code.py of a drive that MicroPython boots.
"""

import gc
import json


def kept(names):
    """
    Import modules, and return the bytes that they keep.

    :param str names: In the order of code.py.
    """
    gc.collect()
    before = gc.mem_alloc()
    for name in names.split():
        __import__(name)
        gc.collect()
    return gc.mem_alloc() - before


server = kept("adafruit_httpserver")
libraries = kept("adafruit_ticks adafruit_logging")
package = kept(
    "esp_ws_ap.hotspot esp_ws_ap.hub esp_ws_ap.portal.captive_portal"
    " esp_ws_ap.recovery.flight_recorder esp_ws_ap.recovery.status_light"
)
print("kept:", json.dumps({"server": server, "libraries": libraries, "package": package}))

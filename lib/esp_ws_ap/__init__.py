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

gc.collect()

__version__ = "0.1.0"

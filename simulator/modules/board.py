# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``board``: the pins of an ESP32-S3-DevKitC-1-N8R8."""

import weakref

from ..pins import Light, Pin

_NUMBERS = (*range(22), *range(35, 49))

# A pixel stays on when the code ends.
_lights = weakref.WeakKeyDictionary()


def build(board):
    """Return the module's names."""
    names = {f"IO{number}": Pin(f"IO{number}") for number in _NUMBERS}
    name, number = ("LED", 21) if board.faults.on("no-neopixel") else ("NEOPIXEL", 48)
    light = _lights.setdefault(board, Light(name, board.console.notice))
    if name == "LED":
        light.show("off")
    names[name] = names[f"IO{number}"]
    names[name].light = light
    return {
        "board_id": "espressif_esp32s3_devkitc_1_n8r8",
        **names,
        **({"DISPLAY": object()} if board.faults.on("display") else {}),
        "TX": names["IO43"],
        "RX": names["IO44"],
    }

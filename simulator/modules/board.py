# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``board``: Blinka's pins. There is no NEOPIXEL, as on some ESP32-S3 boards."""

from ..blinka import public


def build(board):
    """
    The module's names.

    :param board: the board
    """
    names = public("board")
    if names is None:
        return {"board_id": "simulator"}
    pin = type(names["SCL"]) if names.get("SCL") is not None else None
    pins = {name: value for name, value in names.items() if pin and isinstance(value, pin)}
    pins.pop("NEOPIXEL", None)
    buses = {name: names[name] for name in ("I2C", "SPI") if callable(names.get(name))}
    return {"board_id": "espressif_esp32s3_devkitc_1_n8r8", **pins, **buses}

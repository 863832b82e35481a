# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``errno``: the numbers of the ESP32-S3's C library."""

from ..language import ERRNO


def build(board):
    """Return the module's names."""
    return {**ERRNO, "errorcode": {number: name for name, number in ERRNO.items()}}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``microcontroller``: the processor, reset, and non-volatile memory, which is not kept here."""

import sys


class _Processor:
    temperature = 41.5
    voltage = None
    frequency = 240000000
    uid = bytearray(b"\xc7\xfd\x1a\x00\x00\x10")


cpu = _Processor()
nvm = bytearray(8192)


def reset():
    """End the program."""
    sys.exit(0)

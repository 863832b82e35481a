# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Brings the board back after a hard fault or a dip of the power, but not for ever: 8 times in a row,
until a boot has run for a minute. It imports nothing from lib/, which may be what is broken.
"""

import struct
import time
from binascii import crc32

import microcontroller
import supervisor

MOST = 8
PAUSE = 1  # s, twice as many each time, up to 16 times: a power supply may need a moment
SLOT = "<2sBB24s"  # as the flight recorder has it: magic, count, news, reason; a CRC-32
START = 64

reason = str(supervisor.runtime.safe_mode_reason).split(".")[-1]
nvm = microcontroller.nvm
if nvm is None:
    raise RuntimeError("no nvm to count in: the board stays in safe mode")
old = bytes(nvm[START : START + 32])
magic, count, news, text = struct.unpack(SLOT, old[:-4])
if magic != b"SM" or struct.unpack("<I", old[-4:])[0] != crc32(old[:-4]):
    count = 0
print("safe mode", count + 1, "of", MOST, "in a row:", reason)
if count < MOST:
    slot = struct.pack(SLOT, b"SM", count + 1, 1, reason.encode())
    nvm[START : START + 32] = slot + struct.pack("<I", crc32(slot))
    time.sleep(PAUSE * min(1 << count, 16))
    microcontroller.reset()

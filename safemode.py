# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Restarts the board after a hard fault or a brownout, at most 8 times in a row. A boot that has run
for a minute ends the row. If the program has asked for safe mode, or boot.py has set up USB
wrongly, the board stays there. This file imports nothing from lib/, which may be what is broken.
"""

import struct
import time
from binascii import crc32

import microcontroller
import supervisor

MAX_SAFE_MODES = 8
PAUSE = 1  # s, doubled each time up to 16 times: a power supply may need a moment
BROWNOUT_PAUSE = 10  # s at least after a brownout: a write while the power fails loses all of nvm

# As in lib/esp_ws_ap/nonvolatile.py and flight_record.py: magic, count, how many of them the
# flight record has not stored yet, reason; then a CRC-32.
SLOT_START = 64
SLOT_END = 96
SLOT = "<2sBB24s"

# While the board waits for its button after power-on, a word that no reset clears asks for safe
# mode by hand, then for public BLE discovery. A brownout in that time leaves it so.
microcontroller.on_next_reset(microcontroller.RunMode.NORMAL)
reason = str(supervisor.runtime.safe_mode_reason).split(".")[-1]
if reason == "PROGRAMMATIC" or reason.startswith("USB_"):
    print("staying in safe mode:", reason)
else:
    nvm = microcontroller.nvm
    if nvm is None:
        raise RuntimeError("no nvm to count in: the board stays in safe mode")
    old = bytes(nvm[SLOT_START:SLOT_END])
    magic, count, unseen, text = struct.unpack(SLOT, old[:-4])
    if magic != b"SM" or struct.unpack("<I", old[-4:])[0] != crc32(old[:-4]):
        count = unseen = 0
    print("safe mode", count + 1, "of", MAX_SAFE_MODES, "in a row:", reason)
    if count < MAX_SAFE_MODES:
        seconds = PAUSE * min(1 << count, 16)
        time.sleep(max(seconds, BROWNOUT_PAUSE) if reason == "BROWNOUT" else seconds)
        slot = struct.pack(SLOT, b"SM", count + 1, min(unseen + 1, 255), reason.encode())
        nvm[SLOT_START:SLOT_END] = slot + struct.pack("<I", crc32(slot))
        microcontroller.reset()

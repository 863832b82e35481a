# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Makes a guard run code.py and restart the board if code.py fails, and keeps the drive private.
Without this file the board runs code.py itself.
"""

import supervisor

GUARD = "lib/esp_ws_ap/recovery/guard.py"

try:
    with open(GUARD, "rb") as file:
        file.seek(max(file.seek(0, 2) - 40, 0))
        if not file.read().strip().endswith(b"# The end of this file."):
            raise ValueError("only a part of its file is on the drive")
    # Not reload_on_error: Ctrl-C counts as an error, and must end in the REPL.
    supervisor.set_next_code_file(
        GUARD, sticky_on_success=True, sticky_on_error=True, sticky_on_reload=True
    )
except (OSError, ValueError) as error:
    print("code.py runs without its guard:", error)

try:
    # A board without native USB offers its files over BLE at each start, to everyone nearby.
    supervisor.runtime.ble_workflow = False
except (AttributeError, NotImplementedError):
    pass  # this board has no BLE workflow

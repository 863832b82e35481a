# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Makes a guard run code.py and restart the board if code.py fails, and keeps the drive private.
Without this file the board runs code.py itself.
"""

import supervisor

# Not reload_on_error: Ctrl-C counts as an error, and must end in the REPL.
supervisor.set_next_code_file(
    "lib/esp_ws_ap/recovery/guard.py",
    sticky_on_success=True,
    sticky_on_error=True,
    sticky_on_reload=True,
)

try:
    # A board without native USB offers its files over BLE at each start, to everyone nearby.
    supervisor.runtime.ble_workflow = False
except (AttributeError, NotImplementedError):
    pass  # this board has no BLE workflow

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Makes a guard run code.py and restart the board if code.py fails. Without this file the board runs
code.py itself.
"""

import supervisor

# Not reload_on_error: Ctrl-C counts as an error, and must end in the REPL.
supervisor.set_next_code_file(
    "lib/esp_ws_ap/recovery/guard.py",
    sticky_on_success=True,
    sticky_on_error=True,
    sticky_on_reload=True,
)

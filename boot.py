# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
Has code.py run by a guard, which brings the board back when code.py fails. Without this file,
code.py runs as on any board.
"""

import supervisor

# Not reload_on_error: Ctrl-C counts as an error, and is to end in the REPL.
supervisor.set_next_code_file(
    "lib/esp_ws_ap/recovery/guard.py",
    sticky_on_success=True,
    sticky_on_error=True,
    sticky_on_reload=True,
)

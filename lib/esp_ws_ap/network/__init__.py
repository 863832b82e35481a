# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The radio: the board's own network, who is on it, and the way into it."""

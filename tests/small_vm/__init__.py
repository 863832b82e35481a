# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The whole application on a small VM, and what it needs of memory and of the call stack."""

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The radio: the hotspot, the stations on it, the home network, and the code to join by."""

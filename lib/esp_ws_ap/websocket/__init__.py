# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The WebSocket protocol, RFC 6455, from the server's side."""

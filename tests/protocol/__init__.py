# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The protocol layer, bytes in and bytes out: the frames, and the heads of requests."""

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The board restarts by itself: each failure is made to happen in the simulator."""

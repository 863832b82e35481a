# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""HTTP, up to the request that the server sees and the answer that the phone sees."""

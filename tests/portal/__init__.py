# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What a phone meets when it joins: names, probes, the welcome page."""

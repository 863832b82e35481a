# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Speed and memory, measured beside the other libraries: ``python -m benchmarks``."""

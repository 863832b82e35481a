# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Fixtures of these tests."""

from tests.in_process import make_network, network, shared_board

__all__ = ["make_network", "network", "shared_board"]

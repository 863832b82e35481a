# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``busio``, from Blinka."""

from ..blinka import public


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    return public("busio")

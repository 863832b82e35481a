# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``rainbowio``, from Blinka."""

from ..blinka import public


def build(board):
    """
    The module's names.

    :param board: the board
    """
    return public("rainbowio")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``io``: the streams in memory."""

import io


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    return {"StringIO": io.StringIO, "BytesIO": io.BytesIO, "open": board.drive.open}

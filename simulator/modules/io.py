# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``io``: in-memory streams, and open()."""

import io


def build(board):
    """Return the module's names."""
    return {"StringIO": io.StringIO, "BytesIO": io.BytesIO, "open": board.drive.open}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``zlib``: only decompress()."""

import zlib


def build(board):
    """
    The module's names.

    :param board: The board.
    """

    def decompress(data, wbits=15, bufsize=0):
        """
        Decompress.

        :param data: Zlib's or gzip's bytes.
        :param int wbits: Which of them.
        :param int bufsize: Ignored.
        """
        try:
            return zlib.decompress(data, wbits)
        except zlib.error as error:
            raise ValueError(str(error)) from None

    return {"decompress": decompress}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``zlib``: only decompress()."""

import zlib


def build(board):
    """Return the module's names."""

    def decompress(data, wbits=15, bufsize=0):
        """
        Decompress.

        :param data: The bytes of zlib or gzip.
        :param int wbits: The format, as CPython takes it.
        :param int bufsize: Ignored.
        """
        try:
            return zlib.decompress(data, wbits)
        except zlib.error as error:
            raise ValueError(str(error)) from None

    return {"decompress": decompress}

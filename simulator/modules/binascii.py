# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``binascii``."""

import binascii


def build(board):
    """
    The module's names.

    :param board: The board.
    """

    def wrap(function):
        def wrapped(*arguments):
            try:
                return function(*arguments)
            except binascii.Error as error:
                raise ValueError(str(error)) from None

        return wrapped

    def b2a_base64(data, *, newline=True):
        """
        Base 64.

        :param bytes data: What.
        :param bool newline: Whether a line end follows.
        """
        return binascii.b2a_base64(data, newline=newline)

    def a2b_base64(data):
        """
        Base 64 undone; characters that are none of it are skipped.

        :param data: Bytes or str.
        """
        return binascii.a2b_base64(data)

    return {
        "hexlify": wrap(binascii.hexlify),
        "unhexlify": wrap(binascii.unhexlify),
        "a2b_base64": wrap(a2b_base64),
        "b2a_base64": b2a_base64,
        "crc32": binascii.crc32,
    }

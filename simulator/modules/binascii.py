# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``binascii``."""

import binascii


def build(board):
    """Return the module's names."""

    def wrap(function):
        def wrapped(*arguments):
            try:
                return function(*arguments)
            except binascii.Error as error:
                raise ValueError(str(error)) from None

        return wrapped

    def b2a_base64(data, *, newline=True):
        """
        Encode to base64.

        :param bytes data: The bytes.
        :param bool newline: True to end with a newline.
        """
        return binascii.b2a_base64(data, newline=newline)

    def a2b_base64(data):
        """
        Decode from base64; other characters are skipped.

        :param data: The text, bytes or str.
        """
        return binascii.a2b_base64(data)

    return {
        "hexlify": wrap(binascii.hexlify),
        "unhexlify": wrap(binascii.unhexlify),
        "a2b_base64": wrap(a2b_base64),
        "b2a_base64": b2a_base64,
        "crc32": binascii.crc32,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``hashlib``: new() with SHA-1 and SHA-256, and no hexdigest()."""

import hashlib


class Hash:
    """
    A running hash.

    :param str name: Sha1 or sha256.
    :param bytes data: The first bytes.
    """

    def __init__(self, name, data=b""):
        self._hash = hashlib.new(name, data)

    @property
    def digest_size(self):
        """In bytes."""
        return self._hash.digest_size

    def update(self, data):
        """
        More bytes.

        :param bytes data: Them.
        """
        self._hash.update(data)

    def digest(self):
        """The hash so far."""
        return self._hash.digest()


def build(board):
    """
    The module's names.

    :param board: The board.
    """

    def new(name, data=b""):
        """
        Begin a hash.

        :param str name: Sha1 or sha256.
        :param bytes data: The first bytes.
        """
        if name not in ("sha1", "sha256"):
            raise ValueError("Unsupported hash algorithm")
        return Hash(name, data)

    return {"new": new, "Hash": Hash}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``hashlib``: new() with SHA-1 and SHA-256, and no hexdigest()."""

import hashlib


class Hash:
    """
    A running hash.

    :param str name: ``sha1`` or ``sha256``.
    :param bytes data: The first bytes.
    """

    def __init__(self, name, data=b""):
        self._hash = hashlib.new(name, data)

    @property
    def digest_size(self):
        """The size of the hash in bytes."""
        return self._hash.digest_size

    def update(self, data):
        """Add bytes."""
        self._hash.update(data)

    def digest(self):
        """Return the hash of the bytes so far."""
        return self._hash.digest()


def build(board):
    """Return the module's names."""

    def new(name, data=b""):
        """
        Start a hash.

        :param str name: ``sha1`` or ``sha256``.
        :param bytes data: The first bytes.
        """
        if name not in ("sha1", "sha256"):
            raise ValueError("Unsupported hash algorithm")
        return Hash(name, data)

    return {"new": new, "Hash": Hash}

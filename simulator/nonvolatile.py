# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The non-volatile memory: a blob of 8 KiB that is rewritten as a whole, in a file of the PC."""

import os

SIZE = 8192


class Memory:
    """
    The blob.

    :param str path: Its file; None to keep it in memory only.
    """

    def __init__(self, path=None):
        self._path = path
        self.data = bytearray(b"\xff" * SIZE)
        if path and os.path.exists(path):
            with open(path, "rb") as file:
                stored = file.read(SIZE)
            self.data[: len(stored)] = stored

    def save(self):
        """Write the blob. After a power cut the file has either the old blob or the new one."""
        if not self._path:
            return
        folder = os.path.dirname(os.path.abspath(self._path))
        os.makedirs(folder, exist_ok=True)
        temporary = self._path + ".new"
        with open(temporary, "wb") as file:
            file.write(self.data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)

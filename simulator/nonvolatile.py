# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The non-volatile memory: a blob of 8 KiB that is rewritten as a whole, in a file of the PC."""

import os
import random
import time

SIZE = 8192


class Memory:
    """
    The blob.

    :param Faults faults: The board's.
    :param str path: Its file; None to keep it in memory only.
    """

    def __init__(self, faults, path=None):
        self._faults = faults
        self._path = path
        self.data = bytearray(b"\xff" * SIZE)
        if path and os.path.exists(path):
            with open(path, "rb") as file:
                stored = file.read(SIZE)
            self.data[: len(stored)] = stored

    def save(self):
        """
        Write the blob, while the board stands still. If the power fails in that time, the file has
        the old blob or the new one, or with the fault ``torn-nvm`` none at all.

        :raises RuntimeError: Under the fault ``nvm-full``. The old content is lost as well.
        """
        if self._faults.on("torn-nvm"):
            self._store(b"")
        time.sleep(random.uniform(0.1, 0.25))
        if self._faults.on("nvm-full"):
            self.data[:] = b"\xff" * SIZE
        self._store(self.data)
        if self._faults.on("nvm-full"):
            raise RuntimeError("Unable to write to nvm.")

    def _store(self, data):
        if not self._path:
            return
        folder = os.path.dirname(os.path.abspath(self._path))
        os.makedirs(folder, exist_ok=True)
        temporary = self._path + ".new"
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self._path)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``nvm``."""


class ByteArray:
    """
    The non-volatile memory. Every write saves all of it.

    :param memory: The simulator's ``Memory``.
    """

    def __init__(self, memory):
        self._memory = memory

    def __len__(self):
        return len(self._memory.data)

    def __bool__(self):
        return True

    def __getitem__(self, index):
        if isinstance(index, slice) and index.step not in (None, 1):
            raise NotImplementedError("only slices with step=1 (aka None) are supported")
        return self._memory.data[index]

    def __setitem__(self, index, value):
        data = self._memory.data
        if isinstance(index, slice):
            if index.step not in (None, 1):
                raise NotImplementedError("only slices with step=1 (aka None) are supported")
            start, stop, _ = index.indices(len(data))
            value = bytes(memoryview(value))
            if len(value) != max(0, stop - start):
                raise ValueError("Slice and value different lengths.")
            data[start:stop] = value
        else:
            if not 0 <= value <= 255:
                raise ValueError("Bytes must be between 0 and 255.")
            data[index] = value
        self._memory.save()


def build(board):
    """Return the module's names."""
    return {"ByteArray": ByteArray}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
``ulab``: of ``ulab.numpy`` what unmasks WebSocket frames, for arrays of bytes. Anything else that
the board has is a NotImplementedError.
"""

import math
from types import SimpleNamespace


class _Array:
    """
    An array of bytes that shares its memory: one-dimensional, or rows of equal length.

    :param memoryview view: Its bytes.
    :param tuple shape: Its length, or the number of its rows and their length.
    """

    def __init__(self, view, shape):
        self.view = view
        self.shape = shape

    def reshape(self, shape):
        """
        The same bytes in another shape.

        :param tuple shape: The new shape.
        """
        if not isinstance(shape, tuple):
            raise TypeError("shape must be integer or tuple of integers")
        if len(shape) > 2:
            raise NotImplementedError("the simulator has arrays of one or two dimensions")
        if math.prod(shape) != len(self.view):
            raise ValueError("cannot reshape array")
        return _Array(self.view, shape)

    def __setitem__(self, index, value):
        if index != slice(None) or not isinstance(value, _Array):
            raise NotImplementedError("the simulator assigns whole arrays only")
        if value.shape != self.shape:
            raise ValueError("operands could not be broadcast together")
        self.view[:] = bytes(value.view)


def build(board):
    """Return the module's names."""
    uint8 = ord("B")
    double = ord("f")

    def frombuffer(buffer, *, dtype=double, count=-1, offset=0):
        """
        An array that shares the memory of a buffer.

        :param buffer: The buffer.
        :param int dtype: ``uint8``.
        :param int count: How many bytes; -1 for all.
        :param int offset: Where to begin.
        """
        if dtype != uint8:
            raise NotImplementedError("the simulator has arrays of uint8 only")
        view = memoryview(buffer)
        if not 0 <= offset <= len(view):
            raise ValueError("offset must be non-negative and no greater than buffer length")
        view = view[offset:]
        if count > len(view):
            raise ValueError("buffer is smaller than requested size")
        if count >= 0:
            view = view[:count]
        return _Array(view, (len(view),))

    def bitwise_xor(first, second):
        """
        A new array with the XOR of two; each row of the first one with the second one.

        :param first: An array.
        :param second: An array of the same shape, or as long as a row.
        """
        if not isinstance(first, _Array) or not isinstance(second, _Array):
            raise NotImplementedError("the simulator takes arrays only")
        if second.shape not in (first.shape, first.shape[-1:]):
            raise ValueError("operands could not be broadcast together")
        key = bytes(second.view) * (len(first.view) // max(len(second.view), 1))
        result = int.from_bytes(first.view, "big") ^ int.from_bytes(key, "big")
        return _Array(memoryview(bytearray(result.to_bytes(len(first.view), "big"))), first.shape)

    return {
        "numpy": SimpleNamespace(frombuffer=frombuffer, bitwise_xor=bitwise_xor, uint8=uint8),
        "__version__": "6.8.0-2D",
    }

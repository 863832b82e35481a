# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.stream`
================================================================================

Messages that are too long for memory. `Connection.send` imports this module for the first one.
"""

from ..log import get_logger, log_exception
from .frames import BINARY, CONTINUATION, TEXT, encode_frame

_PIECE = (str, bytes, bytearray, memoryview)


class Stream:
    """
    A message of unknown length, whose frames are built one by one.

    :param source: A file that is open for reading in binary, or an iterable of str (a text message)
        or of bytes (a binary one). It is closed at the end if it has ``close``.
    :param int max_frame_size: How much of a file is read for one frame, in bytes.
    """

    def __init__(self, source, max_frame_size: int) -> None:
        self._source = source
        if hasattr(source, "read"):
            source = _read(source, max_frame_size)
        self._pieces = iter(source)
        self._opcode = None

    def next_frame(self):
        """Return the next frame, or None after the last one."""
        if self._pieces is None:
            return None
        opcode = CONTINUATION
        piece = b""
        final = False
        try:
            piece = next(self._pieces)  # the board's takes no default
        except StopIteration:
            final = True
        text = isinstance(piece, str)
        if self._opcode is None:
            opcode = self._opcode = TEXT if text else BINARY
        if final:
            self.close()
        elif text != (self._opcode == TEXT) or not isinstance(piece, _PIECE):
            raise TypeError(
                f"the parts of a message are all str or all bytes, not {piece.__class__.__name__}"
            )
        return encode_frame(opcode, piece.encode() if text else piece, final)

    def close(self) -> None:
        """Close the source, at its end or before. What that raises is logged."""
        self._pieces = None
        if hasattr(self._source, "close"):
            try:
                self._source.close()
            except Exception as error:  # the message is sent or dropped all the same
                log_exception(get_logger(), "closing a message's source failed", error)


def _read(file, size: int):
    while piece := file.read(size):
        yield piece

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.frames`
================================================================================

The bytes of the WebSocket protocol (RFC 6455, sections 5, 7.4 and 8.1), on the server's side: it
decodes bytes into messages and encodes messages into bytes. It knows no socket and no clock.
"""

from micropython import const

try:
    from typing import Any
except ImportError:
    pass

try:
    # First, because compiling a module for nothing fragments the heap.
    import ulab  # noqa: F401

    from .unmask_ulab import unmask
except (ImportError, AttributeError):  # no ulab, or an old one
    from .unmask_ints import unmask

CONTINUATION = const(0x0)
TEXT = const(0x1)
BINARY = const(0x2)
CLOSE = const(0x8)
PING = const(0x9)
PONG = const(0xA)
FAIL = const(-1)
"""What `Decoder.next` returns once the client has broken the protocol or a limit."""

NORMAL_CLOSURE = const(1000)
GOING_AWAY = const(1001)
NO_STATUS = const(1005)
ABNORMAL_CLOSURE = const(1006)
POLICY_VIOLATION = const(1008)
INTERNAL_ERROR = const(1011)
TRY_AGAIN_LATER = const(1013)

# Up to so many bytes, one XOR of big integers is the quickest.
_SHORT = const(128)

# Times the four bytes of a mask, this integer is the mask over and over.
_ONES = int.from_bytes(b"\0\0\0\1" * (_SHORT // 4), "big")


def close_code_is_valid(code: int) -> bool:
    """
    Return True if a close frame may carry ``code`` (RFC 6455 section 7.4 and the IANA registry).

    :param int code: The status code of a close frame.
    """
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


def close_payload(code: int, reason: str = "") -> bytes:
    """
    Build the payload of a close frame (RFC 6455 section 5.5.1).

    :param int code: The status code; `NO_STATUS` gives an empty payload.
    :param str reason: A text for people, cut to the 123 bytes that fit.
    :raises ValueError: if no close frame may carry ``code``.
    """
    if code == NO_STATUS:
        return b""
    if not close_code_is_valid(code):
        raise ValueError(f"no close frame may carry the code {code}")
    text = reason.encode()
    if len(text) > 123:
        text = text[: 123 - _unfinished(text, 0, 123)]
    return bytes((code >> 8, code & 0xFF)) + text


def encode_frame(opcode: int, payload, fin: bool = True) -> bytearray:
    """
    Build one frame (RFC 6455 section 5.2). A server never masks.

    :param int opcode: `TEXT`, `BINARY`, `CONTINUATION`, `CLOSE`, `PING` or `PONG`.
    :param payload: ``bytes``, ``bytearray`` or ``memoryview``.
    :param bool fin: False for all but the last fragment of a message.
    """
    length = len(payload)
    if length < 126:
        result = bytearray(2 + length)
        result[1] = length
        result[2:] = payload
    elif length < 65536:
        result = bytearray(4 + length)
        result[1] = 126
        result[2] = length >> 8
        result[3] = length & 0xFF
        result[4:] = payload
    else:
        result = bytearray(10 + length)
        result[1] = 127
        result[2:10] = length.to_bytes(8, "big")
        result[10:] = payload
    result[0] = opcode | 0x80 if fin else opcode
    return result


def encode_message(data, max_frame_size: int):
    """
    Build a whole message. A long one is split into fragments (section 5.4), so that a control
    frame need not wait for its end.

    :param data: str for a text message; bytes, bytearray or memoryview for a binary one.
    :param int max_frame_size: The longest payload of a frame, in bytes.
    :return: One frame, or a list of them.
    """
    opcode = BINARY
    if isinstance(data, str):
        opcode = TEXT
        data = data.encode()
    if len(data) <= max_frame_size:
        return encode_frame(opcode, data)
    return _encode_fragments(opcode, memoryview(data), max_frame_size)


def _encode_fragments(opcode: int, view: memoryview, size: int) -> list:
    frames = []
    for start in range(0, len(view), size):
        end = start + size
        fin = end >= len(view)
        frames.append(encode_frame(CONTINUATION if start else opcode, view[start:end], fin))
    return frames


def _is_strict(data, start: int, end: int) -> bool:
    """As `is_strict`, which replaces this function at its first call."""
    global _is_strict
    from .utf8 import is_strict as _is_strict

    return _is_strict(data, start, end)


def _unfinished(data, start: int, end: int) -> int:
    """Count the bytes at the end, 0 to 3, that begin a UTF-8 character and do not complete it."""
    for count in range(1, min(3, end - start) + 1):
        byte = data[end - count]
        if byte & 0xC0 != 0x80:
            if byte < 0xC0 or byte > 0xF7:
                return 0
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return count if length > count else 0
    return 0


class Decoder:
    """
    Decodes the frames of one client into messages.

    The bytes are received into a buffer that all decoders of a program can share, because a decoder
    needs it only from `space` until `next` returns None.

    :param bytearray buffer: Where the bytes are received: 160 bytes or more.
    :param int max_message_size: The longest message that is assembled, in bytes.
    :param int max_fragments: The most frames that one such message may come in.
    :param bool chunks: Deliver a longer message in chunks, instead of failing with 1009.

    Example::

        decoder = Decoder(bytearray(1024))
        decoder.commit(sock.recv_into(decoder.space()))
        while (event := decoder.next()) is not None:
            if event == TEXT:
                print(decoder.data)
            elif event == FAIL:
                print(decoder.close_code, decoder.close_reason)
                break
    """

    def __init__(
        self,
        buffer: bytearray,
        max_message_size: int = 4096,
        max_fragments: int = 384,
        chunks: bool = False,
    ) -> None:
        self.max_message_size = max_message_size
        self.max_fragments = max_fragments
        self.chunks = chunks

        self.data: Any = None
        """The payload of the event that `next` returned: str for `TEXT`, else bytes."""

        self.chunk = False
        """True if that was a chunk of a message that is too long to be assembled."""

        self.final = True
        """True if that was a whole message, or the last chunk of one."""

        self.in_message = False
        """True if a frame or a message has begun and not ended when `next` has returned None."""

        self.close_code = NO_STATUS
        """The code of the client's close frame, or the one to send after a failure."""

        self.close_reason = ""
        """The reason that belongs to `close_code`."""

        self.use(buffer)
        self._position = 0
        self._end = 0
        self._held: bytes | None = None  # the start of a frame whose rest has not arrived
        self._ended = False  # after a close frame or a failure: nothing more is delivered

        self._in_frame = False
        self._fin = False
        self._left = 0  # payload bytes of this frame still to come
        self._mask = 0

        self._message_opcode = 0  # TEXT or BINARY while a message is in progress
        self._chunked = False
        self._size = 0
        self._fragments = 0
        self._parts: bytearray | None = None  # what has arrived of a fragmented message
        self._tail = b""  # the first bytes of a character that is not complete yet

    def use(self, buffer: bytearray) -> None:
        """
        Receive into this buffer. It can be changed before each `space`.

        :param bytearray buffer: 160 bytes or more.
        """
        self.buffer = buffer
        self._view = memoryview(buffer)

    def space(self) -> memoryview:
        """Return the memory into which to receive the next bytes from this client."""
        if self._held is None:
            return self._view
        count = len(self._held)
        self._view[:count] = self._held
        return self._view[count:]

    def commit(self, count: int) -> None:
        """
        Take the first ``count`` bytes of `space` as received.

        :param int count: 0 or more.
        """
        self._position = 0
        self._end = count
        if self._held is not None:
            self._end += len(self._held)
            self._held = None

    def fail(self, what: str, value: int = 0) -> int:
        """
        Stop decoding for good: what still arrives is discarded.

        :param str what: What the client has done wrong, as `violation` words it.
        :param int value: The wrong value, or the limit.
        :return: `FAIL`.
        """
        from .violations import violation

        self._stop()
        self.close_code, self.close_reason = violation(what, value)
        return FAIL

    def next(self):
        """
        Decode the next event.

        :return: `TEXT` or `BINARY` with a message in ``data`` (a chunk of one where ``chunk`` is
            set); `PING` or `PONG` with the payload in ``data``; `CLOSE` with ``close_code`` and
            ``close_reason``; `FAIL` with the code and the reason to close with; None when more
            bytes are needed.
        """
        self.data = None
        if self._position == self._end and not self._in_frame or self._ended:
            self.in_message = self._message_opcode != 0 or self._held is not None
            return None
        event = None
        while event is None:
            if self._in_frame:
                event = self._read_payload()
                if event is None and self._in_frame:
                    self.in_message = True
                    return None
                continue
            position = self._position
            end = self._end
            if end - position < 2:
                return self._hold()
            buffer = self.buffer
            first = buffer[position]
            second = buffer[position + 1]
            # The fast path: nearly all that clients send is a message in one frame, received whole.
            if (first == 0x81 or first == 0x82) and not self._message_opcode:
                length = second - 0x80
                start = position + 6
                if second == 0xFE and start + 2 <= end:
                    length = buffer[position + 2] << 8 | buffer[position + 3]
                    start += 2
                if (
                    0 <= length <= self.max_message_size
                    and start + length <= end
                    and (length < 126) == (second < 0xFE)
                    and second != 0xFF
                ):
                    self._position = start + length
                    return self._read_message(first & 0x0F, start, length)
            event = self._begin_frame(first, second)
            if event is None and not self._in_frame:
                return None
        return event

    def set_aside(self) -> bool:
        """
        Release the buffer before `next` has returned None. `space`, ``commit(0)`` and `next` go on.

        :return: True if there is something left to decode.
        """
        self._hold()
        return self._held is not None

    def _hold(self) -> None:
        """Copy what is left out of the buffer."""
        self.in_message = self._message_opcode != 0
        if self._position < self._end:
            self._held = bytes(self._view[self._position : self._end])
            self._position = self._end
            self.in_message = True

    def _read_message(self, opcode: int, start: int, length: int) -> int:
        view = self._view
        mask = int.from_bytes(view[start - 4 : start], "big")
        self.chunk = False
        self.final = True
        payload = view[start : start + length]
        if length <= _SHORT:
            key = mask * _ONES >> (_SHORT - length) * 8
            payload = (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")
        else:
            unmask(self.buffer, mask, start, start + length)
            if opcode == BINARY:
                payload = bytes(payload)
        if opcode == BINARY:
            self.data = payload
            return BINARY
        try:
            text = str(payload, "utf-8")
        except UnicodeError:
            return self.fail("utf-8")
        if len(text) != length and not _is_strict(bytes(payload), 0, length):
            return self.fail("utf-8")
        self.data = text
        return TEXT

    def _begin_frame(self, first: int, second: int):
        """Check a header (section 5.2); None without a frame open: more bytes are needed."""
        opcode = first & 0x0F
        fin = first >= 0x80
        length = second & 0x7F
        if first & 0x70:
            return self.fail("rsv")
        if opcode > PONG or BINARY < opcode < CLOSE:
            return self.fail("opcode", opcode)
        if second < 0x80:
            return self.fail("mask")
        if opcode >= CLOSE:
            if not fin:
                return self.fail("fin")
            if length > 125:
                return self.fail("length")
        elif opcode == CONTINUATION:
            if not self._message_opcode:
                return self.fail("continuation")
        elif self._message_opcode:
            return self.fail("message")

        view = self._view
        start = self._position + (2 if length < 126 else 4 if length == 126 else 10)
        if start + 4 > self._end:
            return self._hold()
        if length > 125:
            shortest = 126 if length == 126 else 65536
            length = int.from_bytes(view[self._position + 2 : start], "big")
            if length < shortest or length >> 63:
                return self.fail("shortest")

        mask = int.from_bytes(view[start : start + 4], "big")
        start += 4
        if opcode >= CLOSE:
            if start + length > self._end:
                return self._hold()
            self._position = start + length
            unmask(self.buffer, mask, start, start + length)
            payload = bytes(view[start : start + length])
            self.data = payload
            return opcode if opcode != CLOSE else self._read_close(payload)

        if opcode != CONTINUATION:
            self._message_opcode = opcode
            self._chunked = False
            self._size = 0
            self._fragments = 0
        self._size += length
        self._fragments += 1
        if not self._chunked:
            if self._size > self.max_message_size:
                if not self.chunks:
                    return self.fail("max_message_size", self.max_message_size)
                self._chunked = True
                if self._parts is not None:  # the character that is cut goes with the next chunk
                    self._parts = self._parts[: len(self._parts) - len(self._tail)]
            elif self._fragments > self.max_fragments:
                return self.fail("max_fragments", self.max_fragments)
        self._position = start
        self._in_frame = True
        self._fin = fin
        self._left = length
        self._mask = mask
        return None

    def _read_payload(self):
        """Read what has arrived of a payload; None with the frame open: more bytes are needed."""
        start = self._position
        count = min(self._left, self._end - start)
        end = start + count
        if count:
            unmask(self.buffer, self._mask, start, end)
            turn = (count & 3) * 8
            if turn:  # the next part begins inside the mask
                self._mask = (self._mask << turn | self._mask >> (32 - turn)) & 0xFFFFFFFF
            self._position = end
            self._left -= count
        elif self._left:
            return None
        if self._left == 0:
            self._in_frame = False
        final = self._fin and not self._in_frame
        opcode = self._message_opcode
        first = self._parts is None and not self._tail

        piece = self._view[start:end]
        text = ""
        if opcode == TEXT:
            text = self._decode_text(start, end, final)
            if text is None:
                return self.fail("utf-8")
        if self._chunked:
            return self._read_chunk(opcode, text if opcode == TEXT else bytes(piece), final)
        if final:
            self._message_opcode = 0
            self.chunk = False
            self.final = True
            if first:
                self.data = text if opcode == TEXT else bytes(piece)
                return opcode
        # Not a list of parts: a bytearray takes no more memory than what has arrived, however small
        # the fragments are.
        if self._parts is None:
            self._parts = bytearray()
        self._parts.extend(piece)
        if not final:
            return None
        self.data = str(self._parts, "utf-8") if opcode == TEXT else bytes(self._parts)
        self._parts = None
        return opcode

    def _read_chunk(self, opcode: int, piece: "Any", final: bool):
        """The next chunk of a message that is too long to be assembled."""
        if self._parts is not None:
            piece = (str(self._parts, "utf-8") if opcode == TEXT else bytes(self._parts)) + piece
            self._parts = None
        if final:
            self._message_opcode = 0
        elif not piece:
            return None
        self.data = piece
        self.chunk = True
        self.final = final
        return opcode

    def _decode_text(self, start: int, end: int, final: bool):
        """Decode the characters that are complete up to ``end``; None if they are not UTF-8."""
        data = self.buffer
        if self._tail:
            data = self._tail + self._view[start:end]
            start = 0
            end = len(data)
        count = _unfinished(data, start, end)
        if count and final:
            return None
        cut = end - count
        view = self._view if data is self.buffer else memoryview(data)
        try:
            text = str(view[start:cut], "utf-8")
        except UnicodeError:
            return None
        if len(text) != end - start and not _is_strict(data, start, end):
            return None
        self._tail = bytes(view[cut:end])
        return text

    def _read_close(self, payload: bytes) -> int:
        """Check the payload of a close frame (section 7.1.5 and 7.1.6)."""
        length = len(payload)
        self._stop()
        if length == 0:
            return CLOSE
        if length == 1:
            return self.fail("payload")
        code = payload[0] << 8 | payload[1]
        if not close_code_is_valid(code):
            return self.fail("code", code)
        try:
            reason = str(payload[2:], "utf-8")
        except UnicodeError:
            return self.fail("utf-8")
        if len(reason) != length - 2 and not _is_strict(payload, 2, length):
            return self.fail("utf-8")
        self.close_code = code
        self.close_reason = reason
        return CLOSE

    def _stop(self) -> None:
        self._ended = True
        self._in_frame = self.in_message = False
        self._message_opcode = 0
        self._tail = b""
        self._held = self._parts = self.data = None

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
What wsproto and websockets decode from a stream, as the events of :mod:`tests.websocket.streams`.

Both have the limits of the decoder. Neither has one on fragments, and wsproto none at all: the
limits that it lacks are added here, where it has read a header.
"""

import logging

from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN
from websockets.server import ServerProtocol
from wsproto import frame_protocol

from esp_ws_ap.websocket.frames import BINARY, CLOSE, FAIL, PING, PONG, TEXT

_BAD_GATEWAY = 1014

Timeline = list[tuple[int, tuple]]

_LOGGER = logging.getLogger("tests.fuzz.websockets")
_LOGGER.disabled = True


class _LimitedDecoder(frame_protocol.FrameDecoder):
    """wsproto's decoder with limits on the size and on the fragments of a message."""

    def __init__(self, protocol: "_LimitedProtocol", max_size: int, max_fragments: int) -> None:
        super().__init__(client=False)
        self._protocol = protocol
        self._max_size = max_size
        self._max_fragments = max_fragments
        self._size = 0
        self._fragments = 0

    def parse_header(self) -> bool:
        if not super().parse_header():
            return False
        assert self.header
        opcode = self.header.opcode
        if opcode.iscontrol():
            return True
        goes_on = opcode is frame_protocol.Opcode.CONTINUATION
        if goes_on != self._protocol.in_message:
            return True  # wsproto rejects it at the first byte of the payload
        self._size = self.header.payload_len + (self._size if goes_on else 0)
        self._fragments = 1 + (self._fragments if goes_on else 0)
        if self._size > self._max_size:
            reason = frame_protocol.CloseReason.MESSAGE_TOO_BIG
            raise frame_protocol.ParseFailed("too big", reason)
        if self._fragments > self._max_fragments:
            reason = frame_protocol.CloseReason.POLICY_VIOLATION
            raise frame_protocol.ParseFailed("too many fragments", reason)
        return True


class _LimitedProtocol(frame_protocol.FrameProtocol):
    def __init__(self, max_size: int, max_fragments: int) -> None:
        super().__init__(client=False, extensions=[])
        self._frame_decoder = _LimitedDecoder(self, max_size, max_fragments)

    def _process_close(self, frame: frame_protocol.Frame) -> frame_protocol.Frame:
        assert isinstance(frame.payload, bytes)
        if frame.payload[:2] != _BAD_GATEWAY.to_bytes(2, "big"):
            return super()._process_close(frame)
        # wsproto does not know this code: let it check the reason with one that it knows.
        known_code = int(frame_protocol.CloseReason.TRY_AGAIN_LATER).to_bytes(2, "big")
        checked = super()._process_close(frame._replace(payload=known_code + frame.payload[2:]))
        assert isinstance(checked.payload, tuple)
        return checked._replace(payload=(_BAD_GATEWAY, checked.payload[1]))

    @property
    def in_message(self) -> bool:
        return self._message_decoder.opcode is not None


class Wsproto:
    """
    wsproto's FrameProtocol as a server.

    :param int max_size: The longest message.
    :param int max_fragments: The most fragments of a message.
    """

    def __init__(self, max_size: int, max_fragments: int) -> None:
        self._protocol = _LimitedProtocol(max_size, max_fragments)
        self.ended = False
        self.pieces: list = []  # of the message in progress

    def feed(self, data: bytes) -> list[tuple]:
        """Return the events that a segment completes."""
        events: list[tuple] = []
        if self.ended:
            return events
        self._protocol.receive_bytes(data)
        try:
            for frame in self._protocol.received_frames():
                event = self._event(frame)
                if event:
                    events.append(event)
                if self._surrogate():
                    self.ended = True
                    events.append((FAIL, 1007))
                    break
        except frame_protocol.ParseFailed as failure:
            self.ended = True
            events.append((FAIL, int(failure.code)))
        return events

    def _surrogate(self) -> bool:
        """Return True if the UTF-8 decoder waits for the third byte of a surrogate."""
        decoder = self._protocol._message_decoder.decoder
        if decoder is None:
            return False
        waiting, _ = decoder.getstate()
        return len(waiting) == 2 and waiting[0] == 0xED and waiting[1] >= 0xA0

    def _event(self, frame: frame_protocol.Frame) -> tuple | None:
        opcode = int(frame.opcode)
        if opcode == CLOSE:
            self.ended = True
            assert isinstance(frame.payload, tuple)
            code, reason = frame.payload
            return (CLOSE, int(code), reason)
        if opcode in (PING, PONG):
            return (opcode, frame.payload)
        self.pieces.append(frame.payload)
        if not frame.message_finished:
            return None
        whole = self.partial
        self.pieces = []
        return (opcode, whole)

    @property
    def partial(self):
        """What has arrived of the message in progress."""
        return self.pieces[0][:0].join(self.pieces) if self.pieces else ""


class Websockets:
    """
    websockets' Sans-I/O ServerProtocol. It leaves UTF-8 to its caller, which is this class.

    :param int max_size: The longest message.
    """

    def __init__(self, max_size: int) -> None:
        self._protocol = ServerProtocol(state=OPEN, max_size=max_size, logger=_LOGGER)
        self._pieces: list[bytes] = []
        self._opcode = 0
        self.ended = False
        self.why = ""

    def feed(self, data: bytes) -> list[tuple]:
        """Return the events that a segment completes."""
        events: list[tuple] = []
        if self.ended:
            return events
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            assert isinstance(frame, Frame)
            event = self._event(frame)
            if event:
                events.append(event)
            if self.ended:
                return events
        if self._protocol.parser_exc is not None:
            self.ended = True
            self.why = str(self._protocol.parser_exc)
            close = self._protocol.close_sent
            assert close is not None
            events.append((FAIL, int(close.code)))
        return events

    def _event(self, frame: Frame) -> tuple | None:
        payload = bytes(frame.data)
        if frame.opcode in (Opcode.PING, Opcode.PONG):
            return (int(frame.opcode), payload)
        if frame.opcode is Opcode.CLOSE:
            close = self._protocol.close_rcvd
            if close is None:
                return None  # an invalid close: the failure follows
            self.ended = True
            return (CLOSE, int(close.code), close.reason)
        if frame.opcode is not Opcode.CONT:
            self._opcode = int(frame.opcode)
            self._pieces = []
        self._pieces.append(payload)
        whole = b"".join(self._pieces)
        if self._opcode == BINARY:
            return (BINARY, whole) if frame.fin else None
        try:
            text = whole.decode()
        except UnicodeDecodeError as error:
            # A character cut at the end of a fragment may be completed by the next one.
            if frame.fin or error.reason != "unexpected end of data":
                self.ended = True
                return (FAIL, 1007)
            return None
        return (TEXT, text) if frame.fin else None

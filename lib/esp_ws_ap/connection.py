# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.connection`
================================================================================

One WebSocket client: its socket, what waits to be sent to it, its timers and the closing
handshake (RFC 6455 sections 5.5 and 7). It is what the handlers of a `Hub` know as ``client``.
"""

from errno import EAGAIN
from time import monotonic

from adafruit_ticks import ticks_add, ticks_diff
from micropython import const

from .frames import (
    ABNORMAL_CLOSURE,
    BINARY,
    CLOSE,
    FAIL,
    GOING_AWAY,
    INTERNAL_ERROR,
    NORMAL_CLOSURE,
    PING,
    POLICY_VIOLATION,
    PONG,
    TEXT,
    TRY_AGAIN_LATER,
    Decoder,
    Stream,
    close_payload,
    frame,
    message,
)
from .loop import READ, WRITE

try:
    from typing import Any

    from .hub import Hub
except ImportError:
    pass

# The names and numbers of the browser's WebSocket.readyState; a Connection exists from the end of
# the opening handshake on, so that none is ever CONNECTING.
CONNECTING = const(0)
OPEN = const(1)
CLOSING = const(2)
CLOSED = const(3)

_CLOSE_TIMEOUT = const(5000)  # ms for the client to answer a close frame
_LINGER = const(500)  # ms in which input is discarded after a failure
_DRAIN = const(16)  # reads of leftover input before the socket is closed


class Connection:
    """
    A client. Made by `Hub.upgrade`, given to every handler.

    :param Hub hub: Where its events go.
    :param sock: A non-blocking socket, behind the opening handshake.
    :param tuple address: Host and port of the client.
    :param int number: What tells it from every other client since the start.
    :param list unsent: What the socket has not taken yet of the answer to the opening handshake.
    """

    def __init__(self, hub: "Hub", sock, address: tuple, number: int, unsent: list) -> None:
        self.id = number
        """A number that no other client has had since the board started."""

        self.address = address[0]
        """The client's IP address, as str."""

        self.subprotocol: str | None = None
        """The subprotocol that was agreed on, or None."""

        self.joined = int(monotonic())
        """When it joined, in seconds since the board started."""

        self.state = OPEN
        """`OPEN`, `CLOSING` or `CLOSED`."""

        self.close_code = ABNORMAL_CLOSURE
        """Why it ended: the client's code, else the board's own, else 1006 (section 7.1.5)."""

        self.close_reason = ""
        """The reason beside `close_code`."""

        self.messages_in = 0
        self.messages_out = 0
        self.bytes_in = 0
        self.bytes_out = 0

        self._hub = hub
        self._loop = hub.loop
        self._socket = sock
        self._decoder = Decoder(
            hub.buffer, hub.max_message_size, hub.max_fragments, hub.on_chunk_handler is not None
        )
        self._queue = unsent  # and frames, the first perhaps sent in part
        self._queued = sum(len(data) for data in unsent)  # bytes in it
        self._in_part = len(unsent) > 0
        self._pong = None  # the newest pong that is not sent yet
        self._deadline = None  # ticks at which the current patience ends
        self._heard_close = False
        self._deaf = False  # what still arrives is discarded

    # What a program calls

    def send(self, data: "Any") -> bool:
        """
        Send one message. Never waits: what the client cannot take now is queued.

        :param data: str for a text message; bytes, bytearray or memoryview for a binary one; or,
            for a message that is not to be in memory as a whole, an iterable of them or a file
            that is open for reading in binary.
        :return: False if the message was not taken: the client is on its way out.

        Example::

            client.send("hello")
            client.send(bytes((1, 2, 3)))
            client.send(open("/data/log.bin", "rb"))
        """
        if isinstance(data, (str, bytes, bytearray, memoryview)):
            return self.send_message(message(data, self._hub.max_frame_size))
        if self.state != OPEN:
            return False
        self.messages_out += 1
        self._queue.append(Stream(data, self._hub.max_frame_size))
        if len(self._queue) == 1:
            try:
                self.writable()
            except Exception as error:
                self.failed(error)
        return True

    def ping(self, data: bytes = b"") -> None:
        """
        Send a ping (RFC 6455 section 5.5.2).

        :param bytes data: At most 125 bytes.
        :raises ValueError: if there are more.
        """
        if len(data) > 125:
            raise ValueError("a ping carries at most 125 bytes")
        if self.state == OPEN:
            self._put(frame(PING, data))

    def close(self, code: int = NORMAL_CLOSURE, reason: str = "") -> None:
        """
        Start the closing handshake (section 7.1.2). What is queued is sent first.

        :param int code: The status code: 1000 to 1003, 1007 to 1014, or 3000 to 4999.
        :param str reason: What the other side is told, cut to 123 bytes.
        :raises ValueError: if no close frame may carry ``code``.
        """
        payload = close_payload(code, reason)
        if self.state == OPEN:
            self._say_close(code, reason, payload, _CLOSE_TIMEOUT)

    def send_message(self, built) -> bool:
        """
        Send a message that was built before, perhaps for several clients.

        :param built: What `frames.message` has returned.
        :return: False if it was not taken.
        """
        if self.state != OPEN:
            return False
        size = sum(len(data) for data in built) if isinstance(built, list) else len(built)
        if self._queue and self._queued + size > self._hub.max_queued:
            self._hub.report_failure(self, TRY_AGAIN_LATER, "queue is full")
            self.fail(TRY_AGAIN_LATER, "too slow: the queue is full")
            return False
        self.messages_out += 1
        if isinstance(built, list):
            for data in built:
                self._put(data)
        else:
            self._put(built)
        return True

    def fail(self, code: int, reason: str) -> None:
        """
        End a connection that cannot go on (section 7.1.7): say why, then discard what arrives.

        :param int code: The status code.
        :param str reason: What a person is to read.
        """
        if self.state != OPEN:
            return
        self._deaf = True
        self._forget_queue()
        self._say_close(code, reason, close_payload(code, reason), _LINGER)

    # What the loop calls

    def readable(self) -> None:
        """Take what has arrived."""
        decoder = self._decoder
        try:
            count = self._socket.recv_into(decoder.space())
        except OSError as error:
            if error.errno != EAGAIN:
                self._finish()
            return
        if count == 0:
            self._finish()
        elif not self._deaf:
            decoder.received(count)
            self.bytes_in += count
            self.decode()

    def take(self, data: bytes) -> None:
        """
        Take bytes that were received by somebody else.

        :param bytes data: What came right behind the opening handshake.
        """
        decoder = self._decoder
        while data and not self._deaf:
            space = decoder.space()
            count = min(len(space), len(data))
            space[:count] = data[:count]
            data = data[count:]
            decoder.received(count)
            self.bytes_in += count
            self.decode()

    def decode(self) -> None:
        """Act on every message and every control frame that is complete."""
        decoder = self._decoder
        event = decoder.next()
        while event is not None:
            if event == TEXT or event == BINARY:
                if self.state == OPEN:
                    self._deadline = None
                    self._hub.deliver(self, decoder)
            elif event == PING:
                self._answer_ping(decoder.data)
            elif event == CLOSE:
                self._hear_close(decoder.close_code, decoder.close_reason)
                return
            elif event == FAIL:
                self._hub.report_failure(self, decoder.close_code, decoder.close_reason)
                self.fail(decoder.close_code, decoder.close_reason)
                self._deaf = True
                return
            event = decoder.next()
        if self._deadline is None and decoder.in_message:
            self._deadline = ticks_add(self._loop.ticks(), self._hub.message_timeout)

    def writable(self) -> None:
        """Send as much of what is queued as the socket takes."""
        queue = self._queue
        while queue or self._pong is not None:
            if self._pong is not None and not self._in_part:
                queue.insert(0, self._pong)
                self._queued += len(self._pong)
                self._pong = None
            data = queue[0]
            if not isinstance(data, (bytearray, memoryview)):
                # A stream, of which the next frame is made now.
                data = data.next_frame()
                if data is None:
                    queue.pop(0)
                    continue
                queue.insert(0, data)
                self._queued += len(data)
            sent = self._transmit(data)
            if not queue:
                return  # the socket has turned out to be dead
            self._queued -= sent
            if sent < len(data):
                if sent:
                    queue[0] = memoryview(data)[sent:]
                    self._in_part = True
                self._loop.watch(self._socket, READ | WRITE)
                return
            queue.pop(0)
            self._in_part = False
        self._loop.watch(self._socket, READ)
        if self._heard_close:
            self._finish()

    def failed(self, error: Exception) -> None:
        """
        End the connection because of a fault on this side.

        :param Exception error: What was raised.
        """
        self._hub.report_fault(self, error)
        self.fail(INTERNAL_ERROR, "fault on the board")

    def tick(self, now: int) -> None:
        """
        See whether the client's time is up.

        :param int now: The loop's ticks.
        """
        if self._deadline is None or ticks_diff(now, self._deadline) < 0:
            return
        if self.state == OPEN:
            self.fail(POLICY_VIOLATION, "message took too long to arrive")
        else:
            self._finish()

    def shut_down(self) -> None:
        """Say 1001 and close at once: the board is about to end the network."""
        self.close(GOING_AWAY, "the board restarts")
        self._finish()

    # What is left is its own business

    def _put(self, data) -> None:
        """Send ``data`` behind everything that is queued, now if possible."""
        if not self._queue:
            sent = self._transmit(data)
            if sent == len(data):
                return
            if sent:
                data = memoryview(data)[sent:]
                self._in_part = True
            self._loop.watch(self._socket, READ | WRITE)
        self._queue.append(data)
        self._queued += len(data)

    def _transmit(self, data) -> int:
        """Give bytes to the socket; returns how many it took, or all when it is dead."""
        try:
            sent = self._socket.send(data)
        except OSError as error:
            if error.errno == EAGAIN:
                return 0
            self._lose()
            return len(data)
        self.bytes_out += sent
        return sent

    def _lose(self) -> None:
        """The socket is dead. The events of that follow from the loop, not from within a send."""
        self.state = CLOSING
        self._deaf = True
        self._in_part = False
        self._forget_queue()
        self._deadline = self._loop.ticks()

    def _forget_queue(self) -> None:
        """Drop what waits, except a frame that is already sent in part."""
        self._pong = None
        queue = self._queue
        while len(queue) > self._in_part:
            data = queue.pop()
            if not isinstance(data, (bytearray, memoryview)):
                data.close()
        self._queued = len(queue[0]) if queue else 0

    def _answer_ping(self, data) -> None:
        """Section 5.5.3: one pong may answer all the pings that came before it."""
        if self.state != OPEN:
            return
        if self._queue:
            self._pong = frame(PONG, data)
        else:
            self._put(frame(PONG, data))

    def _hear_close(self, code: int, reason: str) -> None:
        """The client's close frame: answer it (section 5.5.1), then the connection is over."""
        self._heard_close = True
        self.close_code = code
        self.close_reason = reason
        if self.state == OPEN:
            self._deaf = True
            self._forget_queue()
            self._say_close(code, reason, close_payload(code), _CLOSE_TIMEOUT)
        if not self._queue:
            self._finish()

    def _say_close(self, code: int, reason: str, payload: bytes, patience: int) -> None:
        if self.close_code == ABNORMAL_CLOSURE:
            self.close_code = code
            self.close_reason = reason
        self.state = CLOSING
        self._deadline = ticks_add(self._loop.ticks(), patience)
        self._put(frame(CLOSE, payload))

    def _finish(self) -> None:
        """Close the socket and tell the hub."""
        if self.state == CLOSED:
            return
        self.state = CLOSED
        # Unread input would turn the close into a reset, and the reset would take away what the
        # client has not read yet.
        try:
            for _ in range(_DRAIN):
                if self._socket.recv_into(self._hub.buffer) == 0:
                    break
        except OSError:
            pass
        self._loop.close(self._socket)
        self._in_part = False
        self._forget_queue()
        self._hub.left(self)

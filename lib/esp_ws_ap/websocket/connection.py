# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.connection`
================================================================================

One WebSocket client: its socket, what waits to be sent to it, its timers and the closing
handshake (RFC 6455 sections 5.5 and 7). It is what the handlers of a `Hub` know as ``client``.
"""

from array import array
from errno import EAGAIN
from time import monotonic

from adafruit_ticks import ticks_add, ticks_diff
from micropython import const

from ..loop import READ, WRITE
from .frames import (
    ABNORMAL_CLOSURE,
    BINARY,
    CLOSE,
    FAIL,
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
    encode_frame,
    encode_message,
)

try:
    from typing import Any

    from ..hub import Hub
except ImportError:
    pass

# The names and numbers of the browser's WebSocket.readyState; CONNECTING, its 0, is over when a
# Connection begins.
OPEN = const(1)
CLOSING = const(2)
CLOSED = const(3)

_CLOSE_TIMEOUT = const(5000)  # ms for the client to answer a close frame
_PARTING = const(1000)  # the same, while it only takes up a socket
_LINGER = const(500)  # ms in which input is discarded after a failure
_DRAIN = const(16)  # reads of leftover input before the socket is closed
_EVENTS = const(16)  # messages and control frames that a client gets handled in one turn
_KEYS = const(32)  # keys of latest values that wait for one client
_LATENCIES = const(16)  # round trips that are remembered

_MESSAGE = (str, bytes, bytearray, memoryview)
_FRAME = (bytearray, memoryview)


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

        self.query: Any = None
        """What stood behind the ? of the address: ``client.query.get("room", "hall")``."""

        self.page = ""
        """The random id under which the page has come, or nothing. It is a secret of that page
        and the board: who knows it can take the page's place."""

        self.hidden = False
        """Whether the page says that nobody looks at it: then the program may send less."""

        self.joined = int(monotonic())
        """When it joined, in seconds since the board started."""

        self.state = OPEN
        """`OPEN`, `CLOSING` or `CLOSED`."""

        self.close_code = ABNORMAL_CLOSURE
        """Why it ended: the client's code, else the board's own, else 1006 (section 7.1.5)."""

        self.close_reason = ""
        """The reason beside `close_code`."""

        self.refuse_when_full = hub.refuse_when_full
        """What happens to a message that finds the queue full: the client is closed with 1013
        (False), or `send` returns False (True)."""

        self.latency: int | None = None
        """The last round trip that was measured, in ms; None before the first."""

        self.messages_in = 0
        self.messages_out = 0
        self.bytes_in = 0
        self.bytes_out = 0

        self.queued = 0
        """Bytes that wait to be sent, without latest values."""

        self.queued_most = 0
        """The most that ever waited."""

        self.replaced = 0
        """How many latest values were replaced by newer ones before they were sent."""

        self.refused = 0
        """How many messages found the queue full."""

        self._hub = hub
        self._loop = hub.loop
        self._socket = sock
        self._decoder = Decoder(
            hub.buffer, hub.max_message_size, hub.max_fragments, hub.accepts_chunks
        )
        # Frames, the first perhaps sent in part; lists of a key and its latest value; streams.
        self._queue = unsent
        for data in unsent:
            self.queued += len(data)
        self._in_part = len(unsent) > 0
        self._latest = {}  # key: the list in the queue
        self._above = False  # the high-water mark
        self._rising = False  # and nobody has been told yet
        self._groups = ()
        self._pong = None  # the last pong, which is replaced while it waits
        self._deadline = None  # ticks at which the current patience ends
        self._heard_close = False
        self._deaf = False  # what still arrives is discarded
        self._waits_for_turn = False
        self._heard = self._loop.ticks()
        self._pinged = None  # ticks at which a ping was sent that is not answered yet
        self._latencies = array("H", [0] * _LATENCIES)
        self._pongs = 0

    # What a program calls

    def send(self, data: "Any", latest: "Any" = None) -> bool:
        """
        Send one message. Never waits and never raises for a slow client: what it cannot take now
        is queued.

        :param data: str for a text message; bytes, bytearray or memoryview for a binary one; or,
            for a message that is not to be in memory as a whole, an iterable of them or a file
            that is open for reading in binary. A file is closed at the end, or when it is refused.
        :param latest: A key, such as ``"temperature"``, for a message that is in memory. While
            one of the same key still waits, this one takes its place in the line, so that a slow
            client gets the newest value only, and never falls behind. It may so come before
            messages that were sent between the two.
        :return: False if the message was not taken: the queue is full, or the client is on its
            way out.

        Example::

            client.send("hello")
            client.send(bytes((1, 2, 3)))
            client.send("21.5", latest="temperature")
            client.send(open("/data/log.bin", "rb"))
        """
        if isinstance(data, _MESSAGE):
            return self.send_message(encode_message(data, self._hub.max_frame_size), latest)
        source = Stream(data, self._hub.max_frame_size)
        if self.state != OPEN or len(self._queue) >= self._hub.max_queued_messages:
            source.close()
            return self._is_full()
        self.messages_out += 1
        self._queue.append(source)
        if len(self._queue) == 1:
            try:
                self.writable()
            except Exception as error:
                self.failed(error)
        return True

    def ping(self, data: bytes = b"") -> None:
        """
        Send a ping of the program's own (RFC 6455 section 5.5.2). The hub pings by itself.

        :param bytes data: At most 125 bytes.
        :raises ValueError: if there are more.
        """
        if len(data) > 125:
            raise ValueError("a ping carries at most 125 bytes")
        if self.state == OPEN:
            self._put_first(encode_frame(PING, data))

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

    def join(self, group: str) -> None:
        """
        Put the client in a group, for ``hub.broadcast(..., group=...)``.

        :param str group: The group's name.
        """
        if group not in self._groups:
            self._groups += (group,)

    def leave(self, group: str) -> None:
        """
        Take the client out of a group.

        :param str group: The group's name.
        """
        self._groups = tuple([name for name in self._groups if name != group])

    @property
    def groups(self) -> tuple:
        """The groups that the client is in."""
        return self._groups

    @property
    def rssi(self) -> "int | None":
        """How well the board hears the phone, in dBm; None if that is not known."""
        station = self._hub.station(self.address)
        return None if station is None else station.rssi

    def stats(self) -> dict:
        """What there is to know of the client, for a page or a log."""
        median, worst = self._round_trips()
        return {
            "id": self.id,
            "address": self.address,
            "joined": self.joined,
            "rssi": self.rssi,
            "messages_in": self.messages_in,
            "messages_out": self.messages_out,
            "bytes_in": self.bytes_in,
            "bytes_out": self.bytes_out,
            "queued": self.queued,
            "queued_messages": len(self._queue),
            "queued_most": self.queued_most,
            "replaced": self.replaced,
            "refused": self.refused,
            "latency": median,
            "latency_worst": worst,
        }

    # What the hub calls

    def send_message(self, built, latest=None) -> bool:
        """
        Send a message that was built before, perhaps for several clients.

        :param built: What `frames.encode_message` has returned.
        :param latest: A key, as for `send`.
        :return: False if it was not taken.
        """
        if self.state != OPEN:
            return False
        if self._queue:
            if latest is not None and self._put_latest(latest, built):
                return True
            size = sum([len(data) for data in built]) if isinstance(built, list) else len(built)
            if (
                self.queued + size > self._hub.max_queued
                or len(self._queue) >= self._hub.max_queued_messages
            ):
                return self._is_full()
        self.messages_out += 1
        try:
            if isinstance(built, list):
                for data in built:
                    self._put(data)
            else:
                self._put(built)
        except Exception as error:
            # No memory for the rest of a frame, perhaps: nothing may follow what is sent of it.
            # In a broadcast, the others come next.
            self._lose()
            self.close_reason = "fault on the board"
            self._hub.report_fault(self, error)
            return False
        if self._rising:
            self._rising = False
            self._hub.report_watermark(self, True)
        return True

    def is_in(self, group: "str | None") -> bool:
        """
        Whether a broadcast to a group goes to this client.

        :param str group: The group's name, or None for all.
        """
        return group is None or group in self._groups

    def reject(self, reason: str) -> None:
        """
        Close a connection that there is no place for, after the opening handshake, so that the
        page can read why.

        :param str reason: What a person is to read.
        """
        payload = close_payload(TRY_AGAIN_LATER, reason)
        self._say_close(TRY_AGAIN_LATER, reason, payload, _PARTING)

    def feed(self, data: bytes) -> None:
        """
        Take bytes that were received by somebody else.

        :param bytes data: What came right behind the opening handshake.
        """
        while data and not self._deaf:
            space = self._decoder.space()
            count = min(len(space), len(data))
            space[:count] = data[:count]
            data = data[count:]
            self._received(count, 0)

    def fail(self, code: int, reason: str) -> None:
        """
        End a connection that cannot go on (section 7.1.7): say why, then discard what arrives.

        :param int code: The status code.
        :param str reason: What a person is to read.
        """
        self._deaf = True
        if self.state == OPEN:
            self._forget_queue()
            self._say_close(code, reason, close_payload(code, reason), _LINGER)

    def abort(self, code: int, reason: str) -> None:
        """
        Close at once: the client is gone, or the network is about to be.

        :param int code: The status code; 1006 to say nothing to the client any more.
        :param str reason: Why.
        """
        if self.state == OPEN:
            if code == ABNORMAL_CLOSURE:
                self.close_reason = reason
            else:
                self.fail(code, reason)
        self._finish()

    def tick(self, now: int) -> None:
        """
        See whether the client's time is up, and whether it is still there.

        :param int now: The loop's ticks.
        """
        if self._deadline is not None and ticks_diff(now, self._deadline) >= 0:
            if self.state == OPEN:
                self._hub.report_failure(self, POLICY_VIOLATION, "message took too long to arrive")
                self.fail(POLICY_VIOLATION, "message took too long to arrive")
            else:
                self._finish()
        elif self.state == OPEN:
            if self._pinged is not None:
                # Any sign of life will do: no pong can come in the middle of a long frame.
                patience = self._hub.ping_timeout
                if (
                    ticks_diff(now, self._pinged) >= patience
                    and ticks_diff(now, self._heard) >= patience
                ):
                    self.abort(ABNORMAL_CLOSURE, "no answer to a ping")
            elif ticks_diff(now, self._heard) >= self._hub.ping_interval:
                self._pinged = now
                self._put_first(encode_frame(PING, now.to_bytes(4, "big")))

    def note_latency(self, milliseconds: int) -> None:
        """
        Remember a round trip.

        :param int milliseconds: How long it took, here or measured by the page.
        """
        self.latency = min(milliseconds, 65535)
        self._latencies[self._pongs % _LATENCIES] = self.latency
        self._pongs += 1

    # What the loop calls

    def readable(self) -> None:
        """Take what has arrived."""
        if self._waits_for_turn:
            return  # the rest of what came before is handled first
        try:
            count = self._socket.recv_into(self._decoder.space())
        except OSError as error:
            if error.errno != EAGAIN:
                self._finish()
            return
        if count == 0:
            self._finish()
        elif not self._deaf:
            self._received(count, _EVENTS)

    def resume(self) -> None:
        """Go on with what came before: everybody else has had a turn."""
        self._waits_for_turn = False
        if self._deaf:
            return
        try:
            self._decoder.space()
            self._received(0, _EVENTS)
        except Exception as error:
            self.failed(error)

    def writable(self) -> None:
        """Send as much of what is queued as the socket takes."""
        queue = self._queue
        while queue:
            data = queue[0]
            if not isinstance(data, _FRAME):
                self._unfold(data)
                if self._rising:
                    self._rising = False
                    self._hub.report_watermark(self, True)
                continue
            sent = self._transmit(data)
            if not queue:
                return  # the socket has turned out to be dead
            self.queued -= sent
            if sent < len(data):
                if sent:
                    queue[0] = memoryview(data)[sent:]
                    self._in_part = True
                self._loop.watch(self._socket, READ | WRITE)
                return
            queue.pop(0)
            self._in_part = False
            if self._above and self.queued <= self._hub.max_queued // 4:
                self._above = False
                if self._rising:
                    self._rising = False  # it is over before anybody knew
                else:
                    self._hub.report_watermark(self, False)
        self._loop.watch(self._socket, READ)
        if self._heard_close:
            self._finish()

    def failed(self, error: Exception) -> None:
        """
        End the connection because of a fault on this side.

        :param Exception error: What was raised.
        """
        self.fail(INTERNAL_ERROR, "fault on the board")
        self._hub.report_fault(self, error)

    # What is left is its own business

    def _received(self, count: int, events: int) -> None:
        """Act on the messages and control frames that are complete, so many or (0) all."""
        decoder = self._decoder
        decoder.commit(count)
        self.bytes_in += count
        self._heard = self._loop.now
        event = decoder.next()
        while event is not None:
            if event == TEXT or event == BINARY:
                if self.state == OPEN:
                    self._deadline = None
                    self._hub.deliver(self, decoder)
            elif event == PING:
                self._answer_ping(decoder.data)
            elif event == PONG:
                self._take_pong(decoder.data)
            elif event == CLOSE:
                self._hear_close(decoder.close_code, decoder.close_reason)
                return
            elif event == FAIL:
                self._hub.report_failure(self, decoder.close_code, decoder.close_reason)
                self.fail(decoder.close_code, decoder.close_reason)
                return
            if self._deaf:
                return
            events -= 1
            if not events:
                if decoder.set_aside():
                    self._waits_for_turn = True
                    self._loop.call_soon(self.resume)
                break
            event = decoder.next()
        if self.state == OPEN and not self._waits_for_turn:
            if not decoder.in_message:
                self._deadline = None  # it was half a ping or pong that has come to its end
            elif self._deadline is None:
                self._deadline = ticks_add(self._heard, self._hub.message_timeout)

    def _put(self, data) -> None:
        """Send a frame behind everything that is queued, now if possible."""
        if not self._queue:
            sent = self._transmit(data)
            if sent == len(data):
                return
            if sent:
                data = memoryview(data)[sent:]
                self._in_part = True
            self._loop.watch(self._socket, READ | WRITE)
        self._queue.append(data)
        self._count_queued(len(data))

    def _put_first(self, data) -> None:
        """Send a control frame before the messages that are queued (section 5.5)."""
        if not self._queue:
            self._put(data)
        else:
            self._queue.insert(1 if self._in_part else 0, data)
            self._count_queued(len(data))

    def _put_latest(self, key, built) -> bool:
        """Queue the latest value of a key; False if there are too many keys."""
        waiting = self._latest.get(key)
        if waiting is not None:
            self.replaced += 1
            waiting[1] = built
            return True
        if len(self._latest) >= _KEYS:
            return False
        waiting = self._latest[key] = [key, built]
        self._queue.append(waiting)
        return True

    def _unfold(self, data) -> None:
        """Replace what is first in the queue by frames."""
        queue = self._queue
        if isinstance(data, list):
            key, frames = data
            del self._latest[key]
            self.messages_out += 1
            queue.pop(0)
            if not isinstance(frames, list):
                frames = (frames,)
        else:
            frames = data.next_frame()
            if frames is None:
                queue.pop(0)
                return
            frames = (frames,)
        for index, part in enumerate(frames):
            queue.insert(index, part)
            self._count_queued(len(part))

    def _count_queued(self, size: int) -> None:
        self.queued += size
        if self.queued > self.queued_most:
            self.queued_most = self.queued
        # The program is told behind the whole message: what it then sends must not come between
        # two fragments.
        if not self._above and self.queued > self._hub.max_queued // 2 and self.state == OPEN:
            self._above = self._rising = True

    def _is_full(self) -> bool:
        """A message finds no place: the answer is the program's choice."""
        if self.state == OPEN:
            self.refused += 1
            if not self.refuse_when_full:
                self._hub.report_failure(self, TRY_AGAIN_LATER, "takes its messages too slowly")
                self.fail(TRY_AGAIN_LATER, "too slow: the queue is full")
            elif self.refused == 1:
                self._hub.report_refusal(self)
        return False

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
        queue = self._queue
        while len(queue) > self._in_part:
            data = queue.pop()
            if not isinstance(data, _FRAME) and not isinstance(data, list):
                data.close()
        self._latest = {}
        self.queued = len(queue[0]) if queue else 0

    def _answer_ping(self, data) -> None:
        """Section 5.5.3: one pong may answer all the pings that came before it."""
        if self.state != OPEN:
            return
        pong = encode_frame(PONG, data)
        for index in range(self._in_part, len(self._queue)):
            if self._queue[index] is self._pong:
                self.queued += len(pong) - len(self._queue[index])
                self._queue[index] = self._pong = pong
                return
        self._put_first(pong)
        self._pong = pong if self._queue else None

    def _take_pong(self, data) -> None:
        """The round trip of the hub's own ping; a pong that nobody asked for means nothing."""
        if self._pinged is not None and data == self._pinged.to_bytes(4, "big"):
            self.note_latency(ticks_diff(self._heard, self._pinged))
            self._pinged = None

    def _round_trips(self) -> tuple:
        """The median and the worst of the last round trips in ms; None if there are none."""
        known = sorted(self._latencies[: min(self._pongs, _LATENCIES)])
        return (known[len(known) // 2], known[-1]) if known else (None, None)

    def _hear_close(self, code: int, reason: str) -> None:
        """The client's close frame: answer it (section 5.5.1), then the connection is over."""
        self._heard_close = True
        self._deaf = True
        self.close_code = code
        self.close_reason = reason
        if self.state == OPEN:
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
        self._put(encode_frame(CLOSE, payload))

    def _finish(self) -> None:
        """Close the socket and tell the hub."""
        if self.state == CLOSED:
            return
        self.state = CLOSED
        self._deaf = True  # also to what waits for its turn
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
        self._hub.remove(self)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.connection`
================================================================================

One WebSocket client: its socket, its state, its timeouts and the closing handshake (RFC 6455
sections 5.5 and 7). The handlers of a `Hub` know it as ``client``.
"""

from array import array
from errno import EAGAIN
from time import monotonic

from adafruit_ticks import ticks_add, ticks_diff
from micropython import const

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
    close_payload,
    encode_frame,
    encode_message,
)
from .send_queue import SendQueue

try:
    from typing import Any

    from ..hub import Hub
except ImportError:
    pass

# The names and numbers of the browser's WebSocket.readyState. Its 0, CONNECTING, is over when a
# Connection begins.
OPEN = const(1)
CLOSING = const(2)
CLOSED = const(3)

_CLOSE_TIMEOUT = const(5000)  # ms for the client to answer a close frame
_FAIL_TIMEOUT = const(500)  # ms in which input is discarded after a failure
_MAX_DRAIN_READS = const(16)  # reads of unread input before the socket is closed
_MAX_EVENTS_PER_TURN = const(16)  # messages and control frames of one client in one turn
_MAX_LATENCIES = const(16)  # round trips that are remembered

MESSAGE = (str, bytes, bytearray, memoryview)


class Connection:
    """
    A client. Made by `Hub.upgrade`, given to every handler.

    :param Hub hub: Its events go there.
    :param sock: A non-blocking socket, after the opening handshake.
    :param tuple address: Host and port of the client.
    :param int number: A number that no other client has had.
    :param list unsent: What the socket has not taken yet of the answer to the opening handshake.
    """

    def __init__(self, hub: "Hub", sock, address: tuple, number: int, unsent: list) -> None:
        self.id = number
        """A number that no other client has had since the board started."""

        self.address = address[0]
        """The client's IP address, as str."""

        self.subprotocol: str | None = None
        """The subprotocol that was agreed on, or None."""

        self.session = str(number)
        """Who this is, as str: the same for a tab of a browser that reloads or connects again, also
        after a restart of the board. It is no secret. A client without a page's id has one of its
        own each time."""

        self.returned = False
        """True if its session has been connected before. The board knows the last 64."""

        self.path = ""
        """The path that it has connected to, such as "/ws"."""

        self.query: dict[str, str] = {}
        """The parameters after the ? of the address, decoded; the first of each name:
        ``client.query.get("room", "hall")``."""

        self.name = ""
        """The name of its user, if its page or the program has set it."""

        self.page = ""
        """The random id of the page that has connected, or "". It is a secret between the page and
        the board: a client that knows it can take the page's place."""

        self.hidden = False
        """True while the page says that it is hidden: the program may then send less."""

        self.joined = int(monotonic())
        """When it connected, in seconds since the board started."""

        self.state = OPEN
        """`OPEN`, `CLOSING` or `CLOSED`."""

        self.close_code = ABNORMAL_CLOSURE
        """The close code: the client's, else the board's own, else 1006 (section 7.1.5)."""

        self.close_reason = ""
        """The reason that belongs to `close_code`."""

        self.refuse_when_full = hub.refuse_when_full
        """What happens to a message that finds the queue full. False: the client is closed with
        1013. True: `send` returns False."""

        self.holds_lease = False
        """True while it is never made to wait for slower clients."""

        self.groups = ()
        """The groups that the client is in."""

        self.latency: int | None = None
        """The last round trip in ms; None before the first."""

        self.messages_in = 0
        self.bytes_in = 0

        self.send_queue = SendQueue(hub.loop, sock, hub.max_queued, hub.max_queued_messages, unsent)
        """The `SendQueue` with what waits to be sent."""

        self._hub = hub
        self._loop = hub.loop
        self._socket = sock
        self._decoder = Decoder(
            hub.buffer, hub.max_message_size, hub.max_fragments, hub.accepts_chunks
        )
        # Times are in ticks.
        self._last_received = self._loop.ticks()
        self._message_deadline = None  # while a message is arriving
        self._close_deadline = 0  # while CLOSING
        self._ping_sent = None  # while a ping is not answered
        self._close_received = False
        self._discarding = False  # what still arrives
        self._waits_for_turn = False
        self.debts = {}  # queue in which its messages wait: the bytes_out at which they are sent
        self.held_since = 0
        self.impatient = False
        """True if it has waited for slower clients as long as it may."""

        self._latencies = array("H", [0] * _MAX_LATENCIES)
        self._latency_count = 0

    # What a program calls

    def send(self, data: "Any", latest: "Any" = None) -> bool:
        """
        Send one message. Never waits, and never raises because a client is slow: what it cannot
        take now is queued.

        :param data: str for a text message; bytes, bytearray or memoryview for a binary one. A dict
            or a list is sent as JSON, with null for a number that is not finite. For a message that
            is too long for memory: a generator of str or bytes, or a file that is open for reading
            in binary. The file is closed at its end, or when it is refused.
        :param latest: A key, such as ``"temperature"``, for a message that is in memory. It
            replaces a message of the same key that still waits, so that a slow client gets the
            newest value only. It keeps the place of the older one, and may so overtake messages
            that were sent between the two.
        :return: False if the message was not taken: the queue is full, or the client is closing.
        :raises TypeError: If ``data`` is anything else.

        Example::

            client.send("hello")
            client.send(bytes((1, 2, 3)))
            client.send({"temperature": 21.5}, latest="temperature")
            client.send(open("/data/log.bin", "rb"))
        """
        if not isinstance(data, MESSAGE):
            from .payload import prepare

            data = prepare(data, "client.send(data)")
        if isinstance(data, MESSAGE):
            return self.send_message(encode_message(data, self._hub.max_frame_size), latest)
        from .stream import Stream

        source = Stream(data, self._hub.max_frame_size)
        if self.state != OPEN or not self.send_queue.put_stream(source):
            source.close()
            return self._refuse()
        self.send_queue.messages_out += 1
        if self._hub.sender is not None and self.send_queue.is_behind:
            from .pressure import owe

            owe(self._hub.sender, self.send_queue, self._loop.now, 1)
        if len(self.send_queue.items) == 1:
            try:
                self.writable()
            except Exception as error:
                self.failed(error)
        return True

    def ping(self, data: bytes = b"") -> None:
        """
        Send a ping (RFC 6455 section 5.5.2). The hub sends its own.

        :param bytes data: At most 125 bytes.
        :raises ValueError: if there are more, or if it is a str.
        """
        if isinstance(data, str) or len(data) > 125:
            raise ValueError("a ping carries at most 125 bytes")
        if self.state == OPEN:
            self._send_first(PING, data)

    def close(
        self, code: int = NORMAL_CLOSURE, reason: str = "", timeout: int = _CLOSE_TIMEOUT
    ) -> None:
        """
        Start the closing handshake (section 7.1.2). What is queued is sent first.

        :param int code: The status code: 1000 to 1003, 1007 to 1014, or 3000 to 4999.
        :param str reason: A text for the client, cut to 123 bytes.
        :param int timeout: How long the client may take to answer, in ms.
        :raises ValueError: if no close frame may carry ``code``.
        :raises TypeError: if the code is not a number, or the reason not a text.
        """
        if not isinstance(code, int) or not isinstance(reason, str):
            raise TypeError('write client.close(4000, "reason")')
        payload = close_payload(code, reason)
        if self.state == OPEN:
            self._ends(code, reason, False)
            self._send_close(payload, timeout)

    def join(self, group: str) -> None:
        """
        Put the client in a group, for ``hub.broadcast(..., group=...)``.

        :param str group: The group's name.
        :raises TypeError: if it is not a str.
        """
        check_group(group, 'client.join("name")')
        if group not in self.groups:
            self.groups += (group,)

    def leave(self, group: str) -> None:
        """
        Take the client out of a group.

        :param str group: The group's name.
        :raises TypeError: if it is not a str.
        """
        check_group(group, 'client.leave("name")')
        self.groups = tuple([name for name in self.groups if name != group])

    @property
    def rssi(self) -> "int | None":
        """The signal of the client's station in dBm; None if it is not known."""
        station = self._hub.station(self.address)
        return None if station is None else station.rssi

    @property
    def queued(self) -> int:
        """Bytes that wait to be sent, without latest values."""
        return self.send_queue.queued

    def stats(self) -> dict:
        """Return the client's statistics as plain values, for a page or a log."""
        from .statistics import stats_of

        return stats_of(self)

    # What the hub calls

    def send_message(self, built, latest=None) -> bool:
        """
        Send a message that is already encoded, perhaps for several clients.

        :param built: What `encode_message` has returned.
        :param latest: A key, as for `send`.
        :return: False if it was not taken.
        """
        if self.state != OPEN:
            return False
        queue = self.send_queue
        if queue.items:
            if latest is not None and queue.put_latest(latest, built):
                return True
            if not queue.has_room(built) and not self._may_exceed(built):
                return self._refuse()
        queue.messages_out += 1
        try:
            # Not one more call: this is often the deepest line of all.
            if isinstance(built, list):
                for data in built:
                    queue.put(data)
            else:
                queue.put(built)
            if queue.items and self._hub.sender is not None and queue.is_behind:
                from .pressure import owe

                owe(self._hub.sender, queue, self._loop.now)
        except Exception as error:
            # No memory for the rest of a message, perhaps, and nothing may follow half of one.
            # Not raised: a broadcast goes on with the other clients.
            self._connection_lost("error on the board")
            self._hub.report_fault(self, error)
            return False
        if queue.closed:
            self._connection_lost()
            return True
        if queue.rising:
            queue.rising = False
            self._hub.report_watermark(self, True)
        return True

    def feed(self, data: bytes) -> None:
        """
        Decode bytes that were received with the opening handshake.

        :param bytes data: The bytes.
        """
        while data and not self._discarding:
            space = self._decoder.space()
            count = min(len(space), len(data))
            space[:count] = data[:count]
            data = data[count:]
            self._handle_events(count, 0)

    def fail(self, code: int, reason: str) -> None:
        """
        Fail the connection (section 7.1.7): drop what waits, send Close, discard what arrives.

        :param int code: The status code.
        :param str reason: A text for people.
        """
        self._ends(code, reason)
        if self.state == OPEN:
            self.send_queue.clear()
            self._send_close(close_payload(code, reason), _FAIL_TIMEOUT)

    def abort(self, code: int = ABNORMAL_CLOSURE, reason: str = "") -> None:
        """
        Close TCP at once, and tell the hub.

        :param int code: The status code; 1006 to send no Close frame.
        :param str reason: A text for people.
        """
        if self.state == CLOSED:
            return
        if self.state == OPEN and code != ABNORMAL_CLOSURE:
            self.fail(code, reason)
        self._ends(ABNORMAL_CLOSURE, reason)  # unless it is known better
        self._enter(CLOSED)
        # Unread input would turn the close into a reset, and that would take away what the client
        # has not read yet.
        try:
            for _ in range(_MAX_DRAIN_READS):
                if self._socket.recv_into(self._hub.buffer) == 0:
                    break
        except OSError:
            pass
        self._loop.close(self._socket)
        self.send_queue.clear(True)
        self._hub.remove(self)

    def tick(self, now: int) -> None:
        """
        Check the timeouts.

        :param int now: The loop's ticks.
        """
        if self.state != OPEN:
            if ticks_diff(now, self._close_deadline) >= 0:
                self.abort()
        elif not self.send_queue.read:
            pass  # it may have sent something that was not read
        elif self._message_deadline is not None and ticks_diff(now, self._message_deadline) >= 0:
            self._hub.report_failure(self, POLICY_VIOLATION, "message took too long to arrive")
            self.fail(POLICY_VIOLATION, "message took too long to arrive")
        elif self._ping_sent is None:
            if ticks_diff(now, self._last_received) >= self._hub.ping_interval:
                self._ping_sent = now
                self._send_first(PING, now.to_bytes(4, "big"))
        else:
            # Anything that arrives will do: no pong can come in the middle of a long frame.
            timeout = self._hub.ping_timeout
            if (
                ticks_diff(now, self._ping_sent) >= timeout
                and ticks_diff(now, self._last_received) >= timeout
            ):
                self.abort(ABNORMAL_CLOSURE, "no answer to a ping")

    def note_latency(self, milliseconds: int) -> None:
        """
        Remember a round trip.

        :param int milliseconds: How long it took, as measured here or by the page.
        """
        self.latency = min(milliseconds, 65535)
        self._latencies[self._latency_count % _MAX_LATENCIES] = self.latency
        self._latency_count += 1

    # What the loop calls

    def readable(self) -> None:
        """Receive what has arrived."""
        if self._waits_for_turn:
            return  # what was received before comes first
        decoder = self._decoder
        if decoder.buffer is not self._hub.buffer:
            decoder.use(self._hub.buffer)
        space = decoder.space()
        try:
            count = self._socket.recv_into(space)
        except OSError as error:
            if error.errno != EAGAIN:
                self.abort()
            return
        if count == len(space):
            self._hub.grow_buffer()
        if count == 0:
            self.abort()
        elif not self._discarding:
            self._handle_events(count, _MAX_EVENTS_PER_TURN)

    def resume(self) -> None:
        """Go on with what was received before, after the other clients have had their turn."""
        self._waits_for_turn = False
        if self._discarding:
            return
        try:
            self._decoder.space()
            self._handle_events(0, _MAX_EVENTS_PER_TURN)
            self.impatient = False
        except Exception as error:
            self.failed(error)

    def writable(self) -> None:
        """Send what the socket takes of what waits."""
        queue = self.send_queue
        while queue.flush():
            self._hub.report_watermark(self, queue.above)
        if queue.closed:
            self._connection_lost()
        elif self._close_received and not queue.items:
            self.abort()
        if self._hub.held:
            self._hub.release()

    def failed(self, error: Exception) -> None:
        """
        Fail the connection because of an error on the board.

        :param Exception error: What was raised.
        """
        self.fail(INTERNAL_ERROR, "error on the board")
        self._hub.report_fault(self, error)

    # Receiving

    def _handle_events(self, count: int, limit: int) -> None:
        """
        Decode what was received.

        :param int count: How many bytes are new.
        :param int limit: How many messages and control frames to handle now; 0 for all.
        """
        decoder = self._decoder
        decoder.commit(count)
        self.bytes_in += count
        self._last_received = self._loop.now
        event = decoder.next()
        while event is not None:
            if event == TEXT or event == BINARY:
                if self.state == OPEN:
                    self._message_deadline = None
                    self._hub.deliver(self, decoder)
                    if self.debts and limit:
                        limit = 1
            elif event == PING:
                if self.state == OPEN:
                    self.send_queue.put_pong(encode_frame(PONG, decoder.data))
                    if self.send_queue.closed:
                        self._connection_lost()
            elif event == PONG:
                # A round trip, if this answers the hub's own ping. Any other pong is ignored.
                sent = self._ping_sent
                if sent is not None and decoder.data == sent.to_bytes(4, "big"):
                    self.note_latency(ticks_diff(self._last_received, sent))
                    self._ping_sent = None
            elif event == CLOSE:
                self._handle_close(decoder.close_code, decoder.close_reason)
                return
            elif event == FAIL:
                self._hub.report_failure(self, decoder.close_code, decoder.close_reason)
                self.fail(decoder.close_code, decoder.close_reason)
                return
            if self._discarding:
                return
            limit -= 1
            if not limit:
                more = decoder.set_aside()
                if self.debts and self.state == OPEN:
                    from .pressure import hold

                    self._waits_for_turn = True
                    self._message_deadline = None
                    hold(self, self._hub)
                elif more:
                    self._waits_for_turn = True
                    self._loop.call_soon(self.resume)
                break
            event = decoder.next()
        if self.state == OPEN and not self._waits_for_turn:
            if not decoder.in_message:
                self._message_deadline = None  # it was a part of a control frame
            elif self._message_deadline is None:
                self._message_deadline = ticks_add(self._last_received, self._hub.message_timeout)

    def _handle_close(self, code: int, reason: str) -> None:
        """Answer the client's Close frame (section 5.5.1); the connection then ends."""
        self._close_received = True
        self._ends(code, reason, by_client=True)
        if self.state == OPEN:
            self.send_queue.clear()
            self._send_close(close_payload(code), _CLOSE_TIMEOUT)
        if not self.send_queue.items:
            self.abort()

    # Sending

    def _send_first(self, opcode: int, payload: bytes) -> None:
        """Send a control frame before the messages that wait."""
        self.send_queue.put_first(encode_frame(opcode, payload))
        if self.send_queue.closed:
            self._connection_lost()

    def _send_close(self, payload: bytes, timeout: int) -> None:
        """Send Close after what waits, and close TCP after ``timeout`` ms at the latest."""
        self._enter(CLOSING, timeout)
        self.send_queue.put(encode_frame(CLOSE, payload), last=True)
        if self.send_queue.closed:
            self._connection_lost()

    def _may_exceed(self, built) -> bool:
        if self.refuse_when_full:
            return False
        try:
            from .pressure import may_exceed

            return may_exceed(self.send_queue, self._hub, built)
        except MemoryError:
            return False

    def _refuse(self) -> bool:
        """Handle a message that finds the queue full, as `refuse_when_full` says."""
        queue = self.send_queue
        if self.state == OPEN:
            queue.refused += 1
            if not self.refuse_when_full:
                code = TRY_AGAIN_LATER
                reason = "reads too slowly"
                if queue.filled_in == self._loop.turns:  # before it could read any of it
                    code = INTERNAL_ERROR
                    reason = "the program sends too much at once"
                reason += f": {queue.queued} bytes in {len(queue.items)} messages wait"
                self._hub.report_failure(self, code, reason)
                self.fail(code, reason)
            elif queue.refused == 1:
                self._hub.log.warning("client %d reads too slowly: messages are refused", self.id)
        return False

    # The state. Nothing but `_enter` changes it, and nothing but `_ends` the close code, the reason
    # and `_discarding`. docs/websocket.md has the same table in more words.
    #
    # state    event                                 what the board does                 next
    # OPEN     the client's Close frame              sends Close, closes TCP             CLOSING
    # OPEN     close()                               sends Close, waits for the answer   CLOSING
    # OPEN     fail(): protocol, limit, own fault    sends Close, discards the input     CLOSING
    # OPEN     the socket fails in a send            closes TCP at the next tick         CLOSING
    # OPEN     TCP ends, abort(), no pong            closes TCP                          CLOSED
    # CLOSING  the client's Close frame              closes TCP once all is sent         CLOSED
    # CLOSING  TCP ends, abort(), the timeout        closes TCP                          CLOSED

    def _enter(self, state: int, timeout: int = 0) -> None:
        """
        Change the state; `CLOSED` is final.

        :param int state: `CLOSING` or `CLOSED`.
        :param int timeout: How long `CLOSING` may last, in ms; 0 for the next tick.
        """
        if self.state != CLOSED:
            self.state = state
            self._close_deadline = ticks_add(self._loop.ticks(), timeout)

    def _ends(self, code: int, reason: str, discard: bool = True, by_client: bool = False) -> None:
        """
        Note why the connection ends. The first reason counts, but the client's own counts more.

        :param int code: The close code.
        :param str reason: The reason.
        :param bool discard: True to discard what still arrives.
        :param bool by_client: True if the code is the client's.
        """
        if self.state == OPEN or by_client:
            self.close_code = code
            self.close_reason = reason
        self._discarding |= discard

    def _connection_lost(self, reason: str = "") -> None:
        """End the connection after a send has failed. The hub is told at the next tick, and not
        in the middle of that send."""
        self._ends(ABNORMAL_CLOSURE, reason)
        self._enter(CLOSING)
        self.send_queue.clear(True)


def check_group(group: "Any", usage: str) -> None:
    """
    Raise TypeError for anything but the name of a group.

    :param group: The name of one group.
    :param str usage: What to write, for the message.
    """
    if not isinstance(group, str):
        from .. import misuse

        misuse.group(usage)

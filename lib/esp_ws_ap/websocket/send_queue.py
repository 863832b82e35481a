# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.send_queue`
================================================================================

The frames that one client has not taken yet: their order, their limits, the latest value of each
key, and how much waits.
"""

from errno import EAGAIN

from micropython import const

from ..loop import READ, WRITE

try:
    from typing import Any

    from ..loop import Loop
    from .stream import Stream
except ImportError:
    pass

_MAX_LATEST_KEYS = const(32)

_FRAME = (bytearray, memoryview)


class SendQueue:
    """
    Sends what the socket takes, and keeps the rest in order. It never waits, and an error of the
    socket is not raised: it sets ``closed``.

    The watermark is crossed upwards when more than half of ``max_queued`` waits, and downwards when
    a quarter or less does.

    :param Loop loop: Calls ``writable()`` of the owner, which calls `flush`.
    :param sock: A non-blocking socket.
    :param int max_queued: How many bytes of messages may wait.
    :param int max_queued_messages: How many frames, latest values and streams may wait.
    :param list unsent: Bytes that were sent to the socket before, and not taken yet.
    """

    def __init__(
        self, loop: "Loop", sock, max_queued: int, max_queued_messages: int, unsent: list
    ) -> None:
        self.items = unsent
        """What waits, in order: frames, the first one perhaps sent in part; for each latest value
        a list of its key and its frames; streams."""

        self.closed = False
        """True once the socket is closed or has failed: nothing is sent any more."""

        self.above = False
        """True while the watermark is crossed."""

        self.rising = False
        """True from when the watermark is crossed upwards until the owner has reported that and
        cleared this flag."""

        self.queued = 0
        """Bytes that wait, without latest values and streams."""

        self.queued_most = 0
        """The most bytes that ever waited."""

        self.replaced = 0
        """How many latest values were replaced before they were sent."""

        self.bytes_out = 0
        """How many bytes the socket has taken."""

        # The owner counts these two, but for latest values that had to wait.
        self.refused = 0
        """How many messages found the queue full."""

        self.messages_out = 0
        """How many messages were sent."""

        self.read = READ
        """0 while the owner does not want to receive, else READ."""

        for data in unsent:
            self.queued += len(data)
        self._loop = loop
        self.socket = sock
        self.max_queued = max_queued
        self.max_queued_messages = max_queued_messages
        self._in_part = len(unsent) > 0  # the first frame is sent in part
        self._ending = False
        self._latest = {}  # key: the list in items
        self._pong = None  # the pong that waits
        self.filled_in = loop.turns
        """The turn in which something began to wait."""

        self.last_taken = loop.now
        """When the socket has taken something, in ticks."""

    @property
    def is_behind(self) -> bool:
        """True when an eighth of the limits waits. Then a client that causes more has to wait."""
        return self.queued > self.max_queued // 8 or len(self.items) > self.max_queued_messages // 8

    def has_room(self, built, times: int = 1) -> bool:
        """
        Return True if a message may wait.

        :param built: What `encode_message` has returned; b"" for a stream.
        :param int times: How many times the limits are allowed.
        """
        size = sum([len(data) for data in built]) if isinstance(built, list) else len(built)
        return (
            self.queued + size <= self.max_queued * times
            and len(self.items) < self.max_queued_messages * times
        )

    def put_latest(self, key, built) -> bool:
        """
        Queue the latest value of a key after everything that waits, or replace the value of the
        same key that waits.

        :param key: The key, which must be hashable.
        :param built: What `encode_message` has returned.
        :return: False if there are too many keys.
        """
        waiting = self._latest.get(key)
        if waiting is not None:
            self.replaced += 1
            waiting[1] = built
            return True
        if len(self._latest) >= _MAX_LATEST_KEYS:
            return False
        waiting = self._latest[key] = [key, built]
        self.items.append(waiting)
        return True

    def put_stream(self, stream: "Stream") -> bool:
        """
        Queue a message whose frames are built when the socket takes them. If nothing else waits,
        `flush` comes next.

        :param Stream stream: The message.
        :return: False if the queue is full.
        """
        if not self.items:
            self.filled_in = self._loop.turns
        elif not self.has_room(b"", 4 if self.filled_in == self._loop.turns else 1):
            return False
        self.items.append(stream)
        return True

    def put(self, data, last: bool = False) -> None:
        """
        Send a frame after everything that waits.

        :param bytearray data: The frame.
        :param bool last: True for the last frame, Close: it does not count for the watermark.
        """
        if self.closed:
            return
        self._ending |= last
        if not self.items:
            sent = self._transmit(data)
            if sent == len(data):
                return
            if sent:
                data = memoryview(data)[sent:]
                self._in_part = True
            self.filled_in = self._loop.turns
            self._loop.watch(self.socket, self.read | WRITE)
        self.items.append(data)
        self._add(len(data))

    def put_first(self, data) -> None:
        """
        Send a control frame before the messages that wait (RFC 6455 section 5.5).

        :param bytearray data: The frame.
        """
        if not self.items:
            self.put(data)
        else:
            self.items.insert(1 if self._in_part else 0, data)
            self._add(len(data))

    def put_pong(self, data) -> None:
        """
        Send a pong before the messages that wait, in place of one that waits itself: it may answer
        all pings that came before it (section 5.5.3).

        :param bytearray data: The frame.
        """
        items = self.items
        for index in range(self._in_part, len(items)):
            if items[index] is self._pong:
                self.queued += len(data) - len(items[index])
                items[index] = self._pong = data
                return
        self.put_first(data)
        self._pong = data if items else None

    def flush(self) -> bool:
        """
        Send what the socket takes.

        :return: True if the watermark was crossed, as ``above`` says. Report that, then call again:
            there may be more to send.
        """
        items = self.items
        while items:
            data = items[0]
            if not isinstance(data, _FRAME):
                self._unfold(data)
                if self.rising:
                    self.rising = False
                    return True
                continue
            sent = self._transmit(data)
            if self.closed:
                return False
            self.queued -= sent
            if sent < len(data):
                if sent:
                    items[0] = memoryview(data)[sent:]
                    self._in_part = True
                self._loop.watch(self.socket, self.read | WRITE)
                return False
            items.pop(0)
            self._in_part = False
            if self.above and self.queued <= self.max_queued // 4:
                self.above = False
                if not self.rising:
                    return True
                self.rising = False  # never reported, and over
        if not self.closed:
            self._loop.watch(self.socket, self.read)
        return False

    def clear(self, closed: bool = False) -> None:
        """
        Drop what waits, but not the rest of a frame that is sent in part.

        :param bool closed: True once the socket is closed or has failed: drop that as well.
        """
        items = self.items
        if closed:
            self.closed = True
            self._in_part = False
        while len(items) > self._in_part:
            data = items.pop()
            if not isinstance(data, (bytearray, memoryview, list)):
                data.close()  # a stream
        self._latest = {}
        self.queued = len(items[0]) if items else 0

    # Internal

    def _unfold(self, item: "Any") -> None:
        """Put the frames of the first item, a latest value or a stream, in its place."""
        items = self.items
        if isinstance(item, list):
            key, frames = item
            del self._latest[key]
            self.messages_out += 1
            items.pop(0)
            if not isinstance(frames, list):
                frames = (frames,)
        else:
            frames = item.next_frame()
            if frames is None:
                items.pop(0)
                return
            frames = (frames,)
        for index, data in enumerate(frames):
            items.insert(index, data)
            self._add(len(data))

    def _add(self, size: int) -> None:
        """Count bytes that wait."""
        self.queued += size
        if self.queued > self.queued_most:
            self.queued_most = self.queued
        # Only marked here: a handler may send, and that must not come between two fragments.
        if not self.above and not self._ending and self.queued > self.max_queued // 2:
            self.above = self.rising = True

    def _transmit(self, data) -> int:
        """Give bytes to the socket, and return how many it took: all if it has failed."""
        try:
            sent = self.socket.send(data)
        except OSError as error:
            if error.errno == EAGAIN:
                return 0
            self.clear(True)
            return len(data)
        self.bytes_out += sent
        self.last_taken = self._loop.now
        return sent

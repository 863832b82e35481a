# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What waits for one client: order, limits, latest values, streams, the watermark."""

import errno
import io
import re
from typing import Any

import pytest

from esp_ws_ap.loop import READ, WRITE
from esp_ws_ap.websocket.frames import encode_frame, encode_message
from esp_ws_ap.websocket.send_queue import SendQueue
from esp_ws_ap.websocket.stream import Stream
from tests.in_process import Events, Network, close_frame
from tests.raw_websocket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT
from tests.websocket.member import Member


class Socket:
    """Takes ``room`` bytes, then raises EAGAIN; or raises ``error``."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.room = 0
        self.error = 0

    def send(self, data) -> int:
        """As a socket's."""
        if self.error:
            raise OSError(self.error, "failed")
        count = min(self.room, len(data))
        if not count:
            raise OSError(errno.EAGAIN, "full")
        self.room -= count
        self.sent += data[:count]
        return count


class Queue(SendQueue):
    """A queue whose socket is full, and that is its own loop."""

    def __init__(
        self, room: int = 0, max_queued: int = 1000, max_messages: int = 10, unsent: Any = ()
    ) -> None:
        self.socket = Socket()
        self.socket.room = room
        self.interest = READ
        super().__init__(self, self.socket, max_queued, max_messages, list(unsent))  # type: ignore

    now = turns = 0

    def watch(self, sock: Socket, interest: int) -> None:
        """As Loop.watch."""
        assert sock is self.socket and not self.closed
        self.interest = interest

    def put_stream(self, stream: Stream) -> bool:
        """In a turn of its own, as :meth:`send`."""
        self.turns += 1
        return super().put_stream(stream)

    def send(self, data: Any, latest: Any = None) -> bool:
        """As Connection.send."""
        built = encode_message(data, 100)
        self.turns += 1
        if self.items:
            if latest is not None and self.put_latest(latest, built):
                return True
            if not self.has_room(built):
                return False
        for data in built if isinstance(built, list) else [built]:
            self.put(data)
        return True

    def take(self, room: int = 1 << 20) -> list[tuple[int, bytes]]:
        """Let the socket take more; the opcode and the payload of each frame that it has taken."""
        self.socket.room = room
        while self.flush():
            pass
        frames = []
        data = bytes(self.socket.sent)
        while data:
            length = data[1]
            assert length < 126
            frames.append((data[0] & 0x0F, data[2 : 2 + length]))
            data = data[2 + length :]
        self.socket.sent.clear()
        return frames

    def texts(self) -> list[str]:
        """The messages that the socket takes."""
        texts: list[str] = []
        for opcode, payload in self.take():
            if opcode == CONTINUATION:
                texts[-1] += payload.decode()
            else:
                texts.append(payload.decode())
        return texts


FRAME = encode_frame(TEXT, b"hello")


# Sending


def test_frame_is_sent_at_once():
    queue = Queue(room=100)
    queue.put(FRAME)
    assert (queue.socket.sent, queue.items, queue.queued) == (FRAME, [], 0)
    assert (queue.bytes_out, queue.interest) == (7, READ)


def test_eagain_queues_the_frame():
    queue = Queue()
    queue.put(FRAME)
    assert queue.items == [FRAME] and queue.items[0] is FRAME, "not copied"
    assert (queue.queued, queue.bytes_out, queue.interest) == (7, 0, READ | WRITE)
    assert queue.take() == [(TEXT, b"hello")]
    assert (queue.queued, queue.bytes_out, queue.interest) == (0, 7, READ)


@pytest.mark.parametrize("first", range(8))
def test_frame_is_sent_in_parts(first: int):
    queue = Queue(room=first)
    queue.put(FRAME)
    queue.put(encode_frame(BINARY, b""))
    assert queue.queued == 9 - first
    while queue.items:
        queue.socket.room = 1
        assert queue.flush() is False
        assert queue.queued == 9 - len(queue.socket.sent)
    assert queue.socket.sent == FRAME + b"\x82\0"


def test_unsent_answer_of_the_handshake_goes_first():
    queue = Queue(unsent=[bytearray(b"HTTP/1.1 101\r\n\r\n")])
    assert queue.queued == 16
    queue.put(FRAME)
    queue.put_first(encode_frame(PING, b""))
    queue.socket.room = 100
    queue.flush()
    assert queue.socket.sent == b"HTTP/1.1 101\r\n\r\n\x89\0" + FRAME


@pytest.mark.parametrize("code", [errno.ECONNRESET, errno.ENOTCONN, errno.EPIPE])
@pytest.mark.parametrize("when", ["put", "flush"])
def test_error_of_the_socket_closes_the_queue(code: int, when: str):
    queue = Queue(room=3)
    file = io.BytesIO(b"x")
    if when == "flush":
        queue.put(FRAME)
        queue.put_stream(Stream(file, 100))
        queue.put_latest("key", FRAME)
    queue.socket.error = code
    if when == "put":
        queue.put(FRAME)
        queue.put(FRAME)
    assert queue.flush() is False
    assert queue.closed and queue.items == [] and queue.queued == 0
    assert file.closed == (when == "flush")
    queue.socket.error = 0
    queue.socket.sent.clear()
    queue.put_first(FRAME)
    queue.put_pong(FRAME)
    assert queue.take() == []


# Order


def test_control_frame_goes_before_messages():
    queue = Queue()
    queue.send("a")
    queue.send("b", latest="key")
    queue.put_first(encode_frame(PING, b"p"))
    assert queue.take() == [(PING, b"p"), (TEXT, b"a"), (TEXT, b"b")]


def test_control_frame_goes_after_a_frame_sent_in_part():
    queue = Queue(room=3)
    queue.put(FRAME)
    queue.send("b")
    queue.put_first(encode_frame(PING, b"p"))
    assert queue.take() == [(TEXT, b"hello"), (PING, b"p"), (TEXT, b"b")]


def test_control_frame_goes_between_fragments():
    queue = Queue(room=150)
    queue.send("x" * 250)
    queue.put_first(encode_frame(PING, b"p"))
    assert [opcode for opcode, _ in queue.take()] == [TEXT, CONTINUATION, PING, CONTINUATION]


def test_newest_pong_replaces_the_one_that_waits():
    queue = Queue()
    queue.send("a")
    for payload in (b"1", b"22", b"333"):
        queue.put_pong(encode_frame(PONG, payload))
    assert queue.queued == 3 + 5
    assert queue.take() == [(PONG, b"333"), (TEXT, b"a")]


@pytest.mark.parametrize("room", [1, 100])
def test_pong_that_is_sent_is_not_replaced(room: int):
    queue = Queue()
    queue.put_pong(encode_frame(PONG, b"1"))
    queue.socket.room = room
    queue.flush()
    queue.socket.room = 0
    queue.put_pong(encode_frame(PONG, b"2"))
    assert queue.take() == [(PONG, b"1"), (PONG, b"2")]


# Limits


def test_bytes_are_limited():
    queue = Queue(max_queued=100)
    assert queue.send("x" * 48) and queue.send("x" * 48)
    assert queue.queued == queue.queued_most == 100
    assert queue.send("") is False
    queue.socket.room = 1
    queue.flush()
    assert queue.queued == 99 and queue.send("") is False
    queue.socket.room = 100
    queue.flush()
    assert queue.send("") and queue.queued_most == 100


def test_longer_message_than_the_queue_fits_when_nothing_waits():
    queue = Queue(max_queued=100)
    assert queue.send("x" * 500)
    assert queue.queued == 510 and queue.send("") is False


def test_messages_are_limited():
    queue = Queue(max_messages=3)
    assert [queue.send("x") for _ in range(4)] == [True] * 3 + [False]
    assert queue.put_stream(Stream([b"x"], 100)) is False
    queue.take()
    assert [queue.put_stream(Stream([b"x"], 100)) for _ in range(4)] == [True] * 3 + [False]
    assert queue.send("x") is False


# Latest values


def test_value_keeps_the_place_of_the_one_it_replaces():
    queue = Queue()
    queue.send("A")
    for data, latest in (
        ("t1", "temperature"),
        ("B", None),
        ("h1", "humidity"),
        ("C", None),
        ("t2", "temperature"),
        ("h2", "humidity"),
        ("t3", "temperature"),
    ):
        assert queue.send(data, latest=latest)
    assert queue.replaced == 3
    assert queue.texts() == ["A", "t3", "B", "h2", "C"]
    assert queue.messages_out == 2, "the owner counts the others"


def test_value_that_is_sent_is_not_replaced():
    queue = Queue()
    queue.send("A")
    queue.send("1", latest="key")
    assert queue.texts() == ["A", "1"]
    queue.socket.room = 0
    queue.send("B")
    queue.send("2", latest="key")
    assert queue.texts() == ["B", "2"]
    assert queue.replaced == 0


def test_value_that_is_sent_in_part_is_not_replaced():
    """It is sent to its end. The newer one follows, in a place of its own."""
    queue = Queue()
    queue.send("A")
    queue.send("1" * 300, latest="key")
    queue.socket.room = 3 + 102 + 50
    queue.flush()
    queue.socket.room = 0
    queue.send("B")
    queue.send("2", latest="key")
    queue.send("C")
    queue.send("3", latest="key")
    assert queue.replaced == 1
    assert queue.texts() == ["A", "1" * 300, "B", "3", "C"]


def test_value_is_no_bytes_that_wait():
    queue = Queue(max_queued=100)
    queue.send("A")
    assert queue.send("x" * 400, latest=1) and queue.send("y" * 400, latest=1)
    assert (queue.queued, len(queue.items)) == (3, 2)


def test_long_value_is_replaced_as_a_whole():
    queue = Queue()
    queue.send("A")
    queue.send("old" * 100, latest="key")
    queue.send("new" * 150, latest="key")
    assert queue.texts() == ["A", "new" * 150]


@pytest.mark.parametrize("key", ["", 0, 7, ("room", 3), b"x", False])
def test_key_is_anything_hashable(key: Any):
    queue = Queue()
    queue.send("A")
    queue.send("old", latest=key)
    queue.send("other", latest="other")
    queue.send(b"new", latest=key)
    assert queue.texts() == ["A", "new", "other"]


def test_33rd_key_is_an_ordinary_message():
    queue = Queue(max_messages=40)
    queue.send("A")
    for turn in range(3):
        for key in range(33):
            assert queue.send(f"{key} {turn}", latest=key)
    assert queue.replaced == 2 * 32
    assert queue.texts() == ["A", *(f"{key} 2" for key in range(32)), "32 0", "32 1", "32 2"]


def test_values_have_room_when_the_queue_is_full():
    queue = Queue(max_messages=2)
    queue.send("A")
    queue.send("B")
    for turn in range(2):
        for key in range(32):
            assert queue.send(f"{key} {turn}", latest=key)
    assert queue.send("C") is False
    assert queue.texts() == ["A", "B", *(f"{key} 1" for key in range(32))]


def test_values_around_a_stream():
    queue = Queue()
    queue.send("A")
    queue.send("1", latest="key")
    queue.put_stream(Stream(["x" * 70] * 3, 100))
    queue.send("2", latest="other")
    queue.send("3", latest="key")
    assert queue.texts() == ["A", "3", "x" * 210, "2"]


# Streams


def test_stream_is_read_as_the_socket_takes_it():
    queue = Queue()
    file = io.BytesIO(b"x" * 1000)
    queue.put_stream(Stream(file, 100))
    assert file.tell() == 0
    queue.take(150)
    assert file.tell() == 200 and queue.queued == 54
    queue.take()
    assert file.closed and queue.items == [] and queue.queued == 0


# Dropping


def test_clear_keeps_a_frame_that_is_sent_in_part():
    queue = Queue(room=3)
    file = io.BytesIO(b"x")
    queue.put(FRAME)
    queue.send("B")
    queue.send("C", latest="key")
    queue.put_stream(Stream(file, 100))
    queue.clear()
    assert file.closed and queue.queued == 4
    queue.send("D", latest="key")
    assert queue.replaced == 0
    assert queue.texts() == ["hello", "D"]


def test_clear_closed_drops_everything():
    queue = Queue(room=3)
    queue.put(FRAME)
    queue.send("B")
    queue.clear(True)
    assert queue.closed and queue.items == [] and queue.queued == 0


# The watermark


def test_watermark_is_crossed_at_a_half_and_at_a_quarter():
    queue = Queue(max_queued=400)
    queue.send("x" * 98)
    queue.send("x" * 98)
    assert (queue.queued, queue.above, queue.rising) == (200, False, False)
    queue.send("")
    assert queue.above and queue.rising
    queue.rising = False  # reported
    queue.socket.room = 101
    assert queue.flush() is False and queue.queued == 101
    queue.socket.room = 1000
    assert queue.flush() is True and not queue.above and queue.queued == 2
    assert queue.flush() is False and queue.items == []


def test_watermark_that_is_over_before_it_is_reported():
    queue = Queue(max_queued=100)
    queue.send("x" * 90)
    assert queue.rising
    queue.socket.room = 1000
    assert queue.flush() is False and not queue.above and not queue.rising


@pytest.mark.parametrize("kind", ["latest value", "stream"])
def test_watermark_is_crossed_by_frames_that_are_built_late(kind: str):
    queue = Queue(max_queued=100)
    queue.send("")
    if kind == "stream":
        queue.put_stream(Stream(["x" * 90], 100))
    else:
        queue.send("x" * 90, latest="key")
    assert not queue.above
    queue.socket.room = 2
    assert queue.flush() is True and queue.above


def test_watermark_does_not_count_the_close_frame():
    queue = Queue(max_queued=100)
    queue.put(encode_frame(CLOSE, b"x" * 90), last=True)
    assert queue.queued == 92 and not queue.above


# With a connection: a full queue


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        (["x" * 30000, "hello"], ""),
        (["x"] * 8000, r"the program sends too much at once: 76\d bytes in 256 messages wait"),
        (
            ["x" * 4000] * 30,
            r"the program sends too much at once: 6\d{4} bytes in .*",
        ),
    ],
)
def test_what_one_turn_sends_is_not_the_fault_of_the_client(
    network: Network, messages: list, reason: str
):
    """It may be four times as much as else, and more is 1011."""
    hub = network.hub()
    events = Events(hub)

    @hub.on_open
    def opened(client):
        for text in messages:
            client.send(text)

    with network.websocket(receive_buffer=2048) as client:
        if not reason:
            received = b""
            while (part := client.receive()).payload != b"hello":
                received += part.payload
            assert received == b"x" * 30000
            return
        code, text = close_frame(client)
        assert code == 1011 and re.fullmatch(reason, text)
        assert "WARNING - client 1 failed: 1011 the program sends too much" in str(network.log)
        network.advance(1)
        assert events.of("close") == [(1, 1011, text)]


def test_full_queue_is_1013(network: Network):
    hub = network.hub(max_queued=5000)
    member = Member(network, hub)
    events = Events(hub)
    member.fill_socket()
    while member.board.send("y" * 900):
        pass
    assert member.board.state == network.lib.connection.CLOSING
    assert member.board.send_queue.refused == 1
    assert member.board.send("more") is False
    failed = [line for line in network.log if "failed" in line]
    assert failed == [
        "WARNING - client 1 failed: 1013 reads too slowly: 4336 bytes in 5 messages wait"
    ]
    member.come_back()
    assert close_frame(member.raw) == (1013, failed[0][32:])
    network.advance(1)
    assert events.of("close") == [(1, 1013, failed[0][32:])]


def test_full_queue_is_closed_in_time_for_a_client_that_never_reads(network: Network):
    hub = network.hub(max_queued=5000)
    member = Member(network, hub)
    events = Events(hub)
    member.fill_socket()
    while member.board.send("y" * 900):
        pass
    network.advance(1)
    assert [event[1] for event in events.of("close")] == [1013]
    assert network.loop.sockets == ["HTTP listener"]


def test_refuse_when_full(network: Network):
    """`send` returns False; the client stays, and gets all that was taken."""
    hub = network.hub(max_queued=5000, refuse_when_full=True)
    member = Member(network, hub)
    sent = member.fill_socket()
    taken = [number for number in range(100) if member.board.send(f"{number:900}")]
    assert 3 <= len(taken) <= 5 and taken == list(range(len(taken)))
    assert member.board.send_queue.refused == 100 - len(taken)
    line = "WARNING - client 1 reads too slowly: messages are refused"
    assert network.log.count(line) == 1
    member.come_back()
    member.skip(sent)
    assert [int(member.message()) for _ in taken] == taken
    assert hub.clients == [member.board]


def test_refuse_when_full_of_one_client(network: Network):
    hub = network.hub(max_queued=5000)
    hub.on_open(lambda client: setattr(client, "refuse_when_full", client.id == 1))
    refusing, strict = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    refusing.go_away()
    strict.go_away()
    counts = [hub.broadcast("y" * 900) for _ in range(30)]
    assert counts[0] == 2 and counts[-1] == 0
    assert counts == sorted(counts, reverse=True)
    assert refusing.board.state == network.lib.connection.OPEN
    assert strict.board.state == network.lib.connection.CLOSING


def test_refused_file_is_closed(network: Network):
    hub = network.hub(max_queued_messages=1, refuse_when_full=True)
    member = Member(network, hub)
    member.fill_socket()
    file = io.BytesIO(b"content")
    assert member.board.send(file) is False
    assert file.closed and member.board.send_queue.refused == 1


# With a connection: the watermark


def test_on_watermark_is_called_both_ways(network: Network):
    hub = network.hub(max_queued=8000)
    member = Member(network, hub)
    seen: list[tuple] = []
    hub.on_watermark(lambda client, above: seen.append((client.id, above, client.queued)))
    sent = member.fill_socket()
    while member.board.queued + 720 <= 4000:
        member.board.send("x" * 716)
        sent += 1
    assert seen == []
    for _ in range(3):
        member.board.send("x" * 716)
    assert [event[:2] for event in seen] == [(1, True)]
    assert 4000 < seen[0][2] <= 4720
    member.come_back()
    member.skip(sent + 3)
    network.turn(5)
    assert [event[:2] for event in seen] == [(1, True), (1, False)]
    assert 2000 - 720 <= seen[1][2] <= 2000
    # And again.
    member.fill_socket()
    while len(seen) < 3:
        assert member.board.send("x" * 716)
    assert seen[2][:2] == (1, True)


@pytest.mark.parametrize("what", ["send", "latest", "ping", "close", "stream"])
@pytest.mark.parametrize("long", ["message", "latest value"])
def test_on_watermark_never_sends_between_fragments(network: Network, what: str, long: str):
    """What it sends to the client is a message of its own (RFC 6455 section 5.4)."""
    hub = network.hub(max_queued=6000, max_frame_size=1000)
    member = Member(network, hub)

    @hub.on_watermark
    def slow_down(client, above):
        if above and what == "send":
            client.send("you are slow")
        elif above and what == "latest":
            client.send("you are slow", latest="speed")
        elif above and what == "stream":
            client.send(iter(["you are slow"]))
        elif above and what == "ping":
            client.ping(b"slow")
        elif above:
            client.close(4000, "slow")

    member.fill_socket()
    text = "".join(f"{number:1000}" for number in range(5))
    assert member.board.send(text, latest="long" if long == "latest value" else None)
    if what != "close":
        member.board.send("end")
    member.come_back()
    frames = []
    while True:
        frames.append(member.next())
        if frames[-1].opcode == CLOSE or frames[-1].payload == b"end":
            break
    payloads = b"".join(part.payload for part in frames if part.opcode < 8)
    assert payloads.decode().replace("you are slow", "").strip("xend") == text
    open_message = False
    for part in frames:
        if part.opcode < 8:
            assert (part.opcode == 0) == open_message, frames
            open_message = not part.fin
        elif part.opcode == CLOSE:
            assert not open_message, frames
    assert not open_message


def test_on_watermark_may_close_the_client(network: Network):
    hub = network.hub(max_queued=8000)
    hub.on_watermark(lambda client, above: client.close(4002, "slow"))
    member, other = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    member.go_away()
    counts = []
    for _ in range(20):
        counts.append(hub.broadcast("x" * 716))
        assert other.message() == "x" * 716
    assert counts[0] == 2 and counts[-1] == 1
    member.come_back()
    assert close_frame(member.raw) == (4002, "slow")


def test_on_watermark_may_abort_in_the_middle_of_a_flush(network: Network):
    hub = network.hub(max_queued=8000)
    events = Events(hub)
    hub.on_watermark(lambda client, above: above or client.abort(4002, "slow"))
    member = Member(network, hub)
    member.fill_socket()
    while not member.board.send_queue.above:
        assert member.board.send("x" * 716)
    member.come_back()
    network.until(lambda: events.of("close"))
    assert events.of("close") == [(1, 4002, "slow")] and events.of("error") == []


def test_on_watermark_that_raises(network: Network):
    hub = network.hub(max_queued=8000)
    events = Events(hub)
    member, other = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")

    @hub.on_watermark
    def fails(client, above):
        raise ValueError(f"above: {above}")

    sent = member.fill_socket()
    while member.board.queued <= 4000:
        assert member.board.send("x" * 716)
        sent += 1
    member.come_back()
    member.skip(sent)
    network.until(lambda: len(events.of("error")) == 2)
    assert [str(event[1]) for event in events.of("error")] == ["above: True", "above: False"]
    assert hub.broadcast("still here") == 2
    assert member.message() == other.message() == "still here"
    errors = network.errors()
    assert errors[0] == "ERROR - client 1: a handler failed: ValueError: above: True"


# With a connection: latest values


def test_client_that_keeps_up_gets_every_value(network: Network):
    member = Member(network, network.hub())
    for number in range(10):
        assert member.board.send(str(number), latest="count")
        assert member.message() == str(number)
    assert member.board.send_queue.replaced == 0 and member.board.send_queue.messages_out == 10


def test_broadcast_of_a_latest_value(network: Network):
    hub = network.hub()
    slow, good = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    filled = slow.fill_socket()
    for number in range(50):
        assert hub.broadcast(str(number), latest="count") == 2
        assert good.message() == str(number)
    assert (slow.board.send_queue.replaced, good.board.send_queue.replaced) == (49, 0)
    assert slow.board.stats()["queued_messages"] == 2
    slow.come_back()
    slow.skip(filled)
    assert slow.message() == "49"


def test_values_are_dropped_with_a_client_that_fails(network: Network):
    member = Member(network, network.hub())
    member.fill_socket()
    member.board.send("value", latest="key")
    member.board.fail(1002, "test")
    assert member.board.send("value", latest="key") is False
    assert member.board.stats()["queued_messages"] == 1, "the close frame"

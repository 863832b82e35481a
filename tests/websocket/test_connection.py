# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""One connection: messages both ways, ping and pong, closing, failures, timeouts."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from tests import raw_http
from tests.in_process import Events, Network, close_frame
from tests.raw_http import Received
from tests.raw_websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Frame,
    close_payload,
    frame,
)
from tests.websocket.member import Member

BIG = bytes(range(256)) * 400


class Opened(Member):
    """
    A hub that keeps its events, and one client of it.

    :param Network network: Where the hub is made.
    :param int receive_buffer: How much the PC takes for a client that does not read.
    :param options: For the hub.
    """

    def __init__(self, network: Network, receive_buffer: int = 0, **options: Any) -> None:
        self.hub = network.hub(**options)
        self.events = Events(self.hub)
        super().__init__(network, self.hub, receive_buffer=receive_buffer)

    def received(self, count: int) -> list:
        """Wait until this many messages were delivered, and return them."""
        self.network.until(lambda: len(self.events.messages) >= count, "messages")
        return self.events.messages

    def is_closed(self, code: int, reason: str) -> None:
        """Wait for on_close, and check that nothing of the client is left."""
        self.network.until(lambda: self.events.of("close"), "on_close")
        assert self.events.of("close") == [(1, code, reason)]
        assert self.board.state == self.network.lib.connection.CLOSED
        assert self.hub.clients == []
        assert self.network.loop.sockets == ["HTTP listener"]


@pytest.fixture
def opened(network: Network) -> Callable[..., Opened]:
    """A function that makes a hub with these options, and a client of it."""
    return lambda **options: Opened(network, **options)


# Messages in


@pytest.mark.parametrize("size", [0, 126, 4096])
def test_messages_are_delivered(opened, size: int):
    test = opened()
    test.raw.send(TEXT, "x" * size)
    test.raw.send(BINARY, BIG[:size])
    assert test.received(2) == ["x" * size, BIG[:size]]
    assert [type(data) for data in test.events.messages] == [str, bytes]


def test_attributes(network: Network):
    hub = network.hub()
    before = network.board.clock.milliseconds() // 1000
    with network.websocket(source="127.0.0.7"):
        network.until(lambda: hub.clients)
        (client,) = hub.clients
        assert client.address == "127.0.0.7"
        assert client.id == 1
        assert client.state == network.lib.connection.OPEN
        assert before <= client.joined <= network.board.clock.milliseconds() // 1000
        assert isinstance(client.joined, int)
        assert client.subprotocol is None
        assert client.close_code == 1006 and client.close_reason == ""
    assert network.log[1] == "INFO - client 1 connected from 127.0.0.7: 1 of 4"


# Messages out


@pytest.mark.parametrize("size", [0, 125, 4096, 4097, 65536, 100000])
def test_messages_are_sent(opened, size: int):
    test = opened(max_queued=1 << 20)
    for data in (BIG[:size], "x" * size):
        assert test.board.send(data)
        assert test.message_and_frames() == (data, max(1, -(-size // 4096)))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_a_binary_message(opened, kind):
    test = opened()
    test.board.send(kind(b"\x00\xff"))
    assert test.message_and_frames() == (b"\x00\xff", 1)


def test_payload_is_copied(opened):
    """The message waits, while the program uses its buffer again."""
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    buffer = bytearray(1000)
    for number in range(40):
        buffer[:] = bytes([number]) * 1000
        test.board.send(buffer)
    for number in range(40):
        assert test.message_and_frames() == (bytes([number]) * 1000, 1)


def test_generator_is_one_message(opened):
    test = opened()
    steps = []

    def generate():
        try:
            for number in range(100):
                steps.append(number)
                yield f"line {number}\n"
        finally:
            steps.append("closed")

    assert test.board.send(generate())
    assert test.message() == "".join(f"line {number}\n" for number in range(100))
    assert steps == [*range(100), "closed"]


@pytest.mark.parametrize("size", [0, 100000])
def test_file_is_one_binary_message(opened, size: int):
    test = opened()
    file = io.BytesIO(BIG[:size])
    assert test.board.send(file)
    assert test.message() == BIG[:size]
    assert file.closed


def test_long_file_is_never_in_memory(opened):
    test = opened(receive_buffer=4096)
    (test.network.shared.drive / "log.bin").write_bytes(BIG * 10)
    file = test.network.board.drive.open("/log.bin", "rb")
    test.board.send(file)
    test.network.turn(50)
    assert file.tell() < 100000
    assert test.board.queued <= 8192
    assert test.message() == BIG * 10
    assert file.closed


def test_messages_around_a_file_keep_their_order(opened):
    test = opened(receive_buffer=4096)
    test.board.send("before")
    test.board.send(io.BytesIO(BIG))
    test.board.send("after")
    test.board.send(io.BytesIO(b"second file"))
    assert test.message() == "before"
    assert test.message() == BIG
    assert test.message() == "after"
    assert test.message() == b"second file"


@pytest.mark.parametrize("end", ["close", "reset"])
def test_file_is_closed_when_the_client_disconnects(opened, end: str):
    test = opened(receive_buffer=4096)
    file = io.BytesIO(BIG)
    test.board.send(file)
    test.network.turn(10)
    assert not file.closed
    getattr(test.raw.sock, end)()
    test.network.until(lambda: test.events.of("close"))
    assert file.closed


def test_iterable_that_raises_is_1011(opened):
    test = opened()

    def generate():
        yield b"first"
        raise ValueError("no sensor")

    test.board.send(generate())
    assert test.raw.receive() == Frame(BINARY, b"first", False)
    assert close_frame(test.raw) == (1011, "error on the board")
    test.network.advance(1)
    assert test.events.of("close") == [(1, 1011, "error on the board")]
    assert [str(event[1]) for event in test.events.of("error")] == ["no sensor"]
    assert "ValueError: no sensor" in test.network.errors()[0]


def test_nothing_is_sent_while_closing(opened):
    test = opened()
    test.board.close()
    assert test.board.send("late") is False
    assert test.board.send(iter([b"late"])) is False
    test.board.ping(b"late")
    test.board.close(1001)
    assert test.raw.receive() == Frame(CLOSE, close_payload(1000))
    assert test.raw.sock.is_silent()  # type: ignore[attr-defined]


# Messages in chunks


@pytest.fixture
def chunks(network: Network) -> list[tuple]:
    """A hub at /ws that takes messages over 1,000 bytes in chunks: those that were delivered."""
    hub = network.hub(max_message_size=1000)
    seen: list[tuple] = []
    hub.on_message(lambda client, data: seen.append(("whole", data)))
    hub.on_chunk(lambda client, chunk, final: seen.append((chunk, final)))
    return seen


def test_megabyte_in_chunks(network: Network, chunks: list):
    data = BIG * 10
    with network.websocket() as client:
        client.send(BINARY, data)
        network.until(lambda: chunks and chunks[-1][1])
    assert b"".join(chunk for chunk, _ in chunks) == data
    assert [final for _, final in chunks] == [False] * (len(chunks) - 1) + [True]
    assert all(type(chunk) is bytes and len(chunk) <= 5120 for chunk, _ in chunks)


def test_chunks_put_off_the_message_timeout(network: Network, chunks: list):
    with network.websocket() as client:
        for index in range(20):
            client.send(CONTINUATION if index else BINARY, bytes(1000), fin=index == 19)
            network.turn(3)
            network.advance(2)
        network.until(lambda: chunks and chunks[-1][1])


# Ping and pong


@pytest.mark.parametrize("size", [0, 1, 125])
def test_ping_is_answered_with_its_payload(opened, size: int):
    test = opened()
    test.raw.send(PING, BIG[:size])
    assert test.raw.receive() == Frame(PONG, BIG[:size])
    assert test.events.messages == []


def test_ping_between_fragments_is_answered_at_once(opened):
    test = opened()
    test.raw.send(TEXT, "hel", fin=False)
    test.raw.send(PING, "now")
    assert test.raw.receive() == Frame(PONG, b"now")
    test.raw.send(CONTINUATION, "lo")
    assert test.received(1) == ["hello"]


def test_pong_does_not_wait_for_a_long_message(opened):
    """It comes between two fragments (5.4), and answers the newest ping only (5.5.3)."""
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    for number in range(5):
        test.raw.send(PING, f"{number}")
    test.network.turn(10)
    parts, pongs, fragments_before = b"", [], 0
    while True:
        received = test.raw.receive()
        if received.opcode == PONG:
            pongs.append(received.payload)
            continue
        parts += received.payload
        fragments_before += not pongs
        if received.fin:
            break
    assert parts == BIG
    assert pongs == [b"4"]
    assert fragments_before < 15


def test_ping(opened):
    test = opened()
    test.board.ping(b"hello")
    assert test.raw.receive() == Frame(PING, b"hello")
    with pytest.raises(ValueError, match="at most 125 bytes"):
        test.board.ping(bytes(126))


# Closing, started by the client


@pytest.mark.parametrize(
    ("payload", "code", "reason"),
    [
        (close_payload(1000, "bye"), 1000, "bye"),
        (close_payload(1001), 1001, ""),
        (close_payload(3000, "käse"), 3000, "käse"),
        (close_payload(4999, "x" * 123), 4999, "x" * 123),
        (close_payload(1011), 1011, ""),
        (b"", 1005, ""),
    ],
)
def test_close_is_answered(opened, payload: bytes, code: int, reason: str):
    test = opened()
    test.raw.send(CLOSE, payload)
    assert test.raw.receive() == Frame(CLOSE, payload[:2])
    assert test.raw.receive_rest() == Received(b"", "fin")
    test.is_closed(code, reason)
    line = f"INFO - client 1 disconnected: {code} {reason}"
    assert test.network.log[-1].startswith(line.strip())


def test_nothing_after_a_close_is_delivered(opened):
    test = opened()
    test.raw.send_bytes(
        frame(TEXT, "before") + frame(CLOSE, close_payload(1000)) + frame(TEXT, "after")
    )
    assert test.raw.receive() == Frame(CLOSE, close_payload(1000))
    assert test.raw.receive_rest() == Received(b"", "fin")
    assert test.events.messages == ["before"]


def test_close_drops_what_waits(opened):
    """But the frame that is sent in part is sent to its end."""
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    test.raw.send(CLOSE, close_payload(1000))
    test.network.turn(10)
    while (received := test.raw.receive()).opcode != CLOSE:
        assert not received.fin
    assert received == Frame(CLOSE, close_payload(1000))
    assert test.raw.receive_rest() == Received(b"", "fin")
    test.is_closed(1000, "")


def test_close_whose_answer_is_not_taken(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    test.raw.send(CLOSE, close_payload(1000, "bye"))
    test.network.advance(4.9)
    assert test.events.of("close") == []
    test.network.advance(0.3)
    test.is_closed(1000, "bye")


# Closing, started by the board


@pytest.mark.parametrize(
    ("arguments", "payload"),
    [
        ((), close_payload(1000)),
        ((1001, "going"), close_payload(1001, "going")),
        ((4000, "käse"), close_payload(4000, "käse")),
        ((1000, "x" * 200), close_payload(1000, "x" * 123)),
        ((1000, "ä" * 62), close_payload(1000, "ä" * 61)),
        ((1005,), b""),
    ],
)
def test_close(opened, arguments: tuple, payload: bytes):
    test = opened()
    test.board.close(*arguments)
    assert test.board.state == test.network.lib.connection.CLOSING
    assert test.raw.receive() == Frame(CLOSE, payload)
    assert test.events.of("close") == []
    test.raw.send(CLOSE, payload[:2])
    assert test.raw.receive_rest() == Received(b"", "fin")
    code = int.from_bytes(payload[:2], "big") if payload else 1005
    assert [event[1] for event in test.events.of("close")] == [code]


def test_close_answered_with_another_code(opened):
    """The client's code counts (section 7.1.5)."""
    test = opened()
    test.board.close(1001, "going")
    test.raw.receive()
    test.raw.send(CLOSE, close_payload(4000, "me too"))
    assert test.raw.receive_rest() == Received(b"", "fin")
    test.is_closed(4000, "me too")


@pytest.mark.parametrize("code", [0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65536])
def test_close_with_an_invalid_code(opened, code: int):
    test = opened()
    with pytest.raises(ValueError, match="no close frame may carry the code"):
        test.board.close(code)
    assert test.raw.sock.is_silent()  # type: ignore[attr-defined]
    assert test.hub.clients == [test.board]


def test_close_sends_what_is_queued_first(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.board.send("last words")
    test.board.close(1000)
    assert test.message() == BIG
    assert test.message() == "last words"
    assert test.raw.receive() == Frame(CLOSE, close_payload(1000))


def test_messages_that_cross_a_close_are_not_delivered(opened):
    test = opened()
    test.board.close(1000)
    test.raw.send_text("crossing")
    test.raw.send(PING, "crossing")
    test.raw.receive()
    test.raw.send(CLOSE, close_payload(1000))
    assert test.raw.receive_rest() == Received(b"", "fin")
    assert test.events.messages == []
    test.is_closed(1000, "")


def test_close_timeout(opened):
    test = opened()
    test.board.close(1001, "going")
    test.network.advance(4.9)
    assert test.events.of("close") == []
    test.network.advance(0.3)
    assert test.raw.receive() == Frame(CLOSE, close_payload(1001, "going"))
    assert test.raw.receive_rest() == Received(b"", "fin")
    assert [event[0] for event in test.events.all] == ["open", "close"]


def test_close_timeout_is_not_put_off_by_messages(opened):
    test = opened()
    test.board.close(1001, "going")
    for _ in range(49):
        test.raw.sock.send(frame(TEXT, "more"))
        test.network.advance(0.1)
    assert test.events.of("close") == []
    test.network.advance(0.3)
    test.is_closed(1001, "going")


# The end of TCP


@pytest.mark.parametrize("end", ["close", "end_sending", "reset"])
def test_tcp_that_ends_without_a_close_is_1006(opened, end: str):
    test = opened()
    getattr(test.raw.sock, end)()
    test.is_closed(1006, "")
    assert test.network.log[-1] == "INFO - client 1 disconnected: 1006 the connection was lost"


@pytest.mark.parametrize("part", [1, 5, 8, 100])
def test_reset_inside_a_message_is_1006(opened, part: int):
    test = opened()
    test.raw.send_bytes(frame(TEXT, "x" * 1000)[:part])
    test.network.turn(5)
    test.raw.reset()
    test.is_closed(1006, "")
    assert test.events.messages == []
    test.network.is_served()


def test_reset_while_much_waits_is_1006(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    test.raw.reset()
    test.is_closed(1006, "")


def test_send_after_a_reset_raises_nothing(opened):
    test = opened()
    test.raw.reset()
    for _ in range(3):
        test.board.send("hello")
        test.board.send(iter([b"hello"]))
    test.network.advance(0.2)
    test.is_closed(1006, "")


def test_input_is_read_before_tcp_is_closed(opened):
    """Unread input would turn the close into a reset, which takes the close frame away."""
    test = opened()
    sock = test.raw.sock
    sock.send(frame(CLOSE, close_payload(1000)) + bytes(60000))
    data, end = raw_http.receive(sock, 5)
    assert (data, end) == (frame(CLOSE, close_payload(1000), mask=None), "fin")


def test_input_is_read_after_a_failure(opened):
    test = opened(max_message_size=1000)
    flood = frame(TEXT, "x" * 2000) + frame(TEXT, "y" * 900) * 300
    rest = memoryview(flood)
    for _ in range(100):
        try:
            rest = rest[test.raw.sock.send(rest[:8000]) :]
        except (BlockingIOError, ConnectionError):
            pass
        test.network.turn()
    assert close_frame(test.raw) == (1009, "message is longer than 1000 bytes")
    test.network.advance(1)
    assert [event[1] for event in test.events.of("close")] == [1009]


# Failures


TOO_BIG = "message is longer than 4096 bytes"
FRAGMENTS = "message has more than 384 fragments"


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (frame(TEXT, "x", rsv=4), 1002, "reserved bits are set"),
        (frame(3, "x"), 1002, "unknown opcode 3"),
        (frame(0xB, "x"), 1002, "unknown opcode 11"),
        (frame(TEXT, "x", mask=None), 1002, "frame is not masked"),
        (frame(PING, "x", fin=False), 1002, "control frame is fragmented"),
        (frame(PING, bytes(126)), 1002, "control frame is longer than 125 bytes"),
        (frame(CONTINUATION, "x"), 1002, "continuation without a message"),
        (
            frame(TEXT, "x", fin=False) + frame(TEXT, "y"),
            1002,
            "new message inside a fragmented one",
        ),
        (frame(BINARY, "x", form=16), 1002, "length is not in its shortest form"),
        (frame(BINARY, "x", form=64), 1002, "length is not in its shortest form"),
        (frame(CLOSE, b"\x03"), 1002, "close frame has a payload of 1 byte"),
        (frame(CLOSE, close_payload(1005)), 1002, "close code 1005 is not allowed"),
        (frame(TEXT, b"\xff"), 1007, "text is not UTF-8"),
        (frame(TEXT, b"\xed\xa0\x80"), 1007, "text is not UTF-8"),
        (frame(TEXT, b"\xc3"), 1007, "text is not UTF-8"),
        (frame(TEXT, b"ok \xf8", fin=False), 1007, "text is not UTF-8"),
        (frame(CLOSE, b"\x03\xe8\xff"), 1007, "text is not UTF-8"),
        (frame(TEXT, "", fin=False) + frame(0, "", fin=False) * 384, 1008, FRAGMENTS),
        (frame(BINARY, bytes(4097)), 1009, TOO_BIG),
        (frame(BINARY, b"", announce=1 << 40, form=64), 1009, TOO_BIG),
        (
            frame(BINARY, bytes(4000), fin=False) + frame(0, bytes(97)),
            1009,
            TOO_BIG,
        ),
    ],
)
def test_failure(opened, data: bytes, code: int, reason: str):
    test = opened()
    test.raw.send_bytes(frame(TEXT, "good") + data + frame(TEXT, "after"))
    assert test.raw.receive() == Frame(CLOSE, close_payload(code, reason))
    assert f"WARNING - client 1 failed: {code} {reason}" in test.network.log
    assert test.events.of("close") == []
    test.raw.send(CLOSE, close_payload(code))
    test.network.advance(0.6)
    assert test.raw.receive_rest() == Received(b"", "fin")
    assert test.events.messages == ["good"]
    test.is_closed(code, reason)


def test_failure_ends_when_the_client_closes(opened):
    test = opened()
    test.raw.send(TEXT, "x", rsv=1)
    test.raw.receive()
    test.raw.sock.close()
    test.is_closed(1002, "reserved bits are set")


def test_failure_drops_what_waits(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    file = io.BytesIO(BIG)
    test.board.send(BIG)
    test.board.send(file)
    test.network.turn(10)
    test.raw.send(TEXT, "x", rsv=1)
    test.network.turn(10)
    assert file.closed
    assert close_frame(test.raw) == (1002, "reserved bits are set")
    test.network.advance(1)


# Timeouts


def test_message_timeout_is_1008(opened):
    test = opened(message_timeout=3000)
    test.raw.send_bytes(frame(TEXT, "x" * 1000)[:500])
    test.network.advance(2.9)
    assert test.raw.sock.is_silent()  # type: ignore[attr-defined]
    test.network.advance(0.2)
    assert close_frame(test.raw) == (1008, "message took too long to arrive")
    assert "WARNING - client 1 failed: 1008 message took too long to arrive" in test.network.log
    test.network.advance(0.6)
    test.is_closed(1008, "message took too long to arrive")


@pytest.mark.parametrize("kind", ["bytes", "fragments", "pings"])
def test_message_timeout_is_not_put_off_by_a_drip(opened, kind: str):
    test = opened(message_timeout=3000)
    test.raw.send_bytes(frame(BINARY, "x" * 100, fin=False)[: -50 if kind == "bytes" else None])
    drip = {
        "bytes": b"x",
        "fragments": frame(CONTINUATION, "x", fin=False),
        "pings": frame(PING, ""),
    }[kind]
    for _ in range(29):
        test.raw.sock.send(drip)
        test.network.advance(0.1)
    test.network.turn(5)
    assert test.board.state == test.network.lib.connection.OPEN
    test.network.advance(0.3)
    assert close_frame(test.raw) == (1008, "message took too long to arrive")
    test.network.advance(1)


def test_message_timeout_starts_again_with_each_message(opened):
    test = opened(message_timeout=3000, ping_interval=1000000)
    for _ in range(5):
        data = frame(TEXT, "hello")
        test.raw.send_bytes(data[:4])
        test.network.advance(2)
        test.raw.send_bytes(data[4:] + data[:4])
        test.network.turn(5)
        test.network.advance(2)
        test.raw.send_bytes(data[4:])
        test.network.turn(5)
    assert test.received(10) == ["hello"] * 10
    test.network.advance(100)
    assert test.board.state == test.network.lib.connection.OPEN


def test_message_timeout_of_half_a_header(opened):
    test = opened(message_timeout=3000)
    test.raw.send_bytes(b"\x81")
    test.network.advance(3.2)
    assert close_frame(test.raw)[0] == 1008
    test.network.advance(1)


# Networks that lose, delay or split


@pytest.mark.parametrize("fault", ["partial=1", "eagain=0.4", "delay=1"])
def test_messages_over_a_bad_network(opened, fault: str):
    test = opened(max_message_size=20000, max_queued=1 << 20, max_frame_size=1000)
    test.hub.on_message(lambda client, data: client.send(data))
    test.network.board.faults.set(fault)
    for size in (0, 1, 125, 126, 5000, 20000):
        test.raw.send(BINARY, BIG[:size])
        assert test.message() == BIG[:size]
    assert test.raw.close().close_code == 1000

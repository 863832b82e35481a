# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""One WebSocket: messages both ways, control frames, closing, failures, deadlines."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from tests import raw_http
from tests.network import Events, Network, close_frame, let_time_pass
from tests.raw_http import Received
from tests.raw_websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    PONG,
    TEXT,
    Frame,
    RawWebSocket,
    close_payload,
    frame,
)

BIG = bytes(range(256)) * 400


class Open:
    """A hub whose events are kept, and one client of it."""

    def __init__(self, network: Network, **options: Any) -> None:
        self.network = network
        receive_buffer = options.pop("receive_buffer", 0)
        self.hub = network.hub(**options)
        self.events = Events(self.hub)
        self.client: RawWebSocket = network.websocket(receive_buffer=receive_buffer)
        network.until(lambda: self.hub.clients)
        self.board: Any = self.hub.clients[0]

    def has(self, count: int) -> list:
        """Wait until so many messages have come."""
        self.network.until(lambda: len(self.events.messages) >= count, "messages")
        return self.events.messages

    def is_closed(self, code: int, reason: str) -> None:
        """Wait for on_close."""
        self.network.until(lambda: self.events.of("close"), "on_close")
        assert self.events.of("close") == [(1, code, reason)]
        assert self.board.state == self.network.lib.connection.CLOSED
        assert self.hub.clients == []
        assert self.network.loop.sockets == ["HTTP listener"]


@pytest.fixture
def opened(network: Network) -> Callable[..., Open]:
    """A function that makes a hub with these options, and a client of it."""
    return lambda **options: Open(network, **options)


def message(client: RawWebSocket) -> tuple[bytes | str, int]:
    """One whole message, and in how many frames it came."""
    received = [client.receive()]
    assert received[0].opcode in (TEXT, BINARY), received
    while not received[-1].fin:
        received.append(client.receive())
        assert received[-1].opcode == CONTINUATION, received[-1]
    payload = b"".join(part.payload for part in received)
    assert all(part.mask is None and not part.rsv for part in received)
    return payload.decode() if received[0].opcode == TEXT else payload, len(received)


SIZES = [0, 1, 125, 126, 127, 1023, 1024, 4095, 4096]


# Messages in


@pytest.mark.parametrize("size", SIZES)
def test_text_and_binary_arrive(opened, size: int):
    test = opened()
    test.client.send(TEXT, "x" * size)
    test.client.send(BINARY, BIG[:size])
    assert test.has(2) == ["x" * size, BIG[:size]]
    assert [type(data) for data in test.events.messages] == [str, bytes]


@pytest.mark.parametrize("text", ["käse", "日本語", "👋🏽", "\0", "a\r\nb", "\U0010ffff", "\ufeff"])
def test_text_of_all_languages(opened, text: str):
    test = opened()
    test.client.send_text(text)
    assert test.has(1) == [text]
    test.board.send(text)
    assert test.client.receive_text() == text


@pytest.mark.parametrize("size", [1, 3, 100])
def test_fragments_are_put_together(opened, size: int):
    """Also where they cut characters (section 5.6)."""
    test = opened()
    data = ("käse 👋 " * 30).encode()
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    for index, part in enumerate(parts):
        fin = index == len(parts) - 1
        test.client.send(CONTINUATION if index else TEXT, part, fin=fin)
    assert test.has(1) == [data.decode()]


def test_frames_split_at_every_byte(opened):
    test = opened()
    data = frame(TEXT, "hello") + frame(PING, "x") + frame(BINARY, BIG[:200])
    for cut in range(1, len(data)):
        test.client.send_bytes(data[:cut])
        test.network.turn(3)
        test.client.send_bytes(data[cut:])
        assert test.client.receive() == Frame(PONG, b"x")
        assert test.has(2 * cut)[-2:] == ["hello", BIG[:200]]


def test_many_messages_in_one_segment(opened):
    test = opened()
    test.client.send_bytes(b"".join(frame(TEXT, str(number)) for number in range(2000)))
    assert test.has(2000) == [str(number) for number in range(2000)]


def test_the_counters(opened):
    test = opened()
    test.client.send_text("hello")
    test.client.send(BINARY, bytes(1000))
    test.has(2)
    test.board.send("four")
    test.board.send(bytes(300))
    for _ in range(2):
        test.client.receive()
    board = test.board
    assert (board.messages_in, board.messages_out) == (2, 2)
    assert board.bytes_in == len(frame(TEXT, "hello") + frame(BINARY, bytes(1000)))
    assert board.bytes_out == 2 + 4 + 4 + 300


def test_what_is_known_of_a_client(network: Network):
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
    assert network.log[1] == "INFO - client 1 joined from 127.0.0.7: 1 of 4"


# Messages out


@pytest.mark.parametrize("size", [*SIZES, 5760, 65535, 65536, 100000])
@pytest.mark.parametrize("limit", [125, 4096, 1 << 20])
def test_messages_of_any_size_are_sent(opened, size: int, limit: int):
    test = opened(max_frame_size=limit, max_queued=1 << 20)
    for data in (BIG[:size], "x" * size):
        assert test.board.send(data)
        received, frames = message(test.client)
        assert received == data
        assert frames == max(1, -(-size // limit))


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_bytes_is_a_binary_message(opened, kind):
    test = opened()
    test.board.send(kind(b"\x00\xff"))
    assert message(test.client) == (b"\x00\xff", 1)


def test_what_is_sent_may_be_changed_right_behind(opened):
    """The message waits for a phone that takes nothing; the program goes on with its buffer."""
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    buffer = bytearray(1000)
    for number in range(40):
        buffer[:] = bytes([number]) * 1000
        test.board.send(buffer)
    for number in range(40):
        assert message(test.client) == (bytes([number]) * 1000, 1)


@pytest.mark.parametrize("limit", [10, 4096])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ([b"a", b"bc", b""], b"abc"),
        ((b"a", bytearray(b"b"), memoryview(b"c")), b"abc"),
        (["ä", "", "👋"], "ä👋"),
        ([b""], b""),
        ([BIG[start : start + 999] for start in range(0, 30000, 999)], BIG[:30969]),
    ],
)
def test_an_iterable_is_one_message(opened, source, expected, limit: int):
    test = opened(max_frame_size=limit)
    assert test.board.send(source)
    assert message(test.client)[0] == expected


def test_a_generator_is_one_message_and_closed_at_its_end(opened):
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
    assert message(test.client)[0] == "".join(f"line {number}\n" for number in range(100))
    assert steps == [*range(100), "closed"]


@pytest.mark.parametrize("size", [0, 1, 4096, 4097, 100000])
def test_a_file_is_one_binary_message_and_closed_at_its_end(opened, size: int):
    test = opened()
    file = io.BytesIO(BIG[:size])
    assert test.board.send(file)
    assert message(test.client)[0] == BIG[:size]
    assert file.closed


def test_a_long_file_is_never_in_memory(opened):
    test = opened(receive_buffer=4096)
    (test.network.shared.drive / "log.bin").write_bytes(BIG * 10)
    file = test.network.board.drive.open("/log.bin", "rb")
    test.board.send(file)
    test.network.turn(50)
    assert file.tell() < 100000
    assert test.board.queued <= 8192
    assert message(test.client)[0] == BIG * 10
    assert file.closed


def test_messages_keep_their_order_around_a_file(opened):
    test = opened(receive_buffer=4096)
    test.board.send("before")
    test.board.send(io.BytesIO(BIG))
    test.board.send("behind")
    test.board.send(io.BytesIO(b"second file"))
    assert message(test.client)[0] == "before"
    assert message(test.client)[0] == BIG
    assert message(test.client)[0] == "behind"
    assert message(test.client)[0] == b"second file"


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_file_is_closed_when_the_client_goes(opened, end: str):
    test = opened(receive_buffer=4096)
    file = io.BytesIO(BIG)
    test.board.send(file)
    test.network.turn(10)
    assert not file.closed
    getattr(test.client.sock, end)()
    test.network.until(lambda: test.events.of("close"))
    assert file.closed


def test_an_iterable_that_raises_ends_the_connection(opened):
    test = opened()

    def generate():
        yield b"first"
        raise ValueError("sensor is gone")

    test.board.send(generate())
    assert test.client.receive() == Frame(BINARY, b"first", False)
    assert close_frame(test.client) == (1011, "fault on the board")
    test.network.advance(1)
    assert test.events.of("close") == [(1, 1011, "fault on the board")]
    assert [str(event[1]) for event in test.events.of("error")] == ["sensor is gone"]
    assert "ValueError: sensor is gone" in test.network.errors()[0]


def test_nothing_can_be_sent_on_the_way_out(opened):
    test = opened()
    test.board.close()
    assert test.board.send("late") is False
    assert test.board.send([b"late"]) is False
    test.board.ping(b"late")
    test.board.close(1001)
    assert test.client.receive() == Frame(CLOSE, close_payload(1000))
    assert test.client.sock.is_silent()  # type: ignore[attr-defined]


# Ping and pong


@pytest.mark.parametrize("size", [0, 1, 125])
def test_a_ping_is_answered_with_its_payload(opened, size: int):
    test = opened()
    test.client.send(PING, BIG[:size])
    assert test.client.receive() == Frame(PONG, BIG[:size])
    assert test.events.messages == []


def test_a_ping_between_fragments_is_answered_at_once(opened):
    test = opened()
    test.client.send(TEXT, "hel", fin=False)
    test.client.send(PING, "now")
    assert test.client.receive() == Frame(PONG, b"now")
    test.client.send(CONTINUATION, "lo")
    assert test.has(1) == ["hello"]


def test_a_pong_does_not_wait_for_the_end_of_a_long_message(opened):
    """It comes between two fragments (section 5.4); of several pings, the newest counts (5.5.3)."""
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    for number in range(5):
        test.client.send(PING, f"{number}")
    test.network.turn(10)
    parts, pongs, fragments_before = b"", [], 0
    while True:
        received = test.client.receive()
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


def test_a_pong_nobody_asked_for_is_ignored(opened):
    test = opened()
    test.client.send(PONG, "anything")
    test.client.send_text("hello")
    assert test.has(1) == ["hello"]


def test_the_board_pings(opened):
    test = opened()
    test.board.ping(b"are you there?")
    assert test.client.receive() == Frame(PING, b"are you there?")
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
def test_the_client_closes(opened, payload: bytes, code: int, reason: str):
    test = opened()
    test.client.send(CLOSE, payload)
    assert test.client.receive() == Frame(CLOSE, payload[:2])
    assert test.client.receive_rest() == Received(b"", "fin")
    test.is_closed(code, reason)
    assert test.network.log[-1] == f"INFO - client 1 left: {code} {reason}"


def test_nothing_behind_a_close_frame_is_delivered(opened):
    test = opened()
    test.client.send_bytes(
        frame(TEXT, "before") + frame(CLOSE, close_payload(1000)) + frame(TEXT, "behind")
    )
    assert test.client.receive() == Frame(CLOSE, close_payload(1000))
    assert test.client.receive_rest() == Received(b"", "fin")
    assert test.events.messages == ["before"]


def test_a_close_frame_between_fragments(opened):
    test = opened()
    test.client.send(TEXT, "never ", fin=False)
    assert test.client.close(1000, "enough").close_code == 1000
    test.is_closed(1000, "enough")
    assert test.events.messages == []


def test_a_close_is_answered_although_much_waits(opened):
    """What waits is dropped, but the frame that is sent in part is sent to its end."""
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    test.client.send(CLOSE, close_payload(1000))
    test.network.turn(10)
    while (received := test.client.receive()).opcode != CLOSE:
        assert not received.fin
    assert received == Frame(CLOSE, close_payload(1000))
    assert test.client.receive_rest() == Received(b"", "fin")
    test.is_closed(1000, "")


def test_a_close_whose_answer_the_client_does_not_take(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    test.client.send(CLOSE, close_payload(1000, "bye"))
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
def test_the_board_closes(opened, arguments: tuple, payload: bytes):
    test = opened()
    test.board.close(*arguments)
    assert test.board.state == test.network.lib.connection.CLOSING
    assert test.client.receive() == Frame(CLOSE, payload)
    assert test.events.of("close") == []
    test.client.send(CLOSE, payload[:2])
    assert test.client.receive_rest() == Received(b"", "fin")
    code = int.from_bytes(payload[:2], "big") if payload else 1005
    assert [event[1] for event in test.events.of("close")] == [code]


def test_the_board_closes_and_the_client_answers_something_else(opened):
    """The code that the client has sent is the connection's (section 7.1.5)."""
    test = opened()
    test.board.close(1001, "going")
    test.client.receive()
    test.client.send(CLOSE, close_payload(4000, "me too"))
    assert test.client.receive_rest() == Received(b"", "fin")
    test.is_closed(4000, "me too")


@pytest.mark.parametrize("code", [0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65536])
def test_the_board_cannot_close_with_a_wrong_code(opened, code: int):
    test = opened()
    with pytest.raises(ValueError, match="no close frame may carry the code"):
        test.board.close(code)
    assert test.client.sock.is_silent()  # type: ignore[attr-defined]
    assert test.hub.clients == [test.board]


def test_what_is_queued_is_sent_before_the_close_frame(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.board.send("last words")
    test.board.close(1000)
    assert message(test.client)[0] == BIG
    assert message(test.client)[0] == "last words"
    assert test.client.receive() == Frame(CLOSE, close_payload(1000))


def test_messages_that_cross_a_close_frame_are_not_delivered(opened):
    test = opened()
    test.board.close(1000)
    test.client.send_text("crossing")
    test.client.send(PING, "crossing")
    test.client.receive()
    test.client.send(CLOSE, close_payload(1000))
    assert test.client.receive_rest() == Received(b"", "fin")
    assert test.events.messages == []
    test.is_closed(1000, "")


def test_a_close_that_is_not_answered_ends_at_the_deadline(opened):
    test = opened()
    test.board.close(1001, "going")
    test.network.advance(4.9)
    assert test.events.of("close") == []
    test.network.advance(0.3)
    assert test.client.receive() == Frame(CLOSE, close_payload(1001, "going"))
    assert test.client.receive_rest() == Received(b"", "fin")
    assert [event[0] for event in test.events.all] == ["open", "close"]


def test_a_client_that_only_talks_cannot_put_the_close_deadline_off(opened):
    test = opened()
    test.board.close(1001, "going")
    for _ in range(49):
        test.client.sock.send(frame(TEXT, "more"))
        test.network.advance(0.1)
    assert test.events.of("close") == []
    test.network.advance(0.3)
    test.is_closed(1001, "going")


def test_the_close_frame_is_not_lost_although_the_client_keeps_sending(opened):
    """Unread input would turn the close into a reset, which takes the close frame away."""
    test = opened(max_message_size=1000)
    flood = frame(TEXT, "x" * 2000) + frame(TEXT, "y" * 900) * 300
    rest = memoryview(flood)
    for _ in range(100):
        try:
            rest = rest[test.client.sock.send(rest[:8000]) :]
        except (BlockingIOError, ConnectionError):
            pass
        test.network.turn()
    assert close_frame(test.client) == (1009, "message is longer than 1000 bytes")
    test.network.advance(1)
    assert [event[1] for event in test.events.of("close")] == [1009]


def test_the_end_without_a_close_frame_is_1006(opened):
    test = opened()
    test.client.sock.close()
    test.is_closed(1006, "")
    assert test.network.log[-1].strip() == "INFO - client 1 left: 1006"


def test_half_an_end_is_1006(opened):
    test = opened()
    test.client.sock.end_sending()  # type: ignore[attr-defined]
    test.is_closed(1006, "")


def test_a_reset_is_1006(opened):
    test = opened()
    test.client.reset()
    test.is_closed(1006, "")


@pytest.mark.parametrize("part", [1, 5, 8, 100])
def test_a_client_that_vanishes_in_the_middle_of_a_message(opened, part: int):
    test = opened()
    test.client.send_bytes(frame(TEXT, "x" * 1000)[:part])
    test.network.turn(5)
    test.client.reset()
    test.is_closed(1006, "")
    assert test.events.messages == []
    test.network.is_served()


def test_a_client_that_vanishes_while_much_waits_for_it(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    test.board.send(BIG)
    test.network.turn(10)
    test.client.reset()
    test.is_closed(1006, "")


def test_a_send_to_a_client_that_has_vanished_raises_nothing(opened):
    test = opened()
    test.client.reset()
    for _ in range(3):
        test.board.send("anybody?")
        test.board.send([b"anybody?"])
    test.network.advance(0.2)
    test.is_closed(1006, "")


# Failures


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
        (frame(CLOSE, b"\x03"), 1002, "close frame has half a code"),
        (frame(CLOSE, close_payload(1005)), 1002, "close code 1005 is not allowed"),
        (frame(TEXT, b"\xff"), 1007, "text is not UTF-8"),
        (frame(TEXT, b"\xed\xa0\x80"), 1007, "text is not UTF-8"),
        (frame(TEXT, b"\xc3"), 1007, "text is not UTF-8"),
        (frame(TEXT, b"ok \xf8", fin=False), 1007, "text is not UTF-8"),
        (frame(CLOSE, b"\x03\xe8\xff"), 1007, "text is not UTF-8"),
        (frame(TEXT, "", fin=False) + frame(0, "", fin=False) * 384, 1008, "{fragments}"),
        (frame(BINARY, bytes(4097)), 1009, "message is longer than 4096 bytes"),
        (frame(BINARY, b"", announce=1 << 40, form=64), 1009, "message is longer than 4096 bytes"),
        (
            frame(BINARY, bytes(4000), fin=False) + frame(0, bytes(97)),
            1009,
            "message is longer than 4096 bytes",
        ),
    ],
)
def test_a_failure_is_told_and_ends_the_connection(opened, data: bytes, code: int, reason: str):
    reason = reason.replace("{fragments}", "message has more than 384 fragments")
    test = opened()
    test.client.send_bytes(frame(TEXT, "good") + data + frame(TEXT, "behind"))
    assert test.client.receive() == Frame(CLOSE, close_payload(code, reason))
    assert f"WARNING - client 1 failed: {code} {reason}" in test.network.log
    assert test.events.of("close") == []
    test.client.send(CLOSE, close_payload(code))
    test.network.advance(0.6)
    assert test.client.receive_rest() == Received(b"", "fin")
    assert test.events.messages == ["good"]
    test.is_closed(code, reason)


def test_a_failed_client_that_closes_is_gone_at_once(opened):
    test = opened()
    test.client.send(TEXT, "x", rsv=1)
    test.client.receive()
    test.client.sock.close()
    test.is_closed(1002, "reserved bits are set")


def test_what_waits_is_dropped_at_a_failure(opened):
    test = opened(receive_buffer=4096, max_queued=1 << 20)
    file = io.BytesIO(BIG)
    test.board.send(BIG)
    test.board.send(file)
    test.network.turn(10)
    test.client.send(TEXT, "x", rsv=1)
    test.network.turn(10)
    assert file.closed
    assert close_frame(test.client) == (1002, "reserved bits are set")
    test.network.advance(1)


# Deadlines


def test_a_message_may_not_take_too_long(opened):
    test = opened(message_timeout=3000)
    test.client.send_bytes(frame(TEXT, "x" * 1000)[:500])
    test.network.advance(2.9)
    assert test.client.sock.is_silent()  # type: ignore[attr-defined]
    test.network.advance(0.2)
    assert close_frame(test.client) == (1008, "message took too long to arrive")
    assert "WARNING - client 1 failed: 1008 message took too long to arrive" in test.network.log
    test.network.advance(0.6)
    test.is_closed(1008, "message took too long to arrive")


@pytest.mark.parametrize("kind", ["bytes", "fragments", "pings"])
def test_a_drip_does_not_put_the_message_deadline_off(opened, kind: str):
    test = opened(message_timeout=3000)
    test.client.send_bytes(frame(BINARY, "x" * 100, fin=False)[: -50 if kind == "bytes" else None])
    drip = {
        "bytes": b"x",
        "fragments": frame(CONTINUATION, "x", fin=False),
        "pings": frame(PING, ""),
    }[kind]
    for _ in range(29):
        test.client.sock.send(drip)
        test.network.advance(0.1)
    test.network.turn(5)
    assert test.board.state == test.network.lib.connection.OPEN
    test.network.advance(0.3)
    assert close_frame(test.client) == (1008, "message took too long to arrive")
    test.network.advance(1)


def test_the_next_message_has_its_own_time(opened):
    test = opened(message_timeout=3000, ping_interval=1000000)
    for _ in range(5):
        data = frame(TEXT, "hello")
        test.client.send_bytes(data[:4])
        test.network.advance(2)
        test.client.send_bytes(data[4:] + data[:4])
        test.network.turn(5)
        test.network.advance(2)
        test.client.send_bytes(data[4:])
        test.network.turn(5)
    assert test.has(10) == ["hello"] * 10
    test.network.advance(100)
    assert test.board.state == test.network.lib.connection.OPEN


def test_half_a_header_has_a_deadline_too(opened):
    test = opened(message_timeout=3000)
    test.client.send_bytes(b"\x81")
    test.network.advance(3.2)
    assert close_frame(test.client)[0] == 1008
    test.network.advance(1)


def test_a_silent_client_that_answers_pings_stays(opened):
    test = opened()
    let_time_pass(test.network, 600, test.client)
    test.client.send_text("good morning")
    assert test.has(1) == ["good morning"]


# Limits of what waits


def test_a_client_that_falls_behind_is_closed_with_1013(opened):
    test = opened(receive_buffer=4096, max_queued=5000)
    sent = 0
    while test.board.send("x" * 1000):
        sent += 1
        test.network.turn()
        assert sent < 1000
        assert test.board.queued <= 5000
    assert "WARNING - client 1 failed: 1013 takes its messages too slowly" in test.network.log
    for _ in range(sent):
        received = test.client.receive()
        if received.opcode == CLOSE:
            break
        assert received.payload == b"x" * 1000
    else:
        received = test.client.receive()
    assert received == Frame(CLOSE, close_payload(1013, "too slow: the queue is full"))
    test.network.advance(1)
    assert [event[1] for event in test.events.of("close")] == [1013]


def test_a_message_longer_than_the_queue_can_be_sent_to_a_client_that_keeps_up(opened):
    test = opened(max_queued=5000)
    assert test.board.send(BIG)
    assert message(test.client)[0] == BIG


def test_a_client_that_never_reads_and_never_answers_is_gone_in_time(opened):
    test = opened(receive_buffer=4096, max_queued=5000)
    while test.board.send("x" * 1000):
        test.network.turn()
    test.network.advance(6)
    assert [event[1] for event in test.events.of("close")] == [1013]
    assert test.network.loop.sockets == ["HTTP listener"]


# Pieces of a message that is too long for memory


@pytest.fixture
def pieces(network: Network) -> list[tuple]:
    """A hub at /ws that takes long messages in pieces: all that it was handed."""
    hub = network.hub(max_message_size=1000)
    seen: list[tuple] = []
    hub.on_message(lambda client, data: seen.append(("whole", data)))
    hub.on_chunk(lambda client, piece, final: seen.append((piece, final)))
    return seen


def test_a_megabyte_is_taken_piece_by_piece(network: Network, pieces: list):
    data = BIG * 10
    with network.websocket() as client:
        client.send(BINARY, data)
        network.until(lambda: pieces and pieces[-1][1])
    assert b"".join(piece for piece, _ in pieces) == data
    assert [final for _, final in pieces] == [False] * (len(pieces) - 1) + [True]
    assert all(type(piece) is bytes and len(piece) <= 5120 for piece, _ in pieces)


@pytest.mark.parametrize("size", [7, 16, 999, 1001, 5000])
def test_no_piece_of_text_cuts_a_character(network: Network, pieces: list, size: int):
    text = "ä日👋" * 400
    data = text.encode()
    parts = [data[start : start + size] for start in range(0, len(data), size)]
    with network.websocket() as client:
        for index, part in enumerate(parts):
            fin = index == len(parts) - 1
            client.send(CONTINUATION if index else TEXT, part, fin=fin)
        network.until(lambda: pieces and pieces[-1][1])
        client.send_text("short")
        network.until(lambda: pieces[-1][0] == "whole")
    assert "".join(piece for piece, _ in pieces[:-1]) == text
    assert pieces[-1] == ("whole", "short")


def test_pieces_are_put_on_the_drive_by_a_program(network: Network):
    """What it is for: a phone uploads a file."""
    hub = network.hub(max_message_size=1000)
    written = io.BytesIO()
    done = []

    @hub.on_chunk
    def chunk(client, piece, final):
        written.write(piece)
        if final:
            done.append(client.id)
            client.send("thanks")

    with network.websocket() as client:
        client.send(BINARY, BIG)
        assert client.receive_text() == "thanks"
    assert written.getvalue() == BIG and done == [1]


def test_a_ping_in_a_long_upload_is_answered(network: Network, pieces: list):
    with network.websocket() as client:
        client.send(BINARY, BIG[:3000], fin=False)
        client.send(PING, "x")
        assert client.receive() == Frame(PONG, b"x")
        client.send(CONTINUATION, BIG[3000:6000])
        network.until(lambda: pieces and pieces[-1][1])
    assert b"".join(piece for piece, _ in pieces) == BIG[:6000]


def test_a_long_upload_may_take_its_time_while_it_goes_on(network: Network, pieces: list):
    with network.websocket() as client:
        for index in range(20):
            client.send(CONTINUATION if index else BINARY, bytes(1000), fin=index == 19)
            network.turn(3)
            network.advance(2)
        network.until(lambda: pieces and pieces[-1][1])


# Bad networks


@pytest.mark.parametrize("faults", [["partial=1"], ["eagain=0.4"], ["delay=1"]])
def test_messages_over_a_bad_network(network: Network, faults: list[str]):
    hub = network.hub(max_message_size=20000, max_queued=1 << 20, max_frame_size=1000)
    hub.on_message(lambda client, data: client.send(data))
    with network.websocket() as client:
        network.until(lambda: hub.clients)
        for fault in faults:
            network.board.faults.set(fault)
        for size in (0, 1, 125, 126, 5000, 20000):
            client.send(BINARY, BIG[:size])
            assert message(client)[0] == BIG[:size]
        assert client.close().close_code == 1000


def test_a_phone_that_walks_out_of_range_and_comes_back(network: Network):
    hub = network.hub()
    with network.websocket(source="127.0.0.8") as client:
        network.until(lambda: hub.clients)
        network.board.network.leave("127.0.0.8")
        hub.broadcast("are you there?")
        network.advance(20)
        assert client.sock.is_silent()  # type: ignore[attr-defined]
        network.board.network.join("127.0.0.8")
        assert client.receive_text() == "are you there?"


def test_the_socket_is_read_to_its_end_before_it_is_closed(opened):
    """More than one read is on its way when the client's close frame is heard."""
    test = opened()
    sock = test.client.sock
    sock.send(frame(CLOSE, close_payload(1000)) + bytes(60000))
    data, end = raw_http.receive(sock, 5)
    assert (data, end) == (frame(CLOSE, close_payload(1000), mask=None), "fin")

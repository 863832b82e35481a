# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Clients that stall, drip, flood, break the protocol, or disconnect in any way."""

import random
import select
import time

from tests import raw_http
from tests.faults.scene import TIMEOUT, A, B, C, D, E, Scene, Table, run
from tests.raw_websocket import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    RawWebSocket,
    close_payload,
    frame,
    upgrade_bytes,
)

table = Table()
HELLO = frame(TEXT, "hello, board")
TOO_LONG = "message took too long to arrive"


@table.case("half a frame and silence", {1008: 1})
def half_a_frame(scene: Scene) -> None:
    client = scene.client()
    client.send_bytes(HELLO[:10])
    scene.log(f"client {scene.number()} failed: 1008 {TOO_LONG}")
    scene.closed(client, 1008, TOO_LONG)


@table.case("half a frame, silence and FIN", {1006: 1})
def half_a_frame_fin(scene: Scene) -> None:
    client = scene.client()
    client.send_bytes(HELLO[:10])
    time.sleep(TIMEOUT / 2000)
    client.sock.close()
    scene.log(f"client {scene.number()} disconnected: 1006")


@table.case("a byte every 50 ms, fast enough", {1000: 1})
def a_byte_at_a_time(scene: Scene) -> None:
    client = scene.client()
    data = frame(TEXT, "drip")
    for index in range(len(data)):
        client.send_bytes(data[index : index + 1])
        time.sleep(0.05)
    scene.hear(client, "drip")
    client.close()
    scene.log(f"client {scene.number()} disconnected: 1000")


@table.case("a byte every 50 ms, for too long", {1008: 1})
def a_byte_at_a_time_too_long(scene: Scene) -> None:
    client = scene.client()
    data = frame(TEXT, "drip" * 20)
    try:
        for index in range(len(data)):
            client.send_bytes(data[index : index + 1])
            time.sleep(0.05)
    except ConnectionError:
        pass
    scene.log(f"client {scene.number()} failed: 1008 {TOO_LONG}")
    assert scene.close_frame(client).close_code == 1008


@table.case("never reads while 8 KB are broadcast 200 times a second", {1013: 1})
def never_reads(scene: Scene) -> None:
    client = scene.client(receive_buffer=4096)
    client.send_text("storm")
    scene.log(f"client {scene.number()} failed: 1013 reads too slowly")
    scene.log(f"client {scene.number()} disconnected: 1013")
    # However much of it the connection had room for, it ends.
    assert client.receive_rest().end == "fin"
    scene.log("the storm is over")
    scene.remarks.append(f"worst queue {scene.stats()['most']['queued']} bytes")


@table.case("three never read while 8 KB are broadcast 200 times a second", {1013: 3})
def never_read(scene: Scene) -> None:
    clients = [scene.client(source, receive_buffer=4096) for source in (A, B, C)]
    clients[0].send_text("storm for all")
    scene.log("the storm is over")
    scene.log("failed: 1013 reads too slowly", 3)
    scene.log("disconnected: 1013", 3)


@table.case("floods with small messages and never reads", {1013: 1})
def floods(scene: Scene) -> None:
    client = scene.client(receive_buffer=4096)
    _flood(scene, client, frame(TEXT, "flood") * 300)
    scene.log(f"client {scene.number()} failed: 1013 reads too slowly")
    scene.log(f"client {scene.number()} disconnected: 1013")


@table.case("floods with large messages and never reads", {1013: 1})
def floods_large(scene: Scene) -> None:
    client = scene.client(receive_buffer=4096)
    _flood(scene, client, frame(BINARY, bytes(4096)) * 4)
    scene.log(f"client {scene.number()} failed: 1013 reads too slowly")
    scene.log(f"client {scene.number()} disconnected: 1013")


@table.case("floods with pings and never reads", {1006: 1})
def floods_pings(scene: Scene) -> None:
    client = scene.client(receive_buffer=4096)
    _flood(scene, client, frame(PING, bytes(125)) * 50)
    client.reset()
    # Only the newest pong waits, so nothing ever overflows.
    scene.log(f"client {scene.number()} disconnected: 1006")
    assert scene.stats()["most"]["queued"] <= 6000


def _flood(scene: Scene, client: RawWebSocket, burst: bytes, seconds: float = 1.0) -> None:
    client.sock.settimeout(0.02)
    rest = memoryview(burst)
    for _ in scene.lasting(seconds):
        try:
            rest = rest[client.sock.send(rest) :]
        except TimeoutError:
            continue
        except ConnectionError:
            return
        if not rest:
            rest = memoryview(burst)


@table.case("floods and reads", {1000: 1})
def floods_and_reads(scene: Scene) -> None:
    client = scene.client()
    burst = frame(BINARY, bytes(1000)) * 4
    sock = client.sock
    sock.setblocking(False)
    sent = heard = 0
    rest = memoryview(burst)
    for _ in scene.lasting(1):
        readable, writable, _ = select.select([sock], [sock], [], 0.1)
        if readable:
            heard += len(sock.recv(65536))
        if writable and sent - heard < 8000:
            count = sock.send(rest)
            sent += count
            rest = rest[count:] or memoryview(burst)
    client.send_bytes(bytes(rest))
    sent += len(rest)
    # The echoes have no mask: 4 bytes less for each.
    messages = sent // (len(burst) // 4)
    expected = messages * (len(burst) // 4 - 4)
    last = time.monotonic() + 10
    while heard < expected and time.monotonic() < last:
        if select.select([sock], [], [], 0.1)[0]:
            heard += len(sock.recv(65536))
    assert heard == expected
    scene.remarks.append(f"{messages} messages of 1000 bytes back to the other in 1 s")
    client.close()
    scene.log(f"client {scene.number()} disconnected: 1000")


@table.case("1000 pings in one segment", {1000: 1})
def pings(scene: Scene) -> None:
    client = scene.client()
    client.send_bytes(b"".join(frame(PING, str(number)) for number in range(1000)))
    numbers = []
    while not numbers or numbers[-1] < 999:
        received = client.receive()
        assert received.opcode == PONG
        numbers.append(int(received.payload))
    assert numbers == sorted(set(numbers))
    scene.remarks.append(f"{len(numbers)} pongs")
    scene.echo(client)
    client.close()
    scene.log(f"client {scene.number()} disconnected: 1000")


@table.case("a frame that announces 2^62 bytes", {1009: 1})
def large_frame(scene: Scene) -> None:
    client = scene.client()
    client.send(BINARY, b"the first bytes of it", announce=1 << 62)
    scene.log(f"client {scene.number()} failed: 1009")
    scene.closed(client, 1009)


@table.case("garbage after the handshake", {1002: 1})
def garbage_after(scene: Scene) -> None:
    client = scene.client()
    client.send_bytes(b"\xff" + random.Random(1).randbytes(20000))
    scene.log(f"client {scene.number()} failed: 1002")
    scene.closed(client, 1002)


@table.case("HTTP after the handshake", {1002: 1})
def http_after(scene: Scene) -> None:
    client = scene.client()
    client.send_bytes(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    scene.log(f"client {scene.number()} failed: 1002")
    scene.closed(client, 1002)


@table.case("a phone asleep, which answers no ping", {1006: 1})
def asleep(scene: Scene) -> None:
    client = scene.client()
    scene.log(f"client {scene.number()} disconnected: 1006 no answer to a ping")
    assert client.receive().opcode == PING
    assert client.receive_rest().end == "fin"


@table.case("a hidden tab, whose browser answers pings", {1000: 1})
def hidden(scene: Scene) -> None:
    client = scene.client()
    for _ in range(3):
        ping = client.receive()
        assert ping.opcode == PING
        client.send(PONG, ping.payload)
    scene.echo(client)
    client.close()
    scene.log(f"client {scene.number()} disconnected: 1000")


@table.case("a close that is never answered", {4002: 1})
def close_unanswered(scene: Scene) -> None:
    client = scene.client()
    client.send_text("close me")
    frame = scene.close_frame(client)
    assert (frame.close_code, frame.close_reason) == (4002, "as you wish")
    for _ in range(4):  # its messages are discarded
        client.send_text("raise")
        scene.skip(1)
    scene.skip(1)
    assert client.receive_rest().end == "fin"
    scene.log(f"client {scene.number()} disconnected: 4002")
    assert not scene.logged("a handler failed")


@table.case("ten clients too many, which do not disconnect", {1000: 3})
def too_many(scene: Scene) -> None:
    clients = [scene.client(source) for source in (A, B, C)]
    refused = []
    for _ in range(10):
        refused.append(scene.client(D))
        for client in clients:
            scene.echo(client)
    start = time.monotonic()
    assert raw_http.fetch(scene.address, "/", source=E, deadline=10).status == 200
    scene.remarks.append(f"the page came after {(time.monotonic() - start) * 1000:.0f} ms")
    for client in refused:
        scene.closed(client, 1013, "all 4 places are taken", answer=False)
    scene.log("rejected: all 4 places are taken", 10)
    for client in clients:
        scene.echo(client)
        client.close()


@table.case("a reloaded page replaces its ghost", {1001: 5, 1000: 1})
def reloaded(scene: Scene) -> None:
    target = "/ws?page=0123456789abcdef0123"
    client = scene.client(A, target)
    for count in range(1, 6):
        successor = scene.client(A, target)
        scene.log("disconnected: 1001 replaced by a newer connection of this page", count)
        scene.closed(client, 1001, "replaced")
        scene.echo(successor)
        client = successor
    client.close()


@table.case("another phone with the id of a page", {1000: 2})
def same_page_id(scene: Scene) -> None:
    target = "/ws?page=0123456789abcdef0123"
    client, other = scene.client(A, target), scene.client(B, target)
    for one in (client, other):
        scene.echo(one)
        one.close()
    scene.log(f"client {scene.number(B)} disconnected: 1000")


STAGES: dict[str, bytes] = {
    "connected": b"",
    "half a request": b"GET /ws HT",
    "a file asked for": b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n",
}
FRAMES = {
    "upgraded": b"",
    "one byte": HELLO[:1],
    "half a frame": HELLO[:10],
    "a message": HELLO,
    "half a message": frame(TEXT, "half", fin=False),
    "a ping": frame(PING, "ping"),
    "closed": frame(CLOSE, close_payload(1000)),
    "failed": frame(TEXT, b"\xff"),
    "asked to close": frame(TEXT, "close me"),
}


@table.case("RST at every stage")
def resets(scene: Scene) -> None:
    upgrade = upgrade_bytes(scene.address)
    requests = [*STAGES.values(), upgrade[:-2], upgrade]
    for data in requests:
        sock = scene.socket()
        sock.sendall(data)
        raw_http.reset(sock)
    # In the middle of a response.
    sock = scene.socket(receive_buffer=4096)
    sock.sendall(STAGES["a file asked for"])
    assert sock.recv(1000)
    raw_http.reset(sock)
    for data in FRAMES.values():
        client = scene.client(B)
        client.send_bytes(data)
        client.reset()
    for _ in FRAMES:
        client = scene.client(C)
        scene.echo(client)
        client.reset()
    scene.log(r"client \d+ connected from 127\.0\.0\.5", len(FRAMES))
    scene.log(r"disconnected before sending a request")
    scene.log(r"disconnected in the middle of a request", 2)
    # The board may see Close, RST or its own failure first.
    scene.closes_are_open = True


@table.parametrize
def test_fault(scene: Scene, case, record_property):
    run(scene, case, record_property)

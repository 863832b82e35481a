# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Requests that stall, never end, are malformed, or load the largest file over the worst link."""

import random
import threading
import time

from tests import raw_http
from tests.faults.scene import LARGE, LARGE_SIZE, A, B, C, D, E, F, Scene, Table, run
from tests.raw_http import request_bytes

table = Table()

#: Seconds between two quick connections. Without a pause, the backlog of six would soon be full,
#: and a phone whose SYN is dropped retries only after a second.
CONNECT_INTERVAL = 0.002


@table.case("slowloris headers")
def slowloris(scene: Scene) -> None:
    socks = [scene.socket(source) for source in (A, B, C)]
    for sock in socks:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
    for _ in scene.lasting(0.8):
        for sock in socks:
            sock.sendall(b"X: y\r\n")
        time.sleep(0.05)
    for sock in socks:
        assert raw_http.parse(raw_http.receive(sock)).status == 408
    scene.log('"GET /" answered 408', 3)


@table.case("silent connections up to the socket limit")
def silent(scene: Scene) -> None:
    # The listener and the healthy client have the other two of the eight.
    socks = [scene.socket(source) for source in (A, B, C, D, E, F)]
    start = time.monotonic()
    assert raw_http.fetch(scene.address, "/", source=F, deadline=10).status == 200
    scene.remarks.append(f"the page came after {(time.monotonic() - start) * 1000:.0f} ms")
    for sock in socks:
        assert raw_http.receive(sock) == (b"", "fin")
    scene.log("dropped: sent no request", 6)


@table.case("silent connections and as many clients as allowed", {1000: 3})
def silent_and_full(scene: Scene) -> None:
    clients = [scene.client(source) for source in (A, B, C)]
    socks = [scene.socket(source) for source in (D, E, F)]
    start = time.monotonic()
    assert raw_http.fetch(scene.address, "/", source=F, deadline=10).status == 200
    scene.remarks.append(f"the page came after {(time.monotonic() - start) * 1000:.0f} ms")
    for sock in socks:
        assert raw_http.receive(sock) == (b"", "fin")
    scene.log("dropped: sent no request", 3)
    for client in clients:
        scene.echo(client)
        client.close()


@table.case("half a request and silence")
def half_a_request(scene: Scene) -> None:
    sock = scene.socket()
    sock.sendall(request_bytes(scene.address)[:20])
    assert raw_http.parse(raw_http.receive(sock)).status == 408
    scene.log('"GET /" answered 408')


@table.case("half a request and FIN")
def half_a_request_fin(scene: Scene) -> None:
    for size in (1, 20, 40):
        sock = scene.socket()
        sock.sendall(request_bytes(scene.address, "/esp-ws.js")[:size])
        sock.close()
    scene.log("127.0.0.3 disconnected in the middle of a request", 3)


@table.case("half a request and RST")
def half_a_request_rst(scene: Scene) -> None:
    sock = scene.socket()
    sock.sendall(request_bytes(scene.address)[:20])
    scene.log("counts: .*HTTP.*HTTP")  # accepted
    raw_http.reset(sock)
    scene.log("127.0.0.3 disconnected")


@table.case("half a body and FIN")
def half_a_body(scene: Scene) -> None:
    sock = scene.socket()
    data = request_bytes(scene.address, "/", method="POST", body=bytes(1000))
    sock.sendall(data[:-500])
    sock.close()
    scene.log("127.0.0.3 disconnected in the middle of a request")


@table.case("1 MB of headers with line ends")
def many_headers(scene: Scene) -> None:
    data = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X-Header: 0123456789\r\n" * 45000
    assert raw_http.exchange(scene.address, data, source=A).data.startswith(b"HTTP/1.1 431 ")
    scene.log('"GET /" answered 431')


@table.case("1 MB of headers without line ends")
def long_header(scene: Scene) -> None:
    data = b"GET / HTTP/1.1\r\nX-Header: " + b"x" * 1_000_000
    assert raw_http.exchange(scene.address, data, source=A).data.startswith(b"HTTP/1.1 431 ")
    scene.log('"GET /" answered 431')


@table.case("1 MB of body")
def long_body(scene: Scene) -> None:
    data = request_bytes(scene.address, "/", method="POST", body=bytes(1_000_000))
    assert raw_http.exchange(scene.address, data, source=A).data.startswith(b"HTTP/1.1 413 ")
    scene.log('"POST /" answered 413')


@table.case("garbage before the handshake")
def garbage(scene: Scene) -> None:
    dice = random.Random(2)
    # A TLS ClientHello, NUL, and bytes that are not ASCII.
    for first in (b"\x16\x03\x01\x02\x00", b"\0", b"\x80", b"\xff"):
        data = first + dice.randbytes(dice.randint(1, 3000))
        assert raw_http.exchange(scene.address, data, source=A).data[:12] == b"HTTP/1.1 400"
    scene.log("answered 400", 4)


@table.case("frames without a handshake")
def frames(scene: Scene) -> None:
    data = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"
    assert raw_http.exchange(scene.address, data, source=A).data.startswith(b"HTTP/1.1 400 ")
    scene.log("answered 400")


@table.case("500 quick connections with FIN")
def quick_fin(scene: Scene) -> None:
    start = time.monotonic()
    for _ in range(500):
        scene.socket().close()
        time.sleep(CONNECT_INTERVAL)
    scene.remarks.append(f"{time.monotonic() - start:.1f} s")
    scene.log("127.0.0.3 disconnected before sending a request", 500)


@table.case("500 quick connections with RST")
def quick_rst(scene: Scene) -> None:
    start = time.monotonic()
    for _ in range(500):
        raw_http.reset(scene.socket())
        time.sleep(CONNECT_INTERVAL)
    scene.remarks.append(f"{time.monotonic() - start:.1f} s")
    # Those that were reset before they were accepted may never be seen.
    assert raw_http.fetch(scene.address, "/", source=B).status == 200
    scene.log("127.0.0.3 disconnected before sending a request")


@table.case("a route that raises")
def route_raises(scene: Scene) -> None:
    assert raw_http.fetch(scene.address, "/raise", source=A).status == 500
    scene.log("ValueError: a fault of the program's")
    scene.log('"GET /raise" answered 500')


@table.case("four phones load 2 MB at once, one over a bad link")
def four_downloads(scene: Scene) -> None:
    lengths: list[int] = []
    start = time.monotonic()

    def load(source: str) -> None:
        response = raw_http.fetch(scene.address, LARGE, source=source, deadline=40)
        lengths.append(len(response.body))

    bad = scene.socket(D, receive_buffer=4096)
    bad.sendall(request_bytes(scene.address, LARGE))
    loaders = [threading.Thread(target=load, args=(source,)) for source in (A, B, C)]
    for loader in loaders:
        loader.start()
    for _ in scene.lasting(1):
        assert bad.recv(1024)
        time.sleep(0.05)
    for loader in loaders:
        loader.join()
    assert lengths == [LARGE_SIZE] * 3
    scene.remarks.append(f"{3 * LARGE_SIZE / (time.monotonic() - start) / 1e6:.1f} MB/s")
    # From here on it reads nothing, and the board drops it after 10 s.
    scene.skip(9)
    scene.log("127.0.0.6 dropped: not reading the response")


@table.case("three phones at 5 KB/s, one of them over a response in chunks")
def slow_phones(scene: Scene) -> None:
    phones = [scene.socket(source, receive_buffer=4096) for source in (A, B, C)]
    for phone, target in zip(phones, ("/chunks", LARGE, LARGE), strict=True):
        phone.sendall(request_bytes(scene.address, target))
    for _ in scene.lasting(2):
        for phone in phones:
            assert phone.recv(256)
        time.sleep(0.05)
    for phone in phones:
        raw_http.reset(phone)


@table.parametrize
def test_fault(scene: Scene, case, record_property):
    run(scene, case, record_property)

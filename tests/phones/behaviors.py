# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What phones do. Each function is one episode of one phone."""

import contextlib
import socket
import time
from collections.abc import Callable

from tests import raw_http
from tests.phones.phone import Phone
from tests.raw_http import request_bytes
from tests.raw_websocket import (
    BINARY,
    CLOSE,
    CONTINUATION,
    PING,
    TEXT,
    RawWebSocket,
    close_payload,
    frame,
    upgrade_bytes,
)


def chatter(phone: Phone) -> None:
    """Send messages of any size, and read."""
    with phone.websocket() as websocket:
        for _ in range(phone.rng.randint(3, 30)):
            size = phone.rng.choice((0, 1, 20, 125, 126, 1000, 4096))
            if phone.rng.random() < 0.5:
                websocket.send(TEXT, "x" * size)
            else:
                websocket.send(BINARY, bytes(size))
            if end := phone.read(websocket, phone.between(0.01, 0.2)):
                return phone.note(end)
        phone.close(websocket)


def sleep(phone: Phone) -> None:
    """Read and answer nothing for a while, as with a dark screen."""
    with phone.websocket(receive_buffer=4096) as websocket:
        phone.read(websocket, 0.2)
        phone.wait(phone.between(0.5, 15))
        phone.note(phone.read(websocket, 1) or "slept well")


def roam(phone: Phone) -> None:
    """Leave the hotspot and come back."""
    assert phone.radio
    with phone.websocket() as websocket:
        phone.read(websocket, phone.between(0.1, 1.5))
        phone.radio.leave(phone.source)
        try:
            phone.wait(phone.between(0.2, 4))
        finally:
            phone.radio.join(phone.source)
        with contextlib.suppress(OSError):
            websocket.send(TEXT, "back")
        phone.note(phone.read(websocket, 1.5) or "still connected")


def hidden(phone: Phone) -> None:
    """Stay silent but answer pings, as a tab in the background does."""
    with phone.websocket() as websocket:
        phone.note(phone.read(websocket, phone.between(1, 15)) or "undisturbed")


def reload(phone: Phone) -> None:
    """Load the page again and again; the old connection may not have been closed."""
    for _ in range(phone.rng.randint(1, 5)):
        phone.note(f"page {phone.fetch('/')}")
        with phone.websocket() as websocket:
            if end := phone.read(websocket, phone.between(0.05, 0.6)):
                phone.note(end)
            elif phone.rng.random() < 0.5:
                phone.close(websocket)
            else:
                with phone.websocket() as successor:
                    phone.note(phone.read(websocket, 0.5) or "a ghost remained")
                    phone.read(successor, 0.1)


def preconnect(phone: Phone) -> None:
    """Connect, and perhaps send a request later, as browsers do."""
    with phone.connected() as sock:
        phone.wait(phone.between(0.05, 6))
        if phone.rng.random() < 0.5:
            sock.sendall(request_bytes(phone.address, phone.rng.choice(phone.files)))
            received = raw_http.receive(sock, 10)
            phone.note(received.data[9:12].decode("latin-1") or received.end)
        else:
            phone.note("not used")


def browse(phone: Phone) -> None:
    """Load the page and its files, some over a bad link."""
    for path in phone.files:
        phone.wait(0)  # out of range, each fetch may take until its deadline
        if phone.rng.random() < 0.7:
            phone.note(phone.fetch(path))
            continue
        with phone.connected(receive_buffer=4096) as sock:
            sock.sendall(request_bytes(phone.address, path))
            for _ in range(phone.rng.randint(1, 60)):
                if not sock.recv(1024):
                    break
                phone.wait(0.05)
            phone.note("over a bad link")


def flood(phone: Phone) -> None:
    """Send as fast as possible, and never read."""
    size = phone.rng.choice((0, 10, 125, 1000, 4096))
    burst = frame(phone.rng.choice((TEXT, BINARY, PING)), b"f" * min(size, 125)) * 50
    if size > 125:
        burst = frame(BINARY, bytes(size)) * 8
    with phone.websocket(receive_buffer=4096) as websocket:
        websocket.sock.settimeout(1)
        try:
            last = time.monotonic() + phone.between(0.2, 3)
            while time.monotonic() < last:
                websocket.sock.sendall(burst)
                phone.wait(0)
            phone.note("the board kept up")
        except TimeoutError:
            phone.note("the board does not read on")
        except OSError:
            phone.note("cut off")


def drip(phone: Phone) -> None:
    """Send a request or a frame in single bytes."""
    if phone.rng.random() < 0.5:
        with phone.connected() as sock:
            data = request_bytes(phone.address, "/", headers={"X-Drip": "x" * 200})
            sent = _drip(phone, sock, data)
            received = raw_http.receive(sock, 3)
            phone.note(received.data[9:12].decode("latin-1") or f"{received.end} {sent}")
    else:
        with phone.websocket() as websocket:
            _drip(phone, websocket.sock, frame(TEXT, "d" * 200))
            phone.note(phone.read(websocket, 1) or "all of it arrived")


def _drip(phone: Phone, sock: socket.socket, data: bytes) -> str:
    pause = phone.between(0.02, 0.06)
    for index in range(len(data)):
        try:
            sock.sendall(data[index : index + 1])
        except OSError:
            return "cut off"
        phone.wait(pause)
    return "all sent"


def vanish(phone: Phone) -> None:
    """Leave the hotspot in the middle of something, and come back with a new connection."""
    assert phone.radio
    with contextlib.ExitStack() as stack:
        kind = phone.rng.randrange(3)
        if kind == 0:
            sock = stack.enter_context(phone.connected())
            sock.sendall(request_bytes(phone.address, "/")[: phone.rng.randint(0, 40)])
        elif kind == 1:
            sock = stack.enter_context(phone.connected(receive_buffer=4096))
            sock.sendall(request_bytes(phone.address, phone.rng.choice(phone.files)))
        else:
            websocket = stack.enter_context(phone.websocket())
            phone.read(websocket, phone.between(0.1, 1.5))
            data = frame(TEXT, "half of it")
            websocket.send_bytes(data[: phone.rng.randint(0, len(data))])
        phone.radio.leave(phone.source)
        stack.callback(phone.radio.join, phone.source)
        phone.wait(phone.between(0.2, 4))
        phone.note("was away")


#: Bytes that no client may send after the handshake.
VIOLATIONS = {
    "reserved bits": frame(TEXT, "x", rsv=7),
    "no mask": frame(TEXT, "x", mask=None),
    "unknown opcode": frame(0xB, "x"),
    "2^62 bytes": frame(BINARY, b"x", announce=1 << 62),
    "2^63 bytes": frame(BINARY, b"x", announce=(1 << 64) - 1),
    "long ping": frame(PING, bytes(126)),
    "cut ping": frame(PING, b"x", fin=False),
    "nothing to continue": frame(CONTINUATION, b"x"),
    "not UTF-8": frame(TEXT, b"\xc0\xaf"),
    "half a surrogate": frame(TEXT, b"\xed\xa0\x80"),
    "close of one byte": frame(CLOSE, b"\x03"),
    "close 1005": frame(CLOSE, close_payload(1005)),
    "HTTP again": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a long form": frame(TEXT, b"x", form=64),
    "empty fragments": frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) * 2000,
}


def lie(phone: Phone) -> None:
    """Break HTTP or the WebSocket protocol, or reset in the middle of either."""
    with phone.connected() as sock:
        kind = phone.rng.randrange(5)
        upgrade = upgrade_bytes(phone.address, phone.path)
        if kind == 0:
            sock.sendall(phone.rng.randbytes(phone.rng.randint(1, 20000)))
        elif kind == 1:
            sock.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * phone.rng.randint(4096, 100000))
        elif kind == 2:
            sock.sendall(upgrade[: phone.rng.randint(0, len(upgrade))])
            phone.wait(phone.between(0, 0.3))
            raw_http.reset(sock)
            return phone.note("reset by itself")
        else:
            websocket = RawWebSocket(phone.address, phone.path, sock=sock, deadline=10)
            name = phone.rng.choice(sorted(VIOLATIONS))
            if kind == 3:
                cut = phone.rng.randint(0, len(VIOLATIONS[name]))
                websocket.send_bytes(VIOLATIONS[name][:cut])
                raw_http.reset(sock)
                return phone.note("reset by itself")
            websocket.send_bytes(VIOLATIONS[name])
            return phone.note(f"{name}: {phone.read(websocket, 3)}")
        received = raw_http.receive(sock, 7)
        phone.note(received.data[9:12].decode("latin-1") or received.end)


#: All by name.
BEHAVIORS: dict[str, Callable[[Phone], None]] = {
    "chatter": chatter,
    "sleep": sleep,
    "roam": roam,
    "hidden": hidden,
    "reload": reload,
    "preconnect": preconnect,
    "browse": browse,
    "flood": flood,
    "drip": drip,
    "vanish": vanish,
    "lie": lie,
}

#: Those that need a radio.
NEED_RADIO = ("roam", "vanish")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""HTTP by hand: any bytes from any address, and how the connection ended."""

import socket
import time
from typing import NamedTuple

#: A simulated phone is a loopback address. macOS has only the first by itself; add others
#: with `sudo ifconfig lo0 alias 127.0.0.2`.
PHONE = "127.0.0.2"

Address = tuple[str, int]


class Received(NamedTuple):
    """The bytes of a peer, and the end: ``"fin"``, ``"reset"`` or ``"deadline"``."""

    data: bytes
    end: str


class Response(NamedTuple):
    """One response. The headers' names are lower-case; a header sent twice is joined by commas."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes
    end: str


def connect(address: Address, source: str = PHONE, timeout: float = 10) -> socket.socket:
    """Connect from an address."""
    sock = socket.create_connection(address, timeout, source_address=(source, 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def reset(sock: socket.socket) -> None:
    """Close with RST, as an operating system does that drops the connection."""
    # struct linger {on, 0 seconds}: two C ints, or two shorts on Windows
    size = 2 if hasattr(socket, "SIO_RCVALL") else 4
    linger = (1).to_bytes(size, "little") + bytes(size)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    sock.close()


def receive(sock: socket.socket, deadline: float = 5, until: bytes | None = None) -> Received:
    """
    Read until the peer closes.

    :param float deadline: Give up after this many seconds.
    :param bytes until: Also stop once this has arrived; the end is then ``"found"``.
    """
    data = bytearray()
    last = time.monotonic() + deadline
    while True:
        if until is not None and until in data:
            return Received(bytes(data), "found")
        remaining = last - time.monotonic()
        if remaining <= 0:
            return Received(bytes(data), "deadline")
        sock.settimeout(remaining)
        try:
            chunk = sock.recv(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            return Received(bytes(data), "reset")
        if not chunk:
            return Received(bytes(data), "fin")
        data += chunk


def exchange(
    address: Address, data: bytes, *, source: str = PHONE, deadline: float = 5
) -> Received:
    """Send these bytes, and read until the peer closes."""
    with connect(address, source) as sock:
        try:
            sock.sendall(data)
        except ConnectionError:
            pass  # rejected before everything was sent; there may still be a response
        return receive(sock, deadline)


def request_bytes(
    address: Address,
    target: str = "/",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """
    Make a request as a browser does.

    :param dict headers: More headers; one named ``Host`` replaces the right one.
    """
    lines = {"Host": f"{address[0]}:{address[1]}", "Connection": "close"}
    if body:
        lines["Content-Length"] = str(len(body))
    lines |= headers or {}
    head = f"{method} {target} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode("latin-1") + b"\r\n" + body


def parse(received: Received) -> Response:
    """Parse one response. Its body is everything after the head."""
    head, blank, body = received.data.partition(b"\r\n\r\n")
    assert blank, f"no whole response head: {received}"
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, reason = first.split(" ", 2)
    assert version == "HTTP/1.1", first
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        assert colon and name == name.strip(), f"malformed header: {line!r}"
        name, value = name.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Response(int(status), reason, headers, body, received.end)


def fetch(
    address: Address,
    target: str = "/",
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    source: str = PHONE,
    deadline: float = 5,
) -> Response:
    """Make one request, and read its response until the peer closes."""
    data = request_bytes(address, target, method=method, headers=headers, body=body)
    return parse(exchange(address, data, source=source, deadline=deadline))

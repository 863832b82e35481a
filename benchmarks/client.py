# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The client: as little as possible of it, so that the time that passes is the server's."""

import socket
from time import perf_counter, sleep

from .processes import is_open
from .programs.codec import masked_frame

TIMEOUT = 10

_HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def text_of(size: int) -> bytes:
    """
    A message.

    :param int size: Its length.
    """
    text = b'{"led": true, "speed": 75}, '
    return (text * (size // len(text) + 1))[:size]


def server_frame(payload: bytes) -> bytes:
    """
    The text frame that a server sends.

    :param bytes payload: What is in it.
    """
    size = len(payload)
    head = bytes([0x81, size]) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")
    return head + payload


class Client:
    """
    A TCP connection, by default behind a WebSocket handshake.

    :param int port: Of this PC.
    :param bool websocket: False for bare TCP.
    """

    def __init__(self, port: int, websocket: bool = True) -> None:
        self.websocket = websocket
        self.sock = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray(8192)
        if websocket:
            self.sock.sendall(_HANDSHAKE.format(port).encode())
            head = b""
            while b"\r\n\r\n" not in head:
                data = self.sock.recv(1)
                if not data:
                    raise ConnectionError("no answer to the handshake")
                head += data
            if b" 101 " not in head:
                raise ConnectionError(head.decode())

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *exception: object) -> None:
        self.sock.close()

    def exchange(self, size: int) -> tuple[bytes, int]:
        """
        Have a message echoed, see that it comes back unchanged, and return what to send for
        another and how much will come.

        :param int size: Its length.
        """
        payload = text_of(size)
        sent = masked_frame(payload.decode())
        expected = server_frame(payload) if self.websocket else sent
        self.sock.sendall(sent)
        found = b""
        while len(found) < len(expected):
            data = self.sock.recv(len(expected) - len(found))
            if not data:
                raise ConnectionError("the server has closed")
            found += data
        if found != expected:
            raise ConnectionError(f"{size} bytes have come back changed")
        return sent, len(expected)

    def once(self, frame: bytes, expected: int) -> None:
        """
        One message there and back.

        :param bytes frame: The message.
        :param int expected: How many bytes come back.
        """
        sock, buffer = self.sock, self._buffer
        if sock.send(frame) != len(frame):
            raise ConnectionError("the frame is too long for one call")
        left = expected
        while left > 0:
            count = sock.recv_into(buffer, left)
            if count == 0:
                raise ConnectionError("the server has closed")
            left -= count

    def rate(self, size: int, seconds: float) -> float:
        """
        Messages per second, one of them under way at a time.

        :param int size: Of one message.
        :param float seconds: How long at least.
        """
        frame, expected = self.exchange(size)
        for _ in range(3):
            self.once(frame, expected)
        count = 0
        began = perf_counter()
        while (passed := perf_counter() - began) < seconds:
            self.once(frame, expected)
            count += 1
        return count / passed


def connect_in_time(port: int, seconds: float) -> Client:
    """
    Connect to a server that is just starting.

    :param int port: Of this PC.
    :param float seconds: How long to try.
    """
    end = perf_counter() + seconds
    while not is_open(port):
        if perf_counter() > end:
            raise ConnectionError("nobody listens")
        sleep(0.02)
    return Client(port)

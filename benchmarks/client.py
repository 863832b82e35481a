# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The client: as small as possible, so that the time is the server's."""

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
    Return a message.

    :param int size: Its length.
    """
    text = b'{"led": true, "speed": 75}, '
    return (text * (size // len(text) + 1))[:size]


def server_frame(payload: bytes) -> bytes:
    """
    Return the text frame that a server sends.

    :param bytes payload: Its payload.
    """
    size = len(payload)
    head = bytes([0x81, size]) if size < 126 else b"\x81\x7e" + size.to_bytes(2, "big")
    return head + payload


class Client:
    """
    A TCP connection, by default after a WebSocket handshake.

    :param int port: The port on this PC.
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

    def check_echo(self, size: int) -> tuple[bytes, int]:
        """
        Send a message, and check its echo.

        :param int size: Its length.
        :return: The bytes to send for another, and the length of its echo.
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
            raise ConnectionError(f"the echo of {size} bytes differs")
        return sent, len(expected)

    def echo(self, frame: bytes, expected: int) -> None:
        """
        Send one message, and receive its echo.

        :param bytes frame: The message.
        :param int expected: The length of the echo.
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
        Return the messages per second, one in flight at a time.

        :param int size: The size of one message.
        :param float seconds: The least duration.
        """
        frame, expected = self.check_echo(size)
        for _ in range(3):
            self.echo(frame, expected)
        count = 0
        began = perf_counter()
        while (passed := perf_counter() - began) < seconds:
            self.echo(frame, expected)
            count += 1
        return count / passed


def connect_in_time(port: int, seconds: float) -> Client:
    """
    Connect to a server that is starting.

    :param int port: The port on this PC.
    :param float seconds: The timeout.
    """
    end = perf_counter() + seconds
    while not is_open(port):
        if perf_counter() > end:
            raise ConnectionError("no server listens")
        sleep(0.02)
    return Client(port)

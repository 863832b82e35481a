# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A WebSocket by hand: frames with any bits, valid or not."""

import base64
import hashlib
import socket
import time
from typing import NamedTuple, Self

from tests import raw_http
from tests.raw_http import PHONE, Address, Received, Response

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

MASK = b"\x37\xfa\x21\x3d"
KEY = base64.b64encode(b"the sample nonce").decode()


class Frame(NamedTuple):
    """One frame from the board."""

    opcode: int
    payload: bytes
    fin: bool = True
    rsv: int = 0
    mask: bytes | None = None

    @property
    def close_code(self) -> int | None:
        """The code of a close frame, or None."""
        return int.from_bytes(self.payload[:2], "big") if len(self.payload) >= 2 else None

    @property
    def close_reason(self) -> str:
        """The reason of a close frame."""
        return self.payload[2:].decode()


def frame(
    opcode: int,
    payload: bytes | str = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = MASK,
    announce: int | None = None,
    form: int | None = None,
) -> bytes:
    """
    Make the bytes of one frame.

    :param int rsv: The three reserved bits, as a number from 0 to 7.
    :param bytes mask: The masking key; None for a frame that is not masked.
    :param int announce: A length other than the payload's own.
    :param int form: 7, 16 or 64 bits for the length; the shortest form by default.
    """
    data = payload.encode() if isinstance(payload, str) else bytes(payload)
    length = len(data) if announce is None else announce
    if form is None:
        form = 7 if length < 126 else 16 if length < 1 << 16 else 64
    masked = 0x80 if mask is not None else 0
    head = bytes([fin << 7 | rsv << 4 | opcode])
    if form == 7:
        head += bytes([masked | length])
    else:
        head += bytes([masked | (126 if form == 16 else 127)]) + length.to_bytes(form // 8, "big")
    return head + data if mask is None else head + mask + apply_mask(data, mask)


def apply_mask(data: bytes, mask: bytes) -> bytes:
    """Mask or unmask (RFC 6455, 5.3)."""
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))


def close_payload(code: int, reason: str = "") -> bytes:
    """Make the payload of a close frame."""
    return code.to_bytes(2, "big") + reason.encode()


def accept_for(key: str) -> str:
    """Return the Sec-WebSocket-Accept for a key (RFC 6455, 4.2.2)."""
    digest = hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
    return base64.b64encode(digest).decode()


def upgrade_bytes(
    address: Address,
    target: str = "/ws",
    *,
    method: str = "GET",
    headers: dict[str, str | None] | None = None,
) -> bytes:
    """
    Make an upgrade request.

    :param dict headers: More headers, or other values; None leaves one out.
    """
    lines: dict[str, str | None] = {
        "Host": f"{address[0]}:{address[1]}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": KEY,
        "Sec-WebSocket-Version": "13",
    }
    lines |= headers or {}
    head = f"{method} {target} HTTP/1.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return head.encode("latin-1") + b"\r\n"


class RawWebSocket:
    """
    One client. ``with RawWebSocket(board.address()) as client: ...`` opens and closes it.

    :param tuple address: The board's port 80.
    :param str source: The client's address.
    :param dict headers: As for :func:`upgrade_bytes`.
    :param bytes early: Bytes sent in one piece with the request.
    :param float deadline: The timeout of each answer in s.
    :param socket sock: Use this connected socket in place of a new one.
    """

    def __init__(
        self,
        address: Address,
        target: str = "/ws",
        *,
        source: str = PHONE,
        headers: dict[str, str | None] | None = None,
        early: bytes = b"",
        deadline: float = 10,
        sock: socket.socket | None = None,
    ) -> None:
        self.deadline = deadline
        self.sock: socket.socket = sock or raw_http.connect(address, source, deadline)
        self._buffer = bytearray()
        try:
            self.sock.sendall(upgrade_bytes(address, target, headers=headers) + early)
            self.response = self._handshake()
        except BaseException:
            self.sock.close()
            raise

    def _handshake(self) -> Response:
        received = raw_http.receive(self.sock, self.deadline, until=b"\r\n\r\n")
        response = raw_http.parse(received)
        assert response.status == 101, f"not upgraded: {response}"
        assert response.headers["upgrade"].lower() == "websocket", response
        assert response.headers["connection"].lower() == "upgrade", response
        assert response.headers["sec-websocket-accept"] == accept_for(KEY), response
        self._buffer += response.body
        return response

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sock.close()

    # Sending

    def send(self, opcode: int, payload: bytes | str = b"", **options) -> None:
        """Send one frame, made by :func:`frame`."""
        self.send_bytes(frame(opcode, payload, **options))

    def send_bytes(self, data: bytes) -> None:
        """Send these bytes."""
        self.sock.settimeout(self.deadline)
        self.sock.sendall(data)

    def send_text(self, text: str) -> None:
        """Send one text message."""
        self.send(TEXT, text)

    def reset(self) -> None:
        """Drop the connection with RST."""
        raw_http.reset(self.sock)

    # Receiving

    def receive(self) -> Frame:
        """Read one frame, of any kind."""
        last = time.monotonic() + self.deadline
        first, second = self._take(2, last)
        length = second & 0x7F
        if length >= 126:
            length = int.from_bytes(self._take(2 if length == 126 else 8, last), "big")
        mask = self._take(4, last) if second & 0x80 else None
        payload = self._take(length, last)
        if mask:
            payload = apply_mask(payload, mask)
        return Frame(first & 0x0F, payload, bool(first & 0x80), first >> 4 & 0x7, mask)

    def receive_text(self) -> str:
        """Read one text message of one frame."""
        received = self.receive()
        assert received.opcode == TEXT and received.fin, received
        return received.payload.decode()

    def receive_rest(self) -> Received:
        """Read to the end of the connection."""
        data, end = raw_http.receive(self.sock, self.deadline)
        data = bytes(self._buffer) + data
        self._buffer.clear()
        return Received(data, end)

    def _take(self, count: int, last: float) -> bytes:
        while len(self._buffer) < count:
            self.sock.settimeout(max(0.001, last - time.monotonic()))
            chunk = self.sock.recv(65536)
            if not chunk:
                raise EOFError(f"closed by the board; left over: {bytes(self._buffer)!r}")
            self._buffer += chunk
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    # Closing

    def close(self, code: int = 1000, reason: str = "") -> Frame:
        """Close as in RFC 6455, 7.1.1, and return the board's close frame."""
        self.send(CLOSE, close_payload(code, reason))
        while (answer := self.receive()).opcode != CLOSE:
            pass  # sent before
        assert self.receive_rest() == Received(b"", "fin")
        self.sock.close()
        return answer

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.handshake`
================================================================================

The opening handshake of the WebSocket protocol (RFC 6455 section 4.2) as a response of
`adafruit_httpserver`.
"""

import hashlib
from binascii import a2b_base64, b2a_base64

from adafruit_httpserver import SWITCHING_PROTOCOLS_101, Response

try:
    from typing import Iterable

    from adafruit_httpserver import Request

    from ..hub import Hub
except ImportError:
    pass

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Upgrade(Response):
    """
    The answer to a valid handshake. Once it is written, the connection belongs to the hub.

    :param Request request: A request for which `find_fault` has returned None.
    :param Hub hub: Takes the connection over.
    :param str subprotocol: The one that was chosen, or None.
    """

    def __init__(self, request: "Request", hub: "Hub", subprotocol: "str | None" = None) -> None:
        super().__init__(request, status=SWITCHING_PROTOCOLS_101)
        self._hub = hub
        self._subprotocol = subprotocol

    def _send(self) -> None:
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines.append("Sec-WebSocket-Accept: " + accept(self._request.headers["Sec-WebSocket-Key"]))
        if self._subprotocol is not None:
            lines.append("Sec-WebSocket-Protocol: " + self._subprotocol)
        for name, value in self._headers.items():
            lines.append(name + ": " + value)
        lines.append("\r\n")
        connection = self._request.connection
        connection.send("\r\n".join(lines).encode())
        sock, early, unsent = connection.detach()  # type: ignore[attr-defined]
        self._hub.attach(self._request, self._subprotocol, sock, early, unsent)


def accept(key: str) -> str:
    """
    Return the value of Sec-WebSocket-Accept (section 4.2.2, step 5.4).

    :param str key: The value of Sec-WebSocket-Key.
    """
    digest = hashlib.new("sha1", key.encode())
    digest.update(_GUID)
    return b2a_base64(digest.digest()).strip().decode()


def choose_subprotocol(request: "Request", subprotocols: "Iterable[str]") -> "str | None":
    """
    Return the first of the program's subprotocols that the client offers, or None (section 4.2.2,
    step 4).

    :param Request request: The handshake.
    :param subprotocols: The names that the program understands, best first.
    """
    offered = _tokens(request, "Sec-WebSocket-Protocol")
    for name in subprotocols:
        if name in offered:
            return name
    return None


def find_fault(request: "Request", origins: "Iterable[str]" = ()) -> "str | None":
    """
    Return the part of a handshake that is wrong, or None if it is valid (section 4.2.1).

    :param Request request: The handshake.
    :param origins: Origins whose pages may connect as well as the board's own, for example
        ``("http://localhost:5173",)``. ``"*"`` allows any.
    """
    headers = request.headers
    if request.method != "GET":
        return "GET"
    if "websocket" not in _tokens(request, "Upgrade", True):
        return "Upgrade"
    if request.http_version != "HTTP/1.1":
        return "HTTP/1.1"
    if "upgrade" not in _tokens(request, "Connection", True):
        return "Connection"
    if headers.get_list("Sec-WebSocket-Version") != ["13"]:
        return "Sec-WebSocket-Version"
    keys = headers.get_list("Sec-WebSocket-Key")
    if len(keys) != 1 or not _is_key(keys[0]):
        return "Sec-WebSocket-Key"
    origin = headers.get("Origin")
    host = headers["Host"]
    if origin is not None and origin.lower() != "http://" + host.lower():
        from .origins import may_connect

        if not may_connect(origin, host, origins):
            return "Origin"
    return None


def _tokens(request: "Request", name: str, lower: bool = False) -> list:
    """Return the members of a list header (RFC 9110 section 5.6.1)."""
    value = ",".join(request.headers.get_list(name))
    return [token.strip() for token in (value.lower() if lower else value).split(",")]


def _is_key(key: str) -> bool:
    try:
        return len(key) == 24 and len(a2b_base64(key)) == 16
    except ValueError:
        return False

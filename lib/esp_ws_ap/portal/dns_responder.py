# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.portal.dns_responder`
================================================================================

The hotspot's name server, which DHCP announces to the stations. Every name resolves to the board,
so that any page a phone opens leads to the board, and no lookup has to time out.
"""

from errno import EADDRINUSE, EAGAIN

from micropython import const

from ..log import get_logger, log_exception

try:
    from typing import Any

    from ..loop import Loop
except ImportError:
    pass

_PORT = const(53)
_RETRY_INTERVAL = const(10)  # s between two attempts to bind the port
_MAX_MESSAGE = const(512)  # bytes; a packet that fills the buffer may have been truncated
_HEADER_SIZE = const(12)
_MAX_NAME = const(255)

# A resource record (RFC 1035 section 4.1.3): the name of the question, type A, class IN, TTL 10 s,
# 4 bytes of address.
_RECORD = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x0a\x00\x04"

_NO_ERROR = const(0)
_FORMAT_ERROR = const(1)
_NOT_IMPLEMENTED = const(4)


class DnsResponder:
    """
    Answers every query for an IPv4 address with the board's own, and a query for any other type
    with an empty answer. A malformed query gets an error; a packet that is not a query is ignored.
    A response is at most 16 bytes longer than its query, so that it is of no use for amplification.

    :param Loop loop: The loop that watches the socket.
    :param socket_pool: ``socketpool.SocketPool(wifi.radio)``.
    :param str address: The board's IPv4 address on its hotspot.
    :param other_address: Called with the address of each that asks; returns the board's address in
        the network of that one, or None for the hotspot.

    Example::

        DnsResponder(loop, socketpool.SocketPool(wifi.radio), "192.168.4.1")
    """

    def __init__(self, loop: "Loop", socket_pool, address: str, other_address=None) -> None:
        self._loop = loop
        self._pool = socket_pool
        self._own = self._record = _record(address)
        self._other_address = other_address
        self._buffer = bytearray(_MAX_MESSAGE)
        self._view = memoryview(self._buffer)
        self._log = get_logger()
        self._socket: Any = None
        self._problem = ""
        self._open()
        loop.every(_RETRY_INTERVAL, self._open)

    def _open(self) -> None:
        """Bind the port. If another socket has it, it may be closed by the next attempt."""
        if self._socket is not None:
            return
        sock = None
        try:
            sock = self._pool.socket(self._pool.AF_INET, self._pool.SOCK_DGRAM)
            sock.settimeout(0)
            # Without SO_REUSEADDR: a UDP port is free as soon as its program ends, and a second
            # responder would take queries away from the first.
            sock.bind(("0.0.0.0", _PORT))
        except (OSError, RuntimeError) as error:
            if sock is not None:
                sock.close()
            self._warn(
                "another socket has UDP port 53"
                if isinstance(error, OSError) and error.errno == EADDRINUSE
                else str(error)
            )
            return
        self._socket = sock
        self._loop.add(sock, self, "DNS")
        self._log.info("DNS answers on port %d", _PORT)

    def _warn(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self._log.warning("DNS: %s; phones may not open the page by themselves", problem)

    # What the loop calls

    def readable(self) -> None:
        """Answer one query. The next waits for the next turn, so that a flood stalls nothing."""
        try:
            count, address = self._socket.recvfrom_into(self._buffer)
        except OSError as error:
            if error.errno == EAGAIN:
                return
            raise
        other = self._other_address and self._other_address(address[0])
        self._record = _record(other) if other else self._own
        count = self._answer(count)
        if count:
            try:
                self._socket.sendto(self._view[:count], address)
            except OSError as error:
                # The station has left, or the network is short of memory. It will ask again.
                self._warn(f"an answer could not be sent ({error})")

    def failed(self, error: Exception) -> None:
        """
        Close a socket that has failed. The next attempt opens another one.

        :param Exception error: The exception.
        """
        log_exception(self._log, "DNS failed", error)
        sock = self._socket
        if sock is not None:
            self._socket = None
            self._loop.close(sock)

    # The message

    def _answer(self, count: int) -> int:
        """
        Turn the query in the buffer into its response.

        :param int count: The query's length.
        :return: The response's length; 0 for no response.
        """
        buffer = self._buffer
        if count < _HEADER_SIZE or count >= _MAX_MESSAGE or buffer[2] & 0x80:
            return 0  # too short, perhaps truncated, or a response itself
        code = _NO_ERROR
        end = _HEADER_SIZE
        if buffer[2] & 0x78:
            code = _NOT_IMPLEMENTED  # not a standard query
        elif buffer[4] or buffer[5] != 1:
            code = _FORMAT_ERROR  # not exactly one question
        else:
            end = self._end_of_question(count)
            if not end:
                code = _FORMAT_ERROR
                end = _HEADER_SIZE
        buffer[2] = 0x84 | buffer[2] & 0x79  # QR and AA; keep the opcode and RD
        buffer[3] = 0x80 | code  # RA, as a resolver sets it
        # Only the question is repeated, without the EDNS record after it.
        buffer[6:_HEADER_SIZE] = b"\0\0\0\0\0\0"
        if code:
            buffer[4:6] = b"\0\0"
            return _HEADER_SIZE
        # Type A or ANY, class IN.
        kind = buffer[end - 3]
        if (
            buffer[end - 4]
            or (kind != 1 and kind != 255)
            or buffer[end - 2]
            or buffer[end - 1] != 1
        ):
            return end
        buffer[7] = 1
        record = self._record
        buffer[end : end + len(record)] = record
        return end + len(record)

    def _end_of_question(self, count: int) -> int:
        """Return where the question ends; 0 if it is truncated or its name is invalid."""
        buffer = self._buffer
        end = _HEADER_SIZE
        while end < count:
            length = buffer[end]
            end += 1
            if length == 0:
                break
            if length > 63:  # a compression pointer: there is no earlier name to point to
                return 0
            end += length
        else:
            return 0
        end += 4
        return 0 if end > count or end - 4 - _HEADER_SIZE > _MAX_NAME else end


def _record(address: str) -> bytes:
    return _RECORD + bytes([int(part) for part in address.split(".")])

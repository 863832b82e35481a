# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.portal.dns_responder`
================================================================================

The name server of the hotspot, which the phones get with their address: every name is the board's,
so that whatever a phone looks for leads to its page, and no phone waits for an answer in vain.
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
_RETRY = const(10)  # s between two tries to have it
_LONGEST = const(512)  # bytes; what fills the buffer may be cut off
_HEADER = const(12)
_LONGEST_NAME = const(255)

# An answer (RFC 1035 section 4.1.3): the name of the question, type A, class IN, 10 s to keep,
# 4 bytes of address.
_RECORD = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x0a\x00\x04"

_NO_ERROR = const(0)
_FORMAT_ERROR = const(1)
_NOT_IMPLEMENTED = const(4)


class DnsResponder:
    """
    Answers each question for an IPv4 address with the board's, and says of every other type that
    there is none. What is no question gets no answer, and no answer is more than 16 bytes longer
    than its question.

    :param Loop loop: Wakes it.
    :param socket_pool: ``socketpool.SocketPool(wifi.radio)``.
    :param str address: The board's IPv4 address on its hotspot.

    Example::

        DnsResponder(loop, socketpool.SocketPool(wifi.radio), "192.168.4.1")
    """

    def __init__(self, loop: "Loop", socket_pool, address: str) -> None:
        self._loop = loop
        self._pool = socket_pool
        self._record = _RECORD + bytes([int(part) for part in address.split(".")])
        self._buffer = bytearray(_LONGEST)
        self._view = memoryview(self._buffer)
        self._log = get_logger()
        self._socket: Any = None
        self._problem = ""
        self._open()
        loop.every(_RETRY, self._open)

    def _open(self) -> None:
        """Take the port. Whatever holds it may have closed by the next time."""
        if self._socket is not None:
            return
        sock = None
        try:
            sock = self._pool.socket(self._pool.AF_INET, self._pool.SOCK_DGRAM)
            sock.settimeout(0)
            # Without SO_REUSEADDR: nothing of an earlier program is left of UDP, and a second
            # responder of this one would take its questions away.
            sock.bind(("0.0.0.0", _PORT))
        except (OSError, RuntimeError) as error:
            if sock is not None:
                sock.close()
            self._complain(
                "another socket has UDP port 53"
                if isinstance(error, OSError) and error.errno == EADDRINUSE
                else str(error)
            )
            return
        self._socket = sock
        self._loop.add(sock, self, "DNS")
        self._log.info("DNS answers on port %d", _PORT)

    def _complain(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self._log.warning("DNS: %s; phones may not open the page by themselves", problem)

    # What the loop calls

    def readable(self) -> None:
        """Answer one question; the next has its turn after everybody else's."""
        try:
            count, address = self._socket.recvfrom_into(self._buffer)
        except OSError as error:
            if error.errno == EAGAIN:
                return
            raise
        count = self._answer(count)
        if count:
            try:
                self._socket.sendto(self._view[:count], address)
            except OSError as error:
                # The phone has left, or the network is short of memory: it will ask again.
                self._complain(f"an answer could not be sent ({error})")

    def writable(self) -> None:
        """Never asked for."""

    def failed(self, error: Exception) -> None:
        """
        Open another socket in place of one that has failed.

        :param Exception error: What was raised.
        """
        log_exception(self._log, "DNS failed", error)
        sock = self._socket
        if sock is not None:
            self._socket = None
            self._loop.close(sock)

    # The message

    def _answer(self, count: int) -> int:
        """
        Turn the question in the buffer into its answer.

        :param int count: The question's length.
        :return: The answer's length, 0 for none.
        """
        buffer = self._buffer
        if count < _HEADER or count >= _LONGEST or buffer[2] & 0x80:
            return 0  # no message, not the whole of one, or an answer
        code = _NO_ERROR
        end = _HEADER
        if buffer[2] & 0x78:
            code = _NOT_IMPLEMENTED  # no standard query
        elif buffer[4] or buffer[5] != 1:
            code = _FORMAT_ERROR  # not one question
        else:
            end = self._end_of_question(count)
            if not end:
                code = _FORMAT_ERROR
                end = _HEADER
        buffer[2] = 0x84 | buffer[2] & 0x79  # an answer, with authority, to what was asked
        buffer[3] = 0x80 | code  # as from a resolver
        # Only the question is repeated; what EDNS adds behind it is not.
        buffer[6:_HEADER] = b"\0\0\0\0\0\0"
        if code:
            buffer[4:6] = b"\0\0"
            return _HEADER
        # Type A or "any", of class IN.
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
        """Where the name, type and class end; 0 if they do not, or if the name is none."""
        buffer = self._buffer
        end = _HEADER
        while end < count:
            length = buffer[end]
            end += 1
            if length == 0:
                break
            if length > 63:  # a pointer, to which no name of a single question has reason
                return 0
            end += length
        else:
            return 0
        end += 4
        return 0 if end > count or end - 4 - _HEADER > _LONGEST_NAME else end

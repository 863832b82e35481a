# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.exchange`
================================================================================

One HTTP connection: it reads a request, stands in for a socket while `adafruit_httpserver` answers
it, and sends the response as fast as the client reads.
"""

from errno import EAGAIN, ECONNRESET, ENOTCONN

from adafruit_ticks import ticks_add, ticks_diff
from micropython import const

from ..log import log_exception
from ..loop import READ, WRITE
from .request_head import RequestError, normalize_head, too_large

try:
    from typing import TYPE_CHECKING, Any
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver.interfaces import _ISocket

    from .buffered_pool import BufferedPool, Listener
else:
    _ISocket = object

_PATIENCE = const(10)  # s for which a client may read less than _MIN_RATE
_MIN_RATE = const(1024)  # bytes/s
_BUSY_RATE = const(16384)  # bytes/s; a slower client is dropped if another waits for a socket
_LINGER_TIMEOUT = const(1000)  # ms in which input is discarded after a response
_BUSY_REQUEST_TIMEOUT = const(1000)  # ms for a request to arrive while no socket is free
_MAX_DISCARDED = const(65536)  # bytes of input after the request
_MAX_QUEUED = const(8192)  # bytes that may wait when a program sends more in a later turn
_MAX_BURST = const(65536)  # bytes that a program may send in many parts in one turn
_PIECE = const(1440)  # bytes, which fit in one packet
_MAX_PIECES = const(4)  # of a file or of chunks, before others have their turn
_MAX_TIME = const(2)  # ms, likewise
_EPIPE = const(32)

_TEXT = "Content-Type: text/plain\r\n"

# Added to the head of each response that does not have them.
_SECURITY = (
    b"\r\nx-content-type-options: nosniff",
    b"\r\nreferrer-policy: no-referrer",
    b"\r\ncontent-security-policy: frame-ancestors 'none'",
)

try:
    _BrokenPipeError = BrokenPipeError
except NameError:  # MicroPython
    _BrokenPipeError = OSError

# The states of a connection. Only `Exchange._enter` changes them.
#
# state      | happens                                       | next
# -----------+-----------------------------------------------+----------
# READING    | the request is complete                       | COMPLETE
#            | it is malformed, too long or too slow         | ANSWERING
#            | nothing arrives in time, or the client closes | CLOSED
# COMPLETE   | the server accepts the connection             | ANSWERING
#            | no server does                                | ANSWERING
#            | the client resets the connection              | CLOSED
# ANSWERING  | the response is sent, input may follow        | LINGERING
#            | the response is sent, nothing else has come   | CLOSED
#            | the client closes, or stops reading           | CLOSED
#            | `detach`: the socket belongs to a WebSocket   | CLOSED
# LINGERING  | the client closes, 1 s, or 64 KB              | CLOSED
_READING = const(0)
_COMPLETE = const(1)
_ANSWERING = const(2)
_LINGERING = const(3)
_CLOSED = const(4)


class Exchange(_ISocket):
    """
    One HTTP connection: a request and its response. To the server it is a socket.

    :param BufferedPool pool: The pool whose listener has accepted it.
    :param sock: The real socket.
    :param tuple address: Host and port of the client.
    :param Listener listener: The listener that has accepted it.
    """

    def __init__(self, pool: "BufferedPool", sock, address: tuple, listener: "Listener") -> None:
        self.address = address
        self.listener = listener
        self.queued = 0
        """How many bytes of the response wait to be sent."""

        self.reason = ""
        """Why the request is refused, for the log."""

        self._pool = pool
        self._loop = pool.loop
        self._socket = sock
        self._state = _READING
        self._deadline = ticks_add(self._loop.ticks(), pool.request_timeout)
        self._input = bytearray()
        self._request_length = 0  # of head and body; 0 until the head is complete
        self._position = 0  # how much of the request the server has read
        self._may_have_more = False  # the request was rejected before its end
        self._discarded = 0  # bytes that came after the request
        self._output = []
        self._queued_at = 0  # when _output was empty last
        self._body: Any = None  # a file, or an iterator of chunks
        self._body_left = 0  # bytes of the file that are still to be read; -1 for chunks
        self._sent = 0  # bytes since the last second began
        self._patience = _PATIENCE
        self.is_slow = False
        """True if the client read less than 16 KB/s in the last second."""

        self._response_begun = False
        self._upgraded = False  # what follows is for adafruit_httpserver's own Websocket
        self._response_complete = False

    # What the server calls

    def settimeout(self, value: "float | None") -> None:
        """Ignored: nothing here blocks."""

    def setblocking(self, flag: bool) -> None:
        """Ignored: nothing here blocks."""

    def recv_into(self, buffer, nbytes: int = 0) -> int:
        """
        Read the next bytes of the request.

        :param buffer: Where to put them.
        :param int nbytes: How many at most; 0 for as many as fit.
        :return: How many bytes were read.
        :raises OSError: EAGAIN at the end of the request.
        """
        end = len(self._input) if self._upgraded else self._request_length
        count = min(nbytes or len(buffer), end - self._position)
        if count <= 0:
            if not self._upgraded:
                raise OSError(EAGAIN)
            if self._state == _CLOSED:
                raise OSError(ENOTCONN)
            self._input = bytearray()
            self._position = 0
            if not self._output:
                self._loop.watch(self._socket, READ)
            # adafruit_httpserver waits here for the rest of a frame.
            return self._socket.recv_into(buffer, nbytes)
        start = self._position
        self._position = start + count
        memoryview(buffer)[:count] = self._input[start : start + count]
        return count

    def send(self, data) -> int:
        """
        Send a part of the response: now, or as soon as the client reads.

        :param data: bytes, bytearray or memoryview. What the socket does not take at once is copied
            if it can change.
        :return: Its length.
        :raises OSError: ECONNRESET if the client has disconnected, and BrokenPipeError once the
            server has finished with the request, both as on the board's own sockets.
        """
        output = self._output
        length = len(data)
        if self.queued > _MAX_QUEUED and self._state != _CLOSED:
            if self._queued_at != self._loop.now or self.queued > _MAX_BURST and len(output) > 2:
                address = self.address[0]
                self._pool.log.warning(
                    "%s dropped: it reads slower than the program sends", address
                )
                self.abort()
        if self._state == _CLOSED:
            raise OSError(ECONNRESET) if self._pool.accepted is self else _BrokenPipeError(_EPIPE)
        if not self._response_begun:
            self._response_begun = True
            code = bytes(data[9:12])
            self._upgraded = code == b"101"
            if code >= b"400" and (code != b"421" or self._pool.on_foreign_host is None):
                line = self.request_line
                log = self._pool.log
                if "/favicon.ico" in line or "/apple-touch-icon" in line:
                    log.info('"%s" answered %s', line, code.decode())  # browsers ask by themselves
                else:
                    log.warning(
                        '%s: "%s" answered %s: %s',
                        self.address[0],
                        line,
                        code.decode(),
                        self.reason,
                    )
            if code >= b"200":
                data = _complete_head(bytes(data))
        elif not length or self._input[:5] == b"HEAD ":
            return length  # the server sends the head first, and a HEAD request wants no more
        self._put(data)
        if len(output) == 1:
            self._queued_at = self._loop.now
            self.writable()
        if output:
            data = output[-1]
            try:
                data[0] = data[0]
                output[-1] = memoryview(bytes(data))  # the program may write to it again
            except TypeError:
                pass  # bytes, which cannot change
        return length

    def send_body(self, body, length: int = -1) -> None:
        """
        Send a file, or chunks, after what was sent so far. They are read as the client reads.

        :param body: A file that is open for reading in binary, or an iterator of str or bytes. It
            is closed at the end.
        :param int length: How many bytes of the file to send; -1 for an iterator, whose items are
            sent with the chunked transfer coding (RFC 9112 section 7.1).
        """
        self._body = body
        self._body_left = length
        if self._state == _CLOSED or self._input[:5] == b"HEAD ":
            self._close_body()
        elif not self._output:
            self.writable()

    def close(self) -> None:
        """End the response. The connection closes when it is sent."""
        if not self.is_answered:
            text = "The program on the board failed.\n"
            self._send_response(500, "Internal Server Error", text, _TEXT)
        self._response_complete = True
        if not self._is_waiting:
            self._linger_or_close()

    def detach(self) -> tuple:
        """
        Give the socket away.

        :return: The socket, the bytes that came after the request, and those of the response that
            are not sent yet, in a list.
        :raises OSError: ECONNRESET if the client has disconnected.
        """
        if self._state == _CLOSED:
            raise OSError(ECONNRESET)
        output = self._output
        self._enter(_CLOSED)
        return self._socket, bytes(self._input[self._request_length :]), output

    # What the pool calls

    @property
    def is_idle(self) -> bool:
        """True while no byte of a request has arrived."""
        return self._state == _READING and not self._input

    @property
    def is_answered(self) -> bool:
        """True once the response has begun, or none is wanted any more."""
        return self._response_begun or self._state != _ANSWERING

    @property
    def is_stream(self) -> bool:
        """True while the program keeps the response open to send more, such as events."""
        return self._state == _ANSWERING and not self._response_complete and not self._is_waiting

    @property
    def _is_waiting(self) -> bool:
        """True while something is still to be sent."""
        return self._body is not None or bool(self._output)

    @property
    def request_line(self) -> str:
        """Method and path, for the log: a query may have a secret in it."""
        line = bytes(self._input[:64]).split(b"\r\n", 1)[0].split(b" HTTP/", 1)[0]
        line = line.split(b"?", 1)[0]
        return "".join([chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in line])

    def start_answering(self) -> bool:
        """
        Give the complete request to the server.

        :return: False if the client has disconnected.
        """
        if self._state != _COMPLETE:
            return False
        self._enter(_ANSWERING)
        return True

    def tick(self, now: int) -> None:
        """
        Check the timeouts.

        :param int now: The loop's ticks.
        """
        left = ticks_diff(self._deadline, now)
        if self._state == _READING:
            if self._loop.free_sockets == 0:
                left -= self._pool.request_timeout - _BUSY_REQUEST_TIMEOUT
            if left <= 0:
                self.request_timed_out()
        elif left <= 0 and self._state == _LINGERING:
            self.abort()
        elif left <= 0 and self._state == _COMPLETE:
            # Its server is stopped, or the program does not poll it.
            if self in self._pool.complete:
                self._pool.complete.remove(self)
            from .mistakes import NOT_SERVED

            self._respond(503, "Service Unavailable", NOT_SERVED)
        elif self._state == _ANSWERING and (left <= 0 or not self._is_waiting):
            self.is_slow = self._is_waiting and self._sent < _BUSY_RATE
            self._patience = min(self._patience + self._sent // _MIN_RATE, _PATIENCE) - 1
            if not self._is_waiting:
                self._patience = _PATIENCE
            self._sent = 0
            self._deadline = ticks_add(now, 1000)
            if self._patience <= 0:
                self._pool.log.warning("%s dropped: not reading the response", self.address[0])
                self.abort()

    def request_timed_out(self) -> None:
        """Stop waiting for the request: answer 408, or close if none has begun."""
        if self._input:
            self._respond(408, "Request Timeout", "The request took too long to arrive.\n")
        else:
            self._pool.log.info("%s dropped: sent no request", self.address[0])
            self.abort()

    def abort(self) -> None:
        """Close the socket at once. What is not sent yet is lost."""
        if self._state != _CLOSED:
            self._enter(_CLOSED)
            self._loop.close(self._socket)

    # What the loop calls

    def readable(self) -> None:
        """Take what has arrived."""
        try:
            count = self._socket.recv_into(self._pool.buffer)
        except OSError as error:
            if error.errno == EAGAIN:
                return
            count = 0
        if count == 0:
            if self._state == _READING:
                what = "in the middle of a request" if self._input else "before sending a request"
                self._pool.log.info("%s disconnected %s", self.address[0], what)
            self.abort()
        elif self._state == _READING:
            # A bytearray grows in place; bytes would be copied for each small segment.
            self._input += self._pool.buffer[:count]
            self._parse(len(self._input) - count)
        elif self._upgraded and not self._response_complete:
            self._input += self._pool.buffer[:count]
            if len(self._input) > _MAX_QUEUED:
                self._loop.watch(self._socket, 0)  # until the program has read it
        else:
            self._discarded += count
            if self._discarded > _MAX_DISCARDED:
                self.abort()

    def writable(self) -> None:
        """Send what the socket takes of the response."""
        output = self._output
        pieces = 0
        started = self._loop.ticks()
        try:
            while output or self._body is not None:
                if not output:
                    if pieces and ticks_diff(self._loop.ticks(), started) >= _MAX_TIME:
                        pieces = _MAX_PIECES
                    if pieces >= _MAX_PIECES:
                        self._loop.watch(self._socket, WRITE)
                        return
                    pieces += 1
                    self._read_body()
                    continue
                data = output[0]
                sent = self._socket.send(data)
                self.queued -= sent
                self._sent += sent
                if sent < len(data):
                    output[0] = data[sent:]
                    self._loop.watch(self._socket, WRITE)
                    return
                output.pop(0)
        except OSError as error:
            if error.errno == EAGAIN:
                self._loop.watch(self._socket, WRITE)
            else:
                self.abort()
            return
        if self._state == _CLOSED:  # by the program, while it made a chunk
            return
        # Server-sent events may follow: notice when their client disconnects.
        self._loop.watch(self._socket, READ)
        if self._response_complete:
            self._linger_or_close()

    def failed(self, error: Exception) -> None:
        """
        Close the connection after an error in this program.

        :param Exception error: What was raised.
        """
        log_exception(self._pool.log, f"{self.address[0]}: the connection failed", error)
        self.abort()

    # The state

    def _enter(self, state: int) -> None:
        self._state = state
        if state == _COMPLETE:
            self._loop.watch(self._socket, 0)
            self._pool.complete.append(self)
        elif state == _ANSWERING:
            self._deadline = ticks_add(self._loop.ticks(), 1000)
        elif state == _LINGERING:
            self._deadline = ticks_add(self._loop.ticks(), _LINGER_TIMEOUT)
            self._loop.watch(self._socket, READ)
        else:
            self._output = []
            self.queued = 0
            self._close_body()
            self._pool.exchanges.remove(self)

    # The request

    def _parse(self, before: int) -> None:
        """Check the request as far as it has arrived, of which ``before`` bytes are known."""
        pool = self._pool
        try:
            if not self._request_length:
                if self._input[:2] == b"\r\n":
                    self._input = self._input[2:]  # RFC 9112 section 2.2
                    before = 0
                end = self._input.find(b"\r\n\r\n", max(0, before - 3))
                if end < 0:
                    first = bytes(self._input[:1])
                    if first not in b"\r\n" and (first < b" " or first > b"z"):
                        text = "This is not HTTP. Use http, not https."
                        raise RequestError(400, "Bad Request", text)
                    if len(self._input) <= pool.max_header:
                        return
                if end < 0 or end > pool.max_header:
                    raise too_large(f"The request head is longer than {pool.max_header} bytes.")
                head, length = normalize_head(self._input[:end], pool.hosts)
                if length > pool.max_body:
                    text = f"The request body is longer than {pool.max_body} bytes."
                    raise RequestError(413, "Content Too Large", text)
                body = self._input[end + 4 :]
                self._input = bytearray(head)
                self._input += body
                self._request_length = len(head) + length
                if length and not body and b" HTTP/1.1\r\n" in head and b"\r\nexpect:" in head:
                    # RFC 9110 section 10.1.1. What is wrong with the socket, its next read says.
                    try:
                        self._socket.send(b"HTTP/1.1 100 Continue\r\n\r\n")
                    except OSError:
                        pass
            if len(self._input) >= self._request_length:
                self._enter(_COMPLETE)
        except MemoryError:
            self._loop.low_memory = True
            self._input = self._input[:64]  # for the log
            self._respond(503, "Service Unavailable", "The board is short of memory.\n")
        except RequestError as error:
            answer: tuple = error.code, error.reason, error.text + "\n"
            if error.foreign and pool.on_foreign_host is not None:
                answer = pool.on_foreign_host(self.address[0], *error.foreign) or answer
            self._respond(*answer)

    # The response

    def _respond(self, code: int, reason: str, body: str, headers: str = _TEXT) -> None:
        """Answer without the server."""
        self._enter(_ANSWERING)
        self._send_response(code, reason, body, headers)
        self._may_have_more = code >= 400
        self.close()

    def _send_response(self, code: int, reason: str, body: str, headers: str) -> None:
        self.reason = self.reason or body[:-1]
        if code >= 400 and b"text/html" in self._input:
            try:
                from .status_page import plain_or_page

                headers, body = plain_or_page(code, headers, body, bytes(self._input))
            except MemoryError:
                pass  # the plain text will do
        data = body.encode()
        head = f"HTTP/1.1 {code} {reason}\r\n{headers}Connection: close\r\n"
        if code != 204:  # which has no body, and not even its length (RFC 9110 section 8.6)
            head += f"Content-Length: {len(data)}\r\n"
        self.send(f"{head}\r\n".encode())
        if data and self._state != _CLOSED:  # the client may have disconnected meanwhile
            self.send(data)

    def _put(self, data) -> None:
        self._output.append(memoryview(data))
        self.queued += len(data)

    def _read_body(self) -> None:
        """Read the next piece of a file, or the next chunks until they fill one."""
        body = self._body
        piece = b""
        try:
            if self._body_left >= 0:
                if self._body_left:
                    piece = body.read(min(_PIECE, self._body_left))
                self._body_left -= len(piece)
                if not piece:
                    self._close_body()
            else:
                started = self._loop.ticks()
                for chunk in body:
                    if isinstance(chunk, str):
                        chunk = chunk.encode()
                    length = len(chunk)
                    if length:
                        size = b"%x\r\n" % length
                        if length > _PIECE:
                            self._put(piece + size)
                            self._put(chunk)
                            piece = b"\r\n"
                            break
                        piece += size + chunk + b"\r\n"
                    if len(piece) > _PIECE or ticks_diff(self._loop.ticks(), started) >= _MAX_TIME:
                        break
                else:
                    piece += b"0\r\n\r\n"
                    self._close_body()
            if piece and self._state != _CLOSED:
                self._put(piece)
        except Exception as error:
            # Too late for a 500, but the client notices that the response is incomplete.
            self._loop.low_memory |= isinstance(error, MemoryError)
            log_exception(self._pool.log, f'"{self.request_line}" failed', error)
            self._close_body()

    def _close_body(self) -> None:
        body = self._body
        self._body = None
        if hasattr(body, "close"):  # a file or a generator
            try:
                body.close()
            except Exception as error:
                log_exception(self._pool.log, f'"{self.request_line}" failed', error)

    def _linger_or_close(self) -> None:
        """
        The response is sent: close, but not while there is unread input. That would reset the
        connection, and the client could lose the response.
        """
        if self._state == _CLOSED:
            return
        if not self._may_have_more and not self._discarded:
            try:
                self._discarded = self._socket.recv_into(self._pool.buffer)
            except OSError as error:
                if error.errno != EAGAIN:
                    self.abort()
                    return
        if self._may_have_more or self._discarded:
            self._enter(_LINGERING)
        else:
            self.abort()


def _complete_head(head: bytes) -> bytes:
    """
    Add the security headers to a head that does not have them, and the charset to a text type
    without one: a browser would guess another, and scripts would not match their hashes.
    """
    end = head.find(b"\r\n\r\n")
    lower = head[: max(end, 0)].lower()
    lines = b"".join([line for line in _SECURITY if line[: line.find(b":") + 1] not in lower])
    if end < 0:
        return head  # the program sends it in parts
    head = head[:end] + lines + head[end:]
    start = lower.find(b"\r\ncontent-type:") + 15
    if start >= 15:
        end = start + len(lower[start:].split(b"\r\n", 1)[0])
        kind = lower[start:end].split(b";", 1)[0].strip()
        if (
            kind[:5] == b"text/"
            and kind != b"text/event-stream"
            or kind[-3:] == b"xml"
            or kind[-4:] == b"json"
        ):
            if b"charset" not in lower[start:end]:
                head = head[:end] + b"; charset=utf-8" + head[end:]
    return head

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.buffered_pool`
================================================================================

HTTP without waiting. `adafruit_httpserver.Server` accepts a connection and then waits for it; a
`BufferedPool` between the server and the board's sockets hands it only requests that have arrived
in full, and takes its answers at once, to write them as the phone takes them.
"""

import gc

gc.collect()

from errno import EADDRINUSE, EAGAIN, ECONNRESET

from adafruit_ticks import ticks_add, ticks_diff
from micropython import const

from ..log import get_logger, log_exception
from ..loop import READ, WRITE
from .request_head import Refused, check

try:
    from typing import TYPE_CHECKING, Callable, Iterable

    from ..loop import Loop
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Server
    from adafruit_httpserver.interfaces import _ISocket, _ISocketPool
else:
    _ISocket = _ISocketPool = object

_BACKLOG = const(6)  # what the board's network stack keeps at most
_PATIENCE = const(10000)  # ms without progress in sending an answer
_LINGER = const(1000)  # ms in which input is discarded behind an answer
_DISCARD = const(65536)  # bytes of it
_HURRY = const(1000)  # ms for a request while no socket is free
_ANSWER = const(8192)  # bytes that may wait before the server has to
_PUMP = const(2000)  # ms that it then waits at most for the phone to take some

_PLAIN = "Content-Type: text/plain\r\n"

# What a connection is doing.
_READING = const(0)  # the request is arriving
_WHOLE = const(1)  # the server may have it
_ANSWERING = const(2)  # the answer is being sent
_LINGERING = const(3)  # the phone may read the answer to its end
_GONE = const(4)


class BufferedPool(_ISocketPool):
    """
    A source of sockets for `adafruit_httpserver.Server`.

    :param socket_pool: ``socketpool.SocketPool(wifi.radio)``.
    :param Loop loop: Wakes the connections.
    :param hosts: The names and addresses under which the board may be called. A request with
        another Host never reaches the program (421), so that a page of another site cannot get
        at the board under a name of its own. ``localhost`` and ``127.0.0.1`` are always among
        them: only a tunnel or the simulator can come that way.
    :param int max_header: The longest request head in bytes (431).
    :param int max_body: The longest request body in bytes (413).
    :param int request_timeout: How long a request may take to arrive, in ms (408).

    Example::

        pool = BufferedPool(socketpool.SocketPool(wifi.radio), loop, hosts=("192.168.4.1",))
        server = Server(pool, "/static")
    """

    def __init__(
        self,
        socket_pool,
        loop: "Loop",
        *,
        hosts: "Iterable[str]" = (),
        max_header: int = 4096,
        max_body: int = 4096,
        request_timeout: int = 5000,
    ) -> None:
        self.AF_INET = socket_pool.AF_INET
        self.SOCK_STREAM = socket_pool.SOCK_STREAM
        self.SOL_SOCKET = socket_pool.SOL_SOCKET
        self.SO_REUSEADDR = socket_pool.SO_REUSEADDR
        self.socket_pool = socket_pool
        self.loop = loop
        # A set is kept as it is: an access point adds to its own when it gets another address.
        self.hosts = hosts if isinstance(hosts, set) else {host.lower() for host in hosts}
        self.hosts.update(("localhost", "127.0.0.1"))
        self.max_header = max_header
        self.max_body = max_body
        self.request_timeout = request_timeout
        self.on_foreign_host: Callable | None = None
        """
        What answers a request with another Host, in place of a 421: called with the client's
        address, the method, the host and the target, it returns the status code, the reason
        beside it, the body and the header lines, each with its CR LF; or `None` for a 421.
        """

        self.buffer = bytearray(1024)
        self.log = get_logger()
        self.listener = None
        self.exchanges = []  # every connection that is not a WebSocket
        self.current = None  # the one that the server has
        self.whole = []  # those of them whose request the server may have
        self._server: Server | None = None
        loop.on_turn(self._answer_requests)
        loop.every(0.1, self._tick)
        loop.on_shutdown(self._shut_down)
        loop.on_low_memory(self._free_memory)

    def serve(self, server: "Server", host: str = "0.0.0.0", port: int = 80) -> None:
        """
        Start a server, and let it answer each request once it has arrived in full.

        :param Server server: Was made with this pool.
        :param str host: The address to listen on.
        :param int port: The port to listen on.
        :raises OSError, RuntimeError: if it cannot listen there.
        """
        server.start(host, port)
        self._server = server

    def drop(self, address: "str | None") -> None:
        """
        Close the connections of a phone that has left, which no packet will ever end.

        :param str address: Its IP address; None if it had none.
        """
        for exchange in [one for one in self.exchanges if one.address[0] == address]:
            self.log.info("%s dropped: it has left the hotspot", address)
            exchange.finish()

    # What the server calls

    def getaddrinfo(
        self, host: str, port: int, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ):
        """
        As the board's own.

        :param str host: A name or an address.
        :param int port: A port.
        """
        return self.socket_pool.getaddrinfo(host, port)

    def socket(self, family: int = 0, type: int = 0, proto: int = 0) -> "Listener":
        """
        The socket that the server listens on.

        :param int family: ``AF_INET``.
        :param int type: ``SOCK_STREAM``.
        """
        self.listener = Listener(self, self.socket_pool.socket(family, type))
        return self.listener

    # What the loop calls

    def _answer_requests(self) -> None:
        """Let the server answer the requests that have arrived in full."""
        server = self._server
        if server is None:
            return
        for _ in range(len(self.whole)):
            failure = None
            try:
                server.poll()
            except Exception as error:
                failure = error
                self.loop.low_memory |= isinstance(error, MemoryError)
            exchange = self.current
            self.current = None
            if exchange is not None:
                if failure is not None:
                    log_exception(self.log, f'"{exchange.request()}" failed', failure)
                if not exchange.is_answered:
                    exchange.close()  # the handler raised what the server takes for an empty socket

    def _tick(self) -> None:
        now = self.loop.ticks()
        if self.listener is not None and self.loop.free_sockets > 0:
            self.listener.resume()
        # The oldest first; one whose time is up leaves the list.
        index = 0
        while index < len(self.exchanges):
            exchange = self.exchanges[index]
            exchange.tick(now)
            if index < len(self.exchanges) and self.exchanges[index] is exchange:
                index += 1

    def _free_memory(self) -> None:
        """Drop the connections on which no request has begun."""
        for index in range(len(self.exchanges) - 1, -1, -1):
            exchange = self.exchanges[index]
            if exchange._state == _READING and not exchange._input:
                exchange._give_up_reading()

    def _shut_down(self) -> None:
        while self.exchanges:
            self.exchanges[-1].finish()


class Listener(_ISocket):
    """
    The server's listening socket, which has something to accept when a request is whole.

    :param BufferedPool pool: Whose requests these are.
    :param sock: The real socket.
    """

    def __init__(self, pool: BufferedPool, sock) -> None:
        self._pool = pool
        self._socket = sock
        self._paused = False

    def setsockopt(self, level: int, optname: int, value: int) -> None:
        """As the board's own."""
        self._socket.setsockopt(level, optname, value)

    def setblocking(self, flag: bool) -> None:
        """Nothing here ever blocks."""

    def bind(self, address: tuple) -> None:
        """
        As the board's own, but says in words why a port is taken.

        :param tuple address: Host and port.
        """
        try:
            self._socket.bind(address)
        except OSError as error:
            self._socket.close()
            if error.errno == EADDRINUSE:
                raise RuntimeError(
                    f"port {address[1]} is taken; if the web workflow has it, take "
                    "CIRCUITPY_WEB_API_PASSWORD out of settings.toml or set "
                    "CIRCUITPY_WEB_API_PORT = 8080 there"
                ) from error
            raise

    def listen(self, backlog: int) -> None:
        """
        As the board's own.

        :param int backlog: How many connections may wait, at most 6.
        """
        self._socket.setblocking(False)
        self._socket.listen(min(backlog, _BACKLOG))
        self._pool.loop.add(self._socket, self, "HTTP listener")

    def accept(self) -> tuple:
        """
        A connection whose request has arrived in full.

        :raises OSError: EAGAIN if there is none.
        """
        whole = self._pool.whole
        while whole:
            exchange = whole.pop(0)
            if exchange.begin_answer():
                self._pool.current = exchange
                return exchange, exchange.address
        raise OSError(EAGAIN)

    def close(self) -> None:
        """As the board's own."""
        self._pool.listener = None
        self._pool.loop.close(self._socket)

    def readable(self) -> None:
        """Somebody connects."""
        pool = self._pool
        # The board's accept() closes a connection that it has no socket for without a word. One
        # that is not accepted yet waits in the backlog.
        if pool.loop.free_sockets == 0:
            self._paused = True
            pool.loop.watch(self._socket, 0)
            return
        try:
            sock, address = self._socket.accept()
        except OSError as error:
            if error.errno != EAGAIN:
                raise
            return
        sock.settimeout(0)
        try:
            sock.setsockopt(pool.socket_pool.IPPROTO_TCP, pool.socket_pool.TCP_NODELAY, 1)
        except OSError:
            pass  # the phone is gone already, which the first read will tell
        exchange = Exchange(pool, sock, address)
        pool.exchanges.append(exchange)
        pool.loop.add(sock, exchange, "HTTP")

    def writable(self) -> None:
        """Never asked for."""

    def failed(self, error: Exception) -> None:
        """
        Accepting has raised.

        :param Exception error: What was raised.
        """
        log_exception(self._pool.log, "no connection accepted", error)

    def resume(self) -> None:
        """A socket is free: accept again."""
        if self._paused:
            self._paused = False
            self._pool.loop.watch(self._socket, READ)


class Exchange(_ISocket):
    """
    One HTTP connection: a request, its answer, the end. The server takes it for a socket.

    :param BufferedPool pool: Where it belongs.
    :param sock: The real socket.
    :param tuple address: Host and port of the client.
    """

    def __init__(self, pool: BufferedPool, sock, address: tuple) -> None:
        self.address = address
        self._pool = pool
        self._loop = pool.loop
        self._socket = sock
        self._state = _READING
        self._input = b""
        self._body_at = 0  # where the body begins in it, once the head is checked
        self._length = 0  # of head and body
        self._request = ""  # method and path, for the log
        self._output = []
        self._waiting = 0  # bytes in it
        self._file = None
        self._answered = False  # whether the server has sent anything
        self._complete = False  # whether it has sent everything
        self._discarded = 0
        self._deadline = ticks_add(self._loop.ticks(), pool.request_timeout)

    # What the server calls

    def settimeout(self, value: "float | None") -> None:
        """Nothing here ever waits."""

    def setblocking(self, flag: bool) -> None:
        """Nothing here ever blocks."""

    def recv_into(self, buffer, nbytes: int = 0) -> int:
        """
        The next bytes of the request.

        :param buffer: Where they go.
        :param int nbytes: At most so many; 0 for as many as fit.
        :raises OSError: EAGAIN behind its end.
        """
        count = min(nbytes or len(buffer), self._length - self._body_at)
        if count <= 0:
            raise OSError(EAGAIN)
        start = self._body_at
        self._body_at = start + count
        memoryview(buffer)[:count] = self._input[start : start + count]
        return count

    def send(self, data) -> int:
        """
        Send a part of the answer: now, or as soon as the phone takes it.

        :param data: bytes, bytearray or memoryview; must not change any more.
        :return: Its length.
        :raises OSError: ECONNRESET if the phone is gone.
        """
        if self._state == _GONE:
            raise OSError(ECONNRESET)
        if not self._answered:
            self._answered = True
            self._log_refusal(bytes(data[9:12]))
        elif self._input[:5] == b"HEAD ":
            return len(data)  # the server sends the head first, and no more is wanted
        self._output.append(memoryview(data))
        self._waiting += len(data)
        if len(self._output) == 1:
            self._write()
        if self._waiting > _ANSWER and len(self._output) > 2:
            self._pump()
        return len(data)

    def send_file(self, file, length: int) -> None:
        """
        Send a file behind what was sent, reading it as the phone takes it, and close it then.

        :param file: Open for reading in binary.
        :param int length: How many bytes of it.
        """
        self._file = file
        self._length = length
        if self._state == _GONE:
            self._close_file()
        elif not self._output:
            self._write()

    def close(self) -> None:
        """The answer is complete."""
        if not self.is_answered:
            text = "The program on the board has failed here.\n"
            self._answer(500, "Internal Server Error", text, _PLAIN)
        self._complete = True
        if not self._output and self._file is None:
            self._end()

    def detach(self) -> tuple:
        """
        Give the socket away.

        :return: The socket, the bytes that came behind the request, and those of the answer that
            are not sent yet, in a list.
        :raises OSError: ECONNRESET if the phone is gone.
        """
        if self._state == _GONE:
            raise OSError(ECONNRESET)
        self._state = _GONE
        self._pool.exchanges.remove(self)
        return self._socket, self._input[self._length :], self._output

    def request(self) -> str:
        """Method and path, for the log."""
        if not self._request:
            line = self._input[:64].split(b"\r\n", 1)[0].split(b" HTTP/", 1)[0]
            self._request = "".join([chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in line])
        return self._request

    @property
    def is_answered(self) -> bool:
        """Whether the server has begun to answer, or need not any more."""
        return self._answered or self._state != _ANSWERING

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
            self._hear_end()
        elif self._state == _READING:
            self._input += self._pool.buffer[:count]
            self._read()
        else:
            self._discarded += count
            if self._discarded > _DISCARD:
                self.finish()

    def writable(self) -> None:
        """Send more of the answer."""
        self._write()

    def failed(self, error: Exception) -> None:
        """
        End the connection because of a fault on this side.

        :param Exception error: What was raised.
        """
        log_exception(self._pool.log, f"{self.address[0]}: the connection failed", error)
        self.finish()

    def tick(self, now: int) -> None:
        """
        See whether the time is up.

        :param int now: The loop's ticks.
        """
        left = ticks_diff(self._deadline, now)
        if self._state == _READING:
            if self._loop.free_sockets == 0:
                left -= self._pool.request_timeout - _HURRY
            if left <= 0:
                self._give_up_reading()
        elif left <= 0 and self._state == _LINGERING:
            self.finish()
        elif left <= 0 and self._state == _ANSWERING:
            if self._output or self._file is not None:
                self._give_up_answering()

    def begin_answer(self) -> bool:
        """
        The server takes the request.

        :return: False if the phone is gone.
        """
        if self._state != _WHOLE:
            return False
        self._state = _ANSWERING
        self._deadline = ticks_add(self._loop.ticks(), _PATIENCE)
        return True

    def finish(self) -> None:
        """Close the socket."""
        if self._state == _GONE:
            return
        self._state = _GONE
        self._output = []
        self._close_file()
        self._pool.exchanges.remove(self)
        self._loop.close(self._socket)

    # Reading

    def _read(self) -> None:
        """See whether the request is whole."""
        pool = self._pool
        try:
            if not self._length:
                if self._input[:2] == b"\r\n":
                    self._input = self._input[2:]  # RFC 9112 section 2.2
                end = self._input.find(b"\r\n\r\n")
                if end < 0:
                    first = self._input[:1]
                    if first not in b"\r\n" and (first < b" " or first > b"z"):
                        raise Refused(400, "Bad Request", "This is not HTTP. Use http, not https.")
                    if len(self._input) <= pool.max_header:
                        return
                if end < 0 or end > pool.max_header:
                    raise Refused(
                        431,
                        "Request Header Fields Too Large",
                        f"The request head is longer than {pool.max_header} bytes.",
                    )
                head, length = check(self._input[:end], pool.hosts)
                if length > pool.max_body:
                    raise Refused(
                        413,
                        "Content Too Large",
                        f"The request body is longer than {pool.max_body} bytes.",
                    )
                self._input = head + self._input[end + 4 :]
                self._length = len(head) + length
            if len(self._input) >= self._length:
                self._state = _WHOLE
                self._loop.watch(self._socket, 0)
                pool.whole.append(self)
        except Refused as refused:
            answer: tuple = refused.code, refused.reason, refused.text + "\n"
            if refused.foreign and pool.on_foreign_host is not None:
                answer = pool.on_foreign_host(self.address[0], *refused.foreign) or answer
            self._refuse(*answer)

    def _hear_end(self) -> None:
        """The phone has closed, or is gone."""
        if self._state == _READING:
            what = "in the middle of a request" if self._input else "without a request"
            self._pool.log.info("%s closed %s", self.address[0], what)
        self.finish()

    def _give_up_reading(self) -> None:
        if self._input:
            self._refuse(408, "Request Timeout", "The request took too long to arrive.\n")
        else:
            self._pool.log.info("%s dropped: sent no request", self.address[0])
            self.finish()

    # Answering

    def _refuse(self, code: int, reason: str, body: str, headers: str = _PLAIN) -> None:
        """Answer without the server."""
        self._state = _ANSWERING
        self._deadline = ticks_add(self._loop.ticks(), _PATIENCE)
        self._answer(code, reason, body, headers)
        if code >= 400:
            self._discarded = 1  # there may be more of the request
        self.close()

    def _answer(self, code: int, reason: str, body: str, headers: str) -> None:
        head = f"HTTP/1.1 {code} {reason}\r\n{headers}Connection: close\r\n"
        if code != 204:  # which has no body, and not even its length (RFC 9110 section 8.6)
            head += f"Content-Length: {len(body)}\r\n"
        self.send(f"{head}\r\n".encode())
        if body:
            self.send(body.encode())

    def _log_refusal(self, code: bytes) -> None:
        if code >= b"400":
            self._pool.log.warning(
                '%s: "%s" answered %s', self.address[0], self.request(), code.decode()
            )

    def _write(self) -> None:
        """Send what the socket takes."""
        output = self._output
        try:
            while output or self._file is not None:
                if not output and not self._read_file(self._file):
                    break
                data = output[0]
                sent = self._socket.send(data)
                self._waiting -= sent
                self._deadline = ticks_add(self._loop.ticks(), _PATIENCE)
                if sent < len(data):
                    output[0] = data[sent:]
                    self._loop.watch(self._socket, WRITE)
                    return
                output.pop(0)
        except OSError as error:
            if error.errno == EAGAIN:
                self._loop.watch(self._socket, WRITE)
            else:
                self.finish()
            return
        # Server-sent events may follow: see whether anybody is still there to get them.
        self._loop.watch(self._socket, READ)
        if self._complete:
            self._end()

    def _read_file(self, file) -> bool:
        """Queue the next piece of the file; False at its end."""
        piece = file.read(min(1440, self._length)) if self._length else b""
        if piece:
            self._length -= len(piece)
            self._output.append(memoryview(piece))
            self._waiting += len(piece)
            return True
        self._close_file()
        return False

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _pump(self) -> None:
        """
        A response of many parts is being sent, such as adafruit_httpserver's own ChunkedResponse:
        it has to wait for the phone, because the parts do not fit in memory.
        """
        deadline = ticks_add(self._loop.ticks(), _PUMP)
        before = self._waiting
        while self._waiting > _ANSWER:
            self._write()
            if self._state == _GONE:
                raise OSError(ECONNRESET)
            if self._waiting < before:
                before = self._waiting
                deadline = ticks_add(self._loop.ticks(), _PUMP)
            elif ticks_diff(self._loop.ticks(), deadline) > 0:
                self._give_up_answering()
                raise OSError(ECONNRESET)

    def _give_up_answering(self) -> None:
        self._pool.log.warning("%s dropped: takes no data", self.address[0])
        self.finish()

    def _end(self) -> None:
        """The answer is handed over; see that closing does not take it away again."""
        if self._state == _GONE:
            return
        if not self._discarded:
            try:
                if self._socket.recv_into(self._pool.buffer):
                    self._discarded = 1
            except OSError as error:
                if error.errno != EAGAIN:
                    self.finish()
                    return
        if self._discarded:
            # Closing on unread input resets the connection, and the phone may lose the answer.
            self._state = _LINGERING
            self._deadline = ticks_add(self._loop.ticks(), _LINGER)
            self._loop.watch(self._socket, READ)
        else:
            self.finish()

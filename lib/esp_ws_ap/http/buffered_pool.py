# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.buffered_pool`
================================================================================

HTTP without waiting. `adafruit_httpserver.Server` accepts a connection and then waits for each
byte of its request. A `BufferedPool` between the server and the board's sockets hands it only
requests that are complete, and takes its responses at once, to send them as the clients read.
"""

import gc

gc.collect()

from errno import EADDRINUSE, EAGAIN

from adafruit_httpserver import ChunkedResponse, FileResponse, Response, Server
from adafruit_ticks import ticks_add, ticks_diff
from micropython import const

from ..log import get_logger, log_exception
from ..loop import READ
from .exchange import Exchange

try:
    from typing import TYPE_CHECKING, Callable, Iterable

    from ..loop import Loop
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver.interfaces import _ISocket, _ISocketPool
else:
    _ISocket = _ISocketPool = object

_MAX_BACKLOG = const(6)  # connections that the board's network stack keeps
_TICK_INTERVAL = 0.1  # s
_MAX_STARVED = const(5)  # ticks without a free socket, before a client that waits gets one
_WARNING_INTERVAL = const(60000)  # ms

# The two responses that adafruit_httpserver sends in a loop of its own, until the client has read
# all of it. A program imports them from there, so they are changed there.
_send_chunks = ChunkedResponse._send
_send_file = FileResponse._send


def _stream_chunks(self) -> None:
    connection = self._request.connection
    if not isinstance(connection, Exchange):  # another pool's
        return _send_chunks(self)
    self._send_headers()
    connection.send_body(iter(self._body()))
    connection.close()


def _stream_file(self) -> None:
    connection = self._request.connection
    if not isinstance(connection, Exchange):
        return _send_file(self)
    start = 0
    length = self._file_length
    self._headers.setdefault("Accept-Ranges", "bytes")
    if self._status.code == 200 and "range" in self._request.headers:
        from .byte_range import choose

        start, length = choose(self)
    self._send_headers(None if self._status.code == 304 else length, self._content_type)
    if not self._head_only:
        file = open(self._full_file_path, "rb")
        file.seek(start)
        connection.send_body(file, length)
    connection.close()


_UNPARSEABLE = "Unparseable raw_request: "
_FORM = b"\r\ncontent-type: application/x-www-form-urlencoded"


def _handle_request(self, request, handler):
    """The request is decoded first, and each answer that refuses it has a reason for the log."""
    exchange = request.connection
    if not isinstance(exchange, Exchange):
        return _call_handler(self, request, handler)
    raw = request.raw_request
    line = raw[: raw.find(b"\r\n")]
    try:
        problem = ""
        if b"%" in line or b"+" in line or _FORM in raw:
            from .percent import decode_request

            problem = decode_request(request)
            handler = self._find_handler(request.method, request.path)
        if problem:
            response = Response(request, problem + "\n", status=(400, "Bad Request"))
        else:
            response = _call_handler(self, request, handler)
    except OSError as error:  # the server would take some of them for the socket's
        log_exception(get_logger(), f'"{exchange.request_line}" failed', error)
        return None
    if not isinstance(response, Response):
        if not exchange.is_answered:
            from .mistakes import report_result

            report_result(request, response)
        return None
    if response._status.code >= 400:
        text = response._body
        exchange.reason = isinstance(text, str) and text.strip() or response._status.text
        if b"text/html" in raw and response._content_type is None:
            from .status_page import show

            response = show(request, response, exchange.reason)
    return response


_call_handler = Server._handle_request

ChunkedResponse._send = _stream_chunks
FileResponse._send = _stream_file
Server._handle_request = _handle_request


class BufferedPool(_ISocketPool):
    """
    A source of sockets for `adafruit_httpserver.Server`.

    :param socket_pool: ``socketpool.SocketPool(wifi.radio)``.
    :param Loop loop: The loop that watches the sockets.
    :param hosts: The names and addresses of the board. A request with another Host never reaches
        the program (421): otherwise a page of another site could reach the board under a name of
        its own (DNS rebinding). ``localhost`` and ``127.0.0.1`` are always added: only a tunnel or
        the simulator uses them.
    :param int max_header: The longest request head, in bytes (431).
    :param int max_body: The longest request body, in bytes (413).
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
        # A set is not copied: an access point adds to its own when its address changes.
        self.hosts = hosts if isinstance(hosts, set) else {host.lower() for host in hosts}
        self.hosts.update(("localhost", "127.0.0.1"))
        self.max_header = max_header
        self.max_body = max_body
        self.request_timeout = request_timeout
        self.on_foreign_host: Callable | None = None
        """
        Answers a request with another Host in place of a 421. It is called with the client's
        address, the method, the host, the target, and True if the client accepts HTML. It returns
        the status code, the reason phrase, the body and the header lines, each with its CR LF; or
        `None` for a 421, which it then has to log.
        """

        self.buffer = bytearray(1024)
        self.log = get_logger()
        self.listeners = []
        self.exchanges = []
        """Every connection that is not a WebSocket, the oldest first."""

        self.complete = []
        """Those whose request is complete, for the server to accept."""

        self.accepted: Exchange | None = None
        """The one that a server is to accept in this poll."""

        self.serving = False
        """True once `serve` was called: the loop turns, and lets the servers answer."""

        self._starved = 0  # ticks in which no socket was free
        self._warn_after = loop.ticks()
        loop.on_turn(self._answer_requests)
        loop.every(_TICK_INTERVAL, self._tick)
        loop.on_shutdown(self._shut_down)
        loop.on_low_memory(self._free_memory)

    def serve(self, server: "Server", host: str = "0.0.0.0", port: int = 80) -> None:
        """
        Start a server, and let it answer each request once it is complete. `Hotspot.run` does it
        for its server. Others may follow, each on a port of its own.

        :param Server server: A server that was made with this pool.
        :param str host: The address to listen on.
        :param int port: The port to listen on.
        :raises OSError, RuntimeError: If it cannot listen there.
        """
        if server._sock is not None:
            server.stop()  # the program has started it, perhaps on another port
        server.start(host, port)
        self.listeners[-1].server = server
        self.serving = True

    def drop(self, address: "str | None") -> None:
        """
        Close the connections of a station that has left the hotspot. It cannot close them itself.

        :param str address: Its IP address; None if it had none.
        """
        for exchange in [item for item in self.exchanges if item.address[0] == address]:
            self.log.info("%s dropped: it has left the hotspot", address)
            exchange.abort()

    # What the server calls

    def getaddrinfo(
        self, host: str, port: int, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ):
        """
        As ``SocketPool.getaddrinfo``.

        :param str host: A name or an address.
        :param int port: A port.
        """
        return self.socket_pool.getaddrinfo(host, port)

    def socket(self, family: int = 0, type: int = 0, proto: int = 0) -> "Listener":
        """
        Make the socket that the server listens on.

        :param int family: ``AF_INET``.
        :param int type: ``SOCK_STREAM``.
        """
        return Listener(self, self.socket_pool.socket(family, type))

    # What the loop calls

    def _answer_requests(self) -> None:
        """Let the servers answer the complete requests."""
        for _ in range(len(self.complete)):
            exchange = self.complete.pop(0)
            server = exchange.listener.server
            if server is None:
                self.complete.append(exchange)  # the program polls its server itself
                continue
            failure = None
            self.accepted = exchange
            try:
                server.poll()
            except Exception as error:
                failure = error
                # Out of memory, which the server takes for an error in the request. It adds the
                # request, query and all.
                if error.args and error.args[0] == _UNPARSEABLE:
                    failure = error = MemoryError()
                self.loop.low_memory |= isinstance(error, MemoryError)
            self.accepted = None
            self.loop.check_time(exchange)
            if failure is not None:
                log_exception(self.log, f'"{exchange.request_line}" failed', failure)
            if not exchange.is_answered:
                exchange.close()  # the server takes some of a handler's OSErrors for a socket's

    def _tick(self) -> None:
        now = self.loop.ticks()
        if self.loop.free_sockets > 0:
            self._starved = 0
            for listener in self.listeners:
                listener.resume()
        else:
            self._starved += 1
            if self._starved >= _MAX_STARVED:
                self._make_room(now)
        # A connection that times out leaves the list.
        index = 0
        while index < len(self.exchanges):
            exchange = self.exchanges[index]
            exchange.tick(now)
            if index < len(self.exchanges) and self.exchanges[index] is exchange:
                index += 1

    def _make_room(self, now: int) -> None:
        """Drop a client that holds a socket for long, if another waits for one."""
        if ticks_diff(now, self._warn_after) >= 0:
            self._warn_after = ticks_add(now, _WARNING_INTERVAL)
            self.log.warning("no socket is free: %s", ", ".join(self.loop.sockets))
        waiting = None
        for listener in self.listeners:
            if listener.paused:
                waiting = listener
        if waiting is None:
            return
        victim = None
        for exchange in self.exchanges:
            if exchange.is_slow:
                victim = exchange
                break
            if exchange.is_stream:
                victim = exchange
        if victim is not None:
            self.log.info("%s dropped: makes room for another client", victim.address[0])
            victim.abort()
            waiting.resume()

    def _free_memory(self) -> None:
        """Drop the connections on which no request has begun."""
        for index in range(len(self.exchanges) - 1, -1, -1):
            exchange = self.exchanges[index]
            if exchange.is_idle:
                exchange.request_timed_out()

    def _shut_down(self) -> None:
        for exchange in list(self.exchanges):  # Ctrl-C may have left a closed one in it
            exchange.abort()


class Listener(_ISocket):
    """
    The server's listening socket. It has a connection to accept when a request is complete.

    :param BufferedPool pool: The pool of the connections.
    :param sock: The real socket.
    """

    def __init__(self, pool: BufferedPool, sock) -> None:
        self._pool = pool
        self.server: Server | None = None
        """The server that `BufferedPool.serve` has started; None if the program polls its own."""

        self._socket = sock
        self.paused = False
        """True while a client waits for a free socket."""

        self._warned = False

    def setsockopt(self, level: int, optname: int, value: int) -> None:
        """As ``Socket.setsockopt``."""
        self._socket.setsockopt(level, optname, value)

    def setblocking(self, flag: bool) -> None:
        """Ignored: nothing here blocks."""

    def bind(self, address: tuple) -> None:
        """
        As ``Socket.bind``, with an error that says why a port is taken.

        :param tuple address: Host and port.
        :raises RuntimeError: If the port is taken.
        """
        try:
            self._socket.bind(address)
        except OSError as error:
            self._socket.close()
            if error.errno == EADDRINUSE:
                raise RuntimeError(
                    f"port {address[1]} is taken; if the web workflow has it, set "
                    "CIRCUITPY_WEB_API_PORT = 8080 in settings.toml"
                ) from error
            raise

    def listen(self, backlog: int) -> None:
        """
        As ``Socket.listen``.

        :param int backlog: How many connections may wait, at most 6.
        """
        self._socket.setblocking(False)
        self._socket.listen(min(backlog, _MAX_BACKLOG))
        self._pool.loop.add(self._socket, self, "HTTP listener")
        self._pool.listeners.append(self)

    def accept(self) -> tuple:
        """
        Accept a connection whose request is complete.

        :return: The connection, and host and port of the client.
        :raises OSError: EAGAIN if there is none.
        """
        exchange = self._pool.accepted
        if exchange is None or self.server is None:
            exchange = self._pool.accepted = self._polled()
        if exchange is None or not exchange.start_answering():
            raise OSError(EAGAIN)
        return exchange, exchange.address

    def _polled(self) -> "Exchange | None":
        """Return the next request for a server that the program polls itself, or None."""
        pool = self._pool
        if not pool.serving:
            if not self._warned:
                self._warned = True
                from .mistakes import report_polling

                report_polling()
            pool.loop.turn()
        for exchange in pool.complete:
            if exchange.listener is self:
                pool.complete.remove(exchange)
                return exchange
        return None

    def close(self) -> None:
        """As ``Socket.close``."""
        if self in self._pool.listeners:
            self._pool.listeners.remove(self)
        self._pool.loop.close(self._socket)

    def readable(self) -> None:
        """Accept a connection from the network."""
        pool = self._pool
        # Without a free socket, the board's accept() would close the connection. It can wait in
        # the backlog.
        if pool.loop.free_sockets == 0:
            self.paused = True
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
            pass  # the client has disconnected, which the first read reports
        exchange = Exchange(pool, sock, address, self)
        pool.exchanges.append(exchange)
        pool.loop.add(sock, exchange, "HTTP")

    def failed(self, error: Exception) -> None:
        """
        Log what `readable` has raised.

        :param Exception error: What was raised.
        """
        log_exception(self._pool.log, "accept failed", error)

    def resume(self) -> None:
        """Accept connections again, if that was paused for lack of a socket."""
        if self.paused:
            self.paused = False
            self._pool.loop.watch(self._socket, READ)

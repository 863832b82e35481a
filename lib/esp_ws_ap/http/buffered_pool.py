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
    from adafruit_httpserver import Server
    from adafruit_httpserver.interfaces import _ISocket, _ISocketPool
else:
    _ISocket = _ISocketPool = object

_MAX_BACKLOG = const(6)  # connections that the board's network stack keeps
_TICK_INTERVAL = 0.1  # s


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
        address, the method, the host and the target, and returns the status code, the reason
        phrase, the body and the header lines, each with its CR LF; or `None` for a 421.
        """

        self.buffer = bytearray(1024)
        self.log = get_logger()
        self.listener = None
        self.exchanges = []
        """Every connection that is not a WebSocket, the oldest first."""

        self.complete = []
        """Those whose request is complete, for the server to accept."""

        self.accepted: Exchange | None = None
        """The one that the server has accepted in this poll."""

        self._server: Server | None = None
        loop.on_turn(self._answer_requests)
        loop.every(_TICK_INTERVAL, self._tick)
        loop.on_shutdown(self._shut_down)
        loop.on_low_memory(self._free_memory)

    def serve(self, server: "Server", host: str = "0.0.0.0", port: int = 80) -> None:
        """
        Start a server, and let it answer each request once it is complete.

        :param Server server: A server that was made with this pool.
        :param str host: The address to listen on.
        :param int port: The port to listen on.
        :raises OSError, RuntimeError: If it cannot listen there.
        """
        server.start(host, port)
        self._server = server

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
        self.listener = Listener(self, self.socket_pool.socket(family, type))
        return self.listener

    # What the loop calls

    def _answer_requests(self) -> None:
        """Let the server answer the complete requests."""
        server = self._server
        if server is None:
            return
        for _ in range(len(self.complete)):
            failure = None
            try:
                server.poll()
            except Exception as error:
                failure = error
                self.loop.low_memory |= isinstance(error, MemoryError)
            exchange = self.accepted
            self.accepted = None
            if exchange is not None:
                self.loop.check_time(exchange)
                if failure is not None:
                    log_exception(self.log, f'"{exchange.request_line}" failed', failure)
                if not exchange.is_answered:
                    exchange.close()  # the server takes some of a handler's OSErrors for a socket's

    def _tick(self) -> None:
        now = self.loop.ticks()
        if self.listener is not None and self.loop.free_sockets > 0:
            self.listener.resume()
        # A connection that times out leaves the list.
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
        self._socket = sock
        self._paused = False

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

    def accept(self) -> tuple:
        """
        Accept a connection whose request is complete.

        :return: The connection, and host and port of the client.
        :raises OSError: EAGAIN if there is none.
        """
        complete = self._pool.complete
        while complete:
            exchange = complete.pop(0)
            if exchange.start_answering():
                self._pool.accepted = exchange
                return exchange, exchange.address
        raise OSError(EAGAIN)

    def close(self) -> None:
        """As ``Socket.close``."""
        self._pool.listener = None
        self._pool.loop.close(self._socket)

    def readable(self) -> None:
        """Accept a connection from the network."""
        pool = self._pool
        # Without a free socket, the board's accept() would close the connection. It can wait in
        # the backlog.
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
            pass  # the client has disconnected, which the first read reports
        exchange = Exchange(pool, sock, address)
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
        if self._paused:
            self._paused = False
            self._pool.loop.watch(self._socket, READ)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.hub`
================================================================================

Everyone who is connected: how many there may be, what happens when they come, speak and go, and
how to send to all of them.
"""

import gc

gc.collect()

from .connection import OPEN, Connection
from .console_log import get_logger, log_exception
from .frames import TRY_AGAIN_LATER, message
from .handshake import Upgrade, choose_subprotocol, refusal

try:
    from typing import Callable

    from adafruit_httpserver import Request, Response

    from .loop import Loop
except ImportError:
    pass


class Hub:
    """
    The clients of one WebSocket path, and the program's handlers for what they do.

    :param Loop loop: Wakes the clients' connections.
    :param int max_clients: How many may be connected at a time; the next one is told so and
        closed with 1013.
    :param int max_message_size: The longest message in bytes; a longer one is handed to
        `on_chunk`, or refused with 1009 where there is no such handler.
    :param int max_frame_size: The longest payload that is sent in one frame; longer messages are
        sent as fragments, so that a pong does not wait for the end of a long message.
    :param int message_timeout: How long one message may take to arrive, in ms (1008).
    :param int max_queued: How many bytes may wait for one client; one that falls further behind
        is closed with 1013.
    :param origins: Origins other than the board's own pages that may connect.
    :param subprotocols: The names of the subprotocols that the program understands, best first.

    Example::

        hub = Hub(loop)

        @server.route("/ws", GET)
        def websocket(request):
            return hub.upgrade(request)

        @hub.on_message
        def message(client, data):
            client.send(data)
    """

    def __init__(
        self,
        loop: "Loop",
        *,
        max_clients: int = 4,
        max_message_size: int = 4096,
        max_frame_size: int = 4096,
        message_timeout: int = 10000,
        max_queued: int = 16384,
        origins=(),
        subprotocols=(),
    ) -> None:
        self.loop = loop
        self.max_clients = max_clients
        self.max_message_size = max_message_size
        self.max_frame_size = max_frame_size

        self.max_fragments = 128 + max_message_size // 16
        """The most frames that one message may come in (1008): room for a client that cuts its
        messages finely, and an end to one that sends empty frames."""

        self.message_timeout = message_timeout
        self.max_queued = max_queued
        self.origins = origins
        self.subprotocols = subprotocols

        self.clients = []
        """The connected clients, in the order in which they came."""

        self.buffer = bytearray(4096 + 14)
        """Where every client's bytes are received: a frame of 4096 bytes fits in one piece."""

        self._log = get_logger()
        self._connections = []  # the clients, and those that were refused and are not gone yet
        self._count = 0
        self._on_open = None
        self._on_message = None
        self._on_close = None
        self._on_error = None
        self.on_chunk_handler = None
        loop.every(0.1, self._tick)
        loop.at_end(self._shut_down)

    # Handlers

    def on_open(self, handler: "Callable") -> "Callable":
        """
        Decorator for what happens when a client has connected.

        :param handler: Called with the client.
        """
        self._on_open = handler
        return handler

    def on_message(self, handler: "Callable") -> "Callable":
        """
        Decorator for what happens when a message has arrived.

        :param handler: Called with the client and the message: str for text, bytes for binary.
        """
        self._on_message = handler
        return handler

    def on_chunk(self, handler: "Callable") -> "Callable":
        """
        Decorator for what happens with messages longer than ``max_message_size``: they are handed
        over piece by piece as they arrive, and never held in memory as a whole.

        :param handler: Called with the client, the piece (str or bytes; no character is cut), and
            whether it is the last one.
        """
        self.on_chunk_handler = handler
        return handler

    def on_close(self, handler: "Callable") -> "Callable":
        """
        Decorator for what happens when a client is gone.

        :param handler: Called with the client, the close code and the reason.
        """
        self._on_close = handler
        return handler

    def on_error(self, handler: "Callable") -> "Callable":
        """
        Decorator for what happens when another handler has raised.

        :param handler: Called with the client and the exception, after both were logged.
        """
        self._on_error = handler
        return handler

    # What a program calls

    def upgrade(self, request: "Request") -> "Response":
        """
        Make a request for this path a WebSocket.

        :param Request request: What the route's handler was given.
        :return: What the route's handler is to return, also for a bad handshake.
        """
        answer = refusal(request, self.origins)
        if answer is None:
            answer = Upgrade(request, self, choose_subprotocol(request, self.subprotocols))
        return answer

    def broadcast(self, data, exclude: "Connection | None" = None) -> int:
        """
        Send one message to every client. Never waits; the frame is built once.

        :param data: str for a text message; bytes, bytearray or memoryview for a binary one.
        :param Connection exclude: A client to leave out.
        :return: How many clients it was sent to.
        """
        count = 0
        if self.clients:
            built = message(data, self.max_frame_size)
            for client in self.clients:
                if client is not exclude and client.send_message(built):
                    count += 1
        return count

    # What connections and the handshake call

    def attach(self, exchange, request: "Request", subprotocol: "str | None") -> None:
        """
        Take over a connection whose opening handshake is done.

        :param exchange: The socket, the bytes that came right behind the request, and what is not
            sent yet of the answer.
        :param Request request: The handshake.
        :param str subprotocol: The one that was chosen, or None.
        """
        sock, behind, unsent = exchange
        self._count += 1
        client = Connection(self, sock, request.client_address, self._count, unsent)
        client.subprotocol = subprotocol
        self.loop.add(sock, client, "WebSocket")
        if unsent:
            client.writable()
        self._connections.append(client)
        if self._places_taken() >= self.max_clients:
            reason = f"all {self.max_clients} places are taken"
            self._log.warning("client %d from %s refused: %s", client.id, client.address, reason)
            client.close(TRY_AGAIN_LATER, reason)
        else:
            self.clients.append(client)
            self._log.info(
                "client %d joined from %s: %d of %d",
                client.id,
                client.address,
                self._places_taken(),
                self.max_clients,
            )
            if self._on_open is not None:
                try:
                    self._on_open(client)
                except Exception as error:
                    self.report_fault(client, error)
        if behind:
            client.take(behind)

    def deliver(self, client: "Connection", decoder) -> None:
        """
        Hand a message to the program.

        :param Connection client: Who sent it.
        :param Decoder decoder: Holds it.
        """
        client.messages_in += 1
        try:
            if decoder.chunk and self.on_chunk_handler is not None:
                self.on_chunk_handler(client, decoder.data, decoder.final)
            elif self._on_message is not None:
                self._on_message(client, decoder.data)
        except Exception as error:
            self.report_fault(client, error)

    def report_failure(self, client: "Connection", code: int, reason: str) -> None:
        """
        Log that a client has broken the protocol or a limit.

        :param Connection client: The client.
        :param int code: The close code it is told.
        :param str reason: What it has done.
        """
        self._log.warning("client %d failed: %d %s", client.id, code, reason)

    def report_fault(self, client: "Connection", error: Exception) -> None:
        """
        Log what a handler has raised, and tell the program.

        :param Connection client: Whose event it was.
        :param Exception error: What was raised.
        """
        log_exception(self._log, f"client {client.id}: a handler failed", error)
        if self._on_error is not None:
            try:
                self._on_error(client, error)
            except Exception as second:
                log_exception(self._log, "the error handler failed", second)

    def left(self, client: "Connection") -> None:
        """
        A connection is closed.

        :param Connection client: The client.
        """
        self._connections.remove(client)
        if client not in self.clients:
            return
        self.clients.remove(client)
        self._log.info("client %d left: %d %s", client.id, client.close_code, client.close_reason)
        if self._on_close is not None:
            try:
                self._on_close(client, client.close_code, client.close_reason)
            except Exception as error:
                self.report_fault(client, error)

    def _places_taken(self) -> int:
        return sum(client.state == OPEN for client in self.clients)

    def _tick(self) -> None:
        now = self.loop.ticks()
        # From the end, because a client whose time is up leaves the list.
        for index in range(len(self._connections) - 1, -1, -1):
            self._connections[index].tick(now)

    def _shut_down(self) -> None:
        while self._connections:
            self._connections[-1].shut_down()

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

from micropython import const

from .log import get_logger, log_exception
from .websocket.connection import OPEN, Connection
from .websocket.frames import ABNORMAL_CLOSURE, GOING_AWAY, TRY_AGAIN_LATER, message
from .websocket.handshake import Upgrade, choose_subprotocol, refusal

try:
    from typing import Any, Callable

    from adafruit_httpserver import Request, Response

    from .loop import Loop
    from .network.access_point import AccessPoint, Station
except ImportError:
    pass


_PAGE_ID = const(16)  # characters that a page's id has at least, so that nobody can guess it

_WORTH = const(1024)  # bytes in a queue for which a client is given up when memory runs out

# A page cannot send pings, so it asks in a text message: ENQ, a number, the last round trip that it
# measured in ms or "-", and 1 while nobody looks at it, else 0. The answer is ACK and the number.
_ENQ = "\x05"
_ACK = "\x06"

_COUNTERS = (
    "messages_in",
    "messages_out",
    "bytes_in",
    "bytes_out",
    "replaced",
    "refused",
)


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
    :param int max_queued: How many bytes may wait for one client.
    :param int max_queued_messages: How many frames may wait for one client.
    :param bool refuse_when_full: What happens to a message that finds the queue full: the client
        is closed with 1013, because its page then connects again and nothing is silently wrong
        (False), or `Connection.send` returns False (True). Every client can be given its own
        ``refuse_when_full``.
    :param int ping_interval: After so many ms of silence a client is pinged.
    :param int ping_timeout: Without an answer for so many ms it is gone. A phone whose screen goes
        dark stops answering; its page connects again when it wakes.
    :param AccessPoint access_point: Where the stations are known, so that the clients of a phone
        that leaves the hotspot are gone at once, and `Connection.rssi` is known.
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
        max_queued_messages: int = 64,
        refuse_when_full: bool = False,
        ping_interval: int = 10000,
        ping_timeout: int = 10000,
        access_point: "AccessPoint | None" = None,
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
        self.max_queued_messages = max_queued_messages
        self.refuse_when_full = refuse_when_full
        self.ping_interval = ping_interval
        self.ping_timeout = ping_timeout
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
        self._on_watermark = None
        self._access_point = access_point
        self._turned_away = 0
        self._closes = {}  # close code: how often
        self._totals: dict[str, Any] = {"queued_most": 0}  # of those who have left
        for name in _COUNTERS:
            self._totals[name] = 0
        self.on_chunk_handler = None
        loop.every(0.1, self._tick)
        loop.at_end(self._shut_down)
        loop.at_shortage(self._free_memory)
        if access_point is not None:
            access_point.on_leave(self._station_left)

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

    def on_watermark(self, handler: "Callable") -> "Callable":
        """
        Decorator for what happens when more than half of what may wait for a client does (then
        the program had better send less), and when no more than a quarter does again.

        :param handler: Called with the client, and True or False.
        """
        self._on_watermark = handler
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

    def broadcast(self, data, exclude=None, *, group=None, where=None, latest=None) -> int:
        """
        Send one message to every client. Never waits; the frame is built once.

        :param data: str for a text message; bytes, bytearray or memoryview for a binary one.
        :param Connection exclude: A client to leave out.
        :param str group: Send to the clients that have joined this group only.
        :param where: Called with each client; send to those for which it returns true.
        :param latest: A key, as for `Connection.send`.
        :return: How many clients it was sent to.

        Example::

            hub.broadcast("hello", exclude=client)
            hub.broadcast(json.dumps(state), latest="state")
            hub.broadcast("pong", group="players")
        """
        built = None
        count = 0
        for client in self.clients:
            if client is exclude or not client.is_in(group):
                continue
            if where is not None and not where(client):
                continue
            if built is None:
                built = message(data, self.max_frame_size)
            if client.send_message(built, latest):
                count += 1
        return count

    def stats(self) -> dict:
        """What there is to know of all clients together, for a page or a log."""
        result = dict(self._totals)
        for client in self.clients:
            self._add_up(result, client)
        result["clients"] = self._places_taken()
        result["joined"] = self._count - self._turned_away
        result["turned_away"] = self._turned_away
        result["closes"] = dict(self._closes)
        result["longest_turn"] = self.loop.longest_turn
        result["least_memory"] = self.loop.least_memory
        result["sockets"] = self.loop.sockets
        return result

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
        try:
            client = Connection(self, sock, request.client_address, self._count, unsent)
        except Exception:  # no memory; nobody else knows the socket any more
            self.loop.close(sock)
            raise
        client.subprotocol = subprotocol
        client.query = request.query_params
        page = client.query.get("page") or ""
        if len(page) >= _PAGE_ID:
            client.page = page
        self._replace_ghost(client)
        self.loop.add(sock, client, "WebSocket")
        if unsent:
            client.writable()
        self._connections.append(client)
        if self._places_taken() >= self.max_clients:
            self._turned_away += 1
            reason = f"all {self.max_clients} places are taken"
            self._log.warning("client %d from %s refused: %s", client.id, client.address, reason)
            client.turn_away(reason)
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
            try:
                client.take(behind)
            except Exception as error:
                client.failed(error)

    def deliver(self, client: "Connection", decoder) -> None:
        """
        Hand a message to the program.

        :param Connection client: Who sent it.
        :param Decoder decoder: Holds it.
        """
        data = decoder.data
        if client.page and isinstance(data, str) and data[:1] == _ENQ:
            if self._answer_heartbeat(client, data):
                return
        client.messages_in += 1
        try:
            if decoder.chunk and self.on_chunk_handler is not None:
                self.on_chunk_handler(client, data, decoder.final)
            elif self._on_message is not None:
                self._on_message(client, data)
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
        self.loop.short_of_memory |= isinstance(error, MemoryError)
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
        self._add_up(self._totals, client)
        self._closes[client.close_code] = self._closes.get(client.close_code, 0) + 1
        self._log.info("client %d left: %d %s", client.id, client.close_code, client.close_reason)
        if self._on_close is not None:
            try:
                self._on_close(client, client.close_code, client.close_reason)
            except Exception as error:
                self.report_fault(client, error)

    def report_watermark(self, client: "Connection", above: bool) -> None:
        """
        Tell the program that a client falls behind, or has caught up.

        :param Connection client: The client.
        :param bool above: Whether more than half of what may wait for it does.
        """
        if self._on_watermark is not None:
            try:
                self._on_watermark(client, above)
            except Exception as error:
                self.report_fault(client, error)

    def report_refusal(self, client: "Connection") -> None:
        """
        Log that the first message to a client was refused.

        :param Connection client: The client.
        """
        self._log.warning("client %d takes its messages too slowly: some are refused", client.id)

    def station(self, address: str) -> "Station | None":
        """
        The phone behind an address, if it is known.

        :param str address: An IP address.
        """
        if self._access_point is not None:
            for station in self._access_point.stations.values():
                if station.address == address:
                    return station
        return None

    def _replace_ghost(self, client: "Connection") -> None:
        """
        A page that comes back takes its own place. It has to know the page's id, which it has
        made up at random and told nobody but the board, and to come from the same address.
        """
        if not client.page:
            return
        for ghost in self.clients:
            if ghost.page == client.page and ghost.address == client.address:
                ghost.hang_up(GOING_AWAY, "replaced by a newer connection of this page")
                return

    def _answer_heartbeat(self, client: "Connection", data: str) -> bool:
        """A page asks whether the board is there, and tells what it knows; False if it does not."""
        fields = data[1:32].split(" ")
        if len(data) > 32 or len(fields) != 3 or fields[2] not in ("0", "1"):
            return False
        client.hidden = fields[2] == "1"
        if fields[1] and min(fields[1]) >= "0" and max(fields[1]) <= "9":
            client.note_latency(int(fields[1]))
        client.send_message(message(_ACK + fields[0], self.max_frame_size), _ACK)
        return True

    def _station_left(self, station: "Station") -> None:
        for index in range(len(self._connections) - 1, -1, -1):
            client = self._connections[index]
            if client.address == station.address:
                client.hang_up(ABNORMAL_CLOSURE, "left the hotspot")

    def _add_up(self, totals: dict, client: "Connection") -> None:
        for name in _COUNTERS:
            totals[name] += getattr(client, name)
        if client.queued_most > totals["queued_most"]:
            totals["queued_most"] = client.queued_most

    def _places_taken(self) -> int:
        return sum([client.state == OPEN for client in self.clients])

    def _tick(self) -> None:
        now = self.loop.ticks()
        # From the end, because a client whose time is up leaves the list.
        for index in range(len(self._connections) - 1, -1, -1):
            self._connections[index].tick(now)

    def _free_memory(self) -> None:
        """Refuse what waits for the client for which most waits. Its page then connects again."""
        most = None
        for client in self.clients:
            if client.queued > (most.queued if most else _WORTH):
                most = client
        if most is not None:
            most.refused += 1
            self.report_failure(most, TRY_AGAIN_LATER, f"{most.queued} bytes wait, no memory")
            most.fail(TRY_AGAIN_LATER, "the board is short of memory")

    def _shut_down(self) -> None:
        while self._connections:
            self._connections[-1].hang_up(GOING_AWAY, "the board restarts")

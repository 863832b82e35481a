# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.hub`
================================================================================

The clients of a WebSocket path: how many there may be, their events, and sending to all of them.
"""

import gc

gc.collect()

from micropython import const

from .events import Event
from .log import get_logger, log_exception
from .websocket.connection import MESSAGE, OPEN, Connection, check_group
from .websocket.frames import ABNORMAL_CLOSURE, GOING_AWAY, TRY_AGAIN_LATER, encode_message
from .websocket.handshake import Upgrade, accept, choose_subprotocol, find_fault
from .websocket.heartbeat import ENQ, RS, answer_heartbeat

try:
    from typing import Any

    from adafruit_httpserver import Request, Response

    from .hotspot import Hotspot
    from .loop import Loop
    from .network.access_point import AccessPoint, Station
except ImportError:
    pass

_MIN_PAGE_ID = const(16)  # characters; a shorter id could be guessed
_REJECT_TIMEOUT = const(1000)  # ms for a rejected client to answer the Close frame
_MAX_SEEN = const(256)  # bytes: 64 sessions
_MAX_CODES = const(24)  # close codes that are counted one by one
_MIN_FREED = const(1024)  # bytes: when memory runs out, drop a client only if this frees more

# What a close code says when no reason came with it.
_MEANINGS = {
    1000: "closed by the page",
    1001: "the page was left",
    1005: "no code was given",
    1006: "the connection was lost",
}

# The board has 8 sockets: one listens, one is for DNS, and one is left for a page.
_MAX_CLIENTS = const(5)

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
    The clients of one WebSocket path, and the events of their connections.

    :param Hotspot hotspot: Its loop, its settings and its stations are used. Without a hotspot,
        pass ``loop``.
    :param Loop loop: Wakes the clients' connections; the hotspot's by default.
    :param int max_clients: How many clients may be connected at a time, 1 to 5; WS_MAX_CLIENTS of
        the settings by default. One more is accepted, told the reason and closed with 1013. The
        hubs of a hotspot share its 5, and a later one gets what is left.
    :param int max_message_size: The longest message in bytes; WS_MAX_MESSAGE of the settings by
        default. A longer one goes to `on_chunk`, or is refused with 1009 where that event has no
        handler.
    :param int max_frame_size: The longest payload of a frame that is sent, in bytes. A longer
        message is sent in fragments, so that a pong does not wait for its end.
    :param int message_timeout: How long one message may take to arrive, in ms (1008).
    :param int max_queued: How many bytes may wait for one client.
    :param int max_queued_messages: How many frames may wait for one client.
    :param bool refuse_when_full: What happens to a message that finds the queue full. False: the
        client is closed with 1013 and its page connects again, so that no message is missing
        unnoticed. True: `Connection.send` returns False. ``client.refuse_when_full`` sets it for
        one client.
    :param int ping_interval: Ping a client after this many ms of silence.
    :param int ping_timeout: Drop it after this many ms without an answer. A phone whose screen is
        off stops answering; its page connects again when it wakes.
    :param AccessPoint access_point: Knows the stations; the hotspot's by default. The clients of a
        station that leaves are disconnected at once, and `Connection.rssi` is known.
    :param origins: Origins whose pages may connect as well as the board's own.
    :param subprotocols: The names of the subprotocols that the program understands, best first.

    Example::

        hub = Hub(hotspot)

        @server.route("/ws", GET)
        def websocket(request):
            return hub.upgrade(request)

        @hub.on_message
        def message(client, data):
            client.send(data)
    """

    on_open = Event("hub.on_open")
    """Decorator for a function that is called with each client that has connected."""

    on_message = Event("hub.on_message")
    """Decorator for a function that is called with the client and each message: str for text,
    bytes for binary."""

    on_json = Event("hub.on_json")
    """Decorator for a function that is called with the client and each text message that is a JSON
    object or array, as a dict or a list. All other messages go to `on_message`."""

    on_chunk = Event("hub.on_chunk")
    """Decorator for a function that takes messages longer than ``max_message_size`` in chunks, as
    they arrive, so that they are never in memory as a whole. It is called with the client, the
    chunk (str or bytes; no character is cut), and True for the last one, else False."""

    on_close = Event("hub.on_close")
    """Decorator for a function that is called when a client is disconnected, with the client, the
    close code and the reason."""

    on_error = Event("hub.on_error")
    """Decorator for a function that is called when another handler has raised, with the client
    and the exception, after both were logged."""

    on_watermark = Event("hub.on_watermark")
    """Decorator for a function that is called with the client and True when more than half of
    ``max_queued`` waits for it (the program should send less), and with False when no more than a
    quarter does."""

    def __init__(
        self,
        hotspot: "Hotspot | None" = None,
        *,
        loop: "Loop | None" = None,
        max_clients: "int | None" = None,
        max_message_size: "int | None" = None,
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
        self.log = get_logger()
        if not hasattr(hotspot, "settings"):
            hotspot = None  # a Server, perhaps
        if hotspot is not None:
            loop = loop or hotspot.loop
            access_point = access_point or hotspot.access_point
            max_clients = self._share(hotspot, max_clients)
            max_message_size = max_message_size or hotspot.settings.ws_max_message
        if loop is None:
            from . import misuse

            misuse.hub()
        self.loop = loop
        self.max_clients = 4 if max_clients is None else max_clients
        self.max_message_size = max_message_size or 4096
        self.max_frame_size = max_frame_size

        self.max_fragments = 128 + self.max_message_size // 16
        """The most frames that one message may come in (1008): enough for a client that sends
        small fragments, and a limit for one that sends empty ones."""

        self.message_timeout = message_timeout
        self.max_queued = max_queued
        self.max_queued_messages = max_queued_messages
        self.refuse_when_full = refuse_when_full
        self.ping_interval = ping_interval
        self.ping_timeout = ping_timeout
        self.origins = (origins,) if isinstance(origins, str) else origins
        self.subprotocols = (subprotocols,) if isinstance(subprotocols, str) else subprotocols

        self.hotspot = hotspot
        """The hotspot; None without one."""

        self.panel: Any = None
        """Takes the messages that begin with RS, which are the panel's."""

        self.clients = []
        """The connected clients, in the order in which they connected."""

        self.buffer = bytearray(1024)
        """All clients' bytes are received here. It grows for a client that sends more."""

        self.sender: Connection | None = None
        """The client whose message is being handled."""

        self.held = []
        """The clients from which nothing is read, because others must take what they caused."""

        self._connections = []  # the clients, and rejected ones that are not closed yet
        self._count = 0  # of all connections since the start
        self._rejected = 0
        self._on_open = [] if hotspot is None else list(hotspot.open_handlers)
        self._on_message = []
        self._on_json = []
        self._on_chunk = []
        self._on_close = []
        self._on_error = []
        self._on_watermark = []
        self._access_point = access_point
        self._closes = {}  # close code: how often; 0 for further codes
        self._seen = b""  # four bytes for each of the last sessions
        self._totals: dict[str, Any] = {"queued_most": 0}  # of clients that have disconnected
        for name in _COUNTERS:
            self._totals[name] = 0
        loop.every(0.1, self._tick)
        loop.on_shutdown(self._shut_down)
        loop.on_low_memory(self._free_memory)
        if access_point is not None:
            access_point.on_leave(self._station_left)
        if hotspot is not None:
            hotspot.hubs.append(self)  # last: one that lacks memory has no part of the hotspot

    def _share(self, hotspot: "Hotspot", max_clients: "int | None") -> int:
        """Return how many clients it may have: the hotspot's other hubs have their share."""
        wanted = hotspot.settings.ws_max_clients if max_clients is None else max_clients
        taken = sum([hub.max_clients for hub in hotspot.hubs])
        count = min(wanted, _MAX_CLIENTS - taken)
        if count < wanted and (count < 1 or max_clients is not None):
            self.log.warning(
                "a hub may have %d clients, not %d: the board has sockets for %d, and other hubs "
                "may have %d of them; give each hub its max_clients",
                count,
                wanted,
                _MAX_CLIENTS,
                taken,
            )
        return count

    # What a program calls

    def upgrade(self, request: "Request") -> "Response":
        """
        Answer the opening handshake. If it is right, the connection becomes a client.

        :param Request request: The request that the route's handler was called with.
        :return: The response, which the route's handler returns.
        """
        wrong = find_fault(request, self.origins)
        if wrong is None:
            return Upgrade(request, self, choose_subprotocol(request, self.subprotocols))
        from .websocket.refusal import refuse

        return refuse(request, wrong)

    def broadcast(self, data, exclude=None, *, group=None, where=None, latest=None) -> int:
        """
        Send one message to every client. Never waits; the frame is built once.

        :param data: str for a text message; bytes, bytearray or memoryview for a binary one; a dict
            or a list for JSON.
        :param Connection exclude: A client to leave out.
        :param str group: Send only to the clients in this group.
        :param where: Called with each client; send only to those for which it returns true.
        :param latest: A key, as for `Connection.send`.
        :return: How many clients it was sent to.
        :raises TypeError: if an argument is anything else.

        Example::

            hub.broadcast("hello", exclude=client)
            hub.broadcast({"count": 7}, latest="count")
            hub.broadcast("pong", group="players")
        """
        if group is not None:
            check_group(group, 'hub.broadcast(data, group="name")')
        if exclude is not None and not isinstance(exclude, Connection):
            raise TypeError("exclude takes a client")
        if not isinstance(data, MESSAGE):
            from .websocket.payload import prepare

            data = prepare(data, "hub.broadcast(data)")
            if not isinstance(data, MESSAGE):
                raise TypeError("send a file or a generator with client.send(), to one client")
        built = None
        count = 0
        for client in list(self.clients):  # a handler of on_watermark may abort one
            if client is exclude or group is not None and group not in client.groups:
                continue
            if where is not None and not where(client):
                continue
            if built is None:
                built = encode_message(data, self.max_frame_size)
            if client.send_message(built, latest):
                count += 1
        return count

    def stats(self) -> dict:
        """Return the statistics of all clients as plain values, for a page or a log."""
        result = dict(self._totals)
        for client in self.clients:
            self._add_up(result, client)
        result["clients"] = self._open_clients()
        result["joined"] = self._count - self._rejected
        result["rejected"] = self._rejected
        result["closes"] = dict(self._closes)
        result["longest_turn"] = self.loop.longest_turn
        result["least_memory"] = self.loop.least_memory
        result["sockets"] = self.loop.sockets
        return result

    # What connections and the handshake call

    @property
    def accepts_chunks(self) -> bool:
        """True if messages longer than ``max_message_size`` are delivered in chunks."""
        return bool(self._on_chunk)

    def attach(
        self, request: "Request", subprotocol: "str | None", sock, early: bytes, unsent: list
    ) -> None:
        """
        Take over a connection after the opening handshake.

        :param Request request: The handshake.
        :param str subprotocol: The one that was chosen, or None.
        :param sock: The connection's socket.
        :param bytes early: What the client has sent right after the handshake.
        :param list unsent: What the socket has not taken yet of the answer.
        """
        self._count += 1
        try:
            client = Connection(self, sock, request.client_address, self._count, unsent)
        except Exception:  # no memory, and nothing else would close the socket
            self.loop.close(sock)
            raise
        client.subprotocol = subprotocol
        client.path = request.path
        query = request.query_params
        client.query = {name: query[name] for name in query}
        page = client.query.get("page", "")
        if len(page) >= _MIN_PAGE_ID:
            client.page = page
            client.session = accept(page)[:16]  # a digest, which does not give the id away
            # A page that comes back takes its own place. It knows the page's id, which it has made
            # up at random and told only to the board, and comes from the same address.
            for ghost in self.clients:
                if ghost.page == page and ghost.address == client.address:
                    ghost.abort(GOING_AWAY, "replaced by a newer connection of this page")
                    break
        self.loop.add(sock, client, "WebSocket")
        if unsent:
            client.writable()
        self._connections.append(client)
        places = self._open_clients()
        loop = self.loop
        # The last socket is for a page.
        if places >= self.max_clients or not loop.free_sockets and "HTTP" not in loop.sockets:
            self._rejected += 1
            reason = f"all {places} places are taken"
            self.log.warning("client %d from %s rejected: %s", client.id, client.address, reason)
            # After the opening handshake, so that the page can read why. Not for long: it holds a
            # socket.
            client.close(TRY_AGAIN_LATER, reason, _REJECT_TIMEOUT)
        else:
            self.clients.append(client)
            if client.page:
                self._note_session(client)
            self.log.info(
                "client %d connected from %s: %d of %d",
                client.id,
                client.address,
                self._open_clients(),
                self.max_clients,
            )
            for handler in self._on_open:
                try:
                    handler(client)
                except Exception as error:
                    self.report_fault(client, error, handler)
                self.loop.check_time(handler)
        if early:
            try:
                client.feed(early)
            except Exception as error:
                client.failed(error)

    def grow_buffer(self) -> None:
        """Receive up to a frame of 4096 bytes in one piece from now on, if there is memory."""
        if len(self.buffer) == 1024:
            try:
                self.buffer = bytearray(4096 + 14)
            except MemoryError:
                pass  # several pieces do as well

    def _note_session(self, client: "Connection") -> None:
        """Remember the last sessions, and find out if this one has been here before."""
        key = client.session[:4].encode()
        seen = self._seen
        for index in range(0, len(seen), 4):
            if seen[index : index + 4] == key:
                client.returned = True
                seen = seen[:index] + seen[index + 4 :]
                break
        self._seen = (seen + key)[-_MAX_SEEN:]

    def deliver(self, client: "Connection", decoder) -> None:
        """
        Deliver a message, or a chunk of one, to the program.

        :param Connection client: The client that has sent it.
        :param Decoder decoder: Holds it.
        """
        data = decoder.data
        if client.page and isinstance(data, str) and data[:1] == ENQ:
            if answer_heartbeat(client, data):
                return
        client.messages_in += 1
        chunk = decoder.chunk
        if (
            self.panel is not None
            and not chunk
            and data[:1] == (RS if isinstance(data, str) else b"\x1e")
        ):
            self.sender = client
            self.panel(client, data)
            self.sender = None
            return
        final = decoder.final
        handlers = self._on_chunk if chunk else self._on_message
        if self._on_json and not chunk:
            from .websocket.payload import parse

            found = parse(data)
            if found is not None:
                data = found
                handlers = self._on_json
            elif not handlers and self.loop.is_new("on_json", TypeError()):
                self.log.warning("client %d: not JSON, and no function of on_message", client.id)
        self.sender = client
        for handler in handlers:
            try:
                if chunk:
                    handler(client, data, final)
                else:
                    handler(client, data)
            except Exception as error:
                self.report_fault(client, error, handler)
            self.loop.check_time(handler)
        self.sender = None

    def release(self) -> None:
        """Read again from those clients for which the others have taken enough."""
        from .websocket.pressure import release

        release(self)

    def report_failure(self, client: "Connection", code: int, reason: str) -> None:
        """
        Log that a client has broken the protocol or a limit.

        :param Connection client: The client.
        :param int code: The close code that it is sent.
        :param str reason: What it has done.
        """
        self.log.warning("client %d failed: %d %s", client.id, code, reason)

    def report_fault(self, client: "Connection", error: Exception, function=None) -> None:
        """
        Log what a handler has raised, and call the handlers of `on_error`.

        :param Connection client: The client whose event it was.
        :param Exception error: What was raised.
        :param function: The handler; None for an error of the package.
        """
        if self.loop.is_new(function, error):
            log_exception(self.log, f"client {client.id}: a handler failed", error)
            if isinstance(error, TypeError):
                from .failures import explain

                explain(self, function, error)
        for handler in self._on_error:
            try:
                handler(client, error)
            except Exception as second:
                if self.loop.is_new(handler, second):
                    log_exception(self.log, "on_error failed", second)

    def remove(self, client: "Connection") -> None:
        """
        Remove a connection that is closed, and call the handlers of `on_close`.

        :param Connection client: The client.
        """
        self._connections.remove(client)
        if client not in self.clients:
            return
        self.clients.remove(client)
        code = client.close_code
        reason = client.close_reason
        try:
            self._add_up(self._totals, client)
            counted = code if code in self._closes or len(self._closes) < _MAX_CODES else 0
            self._closes[counted] = self._closes.get(counted, 0) + 1
            text = f"{code} {reason or _MEANINGS.get(code, '')}"
            self.log.info("client %d disconnected: %s", client.id, text.rstrip())
        except MemoryError:  # the program has to know all the same
            self.loop.low_memory = True
        for handler in self._on_close:
            try:
                handler(client, code, reason)
            except Exception as error:
                self.report_fault(client, error, handler)
            self.loop.check_time(handler)

    def report_watermark(self, client: "Connection", above: bool) -> None:
        """
        Call the handlers of `on_watermark`.

        :param Connection client: The client.
        :param bool above: True if more than half of ``max_queued`` waits for it.
        """
        for handler in self._on_watermark:
            try:
                handler(client, above)
            except Exception as error:
                self.report_fault(client, error, handler)

    def station(self, address: str) -> "Station | None":
        """
        Return the station with an IP address, or None.

        :param str address: The address.
        """
        if self._access_point is not None:
            for station in self._access_point.stations.values():
                if station.address == address:
                    return station
        return None

    def _station_left(self, station: "Station") -> None:
        for index in range(len(self._connections) - 1, -1, -1):
            client = self._connections[index]
            if client.address == station.address:
                client.abort(ABNORMAL_CLOSURE, "left the hotspot")

    def _add_up(self, result: dict, client: "Connection") -> None:
        # Without client.stats(), which takes memory: a client must leave when there is none.
        queue = client.send_queue
        for name in _COUNTERS:
            result[name] += getattr(client if name.endswith("_in") else queue, name)
        result["queued_most"] = max(result["queued_most"], queue.queued_most)

    def _open_clients(self) -> int:
        return sum([client.state == OPEN for client in self.clients])

    def _tick(self) -> None:
        # When this turn began: all sockets were read after that, however long a handler has taken.
        now = self.loop.now
        if self.held:
            self.release()
        # From the end, because a client that times out leaves the list.
        for index in range(len(self._connections) - 1, -1, -1):
            self._connections[index].tick(now)

    def _free_memory(self) -> None:
        """Drop the client for which most waits. Its page then connects again."""
        most = None
        for client in self.clients:
            if client.queued > (most.queued if most else _MIN_FREED):
                most = client
        if most is not None:
            most.send_queue.refused += 1
            self.report_failure(most, TRY_AGAIN_LATER, f"{most.queued} bytes wait, no memory")
            most.fail(TRY_AGAIN_LATER, "the board is short of memory")

    def _shut_down(self) -> None:
        # A list of its own: Ctrl-C may have left a closed connection in this one.
        for client in list(self._connections):
            client.abort(GOING_AWAY, "the board restarts")

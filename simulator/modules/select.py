# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
``select``: poll() and select() for the board's sockets.

The board waits in a busy loop. Here the PC's kernel wakes the program, so that an idle board uses
no processor time.
"""

import select as host_select
import time

from ..language import ERRNO, OSError
from .socketpool import Socket

POLLIN, POLLOUT, POLLERR, POLLHUP = 1, 4, 8, 16

# The kernel does not tell when a peer has read bytes or when delayed data is due: check for these.
_CHECK_INTERVAL = 0.001
_MAX_WAIT = 0.1

_monotonic = time.monotonic


class _Waiter:
    """The PC's poll(), or select() where there is none."""

    def __init__(self):
        self._poll = host_select.poll() if hasattr(host_select, "poll") else None
        self._sockets = {}

    def clear(self):
        for fd in self._sockets:
            if self._poll:
                self._poll.unregister(fd)
        self._sockets = {}

    def add(self, host, sock):
        fd = host.fileno()
        self._sockets[fd] = sock
        if self._poll:
            self._poll.register(fd, host_select.POLLIN)

    def wait(self, seconds):
        sockets = self._sockets
        if self._poll:
            return [sockets[fd] for fd, _ in self._poll.poll(seconds * 1000)]
        if not sockets:
            time.sleep(seconds)
            return ()
        return [sockets[fd] for fd in host_select.select(list(sockets), (), (), seconds)[0]]


class poll:
    """
    A set of sockets to poll.

    :param network: The board's network.
    """

    def __init__(self, network):
        self._network = network
        self._masks = {}
        self._waiter = _Waiter()
        self._generation = None

    def register(self, obj, eventmask=POLLIN | POLLOUT):
        """
        Add a socket, or change its events.

        :param obj: The socket.
        :param int eventmask: The events: POLLIN, POLLOUT or both.
        """
        if not isinstance(obj, Socket):
            raise OSError(ERRNO["EINVAL"])
        self._masks[obj] = eventmask
        self._generation = None

    def unregister(self, obj):
        """
        Remove a socket.

        :param obj: The socket.
        """
        self._masks.pop(obj, None)
        self._generation = None

    def modify(self, obj, eventmask):
        """
        Change the events of a socket.

        :param obj: The socket.
        :param int eventmask: The events: POLLIN, POLLOUT or both.
        """
        if obj not in self._masks:
            raise OSError(ERRNO["ENOENT"])
        self._masks[obj] = eventmask
        self._generation = None

    def poll(self, timeout=-1):
        """
        Wait for events, and return a list of tuples ``(socket, events)``.

        :param int timeout: The timeout in ms; a negative one never expires.
        """
        return list(self.ipoll(timeout))

    def ipoll(self, timeout=-1, flags=0):
        """
        Wait for events, and return an iterator over tuples ``(socket, events)``.

        :param int timeout: The timeout in ms; a negative one never expires.
        :param int flags: 1 to report each socket only once.
        """
        found = self._look(-1 if timeout is None else timeout)
        if flags & 1:
            for sock, _ in found:
                self._masks[sock] = 0
        return iter(found)

    def _look(self, timeout):
        network = self._network
        deadline = None if timeout < 0 else _monotonic() + timeout / 1000
        seconds = 0
        while True:
            if network.in_flight or network.tails:
                network.turn()
            if self._generation != network.generation:
                self._watch()
            events = {}
            masks = self._masks
            for sock in self._waiter.wait(seconds):
                if masks[sock] & POLLIN and sock.heard():
                    events[sock] = POLLIN
            for sock in self._quiet:
                if masks[sock] & POLLIN and sock.readable():
                    events[sock] = POLLIN
            busy = False
            for sock in self._writers:
                if sock.writable():
                    events[sock] = events.get(sock, 0) | POLLOUT
                else:
                    busy = True
            if events:
                return list(events.items())
            if timeout == 0:
                return ()
            seconds = _MAX_WAIT if deadline is None else deadline - _monotonic()
            if seconds <= 0:
                return ()
            busy = busy or self._quiet or network.tails
            longest = _CHECK_INTERVAL if busy else _MAX_WAIT
            seconds = min(seconds, longest)

    def _watch(self):
        """Sort the sockets by the way in which their events are noticed."""
        self._generation = self._network.generation
        self._waiter.clear()
        self._quiet = []
        self._writers = []
        for sock, mask in self._masks.items():
            if mask & POLLOUT:
                self._writers.append(sock)
            if mask & POLLIN:
                host = sock.host
                if host is not None:
                    self._waiter.add(host, sock)
                if host is None or sock.readable():
                    self._quiet.append(sock)


def build(board):
    """Return the module's names."""
    network = board.network

    def make_poll():
        return poll(network)

    def select(rlist, wlist, xlist, timeout=None):
        """
        Wait for events, and return the ready sockets of three lists.

        :param list rlist: The sockets to read from.
        :param list wlist: The sockets to write to.
        :param list xlist: Ignored: an error makes a socket readable.
        :param float timeout: The timeout in seconds; None never expires.
        """
        asked = poll(network)
        for sock in rlist:
            asked.register(sock, POLLIN)
        for sock in wlist:
            asked.register(sock, asked._masks.get(sock, 0) | POLLOUT)
        news = dict(asked.ipoll(-1 if timeout is None else int(timeout * 1000)))
        return (
            [sock for sock in rlist if news.get(sock, 0) & POLLIN],
            [sock for sock in wlist if news.get(sock, 0) & POLLOUT],
            [],
        )

    return {
        "poll": make_poll,
        "select": select,
        "POLLIN": POLLIN,
        "POLLOUT": POLLOUT,
        "POLLERR": POLLERR,
        "POLLHUP": POLLHUP,
    }

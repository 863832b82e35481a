# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.pressure`
================================================================================

What a client causes must not be more than the others can take: nothing is read from it while that
waits. Imported when an eighth of a queue is used for the first time.
"""

from adafruit_ticks import ticks_diff
from micropython import const

from ..loop import READ, WRITE

try:
    from typing import Any

    from ..hub import Hub
    from .connection import Connection
    from .send_queue import SendQueue
except ImportError:
    pass

_OPEN = const(1)
_MAX_HOLD = const(3000)  # ms in which nothing is read from a client
_STALLED_AFTER = const(1000)  # ms


def is_stalled(queue: "SendQueue", now: int) -> bool:
    """
    Return True if a socket has taken nothing for a second of what waits.

    :param SendQueue queue: The queue of the socket.
    :param int now: When this turn began.
    """
    return ticks_diff(now, queue.last_taken) >= _STALLED_AFTER


def owe(client: "Connection", queue: "SendQueue", now: int, more: int = 0) -> None:
    """
    Note that a message of a client has caused another that waits.

    :param Connection client: Its sender.
    :param SendQueue queue: Where it waits.
    :param int now: When this turn began.
    :param int more: 1 for a message of unknown length, which is not counted yet.
    """
    if not client.holds_lease and not is_stalled(queue, now):
        client.debts[queue] = queue.bytes_out + queue.queued + more


def hold(client: "Connection", hub: "Hub") -> None:
    """
    Read nothing more from a client before the others have taken what it has caused.

    :param Connection client: The client.
    :param Hub hub: Its hub.
    """
    client.held_since = hub.loop.now
    hub.held.append(client)
    _watch(client, hub, 0)


def release(hub: "Hub") -> None:
    """
    Read again from those clients for which the others have taken enough.

    :param Hub hub: Their hub.
    """
    for index in range(len(hub.held) - 1, -1, -1):
        client = hub.held[index]
        if not _must_wait(client, hub.loop.now):
            hub.held.pop(index)
            client.debts = {}
            _watch(client, hub, READ)
            hub.loop.call_soon(client.resume)


def _must_wait(client: "Connection", now: int) -> bool:
    """Return True while what it has caused waits for a client that takes something."""
    if client.state != _OPEN:
        return False
    if ticks_diff(now, client.held_since) >= _MAX_HOLD:
        client.impatient = True
        return False
    for queue, mark in client.debts.items():
        if queue.queued and queue.bytes_out < mark and not is_stalled(queue, now):
            return True
    return False


def _watch(client: "Connection", hub: "Hub", read: int) -> None:
    queue = client.send_queue
    queue.read = read
    if not queue.closed:
        hub.loop.watch(queue.socket, read | (WRITE if queue.items else 0))


def may_exceed(queue: "SendQueue", hub: "Hub", built: "Any") -> bool:
    """
    Return True if a queue may take four times its limits. A client cannot have taken what is sent
    in this turn, and another client that causes more waits after each message.

    :param SendQueue queue: The queue.
    :param Hub hub: Its client's hub.
    :param built: What `encode_message` has returned.
    """
    sender = hub.sender
    patient = sender is not None and not sender.impatient and not is_stalled(queue, hub.loop.now)
    return (patient or queue.filled_in == hub.loop.turns) and queue.has_room(built, 4)

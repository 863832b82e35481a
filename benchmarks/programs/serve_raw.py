# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""An echo of bytes without a protocol: the most that the sockets and the VM allow."""

import select
from errno import EAGAIN

import sockets

pool = sockets.open_pool()
listener = pool.socket(pool.AF_INET, pool.SOCK_STREAM)
listener.setblocking(False)
listener.bind(("0.0.0.0", 80))
listener.listen(4)
poll = select.poll()
poll.register(listener, select.POLLIN)  # type: ignore[arg-type]
view = memoryview(bytearray(4096 + 14))


def accept():
    """Accept a connection."""
    client, _ = listener.accept()
    client.setblocking(False)
    client.setsockopt(pool.IPPROTO_TCP, pool.TCP_NODELAY, 1)
    poll.register(client, select.POLLIN)  # type: ignore[arg-type]


def echo(client):
    """
    Send back what has arrived.

    :param client: The socket.
    """
    try:
        count = client.recv_into(view)
    except OSError as error:
        if error.errno != EAGAIN:
            poll.unregister(client)
            client.close()
        return
    sent = 0
    while sent < count:
        try:
            sent += client.send(view[sent:count])
        except OSError as error:
            if error.errno != EAGAIN:
                raise


def turn():
    """Wait for an event, and handle it."""
    ready = None
    for sock, _ in poll.ipoll(100):
        ready = sock
    if ready is listener:
        accept()
    elif ready is not None:
        echo(ready)


if __name__ == "__main__":
    while True:
        turn()

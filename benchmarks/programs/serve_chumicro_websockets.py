# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""An echo through chumicro_websockets, ticked forever."""

import sockets
from chumicro_timing import ticks_ms
from chumicro_websockets._wire import WebSocketBackpressureError
from chumicro_websockets.server import WebSocketServer

pool = sockets.open_pool()
listener = pool.socket(pool.AF_INET, pool.SOCK_STREAM)
listener.setblocking(False)
listener.bind(("0.0.0.0", 80))
listener.listen(4)
count = [0]


class Listener:
    """Sets TCP_NODELAY; without it, a message in two pieces waits for a delayed ACK."""

    def accept(self):
        """Accept a connection."""
        client, address = listener.accept()
        client.setsockopt(pool.IPPROTO_TCP, pool.TCP_NODELAY, 1)
        return client, address

    def setblocking(self, flag):
        """
        As a socket's.

        :param bool flag: False.
        """
        listener.setblocking(flag)


def connected(connection):
    """
    Echo to a new client.

    :param connection: The client.
    """

    def echo_text(data):
        count[0] += 1
        try:
            connection.send_text(data)
        except WebSocketBackpressureError:
            pass  # a client that sends faster than it reads loses messages

    def echo_binary(data):
        count[0] += 1
        try:
            connection.send_binary(data)
        except WebSocketBackpressureError:
            pass

    connection.on_text = echo_text
    connection.on_binary = echo_binary


server = WebSocketServer(listener=Listener(), on_connection=connected, max_connections=4)


def clients():
    """Return the number of clients."""
    return server.connection_count


def turn():
    """Take one turn of the loop; return the number of messages echoed in it."""
    count[0] = 0
    server.handle(ticks_ms())
    return count[0]


if __name__ == "__main__":
    while True:
        turn()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""An echo through adafruit_httpserver's own Websocket, in a loop as in its examples."""

import sockets
from adafruit_httpserver import GET, Server, Websocket

sockets.wait_for_requests()
server = Server(sockets.open_pool())  # type: ignore[arg-type]
websockets = []


@server.route("/ws", GET)
def connect(request):
    """Upgrade."""
    websocket = Websocket(request)
    websockets.append(websocket)
    return websocket


server.start("0.0.0.0", 80)


def clients():
    """Return the number of clients."""
    return len(websockets)


def turn():
    """Take one turn of the loop; return the number of messages echoed in it."""
    count = 0
    server.poll()
    for websocket in websockets:
        data = websocket.receive(fail_silently=True)
        if data is not None:
            websocket.send_message(data)
            count += 1
        elif websocket.closed:
            websockets.remove(websocket)
            break
    return count


if __name__ == "__main__":
    while True:
        turn()

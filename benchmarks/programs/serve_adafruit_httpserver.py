# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""An echo through adafruit_httpserver's own Websocket, in a loop as in its examples."""

import sockets
from adafruit_httpserver import GET, Server, Websocket

sockets.patient()
server = Server(sockets.open_pool())  # type: ignore[arg-type]
websockets = []


@server.route("/ws", GET)
def connect(request):
    """The client connects here."""
    websocket = Websocket(request)
    websockets.append(websocket)
    return websocket


server.start("0.0.0.0", 80)


def clients():
    """How many are connected."""
    return len(websockets)


def turn():
    """One turn of the loop; how many messages were echoed in it."""
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

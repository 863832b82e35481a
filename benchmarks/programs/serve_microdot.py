# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
An echo through microdot: ``serve_microdot.py PORT FOLDER``, the folder that has microdot. It uses
asyncio's sockets, not the simulated board's.
"""

import sys

sys.path.append(sys.argv[2])

from microdot import Microdot
from microdot.websocket import with_websocket

app = Microdot()


@app.route("/ws")
@with_websocket
async def echo(request, websocket):
    """
    Echo.

    :param request: The handshake.
    :param websocket: The client.
    """
    while True:
        await websocket.send(await websocket.receive())


app.run(host="127.0.0.1", port=int(sys.argv[1]))

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.heartbeat`
================================================================================

The heartbeat of ``esp-ws.js``. A page cannot send pings, so it sends a text message instead: ENQ
and a number, its last round trip in ms or "-", and 1 while it is hidden, else 0. The board answers
with ACK and the number.
"""

from micropython import const

from .frames import encode_message

try:
    from .connection import Connection
except ImportError:
    pass

ENQ = "\x05"
RS = "\x1e"  # begins the messages of a panel (RFC 7464)
_ACK = "\x06"
_MAX_LENGTH = const(32)


def answer_heartbeat(client: "Connection", text: str) -> bool:
    """
    Answer a heartbeat, and note what it says about the page.

    :param Connection client: The client that has sent it.
    :param str text: A message that begins with `ENQ`.
    :return: False if it is not a heartbeat but a message for the program.
    """
    fields = text[1:_MAX_LENGTH].split(" ")
    if len(text) > _MAX_LENGTH or len(fields) != 3 or fields[2] not in ("0", "1"):
        return False
    client.hidden = fields[2] == "1"
    latency = fields[1]
    if latency and min(latency) >= "0" and max(latency) <= "9":
        client.note_latency(int(latency))
    client.send_message(encode_message(_ACK + fields[0], _MAX_LENGTH), _ACK)
    return True

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.refusal`
================================================================================

The answer to an opening handshake that is not valid. The hub imports this module for the first
one.
"""

from adafruit_httpserver import Response

try:
    from adafruit_httpserver import Request
except ImportError:
    pass


def refuse(request: "Request", wrong: str) -> Response:
    """
    Answer an invalid handshake.

    :param Request request: The handshake.
    :param str wrong: What `find_fault` has returned.
    """
    code, reason = 400, "Bad Request"
    headers = {"Connection": "close"}
    if wrong == "GET":
        code, reason = 405, "Method Not Allowed"
        text = "Use GET here."
        headers["Allow"] = "GET"
    elif wrong == "Upgrade":
        code, reason = 426, "Upgrade Required"
        text = "This address is for WebSocket connections."
        headers["Connection"] = "Upgrade, close"
        headers["Upgrade"] = "websocket"
    elif wrong == "HTTP/1.1":
        text = "A WebSocket handshake needs HTTP/1.1."
    elif wrong == "Connection":
        text = "The header Connection: Upgrade is missing."
    elif wrong == "Sec-WebSocket-Version":
        code, reason = 426, "Upgrade Required"
        text = "Only version 13 of the WebSocket protocol is supported."
        headers[wrong] = "13"
    elif wrong == "Sec-WebSocket-Key":
        text = "Sec-WebSocket-Key must be 16 bytes in base64."
    else:
        code, reason = 403, "Forbidden"
        text = "Pages of other sites may not connect."
    return Response(request, text + "\n", status=(code, reason), headers=headers)

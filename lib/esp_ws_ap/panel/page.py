# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.page`
================================================================================

What a panel serves: its page, unless the drive has one, and ``/invite.svg``, the QR code with
which one more phone joins the hotspot. It holds the password, so only stations of the hotspot get
it. From the home network it holds the address.
"""

from adafruit_httpserver import Response

from .. import unload
from ..http.files import packaged
from ..network.join_code import encode, svg, wifi_uri

try:
    from typing import TYPE_CHECKING, Any
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Request, Server

_ROW = 7  # bytes for each row


def begin(panel: "Any", server: "Server") -> None:
    """
    Have the server send the page, and make the code. The board takes half a second for it, so it is
    made before the program runs.

    :param Panel panel: The panel.
    :param Server server: The server.
    """
    folder = __file__.rsplit("/", 1)[0] + "/"
    for name in ("panel.js", "esp-ws.js"):
        packaged["/" + name] = folder + name
    packaged["/index.html"] = folder + "page.html"
    settings = panel.hub.hotspot.settings
    panel.code = b""
    try:
        rows = encode(wifi_uri(settings.ap_ssid, settings.ap_password or ""))
        panel.code = b"".join([row.to_bytes(_ROW, "big") for row in rows])
    except (ImportError, MemoryError):
        pass  # the hotspot has logged why
    unload("network.join_code")


def answer(request: "Request", panel: "Any") -> Response:
    """
    Answer a request for the code.

    :param Request request: The request.
    :param Panel panel: The panel.
    """
    address = request.client_address[0]
    code = panel.code
    hub = panel.hub
    network = hub.hotspot.access_point.address
    try:
        # The hotspot never joins a home network in its own range.
        if address.rsplit(".", 1)[0] != network.rsplit(".", 1)[0] and not hub.station(address):
            rows = encode(f"http://{request.headers.get('host') or network}/")
        elif code:
            rows = []
            for at in range(0, len(code), _ROW):
                rows.append(int.from_bytes(code[at : at + _ROW], "big"))
        else:
            raise ValueError
        status = (200, "OK")
        body = svg(tuple(rows))
        kind = "image/svg+xml"
    except (ImportError, ValueError, MemoryError):
        status = (404, "Not Found")
        body = "There is no QR code.\n"
        kind = "text/plain"
    unload("network.join_code")
    return Response(
        request, body, status=status, content_type=kind, headers={"Cache-Control": "no-store"}
    )

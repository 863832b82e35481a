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

from ..http.files import packaged

try:
    from typing import TYPE_CHECKING, Any
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Request


def begin() -> None:
    """Have the server send the page."""
    folder = __file__.rsplit("/", 1)[0] + "/"
    for name in ("panel.js", "esp-ws.js"):
        packaged["/" + name] = folder + name
    packaged["/index.html"] = folder + "page.html"


def answer(request: "Request", panel: "Any") -> Response:
    """
    Answer a request for the code.

    :param Request request: The request.
    :param Panel panel: The panel.
    """
    from ..network.join_code import encode, svg, unpack

    address = request.client_address[0]
    hub = panel.hub
    access_point = hub.hotspot.access_point
    network = access_point.address
    try:
        # The hotspot never joins a home network in its own range.
        if address.rsplit(".", 1)[0] != network.rsplit(".", 1)[0] and not hub.station(address):
            rows = encode(f"http://{request.headers.get('host') or network}/")
        elif access_point.join_code:
            rows = unpack(access_point.join_code)
        else:
            raise ValueError
        status = (200, "OK")
        body = svg(rows)
        kind = "image/svg+xml"
    except (ImportError, ValueError, MemoryError):
        status = (404, "Not Found")
        body = "There is no QR code.\n"
        kind = "text/plain"
    return Response(
        request, body, status=status, content_type=kind, headers={"Cache-Control": "no-store"}
    )

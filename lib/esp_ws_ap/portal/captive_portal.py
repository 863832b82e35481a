# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.portal.captive_portal`
================================================================================

What makes a phone show the welcome page by itself when it has joined, and stay on a hotspot that
has no internet: the answers to the probes with which every system looks whether it is online.
docs/joining.md lists them.
"""

from adafruit_httpserver import GET, HEAD, POST, Response
from micropython import const

from ..log import get_logger
from .dns_responder import DnsResponder

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Request, Server

    from ..hotspot import Hotspot
    from ..network.access_point import Station
    from ..websocket.connection import Connection

_EXTRA_STATIONS = const(2)  # remembered beyond those that fit on the hotspot

# What is known of a station.
_NEW = const(0)
_CAPTIVE = const(1)  # its probes lead to the welcome page
_RELEASED = const(2)  # its probes succeed

_APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
_NETWORK_MANAGER = "NetworkManager is online\n"
_KINDLE = "81ce4465-7167-4dcb-835b-dcc9e44c112a"

# A part of a probe's host and path, and the body that means "online"; "" is 204.
_PROBES = (
    ("generate_204", ""),
    ("gen_204", ""),
    ("captive.apple.com/", _APPLE),
    ("/hotspot-detect.html", _APPLE),
    ("/library/test/success.html", _APPLE),
    ("/connecttest.txt", "Microsoft Connect Test"),
    ("/ncsi.txt", "Microsoft NCSI"),
    (
        "/canonical.html",
        '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>',
    ),
    ("/success.txt", "success\n"),
    ("connectivity-check.ubuntu.com", ""),
    ("/check_network_status.txt", _NETWORK_MANAGER),
    ("/nm-check.txt", _NETWORK_MANAGER),
    ("network-test.debian.org/nm", _NETWORK_MANAGER),
    ("conncheck.opensuse.org", _NETWORK_MANAGER),
    ("/static/hotspot.txt", "OK\n"),
    ("networkcheck.kde.org", "OK\n"),
    (
        "/wifistub.html",
        "<html><head><title>Kindle Reachability Probe Page</title></head>"
        f"<body>\n{_KINDLE}\n</body></html>\n",
    ),
)

_NO_STORE = "Cache-Control: no-store\r\n"

# In place of a page that is not on the drive.
_BARE_PAGE = b"""<!doctype html><meta charset="utf-8"><h1>{{ssid}}</h1>
<p>{{url}}<form method="post"><button>OK</button></form>
"""


class CaptivePortal:
    """
    Leads a new station to the welcome page, and leaves it alone once its person has seen it. Adds
    ``/welcome`` and ``/qr.svg`` to the server, answers every name with the board's address, and
    answers requests for other hosts: with what a probe expects or a redirection, never with a page.

    A station that has opened a WebSocket has seen the page.

    :param Hotspot hotspot: The hotspot that it is the portal of.

    Example::

        hotspot = Hotspot(wifi.radio)
        CaptivePortal(hotspot)
    """

    def __init__(self, hotspot: "Hotspot") -> None:
        settings = hotspot.settings
        self._ssid = settings.ap_ssid
        self._url = hotspot.access_point.url
        self._root = "/static"
        self._pool = hotspot.pool
        self._log = get_logger()
        self._max_stations = settings.ap_max_stations + _EXTRA_STATIONS
        self._stations = []  # [address, what is known of it], the oldest first
        self._code = self._encode()
        DnsResponder(hotspot.loop, hotspot.socket_pool, settings.ap_address)
        hotspot.pool.on_foreign_host = self._answer
        hotspot.access_point.on_leave(self._forget)
        hotspot.on_client_open(self._client_opened)
        hotspot.on_run(self._add_routes)

    def _add_routes(self, server: "Server") -> None:
        self._root = server.root_path
        server.route("/welcome", [GET, HEAD])(self._welcome)
        server.route("/welcome", POST)(self._continue)
        server.route("/qr.svg", [GET, HEAD])(self._picture)

    def _client_opened(self, client: "Connection") -> None:
        self.release(client.address)

    def release(self, address: str) -> None:
        """
        Let a station's probes succeed: its person has the page, or wants to go on without it.

        :param str address: Its IP address.
        """
        station = self._station(address)
        if station[1] != _RELEASED:
            station[1] = _RELEASED
            self._log.info("portal: %s has seen the page", address)

    # Stations

    def _station(self, address: str) -> list:
        for station in self._stations:
            if station[0] == address:
                return station
        station = [address, _NEW]
        self._stations.append(station)
        if len(self._stations) > self._max_stations:
            self._stations.pop(0)
        return station

    def _forget(self, station: "Station") -> None:
        address = station.address
        self._stations = [known for known in self._stations if known[0] != address]
        self._pool.drop(address)

    # Requests for other hosts

    def _answer(self, address: str, method: str, host: str, target: str) -> "tuple | None":
        """What `BufferedPool.on_foreign_host` answers: a probe, or somebody who is lost."""
        if method != GET and method != HEAD:
            return None
        station = self._station(address)
        where = self._url
        if station[1] == _RELEASED:
            name = host + target.split("?", 1)[0]
            for part, body in _PROBES:
                if part in name:
                    kind = "text/html" if body[:1] == "<" else "text/plain"
                    # NetworkManager looks for this before it looks at anything else.
                    headers = f"{_NO_STORE}X-NetworkManager-Status: online\r\n"
                    if not body:
                        return 204, "No Content", "", headers
                    return 200, "OK", body, f"{headers}Content-Type: {kind}\r\n"
        else:
            where += "welcome"
            if station[1] == _NEW:
                station[1] = _CAPTIVE
                self._log.info("portal: %s is led to the welcome page", address)
        headers = f"{_NO_STORE}Location: {where}\r\nContent-Type: text/plain\r\n"
        return 302, "Found", f"Open {where}\n", headers

    # Requests for the board

    def _welcome(self, request: "Request") -> Response:
        try:
            language = _language(request.headers.get("Accept-Language") or "")
            with open(f"{self._root}/welcome.{language}.html", "rb") as file:
                page = file.read()
        except OSError:
            page = _BARE_PAGE
        page = page.replace(b"{{ssid}}", _escape(self._ssid))
        return Response(
            request,
            page.replace(b"{{url}}", _escape(self._url)),
            content_type="text/html; charset=utf-8",
            headers={
                "Cache-Control": "no-store",
                "Content-Security-Policy": "default-src 'none'; style-src 'self'; "
                "img-src 'self' data:; form-action 'self'",
            },
        )

    def _continue(self, request: "Request") -> Response:
        self.release(request.client_address[0])
        return Response(
            request,
            status=(303, "See Other"),
            headers={"Location": "/welcome#done", "Cache-Control": "no-store"},
        )

    def _picture(self, request: "Request") -> Response:
        if self._code is None:
            return Response(request, "There is no QR code.\n", status=(404, "Not Found"))
        from ..network.join_code import svg

        return Response(request, svg(self._code), content_type="image/svg+xml")

    def _encode(self) -> "tuple[int, ...] | None":
        """The QR code of the address; None without the library or the memory for it."""
        try:
            from ..network.join_code import encode

            return encode(self._url)
        except (ImportError, MemoryError) as error:
            self._log.warning("the welcome page has no QR code: %s", error)
        return None


def _language(wishes: str) -> str:
    """The better liked one of the two that there are, by an Accept-Language header."""
    best = 0.0
    result = "en"
    for wish in wishes.lower().split(","):
        parts = wish.split(";")
        language = parts[0].strip().split("-")[0]
        if language == "en" or language == "zh":
            liking = 1.0
            if len(parts) > 1:
                try:
                    liking = float(parts[1].strip()[2:])  # behind q=
                except ValueError:
                    continue
            if liking > best:
                best = liking
                result = language
    return result


def _escape(text: str) -> bytes:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text.encode()

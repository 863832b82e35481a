# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.portal.captive_portal`
================================================================================

Makes a phone that has joined open the welcome page by itself, and stay on a hotspot without
internet, by answering the probes with which each system checks whether it is online.
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

_EXTRA_STATIONS = const(2)  # remembered beyond AP_MAX_STATIONS

# The state of a station.
_NEW = const(0)  # no request yet
_CAPTIVE = const(1)  # its probes are redirected to the welcome page
_RELEASED = const(2)  # its probes succeed

_APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
_NETWORK_MANAGER = "NetworkManager is online\n"
_KINDLE = "81ce4465-7167-4dcb-835b-dcc9e44c112a"

# Part of a probe's host and path, and the body that means "online"; "" for a 204.
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

# Served when the drive has no welcome page.
_BARE_PAGE = b"""<!doctype html><meta charset="utf-8"><h1>{{ssid}}</h1>
<p>{{url}}<form method="post"><button>OK</button></form>
"""


class CaptivePortal:
    """
    Redirects a station that has joined to the welcome page, until "Continue" is tapped there or
    the station opens a WebSocket. Its probes then succeed.

    It resolves every name to the board, and answers requests for other hosts with what a probe
    expects or with a redirection, never with a page. It adds ``/welcome`` and ``/qr.svg`` to the
    server; a program's own routes with these paths come first. Make it anywhere before
    ``hotspot.run(server)``.

    :param Hotspot hotspot: The hotspot to make a portal for.

    Example::

        hotspot = Hotspot(wifi.radio)
        CaptivePortal(hotspot)
    """

    def __init__(self, hotspot: "Hotspot") -> None:
        settings = hotspot.settings
        self._hotspot = hotspot
        self._ssid = settings.ap_ssid
        self._url = hotspot.access_point.url
        self._root = "/static"
        self._pool = hotspot.pool
        self._log = get_logger()
        self._max_stations = settings.ap_max_stations + _EXTRA_STATIONS
        self._stations = []  # [address, state], the oldest first
        self._code = None  # the QR code of the address; None without the library or the memory
        try:
            from ..network.join_code import encode

            self._code = encode(self._url)
        except (ImportError, MemoryError) as error:
            self._log.warning("the welcome page has no QR code: %s", error)
        if settings.http_port != 80:
            self._log.warning(
                "HTTP_PORT = %d: phones look for the welcome page on port 80 only, so they open "
                "nothing by themselves",
                settings.http_port,
            )
        DnsResponder(hotspot.loop, hotspot.socket_pool, settings.ap_address, self._home_address)
        hotspot.pool.on_foreign_host = self._answer
        hotspot.access_point.on_leave(self._forget)
        hotspot.open_handlers.append(self._client_opened)
        for hub in hotspot.hubs:
            hub.on_open(self._client_opened)
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
        Let a station's probes succeed from now on.

        :param str address: The station's IP address.
        """
        station = self._station(address)
        if station[1] != _RELEASED:
            station[1] = _RELEASED
            self._log.info("portal: %s released", address)

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
        """Handler of `BufferedPool.on_foreign_host`: answer a probe, or redirect to the board."""
        if method != GET and method != HEAD:
            return None
        home = self._home_address(address)
        if home:
            return _redirection(self._url.replace(self._hotspot.access_point.address, home))
        station = self._station(address)
        url = self._url
        if station[1] == _RELEASED:
            name = host + target.split("?", 1)[0]
            for part, body in _PROBES:
                if part in name:
                    kind = "text/html" if body[:1] == "<" else "text/plain"
                    # NetworkManager accepts this header alone, whatever the body.
                    headers = f"{_NO_STORE}X-NetworkManager-Status: online\r\n"
                    if not body:
                        return 204, "No Content", "", headers
                    return 200, "OK", body, f"{headers}Content-Type: {kind}\r\n"
        else:
            url += "welcome"
            if station[1] == _NEW:
                station[1] = _CAPTIVE
                self._log.info("portal: %s redirected to the welcome page", address)
        return _redirection(url)

    def _home_address(self, asker: str) -> "str | None":
        """Return the board's address in the home network for those who ask from there, or None."""
        home = self._hotspot.home_network
        if home is None or home.address is None:
            return None
        access_point = self._hotspot.access_point
        for station in access_point.stations.values():
            if station.address == asker:
                return None
        # A station with an address of its own making is on the hotspot too.
        same = asker.rsplit(".", 1)[0] == access_point.address.rsplit(".", 1)[0]
        return None if same else home.address

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


def _redirection(url: str) -> tuple:
    headers = f"{_NO_STORE}Location: {url}\r\nContent-Type: text/plain\r\n"
    return 302, "Found", f"Open {url}\n", headers


def _language(accepted: str) -> str:
    """Choose "en" or "zh" by an Accept-Language header (RFC 9110 section 12.5.4)."""
    best = 0.0
    result = "en"
    for item in accepted.lower().split(","):
        parts = item.split(";")
        language = parts[0].strip().split("-")[0]
        if language == "en" or language == "zh":
            weight = 1.0
            if len(parts) > 1:
                try:
                    weight = float(parts[1].strip()[2:])  # after "q="
                except ValueError:
                    continue
            if weight > best:
                best = weight
                result = language
    return result


def _escape(text: str) -> bytes:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text.encode()

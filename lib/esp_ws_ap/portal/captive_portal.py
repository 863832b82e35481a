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

# The body that means "online", "" for a 204; and the parts of hosts and paths by which its probes
# are recognized.
_PROBES = (
    ("", "_204 .com/204 204.ecloud.global connectivity-check.ubuntu.com"),
    (
        "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>",
        "captive.apple.com/ /hotspot-detect.html /library/test/success.html",
    ),
    ("Microsoft Connect Test", "/connecttest.txt"),
    ("Microsoft NCSI", "/ncsi.txt"),
    (
        '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>',
        "/canonical.html",
    ),
    ("success\n", "/success.txt"),
    (
        "NetworkManager is online\n",
        "/check_network_status.txt /nm-check.txt network-test.debian.org/nm conncheck.opensuse.org",
    ),
    ("OK\n", "/rhel-networkmanager.txt /static/hotspot.txt networkcheck.kde.org"),
    ("<html><body>online</body></html>\n", "/online/status.html connman."),
    (
        "<html><head><title>Kindle Reachability Probe Page</title></head>"
        "<body>\n81ce4465-7167-4dcb-835b-dcc9e44c112a\n</body></html>\n",
        "/wifistub.html",
    ),
)

# NetworkManager and ConnMan accept their header alone, whatever the body.
_ONLINE = (
    "Cache-Control: no-store\r\nX-NetworkManager-Status: online\r\nX-ConnMan-Status: online\r\n"
)

# Served when the drive has no welcome page.
_BARE_PAGE = b"""<!doctype html><meta charset="utf-8"><h1>{{ssid}}</h1>
<p>{{url}}<form method="post"><button>OK</button></form>
"""


class CaptivePortal:
    """
    Redirects a station that has joined to the welcome page, until "Continue" is tapped there or
    the station opens a WebSocket. Its probes then succeed.

    It resolves every name to the board, and answers requests for other hosts with what a probe
    expects, with a redirection or with nothing, never with a page. It adds two routes to the
    server: ``/welcome``, and ``/qr.svg``, with which those on the hotspot invite another phone. A
    program's own routes with these paths come first. Make it anywhere before
    ``hotspot.run(server)``.

    :param Hotspot hotspot: The hotspot to make a portal for.

    Example::

        hotspot = Hotspot(wifi.radio)
        CaptivePortal(hotspot)
    """

    def __init__(self, hotspot: "Hotspot") -> None:
        settings = hotspot.settings
        self._ssid = settings.ap_ssid
        self._url = hotspot.access_point.url
        self._root = "/static"
        self._log = get_logger()
        self._hotspot = hotspot
        self._max_stations = settings.ap_max_stations + _EXTRA_STATIONS
        self._stations = []  # [address, state, refused requests], the oldest first
        if settings.http_port != 80:
            self._log.warning(
                "portal: HTTP_PORT is %d: phones ask port 80, so no page opens by itself",
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
        # Also in place of its templates, which show no values.
        for path in ("/welcome", "/welcome.en.html", "/welcome.zh.html"):
            server.route(path, [GET, HEAD])(self._welcome)
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
        station = [address, _NEW, 0]
        self._stations.append(station)
        if len(self._stations) > self._max_stations:
            self._stations.pop(0)
        return station

    def _forget(self, station: "Station") -> None:
        for known in self._stations:
            if known[0] == station.address:
                if known[2] > 1:
                    self._log.info("portal: %s had %d requests refused", known[0], known[2])
                self._stations.remove(known)
                return

    def _home_address(self, address: str) -> "str | None":
        """Return the board's address for a client on the home network; None on the hotspot."""
        home = self._hotspot.home_network
        return home.address if home is not None and home.reaches(address) else None

    # Requests for other hosts

    def _answer(
        self, address: str, method: str, host: str, target: str, html: bool
    ) -> "tuple | None":
        """Handler of `BufferedPool.on_foreign_host`: answer a probe, or redirect to the board."""
        if method != GET and method != HEAD:
            station = self._station(address)
            station[2] += 1
            if station[2] == 1:  # apps try again and again
                self._log.info(
                    "portal: %s refused, as all that apps send to other hosts: %s %s",
                    address,
                    method,
                    host[:60],
                )
            return None
        url = self._url
        home = self._home_address(address)
        if home:
            url = url.replace(self._hotspot.access_point.address, home)
        elif self._station(address)[1] == _RELEASED:
            name = host + target.split("?", 1)[0]
            for body, parts in _PROBES:
                for part in parts.split(" "):
                    if part in name:
                        if body:
                            kind = "html" if body[0] == "<" else "plain"
                            return 200, "OK", body, f"{_ONLINE}Content-Type: text/{kind}\r\n"
                        html = False
            if not html:  # an app would only load the page; an unknown probe mostly expects this
                return 204, "No Content", "", _ONLINE
        else:
            url += "welcome"
            station = self._station(address)
            if station[1] == _NEW:
                station[1] = _CAPTIVE
                self._log.info("portal: %s redirected to the welcome page", address)
        headers = f"Cache-Control: no-store\r\nLocation: {url}\r\nContent-Type: text/plain\r\n"
        return 302, "Found", f"Open {url}\n", headers

    # Requests for the board

    def _welcome(self, request: "Request") -> Response:
        try:
            language = request.path[9:11]
            if not language:
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
        # Not for a client on the home network: it may not know the password.
        code = self._hotspot.access_point.join_code
        if not code or self._home_address(request.client_address[0]):
            return Response(request, "There is no QR code.\n", status=(404, "Not Found"))
        from ..network.join_code import svg, unpack

        return Response(request, svg(unpack(code)), content_type="image/svg+xml")


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

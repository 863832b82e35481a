# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.mistakes`
================================================================================

Mistakes of a program with its server, in words. Imported only where there is one.
"""

from adafruit_httpserver import FileResponse, QueryParams

from ..log import get_logger

try:
    from typing import Any

    from adafruit_httpserver import Request, Server

    from .buffered_pool import BufferedPool
except ImportError:
    pass

_VERSION = "4.8"
_SERVER_NAMES = "_find_handler _handle_request _routes _sock _socket_source"
_RESPONSE_NAMES = (
    "_body _combine_path _content_type _file_length _full_file_path _head_only _headers _request"
    " _send _send_headers _status _verify_file_path_is_valid"
)


NOT_SERVED = "No program answers here: write hotspot.pool.serve(server, port=8000)\n"
"""What a client is told whose request no server accepts."""


class _Probe(FileResponse):
    """A response without a file."""

    @staticmethod
    def _get_file_length(file_path: str) -> int:
        return 0


def check_server(server: "Server", pool: "BufferedPool") -> None:
    """
    Check, before a program begins, that it can work.

    :param Server server: The server.
    :param BufferedPool pool: What it was to be made with.
    :raises TypeError: If it was made with something else.
    :raises RuntimeError: If the library lacks a private name that this package uses.
    """
    _check_names(server, _SERVER_NAMES)
    _check_names(QueryParams(""), "_storage")
    probe: Any = None
    try:
        probe = _Probe(probe, "x", "/")
    except AttributeError:
        pass  # without the names, it lacks all of them
    _check_names(probe, _RESPONSE_NAMES)
    if server._socket_source is not pool:
        raise TypeError('write Server(hotspot.pool, "/static")')
    if server.https:
        raise TypeError("hotspot.pool has no HTTPS: write Server(hotspot.pool) without https=True")
    if server.root_path is None:
        get_logger().warning('no files are served: write Server(hotspot.pool, "/static")')


def _check_names(thing: "Any", names: str) -> None:
    for name in names.split(" "):
        if not hasattr(thing, name):
            raise RuntimeError(
                f"adafruit_httpserver {_VERSION} is expected, and the one in /lib has no {name}: "
                "circup update adafruit_httpserver"
            )


def report_polling() -> None:
    """Log that a program polls its server in a loop of its own."""
    get_logger().warning(
        "the program polls its server itself: hotspot.run(server) does it, and serves files faster"
    )


def report_result(request: "Request", result: "Any") -> None:
    """
    Log that a route's function has not returned a response.

    :param Request request: The request.
    :param result: What it has returned.
    """
    name = "?"
    for route in request.server._routes:
        if route.matches(request.method, request.path)[0]:
            name = getattr(route.handler, "__name__", name)
            break
    kind = "None" if result is None else "a " + result.__class__.__name__
    if "upgrade" in request.headers:
        usage = "return hub.upgrade(request)"
    else:
        usage = "return Response(request, text)"
    get_logger().error(
        "%s() of the route %s returned %s: write %s", name, request.path, kind, usage
    )

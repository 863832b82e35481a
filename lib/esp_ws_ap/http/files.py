# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.files`
================================================================================

Files for the phone, read from the drive as the phone takes them.
"""

import os
import time

from adafruit_httpserver import GET, HEAD, FileNotExistsError, MIMETypes, Response
from adafruit_httpserver import FileResponse as WaitingFileResponse
from adafruit_ticks import ticks_diff, ticks_ms
from micropython import const

from ..log import get_logger

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Request, Server

_OTHER_METHODS = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]

_MOST_KNOWN = const(16)  # files about which something is remembered
_LONGEST_NAME = const(100)  # of one of them
_SHORT = const(16384)  # bytes of a file that is quickly read to tell its tag
_SHORTEST_GZIP = const(20)
_UNSETTLED = const(3)  # s in which a file may change again and keep its time, which is in 2 s
_CLOCK_SET = const(978307200)  # 2001: a board whose clock nobody sets boots in 2000, each time


class FileResponse(WaitingFileResponse):
    """
    As `adafruit_httpserver.FileResponse`, but nobody waits while the file is sent, and it is
    never in memory as a whole. For a `Server` with a `BufferedPool`.

    Example::

        @server.route("/log", GET)
        def log(request):
            return FileResponse(request, "log.txt", "/data")
    """

    def _send(self) -> None:
        connection = self._request.connection
        self._send_headers(
            None if self._status.code == 304 else self._file_length,  # type: ignore[arg-type]
            self._content_type,
        )
        if not self._head_only:
            file = open(self._full_file_path, "rb")
            connection.send_file(file, self._file_length)  # type: ignore[attr-defined]
        connection.close()


def serve_files(server: "Server") -> None:
    """
    Answer every path that no route before this one wants with the file of that name under the
    server's ``root_path``: 404 without such a file, 405 for other methods than GET and HEAD.

    ``page.html.gz`` beside ``page.html`` goes to every browser that takes it. Each answer has
    an ETag by which a browser asks for changes (304), and HTML a Content-Security-Policy:
    see docs/files.md.

    :param Server server: To be called behind all its routes.
    """
    known = {}

    def file(request: "Request") -> Response:
        return _answer(request, known)

    def not_allowed(request: "Request") -> Response:
        return Response(
            request,
            "Only GET and HEAD work here.\n",
            status=(405, "Method Not Allowed"),
            headers={"Allow": "GET, HEAD"},
        )

    for path in ("/", "/...."):
        server.route(path, [GET, HEAD])(file)
        server.route(path, _OTHER_METHODS)(not_allowed)


def _answer(request: "Request", known: dict) -> Response:
    name = request.path
    FileResponse._verify_file_path_is_valid(name)
    if name.endswith("/"):
        name += "index.html"
    path = FileResponse._combine_path(request.server.root_path, name)  # type: ignore[arg-type]
    plain = _size_and_time(path)
    ends = _ends_of_gzip(path + ".gz")
    if plain is None and ends is None:
        raise FileNotExistsError(name)
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    compressed = False
    if ends is not None:
        headers["Vary"] = "Accept-Encoding"
        compressed = _takes_gzip(request)
        if plain is None and not compressed:
            return Response(
                request,
                "This file is here with gzip only (Accept-Encoding).\n",
                status=(406, "Not Acceptable"),
                headers=headers,
            )
    content_type = MIMETypes.get_for_filename(name)
    html = content_type == "text/html"
    policy = tag = None
    if html or plain is not None and (ends is not None or plain[0] <= _SHORT):
        checked, policy = _examined(path, plain, ends, known)
        compressed = compressed and checked == ends
        ends = checked
    if ends is not None:
        coding = "-gzip" if compressed else ""
        tag = f'"{ends.hex()}{coding}"'
    elif plain is not None and plain[1] > _CLOCK_SET:
        if abs(int(time.time()) - plain[1]) > _UNSETTLED:
            tag = f'W/"{plain[0]:x}-{plain[1]:x}"'
    if tag is not None:
        headers["ETag"] = tag
    if html:
        # Safari before 15.4 does not take ws: for 'self'.
        headers["Content-Security-Policy"] = (
            f"default-src 'none'; {policy}; img-src 'self' data:; "
            f"connect-src 'self' ws://{request.headers.get('host')}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers["Referrer-Policy"] = "no-referrer"
    unchanged = _has(request, tag)
    if compressed and not unchanged:
        headers["Content-Encoding"] = "gzip"
    return FileResponse(
        request,
        name + ".gz" if compressed else name,
        status=(304, "Not Modified") if unchanged else (200, "OK"),
        headers=headers,
        content_type=content_type,
        head_only=unchanged or request.method == HEAD,
    )


def _size_and_time(path: str) -> "tuple | None":
    """Of a file; None if there is none."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return (stat[6], stat[8]) if stat[0] & 0xF000 == 0x8000 else None


def _ends_of_gzip(path: str) -> "bytes | None":
    """The last 8 bytes of a .gz: the CRC-32 and the length of what is in it (RFC 1952)."""
    packed = _size_and_time(path)
    if packed is None or packed[0] < _SHORTEST_GZIP:
        return None
    with open(path, "rb") as file:
        file.seek(packed[0] - 8)
        return file.read(8)


def _examined(path: str, plain: "tuple | None", ends: "bytes | None", known: dict) -> tuple:
    """
    The CRC-32 and length of a file, as a .gz has them at its end, and its policy.

    :param str path: The file.
    :param tuple plain: Its size and time.
    :param bytes ends: What its .gz has, or None.
    :param dict known: What was read before.
    """
    if plain is None:
        from .content_policy import policy_of_gzip

        return ends, policy_of_gzip(path + ".gz")
    now = ticks_ms()
    since, is_new = now, True
    found = known.get(path)
    if found is not None and found[0] == plain:
        _, since, checked, policy = found
        if since is None:
            return checked, policy
        is_new = False
    from .content_policy import examine

    checked, policy = examine(path)
    if is_new and checked is None:
        get_logger().warning("%s is too long for gzip and inline scripts", path)
    elif is_new and ends is not None and ends != checked:
        get_logger().warning("%s.gz is older than %s: make assets", path, path)
    if not 0 <= ticks_diff(now, since) <= _UNSETTLED * 1000:
        since = None  # whatever is written from now on has another time
    if len(path) <= _LONGEST_NAME:
        if is_new and len(known) >= _MOST_KNOWN:
            known.clear()
        known[path] = (plain, since, checked, policy)
    return checked, policy


def _takes_gzip(request: "Request") -> bool:
    """Whether Accept-Encoding allows it (RFC 9110 section 12.5.3)."""
    others = False
    for item in _items(request, "accept-encoding"):
        name, _, weight = item.lower().partition(";")
        taken = not weight or weight.strip(" \tq=0.") != ""
        name = name.strip(" \t")
        if name == "gzip" or name == "x-gzip":
            return taken
        if name == "*":
            others = taken
    return others


def _has(request: "Request", tag: "str | None") -> bool:
    """Whether the browser has this already, by If-None-Match (RFC 9110 section 13.1.2)."""
    for item in _items(request, "if-none-match"):
        if item == "*" or tag is not None and (item == tag or tag in ("W/" + item, item[2:])):
            return True
    return False


def _items(request: "Request", name: str) -> list:
    """The items of a list that may come in several headers."""
    return [item.strip(" \t") for item in ",".join(request.headers.get_list(name)).split(",")]

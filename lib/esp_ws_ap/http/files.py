# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.files`
================================================================================

Files from the drive, read piece by piece as the client reads.
"""

import os
import time

from adafruit_httpserver import GET, HEAD, FileNotExistsError, MIMETypes, Response
from adafruit_httpserver import FileResponse as BlockingFileResponse
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

_MAX_CACHED = const(16)  # files whose checksum and policy are kept
_MAX_CACHED_PATH = const(100)  # characters
_MAX_CHECKSUM_SIZE = const(16384)  # bytes of a file that is read for its ETag alone
_MIN_GZIP_SIZE = const(20)  # bytes: the header, an empty block and the trailer
_TIME_RESOLUTION = const(3)  # s in which a file can change and keep its time, which FAT has in 2 s
_MIN_TIME = const(978307200)  # 2001: a board whose clock was never set boots in 2000, each time

packaged = {}
"""Files of the package that are served where the drive has none: their paths by the names under
which they are served."""


class FileResponse(BlockingFileResponse):
    """
    As `adafruit_httpserver.FileResponse`, but the program goes on while the file is sent, and the
    file is never in memory as a whole. For a `Server` with a `BufferedPool`.

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
    Answer every path that has no route with the file of that name under the server's
    ``root_path``: 404 if there is none, 405 for methods other than GET and HEAD.

    ``page.html.gz`` beside ``page.html`` is sent to every browser that accepts gzip. Responses have
    an ETag, so that a browser can ask for changes (304), and HTML has a Content-Security-Policy:
    see docs/files.md.

    :param Server server: The server, with all its routes: the first route that fits is used.
    """
    cache = {}

    def file(request: "Request") -> Response:
        return _file_response(request, cache)

    def not_allowed(request: "Request") -> Response:
        return Response(
            request,
            "Only GET and HEAD are allowed.\n",
            status=(405, "Method Not Allowed"),
            headers={"Allow": "GET, HEAD"},
        )

    for path in ("/", "/...."):
        server.route(path, [GET, HEAD])(file)
        server.route(path, _OTHER_METHODS)(not_allowed)


def _file_response(request: "Request", cache: dict) -> Response:
    name = request.path
    FileResponse._verify_file_path_is_valid(name)
    if name.endswith("/"):
        name += "index.html"
    path = FileResponse._combine_path(request.server.root_path, name)  # type: ignore[arg-type]
    plain = _size_and_time(path)
    trailer = _gzip_trailer(path + ".gz")
    if plain is None and trailer is None and name in packaged:
        path = packaged[name]
        plain = _size_and_time(path)
        trailer = _gzip_trailer(path + ".gz")
    if plain is None and trailer is None:
        raise FileNotExistsError(name)
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    compressed = False
    if trailer is not None:
        headers["Vary"] = "Accept-Encoding"
        compressed = _accepts_gzip(request)
        if plain is None and not compressed:
            return Response(
                request,
                "This file is available with gzip only (Accept-Encoding).\n",
                status=(406, "Not Acceptable"),
                headers=headers,
            )
    content_type = MIMETypes.get_for_filename(name)
    html = content_type == "text/html"
    policy = tag = None
    if html or plain is not None and (trailer is not None or plain[0] <= _MAX_CHECKSUM_SIZE):
        checked, policy = _checksum_and_policy(path, plain, trailer, cache)
        compressed = compressed and checked == trailer
        trailer = checked
    if trailer is not None:
        coding = "-gzip" if compressed else ""
        tag = f'"{trailer.hex()}{coding}"'
    elif plain is not None and plain[1] > _MIN_TIME:
        if abs(int(time.time()) - plain[1]) > _TIME_RESOLUTION:
            tag = f'W/"{plain[0]:x}-{plain[1]:x}"'
    if tag is not None:
        headers["ETag"] = tag
    if html:
        # In Safari before 15.4, 'self' does not cover ws:.
        headers["Content-Security-Policy"] = (
            f"default-src 'none'; {policy}; img-src 'self' data:; "
            f"connect-src 'self' ws://{request.headers.get('host')}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        headers["Referrer-Policy"] = "no-referrer"
    unchanged = _matches(request, tag)
    if compressed and not unchanged:
        headers["Content-Encoding"] = "gzip"
    return FileResponse(
        request,
        path + ".gz" if compressed else path,
        "/",
        status=(304, "Not Modified") if unchanged else (200, "OK"),
        headers=headers,
        content_type=content_type,
        head_only=unchanged or request.method == HEAD,
    )


def _size_and_time(path: str) -> "tuple | None":
    """Return size and time of a file; None if there is no such file."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return (stat[6], stat[8]) if stat[0] & 0xF000 == 0x8000 else None


def _gzip_trailer(path: str) -> "bytes | None":
    """Return the last 8 bytes of a .gz: CRC-32 and length of its content (RFC 1952)."""
    packed = _size_and_time(path)
    if packed is None or packed[0] < _MIN_GZIP_SIZE:
        return None
    with open(path, "rb") as file:
        file.seek(packed[0] - 8)
        return file.read(8)


def _checksum_and_policy(
    path: str, plain: "tuple | None", trailer: "bytes | None", cache: dict
) -> tuple:
    """
    Return CRC-32 and length of a file, in the form of a gzip trailer, and its policy.

    :param str path: The file.
    :param tuple plain: Its size and time; None if there is only its .gz.
    :param bytes trailer: The trailer of its .gz; None if there is no .gz.
    :param dict cache: The results so far.
    """
    if plain is None:
        from .content_policy import policy_of_gzip

        return trailer, policy_of_gzip(path + ".gz")
    now = ticks_ms()
    since, is_new = now, True
    found = cache.get(path)
    if found is not None and found[0] == plain:
        _, since, checked, policy = found
        if since is None:
            return checked, policy
        is_new = False
    from .content_policy import examine

    checked, policy = examine(path)
    if is_new and checked is None:
        get_logger().warning("%s is too long for gzip and inline scripts", path)
    elif is_new and trailer is not None and trailer != checked:
        get_logger().warning("%s.gz is older than %s: make assets", path, path)
    if not 0 <= ticks_diff(now, since) <= _TIME_RESOLUTION * 1000:
        since = None  # a later change would change the time too: never read it again
    if len(path) <= _MAX_CACHED_PATH:
        if is_new and len(cache) >= _MAX_CACHED:
            cache.clear()
        cache[path] = (plain, since, checked, policy)
    return checked, policy


def _accepts_gzip(request: "Request") -> bool:
    """Return True if Accept-Encoding allows gzip (RFC 9110 section 12.5.3)."""
    others = False
    for item in _items(request, "accept-encoding"):
        name, _, weight = item.lower().partition(";")
        accepted = not weight or weight.strip(" \tq=0.") != ""
        name = name.strip(" \t")
        if name == "gzip" or name == "x-gzip":
            return accepted
        if name == "*":
            others = accepted
    return others


def _matches(request: "Request", tag: "str | None") -> bool:
    """Return True if If-None-Match names this ETag (RFC 9110 section 13.1.2)."""
    for item in _items(request, "if-none-match"):
        if item == "*" or tag is not None and (item == tag or tag in ("W/" + item, item[2:])):
            return True
    return False


def _items(request: "Request", name: str) -> list:
    """Return the items of a list, which may come in several headers."""
    return [item.strip(" \t") for item in ",".join(request.headers.get_list(name)).split(",")]

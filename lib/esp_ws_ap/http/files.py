# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.files`
================================================================================

Files from the drive, read piece by piece as the client reads.
"""

import os
import struct
import time
from binascii import crc32

from adafruit_httpserver import (
    GET,
    HEAD,
    FileNotExistsError,
    FileResponse,
    MIMETypes,
    Redirect,
    Response,
)
from adafruit_ticks import ticks_diff, ticks_ms
from micropython import const

from .. import unload
from ..log import get_logger

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Request, Server

_OTHER_METHODS = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]

_MAX_SIZE = const(262144)  # bytes, as in content_policy

_MAX_CACHED = const(16)  # files whose checksum and policy are kept
_MAX_CACHED_PATH = const(100)  # characters
_MAX_CHECKSUM_SIZE = const(16384)  # bytes of a file that is read for its ETag alone
_MEDIA = "'self' data: blob:"  # these carry no script
_MIN_GZIP_SIZE = const(20)  # bytes: the header, an empty block and the trailer
_TIME_RESOLUTION = const(3)  # s in which a file can change and keep its time, which FAT has in 2 s
_MIN_TIME = const(978307200)  # 2001: a board whose clock was never set boots in 2000, each time

packaged = {}
"""Files of the package that are served where the drive has none: their paths by the names under
which they are served."""


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
    if "/." in name:
        raise FileNotExistsError(name)  # such as macOS leaves on a drive
    if name.endswith("/"):
        name += "index.html"
    path = FileResponse._combine_path(request.server.root_path, name)  # type: ignore[arg-type]
    plain = _size_and_time(path)
    packed = _packed(path)
    if plain is None and packed is None and name in packaged:
        path = packaged[name]
        plain = _size_and_time(path)
        packed = _packed(path)
    if plain is None and packed is None:
        if _is_folder(path):
            # As it was written, because the path is decoded; not //, which begins another host.
            target = request.raw_request.split(b" ", 2)[1].decode().lstrip("/").split("?", 1)
            target[0] += "/"
            url = "/" + "?".join(target)
            return Redirect(
                request, url, preserve_method=True, headers={"Cache-Control": "no-cache"}
            )
        raise FileNotExistsError(name)
    headers = {"Cache-Control": "no-cache"}
    compressed = False
    if packed is not None:
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
    checked = policy = tag = None
    if html or packed is not None or plain is not None and plain[0] <= _MAX_CHECKSUM_SIZE:
        checked, policy, fits = _examined(path, plain, packed, html, cache)
        compressed = compressed and fits
    if checked is not None:
        coding = "-gzip" if compressed else ""
        tag = f'"{checked.hex()}{coding}"'
    elif plain is not None and _is_settled(plain):
        tag = f'W/"{plain[0]:x}-{plain[1]:x}"'
    if tag is not None:
        headers["ETag"] = tag
    if html:
        # In Safari before 15.4, 'self' does not cover ws:.
        headers["Content-Security-Policy"] = (
            f"default-src 'none'; {policy}; img-src {_MEDIA}; media-src {_MEDIA}; "
            f"font-src {_MEDIA}; connect-src 'self' ws://{request.headers.get('host')}; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
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


def _packed(path: str) -> "tuple | None":
    """Return size and time of the .gz of a file; None if it has none, or an empty one."""
    packed = _size_and_time(path + ".gz")
    return None if packed is None or packed[0] < _MIN_GZIP_SIZE else packed


def _size_and_time(path: str) -> "tuple | None":
    """Return size and time of a file; None if there is no such file."""
    try:
        stat = os.stat(path)
    except OSError:
        return None
    return (stat[6], stat[8]) if stat[0] & 0xF000 == 0x8000 else None


def _is_folder(path: str) -> bool:
    try:
        return os.stat(path)[0] & 0xF000 == 0x4000
    except OSError:
        return False


def _is_settled(file: "tuple | None") -> bool:
    """Return True if a later change of a file with this size and time would change the time."""
    if file is None:
        return True
    return file[1] > _MIN_TIME and abs(int(time.time()) - file[1]) > _TIME_RESOLUTION


def _examined(
    path: str, plain: "tuple | None", packed: "tuple | None", html: bool, cache: dict
) -> tuple:
    """
    Return CRC-32 and length of a file, in the form of a gzip trailer (None if it is too long); its
    policy if it is HTML; and True if its .gz has the same content.

    :param str path: The file.
    :param tuple plain: Its size and time; None if there is only its .gz.
    :param tuple packed: Those of its .gz; None if there is none.
    :param bool html: True for HTML.
    :param dict cache: The results so far.
    """
    since = now = ticks_ms()
    is_new = True
    found = cache.get(path)
    if found is not None and found[0] == plain and found[1] == packed:
        is_new = False
        since = found[2]
        if since is None:
            return found[3:]
    checked = trailer = policy = None
    if packed is not None:
        with open(path + ".gz", "rb") as file:
            if html:
                policy = _policy_of_gzip(file.read(2048))
            file.seek(packed[0] - 8)
            trailer = file.read(8)
    if plain is None:
        checked = trailer
        policy = policy or "script-src 'self'; style-src 'self'"
    else:
        if plain[0] <= _MAX_SIZE and (not html or policy is not None):
            checked = _checksum(path)
        if html and (policy is None or checked != trailer):
            from .content_policy import examine

            checked, policy = examine(path)
            if is_new:
                from .page_check import first_blocked

                blocked = first_blocked(path)
                if blocked is not None:
                    get_logger().warning("%s line %d: %s", path, *blocked)
            unload("http.content_policy", "http.page_check")
        if is_new and checked is None:
            get_logger().warning("%s is too long for gzip and inline scripts", path)
        elif is_new and packed is not None and trailer != checked:
            get_logger().warning("%s.gz is older than %s: make assets", path, path)
    waited = not 0 <= ticks_diff(now, since) <= _TIME_RESOLUTION * 1000
    if waited or _is_settled(plain) and _is_settled(packed):
        since = None  # a later change would change the time too: never read it again
    if len(path) <= _MAX_CACHED_PATH:
        if is_new and len(cache) >= _MAX_CACHED:
            cache.clear()
        cache[path] = (plain, packed, since, checked, policy, checked == trailer)
    return checked, policy, checked == trailer


def _policy_of_gzip(head: bytes) -> "str | None":
    """
    Return the directives that `make assets` has written into a .gz, as the comment in its header
    (RFC 1952): the board need not read the page for them. None if another tool has made it.

    :param bytes head: How the .gz begins.
    """
    # Flags: a comment, and nothing before it.
    if head[:4] == b"\x1f\x8b\x08\x10":
        comment = head[10:].split(b"\0", 1)[0]
        if comment[:11] == b"script-src " and min(comment) >= 32 and max(comment) < 127:
            return str(comment, "utf-8")
    return None


def _checksum(path: str) -> bytes:
    """Return CRC-32 and length of a file, in the form of a gzip trailer."""
    crc = length = 0
    with open(path, "rb") as file:
        while True:
            piece = file.read(512)
            if not piece:
                return struct.pack("<II", crc, length)
            crc = crc32(piece, crc)
            length += len(piece)


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

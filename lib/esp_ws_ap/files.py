# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.files`
================================================================================

Files for the phone, read from the drive as the phone takes them.
"""

from adafruit_httpserver import GET, HEAD, Response
from adafruit_httpserver import FileResponse as WaitingFileResponse

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Request, Server

_OTHER_METHODS = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]


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
        self._send_headers(self._file_length, self._content_type)
        if not self._head_only:
            file = open(self._full_file_path, "rb")
            connection.send_file(file, self._file_length)  # type: ignore[attr-defined]
        connection.close()


def serve_files(server: "Server") -> None:
    """
    Answer every path that no route before this one wants with the file of that name under the
    server's ``root_path``: 404 without such a file, 405 for other methods than GET and HEAD.

    :param Server server: To be called behind all its routes.
    """

    def file(request: "Request") -> Response:
        return FileResponse(request, request.path, head_only=request.method == HEAD)

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

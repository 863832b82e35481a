# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.byte_range`
================================================================================

A part of a file (RFC 9110 section 14), without which iPhones play no sound and no video. Imported
for the first request that asks for one.
"""

from adafruit_httpserver import GET, Status

try:
    from typing import Any

    from adafruit_httpserver import FileResponse
except ImportError:
    pass


def choose(response: "FileResponse") -> tuple:
    """
    Return where to begin and how many bytes to send, and make the response a 206 or a 416. Several
    ranges in one request are not supported: it gets the whole file, as the standard allows.

    :param FileResponse response: A response of 200 to a request with a Range header.
    """
    size = response._file_length
    headers = response._headers
    request = response._request
    asked = request.headers
    condition = asked.get("if-range")
    first, dash, last = asked["range"][6:].partition("-")
    if (
        request.method != GET
        or asked["range"][:6].lower() != "bytes="
        or not dash
        or not (first + last).isdigit()
        or len(first) > 18
        or len(last) > 18
        or "content-encoding" in headers
        or condition is not None
        and (condition != headers.get("etag") or condition[:2] == "W/")
    ):
        return 0, size
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last), size - 1) if first and last else size - 1
    if first and last and int(last) < start:
        return 0, size  # not a range
    if start >= size:
        connection: Any = request.connection
        connection.reason = f"The file has {size} bytes."
        response._status = Status(416, "Range Not Satisfiable")
        headers.set("Content-Range", f"bytes */{size}")
        return 0, 0
    response._status = Status(206, "Partial Content")
    headers.set("Content-Range", f"bytes {start}-{end}/{size}")
    return start, end - start + 1

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.missing_page`
================================================================================

Says at the start that the drive has no page. `Hotspot` unloads it afterwards.
"""

import os

from ..log import get_logger

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_httpserver import Server


def page_missing(server: "Server") -> bool:
    """
    Return True, and log an error, if the server has nothing to answer ``/`` with.

    :param Server server: The server, with the program's routes and without those of `serve_files`.
    """
    root = server.root_path
    if root is None or server._find_handler("GET", "/") is not None:
        return False  # the program serves no files, or has a page of its own
    for name in ("index.html", "index.html.gz"):
        try:
            os.stat(f"{root}/{name}")
            return False
        except OSError:
            pass
    get_logger().error("no %s/index.html: copy the folder static/ to the drive's top", root)
    return True

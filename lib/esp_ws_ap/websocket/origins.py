# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.origins`
================================================================================

Which origins may connect (RFC 6455 section 10.2). Imported for one that is not simply the board's.
"""

from ..log import get_logger

try:
    from typing import Iterable
except ImportError:
    pass


def may_connect(origin: str, host: str, origins: "Iterable[str]") -> bool:
    """
    Return True if a client with this Origin may connect. Log it otherwise.

    Only a program sends ``file://``, or an origin with the scheme of its connection. A page on a
    PC's drive has ``null``, as some pages of other sites have.

    :param str origin: The header Origin.
    :param str host: The header Host.
    :param origins: The origins that the program allows.
    """
    plain = _plain(origin)
    if "*" in origins or origin in origins or (plain + "//").startswith("file://"):
        return True
    for allowed in ["http://" + host] + list(origins):
        if plain == _plain(allowed):
            return True
    get_logger().warning('a page of "%s" may not connect: see origins= of the Hub', origin)
    return False


def _plain(origin: str) -> str:
    """Return an origin in the form in which two can be compared, without the default port."""
    origin = origin.lower()
    while origin.endswith("/"):
        origin = origin[:-1]
    for scheme, other, port in (("ws://", "http://", ":80"), ("wss://", "https://", ":443")):
        if origin.startswith(scheme):
            origin = other + origin[len(scheme) :]
        if origin.startswith(other) and origin.endswith(port):
            origin = origin[: -len(port)]
    return origin

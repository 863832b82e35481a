# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.http.percent`
================================================================================

Percent-encoding in paths, queries and forms. `BufferedPool` imports this module for the first
request that has any.
"""

try:
    from adafruit_httpserver import Request
except ImportError:
    pass

_MAX_FIELDS = 64
_HEXADECIMAL = "0123456789abcdefABCDEF"


def decode_request(request: "Request") -> str:
    """
    Decode the path, the query and the form of a request, once, before the path is looked at.

    :param Request request: The request.
    :return: "", or a sentence that says what is wrong with it.
    """
    request.path = decode(request.path)
    if min(request.path) < " " or "\x7f" in request.path:
        return "The path has control characters."
    _decode_fields(request.query_params)
    headers = request.headers
    if headers.get_directive("content-type") == "application/x-www-form-urlencoded":
        if request.body.count(b"&") >= _MAX_FIELDS:
            return f"The form has more than {_MAX_FIELDS} fields."
        try:
            if request.form_data is not None:
                _decode_fields(request.form_data)
        except UnicodeError:
            return "The form is not UTF-8."
    return ""


def _decode_fields(fields) -> None:
    storage = fields._storage
    items = list(storage.items())
    storage.clear()
    for name, values in items:
        name = decode(name.replace("+", " "))
        values = [decode(value.replace("+", " ")) for value in values]
        storage[name] = storage.get(name, []) + values


def decode(text: str) -> str:
    """
    Decode percent-encoded UTF-8 (RFC 3986 section 2.1). A ``%`` without two hexadecimal digits
    after it stays, as in browsers, and so does text whose bytes are not UTF-8.

    :param str text: The text.
    """
    pieces = text.split("%")
    if len(pieces) == 1:
        return text
    data = bytearray(pieces[0].encode())
    for piece in pieces[1:]:
        code = piece[:2]
        if len(code) == 2 and not code.strip(_HEXADECIMAL):
            data.append(int(code, 16))
            piece = piece[2:]
        else:
            data.append(37)  # "%"
        data += piece.encode()
    try:
        decoded = str(data, "utf-8")
        # The board also takes surrogates and forms that are too long, which could hide a "..".
        for character in decoded:
            code = ord(character)
            if code >> 11 == 27 or chr(code) != character:
                return text
    except (UnicodeError, ValueError):
        return text
    return decoded

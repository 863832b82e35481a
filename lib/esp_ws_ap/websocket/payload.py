# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.payload`
================================================================================

JSON, and what else a program may send beside str and bytes. Imported for the first such message.
"""

from json import dumps, loads

try:
    from typing import Any
except ImportError:
    pass


def prepare(data: "Any", usage: str) -> "Any":
    """
    Return the text, the bytes or the iterator to send in place of an object.

    :param data: What a program has passed on: a dict or a list, which become JSON; another object
        with bytes in it, such as an array; a file, or a generator.
    :param str usage: How it is sent, for the message.
    :raises TypeError: If it is anything else.
    """
    if isinstance(data, (dict, list)):
        if isinstance(data, list) and data and isinstance(data[0], (bytes, bytearray, memoryview)):
            raise TypeError(f"a list becomes JSON: write {usage[:-5]}iter(parts))")
        text = dumps(data)
        for word in ("nan", "NaN", "inf", "Inf"):
            if word in text:  # as a number, perhaps, which JSON does not have
                return dumps(_finite(data))
        return text
    if hasattr(data, "read"):
        return data
    try:
        return bytes(memoryview(data))
    except TypeError:
        pass
    try:
        if iter(data) is data:
            return data
    except TypeError:
        pass
    raise TypeError(
        f"{usage} takes str, bytes, dict, list, a file or a generator, "
        f"not {data.__class__.__name__}"
    )


def parse(data: "Any") -> "Any":
    """
    Return the dict or the list of a message, or None if it is not JSON, or no object or array.

    :param data: The message.
    """
    if isinstance(data, str) and data.lstrip()[:1] in ("{", "["):
        try:
            return loads(data)
        except (ValueError, RuntimeError):  # RuntimeError: nested deeper than the stack
            pass
    return None


def _finite(value: "Any") -> "Any":
    """Return a copy with None in place of each number that is not finite."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, float) and value - value != 0:
        return None
    return value

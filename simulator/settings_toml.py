# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
settings.toml as CircuitPython reads it, which is not quite TOML.

Portable Python: MicroPython runs it too. The caller reads the file, once for each key, as the board
does.
"""

_ESCAPES = {"b": "\b", "r": "\r", "n": "\n", "t": "\t", "v": "\x0b", "f": "\x0c"}


class BadValue(ValueError):
    """The key exists, but the board cannot read its value."""


def find(text, key):
    """
    Return the first value of a key as ``(quoted, text)``, or None if there is no such key.

    A line that begins with ``[`` ends the file: keys below it do not exist for the board.

    :param str text: The whole file.
    :param str key: The key, in its exact case.
    :raises BadValue: For a malformed quoted string.
    """
    for line in text.split("\n"):
        line = line.lstrip(" \t\r\x0b\x0c")
        if line.startswith("["):
            return None
        if not line.startswith(key):
            continue
        rest = line[len(key) :].lstrip(" \t\r\x0b\x0c")
        if not rest.startswith("="):
            continue
        rest = rest[1:].lstrip(" \t\r\x0b\x0c")
        if rest.startswith('"'):
            return True, _quoted(rest)
        return False, rest.split("#", 1)[0]
    return None


def _quoted(text):
    out = []
    at = 1
    end = len(text)
    while True:
        if at >= end:
            raise BadValue("Invalid byte 'EOF'")
        char = text[at]
        at += 1
        if char == '"':
            break
        if char == "\\":
            if at >= end:
                raise BadValue("Invalid byte 'EOF'")
            char = text[at]
            at += 1
            if char in ("u", "U"):
                size = 4 if char == "u" else 8
                char = _code_point(text[at : at + size], size)
                at += size
            else:
                char = _ESCAPES.get(char, char)
        out.append(char)
    rest = text[at:].lstrip(" \t\r\x0b\x0c")
    if rest and not rest.startswith("#"):
        raise BadValue("Invalid byte '" + rest[0] + "'")
    return "".join(out)


def _code_point(digits, size):
    if len(digits) != size:
        raise BadValue("Invalid byte 'EOF'")
    for digit in digits:
        if digit not in "0123456789abcdefABCDEF":
            raise BadValue("Invalid byte '" + digit + "'")
    value = int(digits, 16)
    if value >= 0x110000:
        raise BadValue("Invalid unicode escape")
    return chr(value)


def integer(text):
    """
    C's strtol with base 0: sign, 0x for hexadecimal, a leading 0 for octal.

    :param str text: The digits, perhaps between white space.
    :return: The number, or None if it is not one.
    """
    text = text.strip()
    sign = 1
    if text[:1] in ("+", "-"):
        sign = -1 if text[0] == "-" else 1
        text = text[1:]
    base = 10
    if text[:2] in ("0x", "0X"):
        base = 16
        text = text[2:]
    elif len(text) > 1 and text[0] == "0":
        base = 8
        text = text[1:]
    if not text:
        return None
    for digit in text:
        if digit not in "0123456789abcdefABCDEF"[: base if base < 11 else 22]:
            return None
    return sign * int(text, base)


def getenv(text, key, default=None, version=(10, 2)):
    """
    Return what ``os.getenv(key, default)`` returns.

    :param str text: The file, or None if there is none.
    :param str key: The key.
    :param default: The value of a missing key.
    :param tuple version: Before 10.2 a value without quotes is an int, and anything else without
      quotes raises ValueError; since 10.2 every value is a str and nothing raises.
    """
    if text is None:
        return default
    try:
        found = find(text, key)
    except BadValue:
        if version < (10, 2):
            raise
        return default
    if found is None:
        return default
    quoted, value = found
    if quoted or version >= (10, 2):
        return value
    number = integer(value)
    if number is None:
        raise ValueError("invalid syntax for integer with base 10: '" + value.strip() + "'")
    return number


def get_setting(text, key, default=None, version=(10, 2)):
    """
    Return what ``supervisor.get_setting(key, default)`` returns: str, bool, int, and float since
    10.3.

    :param str text: The file, or None if there is none.
    :param str key: The key.
    :param default: The value of a missing key.
    :param tuple version: CircuitPython's version.
    :raises ValueError: For a value of another type.
    """
    found = find(text, key) if text is not None else None
    if found is None:
        return default
    quoted, value = found
    if quoted:
        return value
    value = value.strip()
    if value in ("true", "false"):
        return value == "true"
    number = integer(value)
    if number is not None:
        return number
    if version >= (10, 3):
        try:
            return float(value)
        except ValueError:
            pass
    raise ValueError("Invalid value")

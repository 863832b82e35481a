# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.settings_file`
================================================================================

Reads ``settings.toml`` for `Settings.load`, which unloads this module afterwards.
"""

import errno
import os
import struct
from binascii import crc32

from . import nonvolatile

try:
    from typing import Any, Callable

    from .settings import Settings
except ImportError:
    pass

# Magic, length and password; a CRC-32 of these three follows. 64 bytes in all.
_RECORD = "<4sB55s"
_MAGIC = b"EWAP"

# 32 characters, so that 5 bits of a random byte choose one evenly, without those that are easily
# confused: l, o, 0 and 1. 12 of them are 60 bits.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
_PASSWORD_LENGTH = 12

_LIMITS = (
    ("AP_CHANNEL", 1, 11),
    ("AP_MAX_STATIONS", 1, 8),
    ("HTTP_PORT", 1, 65535),
    ("HTTP_MAX_HEADER", 512, 16384),
    ("HTTP_MAX_BODY", 0, 65536),
    ("WS_MAX_CLIENTS", 1, 5),
    ("WS_MAX_MESSAGE", 125, 16777216),
)
_KEYS = (
    "AP_SSID",
    "AP_PASSWORD",
    "AP_ADDRESS",
    "AP_HOSTNAME",
    "HOME_SSID",
    "HOME_PASSWORD",
) + tuple([limit[0] for limit in _LIMITS])
_PREFIXES = ("AP_", "HOME_", "HTTP_", "WS_")
_BOM = b"\xef\xbb\xbf"  # UTF-8's byte order mark, which Notepad writes first

# Why a value cannot be used. One that is bare is kept with a space before it.
_HIDDEN = "["
_NO_EQUALS = "="
_AFTER_BOM = "b"
_NOT_UTF_8 = "u"
_CURLY = "q"
_KEY_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def read_into(settings: "Settings", getenv: "Callable[[str], Any]", path: str) -> None:
    """
    Apply the owner's values. The parameters are those of `Settings.load`.

    :param Settings settings: The defaults.
    :param getenv: Returns a key's value, or None.
    :param str path: The file that ``getenv`` reads.
    """
    log = _get_log()
    file = _File(path, getenv, log)
    file.apply(settings, "AP_SSID", _ssid, 31)
    file.apply(settings, "AP_ADDRESS", _address)
    file.apply(settings, "AP_HOSTNAME", _hostname)
    for key, low, high in _LIMITS:
        file.apply(settings, key, _number, low, high)
    try:
        password = file.text("AP_PASSWORD")
        if password is None:
            settings.ap_password = _random_password(log)
        else:
            settings.ap_password = _password(password)
    except ValueError as error:
        log.error("settings.toml: AP_PASSWORD %s; the hotspot stays off until this is fixed", error)
    key = "HOME_SSID"
    try:
        ssid = file.text(key)
        if ssid:
            ssid = _ssid(ssid, 32)
            key = "HOME_PASSWORD"
            password = file.text(key)
            if password:
                settings.home_password = _password(password)
            settings.home_ssid = ssid
    except ValueError as error:
        log.error("settings.toml: %s %s; no home network is joined until this is fixed", key, error)


class _ConsoleLog:
    """Prints the lines of a logger."""

    def info(self, text: str, *values) -> None:
        print(text % values)

    warning = error = info


def _get_log() -> "Any":
    try:
        from .log import get_logger

        return get_logger()
    except Exception:  # the error page reads the settings too; adafruit_logging may be missing
        return _ConsoleLog()


class _File:
    """
    The values in ``settings.toml``, the same on every version of CircuitPython.

    For a bare value `os.getenv` returns an int or a str, or raises ValueError, depending on the
    version, and it loses the leading zeros of a password of digits. So bare values are taken from
    the file itself.

    :param str path: The file.
    :param getenv: Returns a key's value, or None.
    :param log: The logger.
    """

    def __init__(self, path: str, getenv: "Callable[[str], Any]", log: "Any") -> None:
        self._getenv = getenv
        self._log = log
        # The package's keys in the file, each with its value if that is bare, after a space; `"` if
        # it is quoted; or a problem.
        self._found: dict[str, str] = {}
        try:
            with open(path, "rb") as file:
                self._scan(file)
        except OSError as error:
            problem = "not found" if error.errno == errno.ENOENT else "cannot be read"
            log.warning("settings.toml: %s; using the defaults", problem)

    def _scan(self, file) -> None:
        """Find what `os.getenv` does not report: unreadable values, keys after a section, typos in
        keys, missing quotes."""
        log = self._log
        in_section = False
        for line in file:
            if line.startswith(b"\xff\xfe") or line.startswith(b"\xfe\xff"):  # UTF-16
                log.warning("settings.toml: not readable text; save it as UTF-8")
            marked = line.startswith(_BOM)
            line = line.strip(_BOM + b" \t\r\n")
            in_section = in_section or line.startswith(b"[")
            line = line.lstrip(b"\"'")
            end = 0
            while line[end : end + 1] and line[end : end + 1] in _KEY_BYTES:
                end += 1
            # Log only the key, never the rest of the line, which may hold a password.
            key = str(line[:end], "utf-8")
            if key not in _KEYS:
                if key.upper().startswith(_PREFIXES) and not in_section:
                    log.warning("settings.toml: %s is not one of the settings; ignored", key)
            elif key in self._found:
                if not in_section:
                    log.warning("settings.toml: %s appears twice; the first one counts", key)
            else:
                self._found[key] = _HIDDEN if in_section else _value(line[end:].lstrip(), marked)

    def text(self, key: str, quoted: bool = True) -> "str | None":
        """
        Return a key's value as text, None if the key is not there.

        :param str key: The key.
        :param bool quoted: Reject a value that is not in quotes.
        :raises ValueError: Why the value is unusable, in words that follow the key's name.
        """
        value = self._found.get(key, '"')
        if value == _HIDDEN:
            raise ValueError("is hidden by the [section] line above it")
        if value == _NO_EQUALS:
            raise ValueError("has no = right after its name")
        if value == _AFTER_BOM:
            raise ValueError("is hidden by a byte order mark (BOM): save the file without one")
        if value == _NOT_UTF_8:
            raise ValueError("is not UTF-8 text: save the file as UTF-8")
        if value == _CURLY:
            raise ValueError('must be in straight double quotes, as in "text"')
        if value == '"':
            try:
                value = self._getenv(key)
            except ValueError:
                value = None
            if value is None:
                if key in self._found:
                    raise ValueError("is not a readable value: check the quotes and escapes")
                return None
            if isinstance(value, str):
                return value
        if quoted:
            raise ValueError("must be in double quotes")
        return str(value).strip()

    def apply(self, settings: "Settings", key: str, check: "Callable", *limits) -> None:
        """
        Set the attribute of a key if the file has a valid value for it.

        :param Settings settings: Has the attribute.
        :param str key: The key.
        :param check: Returns the value for the attribute, or raises ValueError.
        :param limits: Further arguments of ``check``.
        """
        name = key.lower()
        try:
            value = self.text(key, check is not _number)
            if value is not None:
                if "{mac}" in value:
                    value = value.replace("{mac}", _mac())
                setattr(settings, name, check(value, *limits))
        except ValueError as error:
            default = getattr(settings, name)
            self._log.warning("settings.toml: %s %s; using %s", key, error, default)


def _value(rest: bytes, marked: bool) -> str:
    """
    Return what `_File` keeps of a value.

    :param bytes rest: The text after the key.
    :param bool marked: A byte order mark is before the key: `os.getenv` does not find it.
    """
    if not rest.startswith(b"="):
        return _NO_EQUALS
    value = rest[1:].lstrip()
    start = value.split(b"#")[0]
    try:
        # The interpreter takes overlong forms, which other encodings may look like.
        if b"\xc0" in start or b"\xc1" in start:
            return _NOT_UTF_8
        text = " " + str(start, "utf-8")
    except UnicodeError:
        return _NOT_UTF_8
    if value.startswith(b'"'):
        return _AFTER_BOM if marked else '"'
    return _CURLY if text[1:] and text[1:2] in "\u201c\u201d\u201e\u201f\u300c\uff02" else text


def _mac() -> str:
    """Return four hex digits of the board's MAC address, which tell boards apart."""
    try:
        from wifi import radio

        mac: Any = radio.mac_address
        return mac[-2:].hex()
    except Exception:  # a PC, or a radio that does not start
        return "0000"


def _number(value: str, low: int, high: int) -> int:
    try:
        number = int(value)
    except ValueError:
        number = low - 1
    if low <= number <= high:
        return number
    raise ValueError(f"= {value[:40] or 'nothing'} is not {low} to {high}")


def _ssid(value: str, limit: int) -> str:
    if value and len(value.encode()) <= limit and min(value.encode()) >= 32 and "\x7f" not in value:
        return value
    raise ValueError(f'= "{value[:40]}" is not 1 to {limit} bytes of text')


def _hostname(value: str) -> str:
    if value and len(value) <= 32 and "_" not in value and value.strip("-") == value:
        if not value.encode().strip(_KEY_BYTES):
            return value
    raise ValueError(f'= "{value[:40]}" is not 1 to 32 letters, digits and dashes between them')


def _password(value: str) -> str:
    if not 8 <= len(value) <= 63:
        raise ValueError("must have 8 to 63 characters")
    data = value.encode()
    if min(data) < 32 or max(data) > 126:
        raise ValueError("may have only ASCII letters, digits, punctuation and spaces")
    return value


def _address(value: str) -> str:
    try:
        a, b, c, d = [int(part) for part in value.split(".")]
        # Not a network of special use; and the comparison rejects what int() accepts: signs,
        # spaces, leading zeros.
        if 1 <= a <= 223 and a != 127 and (a != 169 or b != 254):
            if 0 <= b <= 255 and 0 <= c <= 255 and 1 <= d <= 254 and value == f"{a}.{b}.{c}.{d}":
                if a != 10 and (a != 172 or not 16 <= b <= 31) and (a != 192 or b != 168):
                    _get_log().warning(
                        "settings.toml: AP_ADDRESS = %s is public: it hides the site that has it",
                        value,
                    )
                return value
    except ValueError:
        pass
    raise ValueError(
        f'= "{value[:40]}" is not an address such as 192.168.4.1, with a last byte 1 to 254'
    )


def _random_password(log: "Any") -> str:
    """Return the random password of an earlier boot, or make one and keep it."""
    record = None
    try:
        record = nonvolatile.read(nonvolatile.PASSWORD_START, nonvolatile.PASSWORD_END)
        magic, length, password = struct.unpack(_RECORD, record[:-4])
        checksum = struct.unpack("<I", record[-4:])[0]
        if magic == _MAGIC and checksum == crc32(record[:-4]) and 8 <= length <= 55:
            return str(password[:length], "utf-8")
        if min(record) != max(record):  # all bytes alike: never written
            log.warning("the password in nvm is damaged: making a new one")
    except Exception as error:  # whatever the driver of the memory raises
        problem = f"{error.__class__.__name__}: {error}"
    text = "".join([_ALPHABET[byte & 31] for byte in os.urandom(_PASSWORD_LENGTH)])
    if record is not None:
        record = struct.pack(_RECORD, _MAGIC, len(text), text.encode())
        record += struct.pack("<I", crc32(record))
        problem = "out of memory"
        try:
            if nonvolatile.write(nonvolatile.PASSWORD_START, record):
                log.info("made a random password for the hotspot and kept it in nvm")
                return text
        except Exception as error:
            problem = f"{error.__class__.__name__}: {error}"
    log.warning(
        "cannot store the password in nvm (%s): the hotspot gets a new one at each boot", problem
    )
    return text

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.settings_file`
================================================================================

Reads ``settings.toml`` for `Settings.load`, which forgets this module afterwards.
"""

import errno
import os
import struct
from binascii import crc32

from .nonvolatile import PASSWORD_END, PASSWORD_START

try:
    from typing import Any, Callable

    from adafruit_logging import Logger

    from .settings import Settings
except ImportError:
    pass

# magic, length, password; a CRC-32 of these three follows. 64 bytes in all.
_RECORD = "<4sB55s"
_MAGIC = b"EWAP"

# 32 characters, so that 5 bits of a random byte choose one evenly, and none that is easily taken
# for another: no l, o, 0, 1. 12 of them are 60 bits.
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
_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def fill(
    settings: "Settings",
    log: "Logger",
    getenv: "Callable[[str], Any]",
    path: str,
    nvm: "Any",
) -> None:
    """Set what the owner has set. The parameters are those of `Settings.load`.

    :param Settings settings: the defaults
    :param Logger log: where to complain
    :param getenv: gives a key's value or `None`
    :param str path: the file that ``getenv`` reads
    :param nvm: bytes that survive a power cut, `None` if there are none
    """
    found = _scan(path, log)
    _take(settings, "AP_SSID", _ssid, found, getenv, log)
    _take(settings, "AP_ADDRESS", _address, found, getenv, log)
    _take(settings, "AP_HOSTNAME", _hostname, found, getenv, log)
    for key, low, high in _LIMITS:
        _take(settings, key, _number, found, getenv, log, low, high)
    try:
        password = _read("AP_PASSWORD", True, found, getenv)
        if password is None:
            settings.ap_password = _kept_password(nvm, log)
        else:
            settings.ap_password = _password(password)
    except ValueError as error:
        log.error(f"settings.toml: AP_PASSWORD {error}; the hotspot stays off until it is mended")
    key = "HOME_SSID"
    try:
        ssid = _read(key, True, found, getenv)
        if ssid:
            ssid = _ssid(ssid)
            key = "HOME_PASSWORD"
            password = _read(key, True, found, getenv)
            if password:
                settings.home_password = _password(password)
            settings.home_ssid = ssid
    except ValueError as error:
        log.error(f"settings.toml: {key} {error}; no home network is joined until it is mended")


def _take(settings, key, check, found, getenv, log, *limits) -> None:
    """Set the attribute of ``key`` if the owner gave a good value."""
    name = key.lower()
    try:
        value = _read(key, check is not _number, found, getenv)
        if value is not None:
            setattr(settings, name, check(value, *limits))
    except ValueError as error:
        log.warning(f"settings.toml: {key} {error}; using {getattr(settings, name)}")


def _scan(path: str, log: "Logger") -> "dict[str, str | None]":
    """Look at the file itself for what `os.getenv` does not tell: a value that cannot be read, a
    key behind a section, a misspelt key, whether a value stands in quotes.

    :return: each of our keys in the file, with its value if that is bare, with ``"`` if it is
        quoted or unreadable, with `None` if a section hides it
    """
    found = {}
    in_section = False
    try:
        with open(path, "rb") as file:
            for line in file:
                if line.startswith(b"\xff\xfe") or line.startswith(b"\xfe\xff"):  # UTF-16
                    log.warning("settings.toml: is not readable text; save it as UTF-8")
                line = line.strip(b"\xef\xbb\xbf \t\r\n")  # Notepad puts EF BB BF first
                in_section = in_section or line.startswith(b"[")
                line = line.lstrip(b"\"'")
                end = 0
                while line[end : end + 1] and line[end : end + 1] in _NAME:
                    end += 1
                # Nothing but the key's name may be shown: a password could stand behind it.
                key = str(line[:end], "utf-8")
                if key not in _KEYS:
                    if key.upper().startswith(_PREFIXES) and not in_section:
                        log.warning(f"settings.toml: {key} is not one of the settings; ignored")
                elif key in found:
                    if not in_section:
                        log.warning(f"settings.toml: {key} is there twice; the first one counts")
                else:
                    found[key] = None if in_section else _bare_value(line[end:].lstrip())
    except OSError as error:
        if error.errno == errno.ENOENT:
            log.warning("settings.toml: not found; using the defaults")
        else:
            log.warning("settings.toml: cannot be read; using the defaults")
    return found


def _bare_value(rest: bytes) -> str:
    """The value in what follows a key, or ``"`` if only `os.getenv` can tell."""
    value = rest[1:].lstrip()
    if rest.startswith(b"=") and not value.startswith(b'"'):
        try:
            return str(value.split(b"#")[0].rstrip(), "utf-8")
        except UnicodeError:
            pass
    return '"'


def _read(key: str, quoted: bool, found: "dict[str, str | None]", getenv) -> "str | None":
    """A key's value as text, the same on every CircuitPython.

    For a bare value `os.getenv` gives an int, a str or a ValueError by version (and loses the
    zeros in front of a password of digits), so bare values are taken from the file.

    :param bool quoted: whether the value has to stand in quotes
    :return: the value, `None` if the key is not there
    :raises ValueError: why there is no value, in words that follow the key's name
    """
    value = found.get(key, '"')
    if value is None:
        raise ValueError("is hidden by the [section] line above it")
    if value == '"':
        try:
            value = getenv(key)
        except ValueError:
            value = None
        if value is None:
            if key in found:
                raise ValueError("is not a readable value: check the quotes and escapes")
            return None
        if isinstance(value, str):
            return value
    if quoted:
        raise ValueError("must stand in double quotes")
    return str(value)


def _number(value: str, low: int, high: int) -> int:
    try:
        number = int(value)
    except ValueError:
        number = low - 1
    if low <= number <= high:
        return number
    raise ValueError(f"= {value[:40] or 'nothing'} is not {low} to {high}")


def _ssid(value: str) -> str:
    if value and len(value.encode()) <= 32 and min(value) >= " " and "\x7f" not in value:
        return value
    raise ValueError(f'= "{value[:40]}" is not 1 to 32 bytes of text')


def _hostname(value: str) -> str:
    if value and len(value) <= 32 and "_" not in value and value.strip("-") == value:
        if not value.encode().strip(_NAME):
            return value
    raise ValueError(f'= "{value[:40]}" is not 1 to 32 letters, digits and dashes between them')


def _password(value: str) -> str:
    if not 8 <= len(value) <= 63:
        raise ValueError("must have 8 to 63 characters")
    if min(value) < " " or max(value) > "~":
        raise ValueError("must have only ASCII letters, digits, signs and spaces")
    return value


def _address(value: str) -> str:
    try:
        a, b, c, d = [int(part) for part in value.split(".")]
        private = a == 10 or (a == 172 and 16 <= b <= 31) or (a == 192 and b == 168)
        # The comparison refuses what int() is generous about: signs, spaces, zeros in front.
        if private and 0 <= b <= 255 and 0 <= c <= 255 and 1 <= d <= 254:
            if value == f"{a}.{b}.{c}.{d}":
                return value
    except ValueError:
        pass
    raise ValueError(
        f'= "{value[:40]}" is not 10.x.x.x, 172.16-31.x.x or 192.168.x.x with a last byte 1 to 254'
    )


def _kept_password(nvm: "Any", log: "Logger") -> str:
    """The random password of an earlier boot, or a new one, kept for the next."""
    problem = "the board has none"
    if nvm is not None:
        try:
            # As a slice each way: every access copies, and every write erases, all of the nvm.
            record = bytes(nvm[PASSWORD_START:PASSWORD_END])
            magic, length, password = struct.unpack(_RECORD, record[:-4])
            checksum = struct.unpack("<I", record[-4:])[0]
            if magic == _MAGIC and checksum == crc32(record[:-4]) and 8 <= length <= 55:
                return str(password[:length], "utf-8")
            if min(record) != max(record):  # all bytes alike: never written
                log.warning("the hotspot's password in nvm was damaged: making a new one")
        except Exception as error:  # whatever the memory's driver has to say
            problem = f"{error.__class__.__name__}: {error}"
            nvm = None

    text = "".join([_ALPHABET[byte & 31] for byte in os.urandom(_PASSWORD_LENGTH)])
    if nvm is not None:
        record = struct.pack(_RECORD, _MAGIC, len(text), text.encode())
        try:
            nvm[PASSWORD_START:PASSWORD_END] = record + struct.pack("<I", crc32(record))
            log.info("made a random password for the hotspot and kept it in nvm")
            return text
        except Exception as error:
            problem = f"{error.__class__.__name__}: {error}"
    log.warning(f"nvm cannot keep the password ({problem}): the hotspot gets a new one each boot")
    return text

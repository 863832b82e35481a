# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.settings`
================================================================================

What the owner wrote in ``settings.toml``, checked before the radio is touched.
"""

import gc

gc.collect()

import errno
import os
import struct
from binascii import crc32

try:
    from typing import Any, Callable

    from adafruit_logging import Logger
except ImportError:
    pass

NVM_PASSWORD_START = 0
NVM_PASSWORD_END = 64
"""The random password's record in `microcontroller.nvm`; other records begin behind it."""

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
_KEYS = ("AP_SSID", "AP_PASSWORD", "AP_ADDRESS") + tuple([limit[0] for limit in _LIMITS])
_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
_BOARD = object()


class Settings:
    """The defaults, until `load` has read ``settings.toml``.

    Example::

        settings = Settings.load()
        print(settings.ap_ssid, settings.http_port)
    """

    def __init__(self) -> None:
        self.ap_ssid: str = "esp_ws_ap"
        """The hotspot's name: 1 to 32 bytes of UTF-8 without control characters."""
        self.ap_password: str | None = None
        """8 to 63 printable ASCII characters; `None` while there is no good one, and then there
        is no hotspot. The 64 hex digits that the radio would take as a ready-made key are refused:
        nobody can type them on a phone."""
        self.ap_channel: int = 6
        """1 to 11: what the radio's default country allows. Beyond, it refuses in silence."""
        self.ap_max_stations: int = 8
        """1 to 8 phones: the board's DHCP server has 8 addresses to lend, and the ninth phone
        would take another's."""
        self.ap_address: str = "192.168.4.1"
        """The board's own address: private IPv4, the last byte 1 to 254, on a /24 network."""
        self.http_port: int = 80
        """1 to 65535."""
        self.http_max_header: int = 4096
        """512 to 16384 bytes: the longest request line with headers."""
        self.http_max_body: int = 4096
        """0 to 65536 bytes: the longest request body."""
        self.ws_max_clients: int = 4
        """1 to 5: the board has 8 sockets, less the listener, the one for DNS and one that is
        kept free for a page."""
        self.ws_max_message: int = 4096
        """125 to 16777216 bytes: the longest message."""

    @property
    def hotspot_allowed(self) -> bool:
        """Whether there is a password. There never is a hotspot without one."""
        return self.ap_password is not None

    @classmethod
    def load(
        cls,
        log: "Logger | None" = None,
        *,
        getenv: "Callable[[str], Any] | None" = None,
        path: str = "/settings.toml",
        nvm: "Any" = _BOARD,
    ) -> "Settings":
        """Read the settings. Each bad one gives a line in the log, and its default is used.

        Without AP_PASSWORD a random password is made once and kept in ``microcontroller.nvm``.
        ``import wifi`` before: while the radio is on, `os.urandom` is truly random.

        A bad AP_PASSWORD leaves `ap_password` at `None`: the owner meant a password, so neither
        an open hotspot nor one with another password will do.

        :param Logger log: where to complain; the serial console by default
        :param getenv: gives a key's value or `None`; `os.getenv` by default
        :param str path: the file that ``getenv`` reads
        :param nvm: bytes that survive a power cut, `None` if there are none; the board's by default
        """
        if log is None:
            from .console_log import get_logger

            log = get_logger()
        if getenv is None:
            getenv = os.getenv
        if nvm is _BOARD:
            try:
                from microcontroller import nvm
            except (ImportError, NotImplementedError):
                nvm = None

        settings = cls()
        found = _scan(path, log)
        settings._take("AP_SSID", _ssid, found, getenv, log)
        settings._take("AP_ADDRESS", _address, found, getenv, log)
        for key, low, high in _LIMITS:
            settings._take(key, _number, found, getenv, log, low, high)
        try:
            password = _read("AP_PASSWORD", True, found, getenv)
            if password is None:
                settings.ap_password = _kept_password(nvm, log)
            else:
                settings.ap_password = _password(password)
        except ValueError as error:
            log.error(
                f"settings.toml: AP_PASSWORD {error}; the hotspot stays off until it is mended"
            )
        return settings

    def _take(self, key, check, found, getenv, log, *limits) -> None:
        """Set the attribute of ``key`` if the owner gave a good value."""
        name = key.lower()
        try:
            value = _read(key, check is not _number, found, getenv)
            if value is not None:
                setattr(self, name, check(value, *limits))
        except ValueError as error:
            log.warning(f"settings.toml: {key} {error}; using {getattr(self, name)}")


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
                    if key.upper().startswith(("AP_", "HTTP_", "WS_")) and not in_section:
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
            record = bytes(nvm[NVM_PASSWORD_START:NVM_PASSWORD_END])
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
            nvm[NVM_PASSWORD_START:NVM_PASSWORD_END] = record + struct.pack("<I", crc32(record))
            log.info("made a random password for the hotspot and kept it in nvm")
            return text
        except Exception as error:
            problem = f"{error.__class__.__name__}: {error}"
    log.warning(f"nvm cannot keep the password ({problem}): the hotspot gets a new one each boot")
    return text

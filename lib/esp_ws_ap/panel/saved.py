# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.panel.saved`
================================================================================

The values that survive a power cut: when they are written, and how they are checked when they are
read.
"""

import struct
from binascii import crc32
from json import dumps, loads

from micropython import const

from .. import nonvolatile

try:
    from typing import Any

    from ..hub import Hub
    from .element import Element
except ImportError:
    pass

_MAX_SIZE = const(1024)  # bytes in all
_REST = const(2)  # s after the last change
_PAUSE = const(10)  # s after the last write
_LATEST = const(12)  # s after which a change is written although others follow
_BUCKET = const(18)  # writes in a row
_REFILL = const(300)  # s for one more
_MAGIC = const(0x5650)


class SavedValues:
    """
    Keeps the values of a panel's elements in `nonvolatile`. A write stops the board for 100 to
    250 ms and wears the flash, so there are few.

    :param Hub hub: Its log and its loop are used.
    """

    def __init__(self, hub: "Hub") -> None:
        self._log = hub.log
        self._elements = []
        self._values: dict[str, Any] | None = None  # as read; None while that has failed
        self._sizes = 2  # bytes that the values may take
        self._since = -1  # s since the last change; -1 if all is saved
        self._age = 0  # s since the first change
        self._pause = _PAUSE  # s until the next write may come
        self._writes = _BUCKET
        self._refill = 0
        self._broken = False
        self._read()
        hub.loop.on_shutdown(self._end)
        try:
            from os import getenv

            if hub.hotspot is not None and not getenv("AP_PASSWORD"):
                self._log.warning(
                    "set AP_PASSWORD in settings.toml: a power cut while the panel saves a value "
                    "can lose the random password"
                )
        except ImportError:  # MicroPython
            pass

    def add(self, element: "Element", size: int) -> None:
        """
        Keep the value of an element, which gets the one that was saved.

        :param Element element: The element.
        :param int size: How many bytes its value takes at most.
        :raises ValueError: If the values may take more than 1 KB.
        """
        self._sizes += len(element.key.encode()) + size + 8
        if self._sizes > _MAX_SIZE:
            raise ValueError(
                f"{element.key}: saved values can take {self._sizes} bytes in all, "
                f"at most {_MAX_SIZE}: give texts a length="
            )
        self._elements.append(element)
        if self._values is not None:
            self._restore(element)

    def changed(self) -> None:
        """Note that a value has changed."""
        if self._since < 0:
            self._age = 0
        self._since = 0

    def count(self, seconds: int) -> None:
        """
        Write what has changed, if it is time. The panel calls this about once a second.

        :param int seconds: The time since the last call.
        """
        if self._broken:
            return
        if self._values is None:
            self._read()
            if self._values is not None:
                for element in self._elements:
                    self._restore(element)
        self._pause = max(self._pause - seconds, 0)
        if self._writes < _BUCKET:
            self._refill += seconds
            if self._refill >= _REFILL:
                self._refill = 0
                self._writes += 1
        if self._since >= 0:
            self._since += seconds
            self._age += seconds
            if (
                (self._since > _REST or self._age > _LATEST)
                and not self._pause
                and self._writes
                and self._values is not None
            ):
                self._write()

    def _end(self) -> None:
        if self._since >= 0 and self._values is not None and not self._broken:
            self._write()

    def _write(self) -> None:
        data = dumps({element.key: element._value for element in self._elements}).encode()
        head = struct.pack("<HHI", _MAGIC, len(data), crc32(data))
        before = nonvolatile.writes
        self._pause = _PAUSE
        try:
            if not nonvolatile.write(nonvolatile.SAVED_VALUES_START, head + data):
                return  # no memory now
        except Exception as error:
            self._fail(error)
        self._since = -1
        self._writes -= nonvolatile.writes - before

    def _fail(self, error: Exception) -> None:
        self._broken = True
        self._log.warning("the panel cannot save values: %s", error)

    def _read(self) -> None:
        start = nonvolatile.SAVED_VALUES_START
        try:
            data = nonvolatile.read(start, nonvolatile.SAVED_VALUES_END)
        except MemoryError:
            return  # another attempt follows
        except Exception as error:
            self._fail(error)
            self._values = {}
            return
        values = {}
        magic, size, checksum = struct.unpack("<HHI", data[:8])
        if magic == _MAGIC:
            data = data[8 : 8 + size]
            if crc32(data) == checksum:
                try:
                    values = loads(str(data, "utf-8"))
                except ValueError:
                    pass
            if not values or not isinstance(values, dict):
                self._log.warning("the saved values are damaged: the panel begins without them")
                values = {}
        self._values = values

    def _restore(self, element: "Element") -> None:
        value = self._values.pop(element.key, None)  # type: ignore[union-attr]
        if value is not None:
            try:
                element._value = element.check(value)
                element.mark()
            except ValueError as error:
                self._log.warning("a saved value is not used: %s", error)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.flight_recorder`
================================================================================

The part of a program that keeps the flight record: it remembers warnings and errors, and shows at
the next boot what came before.
"""

from micropython import const

from .. import nonvolatile, unload
from ..log import get_logger
from .flight_record import MAX_EVENT_LENGTH, MAX_EVENTS, get_record

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_logging import LogRecord

    from ..hotspot import Hotspot

_TICK_INTERVAL = const(5)  # s
_WRITE_INTERVAL = const(600)  # s between two writes because of events
_TICKS_MAX = const((1 << 29) - 1)
_MAX_KINDS = const(10)  # of lines of the log in the record: clients can cause any number of them


class FlightRecorder:
    """
    Shows the last flight record in the log, and keeps it from now on: warnings and errors of the
    log, and what the program records.

    Events are written at most once in ten minutes. The rest of them is lost with the power.

    :param Hotspot hotspot: Its loop tells the time.

    Example::

        recorder = FlightRecorder(hotspot)
        recorder.record("the pump has started")
    """

    level = 30  # WARNING: to a logger this is a handler

    def __init__(self, hotspot: "Hotspot") -> None:
        self._record = get_record()
        self._ticks = hotspot.loop.ticks
        self._last_tick = self._ticks()
        self._kinds = []  # of lines of the log: kind, count, event
        log = get_logger()
        from .show_record import show_record

        show_record(self._record, log)
        unload("recovery.show_record")
        log.addHandler(self)  # type: ignore[arg-type]
        hotspot.loop.every(_TICK_INTERVAL, self._tick)

    def record(self, text: str) -> None:
        """
        Remember an event.

        :param str text: Its first 72 characters are kept.
        """
        self._record.record(text)

    def stats(self) -> dict:
        """Return what the record holds, for a page or a log."""
        record = self._record
        return {
            "boots": record.boots,
            "failing": record.failing,
            "reset_reason": record.reset_reason,
            "uptime": record.uptime,
            "last": record.last,
            "traceback": record.traceback,
            "events": record.events,
            "writes": nonvolatile.writes,
            "kept": record.kept,
            "problem": record.problem,
        }

    def emit(self, record: "LogRecord") -> None:
        """
        Remember a warning or an error of the log, but not the lines of a traceback.

        Lines that differ in numbers and addresses only are one event with a count, and so are all
        lines that begin with an address, which are about requests.

        The logger calls this at the bottom of the call stack. So it repeats what
        `FlightRecord.record` does, and calls nothing.

        :param LogRecord record: The event.
        """
        text = record.msg
        if text[:2] != "  ":
            flight_record = self._record
            events = flight_record.events
            kind = ""
            for word in text.split(" "):
                if not "0" <= word[:1] <= "9":
                    kind += word
                elif not kind:
                    break
            count = 1
            kinds = self._kinds
            for entry in kinds:
                if entry[0] == kind:
                    count += entry[1]
                    kinds.remove(entry)
                    break
            else:
                entry = kinds.pop(0) if len(kinds) == _MAX_KINDS else None
            if entry and entry[2] in events:
                events.remove(entry[2])
            text = f"{flight_record.uptime} {text[:MAX_EVENT_LENGTH]}"
            if count > 1:
                text += f" ({count} times)"
            kinds.append((kind, count, text))
            if len(events) == MAX_EVENTS:
                events.pop(0)
            events.append(text)
            flight_record.changed = True

    def _tick(self) -> None:
        """Count the uptime, and write if there is something new and it is time for that."""
        record = self._record
        seconds = ((self._ticks() - self._last_tick) & _TICKS_MAX) // 1000
        self._last_tick = (self._last_tick + seconds * 1000) & _TICKS_MAX
        record.uptime += seconds
        if record.changed and record.uptime - record.saved_at >= _WRITE_INTERVAL:
            record.save()

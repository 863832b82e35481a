# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.flight_record`
================================================================================

What the board remembers of its boots, failures and last events. The guard and the error page use
it too, so it needs core modules only: it has to work when a library is missing.
"""

import json
import struct
from binascii import crc32

import microcontroller
import supervisor
from micropython import const

from .. import nonvolatile

try:
    from typing import Any
except ImportError:
    pass

# The slot that safemode.py counts in: magic, safe modes in a row, how many of the last ones are not
# in the stored record yet, the last one's reason; then a CRC-32.
_SLOT = "<2sBB24s"
_SLOT_SIZE = const(32)
_SLOT_MAGIC = b"SM"

# The record: magic, length and CRC-32 of a JSON object, which follows.
_HEADER = "<4sHI"
_HEADER_SIZE = const(10)
_MAGIC = b"EWR1"

MAX_EVENTS = const(20)
MAX_EVENT_LENGTH = const(72)
_MAX_TRACEBACK_LENGTH = const(600)
_TRACEBACK_BEGINNING = const(200)
_TRACEBACK_END = const(395)
_MAX_FAILING = const(255)
_MAX_NUMBER = const(1 << 30)

_record = None


class FlightRecord:
    """
    The record. The guard and the error page get it from `get_record`; a program uses a
    `FlightRecorder`.

    A write stops the board, wears the flash and is dangerous while a plug or a battery still makes
    bad contact. So an ordinary boot is written when it has run for a minute, after which the row of
    failures ends as well. A crash and a watchdog's reset are written at once; safemode.py counts
    safe modes. `FlightRecorder` writes events.

    :param str reset_reason: Why the board was reset, such as "WATCHDOG"; None after a soft reload.
    :param bool by_hand: A person has restarted the program, which ends a row of failures.
    """

    def __init__(self, reset_reason: "str | None", by_hand: bool = False) -> None:
        self.problem: str | None = None
        """Why the stored record could not be read, or this one not be written; None if all is
        well."""

        self.kept = True
        """True if the last write succeeded, so that the next boot will know of it."""

        self.boots = 0
        """The number of boots, without those that ended within a minute before they were stored."""

        self.failing = 0
        """The number of boots in a row that have failed, up to the last one."""

        self.failure: str | None = None
        """"watchdog" or "safe mode ..." if that has ended the previous boot, else None."""

        self.reset_reason = reset_reason
        self.uptime = 0
        """Seconds since the program started."""

        self.last = {}
        """The previous boot: the ``reason`` of its reset, and ``uptime``, the least it ran in s; 0
        if that is not known."""

        self.traceback = ""
        """The last exception that has ended the program."""

        self.events = []
        """The last 20 events, oldest first: seconds since the program started, and a text."""

        self.changed = False
        """True while there are events that were not written yet."""

        self.saved_at = 0
        """The uptime of the last attempt to write."""

        self._by_hand = by_hand
        self._stored = False  # the stored record has been read, or there is none
        self._unsettled = False
        self._safe_modes = 0
        self._safe_mode_reason = b""
        self._read()
        if reset_reason is None:
            self.failure = None  # an earlier run of this boot has backed off for it
            self.boots = max(self.boots, 1)  # this boot need not be stored yet
        else:
            self.boots += 1
            self._unsettled = True
            if reset_reason == "WATCHDOG":
                self._failed("watchdog", 1)
            self.record(f"boot {self.boots}: {self.failure or reset_reason}")
            if reset_reason == "WATCHDOG":
                self.save()

    # Events

    def record(self, text: str) -> None:
        """
        Add an event, which is stored by the next write.

        :param str text: Its first 72 characters are kept.
        """
        events = self.events
        text = f"{self.uptime} {text[:MAX_EVENT_LENGTH]}"
        if not events or events[-1] != text:
            if len(events) == MAX_EVENTS:
                events.pop(0)
            events.append(text)
            self.changed = True

    def crash(self, text: str) -> None:
        """
        Store at once that an exception has ended the program.

        :param str text: The traceback, of which 600 characters are kept. The middle of a longer
            one is left out: the exception is above a long message, and its end says where.
        """
        self.failing = min(self.failing + 1, _MAX_FAILING)
        text = text.replace("\r\n", "\n")  # CircuitPython's line ends
        last = text.rfind("\n", 0, len(text) - 1) + 1
        self.record("crash: " + text[last : last + MAX_EVENT_LENGTH].strip())
        if len(text) > _MAX_TRACEBACK_LENGTH:
            text = text[:_TRACEBACK_BEGINNING] + "\n...\n" + text[-_TRACEBACK_END:]
        self.traceback = text
        self.save()

    def settle(self) -> None:
        """Store this boot, and end the row of failures: the program has run for a minute."""
        self.uptime = self.uptime or 60  # no recorder counts it
        if self._unsettled:
            self._unsettled = False
            self.failing = 0
            self.clear_safe_modes()

    def clear_safe_modes(self) -> None:
        """Have safemode.py count from 1 again: the board works, if only for an error page."""
        self._safe_modes = 0
        self.save()

    # The stored record

    def save(self) -> None:
        """Write the record. If there is no memory for that, `changed` and `kept` say so."""
        self.saved_at = self.uptime
        self.kept = False
        try:
            # An older record that could not be read yet must not be overwritten.
            if self._stored or self._read():
                slot, record = self._pack()
                nonvolatile.put(nonvolatile.SAFE_MODE_START, slot)
                self.kept = nonvolatile.write(nonvolatile.FLIGHT_RECORD_START, record)
        except MemoryError:
            pass  # the next time
        except Exception as error:  # there is no nvm, or its driver fails
            if self.problem is None:
                self.problem = f"{error.__class__.__name__}: {error}"
        self.changed = not self.kept

    def _read(self) -> bool:
        """Add the stored record to this one. False if there is no memory for that now."""
        self.problem = None
        self.kept = False
        try:
            # One slice, because every access copies all of the nvm.
            data = nonvolatile.read(nonvolatile.SAFE_MODE_START, nonvolatile.FLIGHT_RECORD_END)
            slot = data[:_SLOT_SIZE]
            data = data[_SLOT_SIZE:]
            magic, length, checksum = struct.unpack(_HEADER, data[:_HEADER_SIZE])
            text = data[_HEADER_SIZE : _HEADER_SIZE + length]
            if magic == _MAGIC and crc32(text) == checksum:
                self._restore(json.loads(str(text, "utf-8")))
            elif min(data) != max(data):  # all bytes alike: never written
                self._stored_value(None, "", "")
            self._restore_slot(slot)
            self.kept = True
        except MemoryError:
            self.problem = "no memory to read the stored record yet"
            return False
        except Exception as error:  # there is no nvm, or its driver fails
            self.problem = f"{error.__class__.__name__}: {error}"
        self._stored = True
        return True

    def _restore_slot(self, slot: bytes) -> None:
        checksum = struct.unpack("<I", slot[-4:])[0]
        magic, count, unseen, reason = struct.unpack(_SLOT, slot[:-4])
        if magic == _SLOT_MAGIC and crc32(slot[:-4]) == checksum:
            self._safe_modes = count
            self._safe_mode_reason = reason
            self._unsettled = self._unsettled or count > 0
            if unseen and not self._by_hand:
                reason = "".join([chr(byte) for byte in reason if 32 < byte < 127])
                self._failed("safe mode " + reason, unseen)

    def _restore(self, found: "Any") -> None:
        # Each value is checked: a right checksum does not tell who has written it. They are added,
        # because this boot may have recorded something before the old record was read. What takes
        # memory comes first: after a MemoryError the same record is added later.
        events = self._stored_value(found, "events", [])
        if [event for event in events if not isinstance(event, str)]:
            events = self._stored_value(None, "events", [])
        events = (events + self.events)[-MAX_EVENTS:]
        self.last = {
            "reason": self._stored_value(found, "reason", "UNKNOWN"),
            "uptime": self._stored_value(found, "uptime", 0),
        }
        self.boots += self._stored_value(found, "boots", 0)
        failing = self._stored_value(found, "failing", 0)
        if failing:
            self._unsettled = True
            if not self._by_hand:
                self.failing = min(self.failing + failing, _MAX_FAILING)
        self.traceback = self.traceback or self._stored_value(found, "traceback", "")
        self.events = events

    def _stored_value(self, found: "Any", key: str, default: "Any") -> "Any":
        """A value of the stored record; the default in place of one that cannot be right."""
        value: Any = found.get(key) if isinstance(found, dict) else None
        if isinstance(value, type(default)) and (default != 0 or 0 <= value < _MAX_NUMBER):
            return value
        self.problem = "the stored record is damaged"
        return default

    def _failed(self, failure: str, count: int) -> None:
        self.failure = failure
        self.failing = min(self.failing + count, _MAX_FAILING)
        self._unsettled = True

    def _pack(self) -> tuple:
        """The bytes of the slot and of the record."""
        room = nonvolatile.FLIGHT_RECORD_END - nonvolatile.FLIGHT_RECORD_START - _HEADER_SIZE
        record = {
            "boots": self.boots,
            "failing": self.failing,
            "reason": self.reset_reason or self.last.get("reason", "UNKNOWN"),
            "uptime": self.uptime,
            "traceback": _plain(self.traceback),
            "events": [_plain(event) for event in self.events],
        }
        text = json.dumps(record).encode()
        while len(text) > room:
            if record["events"]:
                record["events"].pop(0)
            else:
                record["traceback"] = ""
            text = json.dumps(record).encode()
        slot = struct.pack(_SLOT, _SLOT_MAGIC, self._safe_modes, 0, self._safe_mode_reason)
        return (
            slot + struct.pack("<I", crc32(slot)),
            struct.pack(_HEADER, _MAGIC, len(text), crc32(text)) + text,
        )


def _plain(text: str) -> str:
    """Replace what takes more than a byte, and what a terminal would obey."""
    return "".join([c if " " <= c <= "~" or c == "\n" else "?" for c in text])


def get_record() -> FlightRecord:
    """
    Return the board's record. The first call reads it, and adds this boot.

    The record is told when the program has run for a minute.
    """
    global _record
    if _record is None:
        try:
            run_reason = str(supervisor.runtime.run_reason).split(".")[-1]
            reset_reason = str(microcontroller.cpu.reset_reason).split(".")[-1]
        except AttributeError:  # MicroPython
            run_reason, reset_reason = "STARTUP", "UNKNOWN"
        _record = FlightRecord(
            reset_reason if run_reason == "STARTUP" else None,
            run_reason in ("AUTO_RELOAD", "REPL_RELOAD"),
        )
        nonvolatile.on_settled.append(_record.settle)
    return _record

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.flight_recorder`
================================================================================

What the board remembers of its boots, failures and last events, in ``microcontroller.nvm``. It
imports core modules only, because it also has to tell that a library is missing.
"""

import json
import struct
from binascii import crc32

import microcontroller
import supervisor
from micropython import const

try:
    from typing import TYPE_CHECKING, Any
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_logging import LogRecord

    from ..hotspot import Hotspot

NVM_START = const(64)
"""Behind the hotspot's password."""

NVM_END = const(2624)

# The first slot is the one that safemode.py counts in, which imports nothing from here: magic,
# how many safe modes in a row, whether the last one is news, its reason, CRC-32.
_SLOT = "<2sBB24sI"
_SLOT_SIZE = const(32)
_SLOT_MAGIC = b"SM"

# Behind it: magic, length and CRC-32 of a JSON object.
_HEADER = "<4sHI"
_HEADER_SIZE = const(10)
_MAGIC = b"EWR1"

_EVENTS = const(20)
_EVENT_LENGTH = const(72)
_TRACEBACK_LENGTH = const(600)
_TRACEBACK_BEGINNING = const(200)
_TRACEBACK_END = const(395)

_PROVEN = const(60)  # s after which a boot counts as good
_PAUSE = const(600)  # s between two writes because of events
_TICK = const(5)  # s

_recorder = None


class FlightRecorder:
    """
    The record. Programs get it from `start_recorder`.

    Every write rewrites 8 KiB of flash, so there is one at a boot, one at a crash, one when a row
    of failures is over, and else at most one in ten minutes, if there is something new.

    :param nvm: Bytes that survive a power cut; None if there are none.
    :param str reset_reason: Why the board was reset, as "WATCHDOG"; None behind a soft reload.
    :param bool by_hand: Whether a person has started this run: no failure of before counts.
    """

    level = 30  # WARNING: a logger takes the record for a handler

    def __init__(self, nvm: "Any", reset_reason: "str | None", by_hand: bool = False) -> None:
        self.problem: str | None = None
        """Why the last record was not found, or None."""

        self.kept = nvm is not None
        """Whether the last write was one, so that the next boot will know of it."""

        self.boots = 0
        """How many resets there were."""

        self.failing = 0
        """How many boots in a row have failed, up to the last one."""

        self.failure: str | None = None
        """What the board was reset by in place of the program's end: "watchdog" or "safe mode"."""

        self.reset_reason = reset_reason
        self.uptime = 0
        """Seconds since the start of this run of the program."""

        self.last = {}
        """The boot before: why it was reset, and how many seconds it has run at least."""

        self.traceback = ""
        """The last exception that has ended the program."""

        self.events = []
        """The last 20, oldest first: the seconds since the start of the program, and what."""

        self.writes = 0
        self._nvm: Any = nvm
        self._safe_modes = 0
        self._safe_mode_reason = b""
        self._changed = False
        self._written_at = 0
        self._clock = None
        self._ticks = 0
        self._read()
        stored = self.failing or self._safe_modes
        if reset_reason is not None:
            self.boots += 1
            if reset_reason == "WATCHDOG":
                self._failed("watchdog")
            self.record(f"boot {self.boots}: {self.failure or reset_reason}")
            self.save()
        elif by_hand:
            self.failing = 0
        self._proven = not stored and not self.failing

    # What is remembered

    def record(self, text: str) -> None:
        """
        Remember an event, with the next write.

        :param str text: At most 72 characters of it are kept.

        Example::

            recorder.record("the pump has started")
        """
        events = self.events
        text = f"{self.uptime} {text[:_EVENT_LENGTH]}"
        if not events or events[-1] != text:
            if len(events) == _EVENTS:
                events.pop(0)
            events.append(text)
            self._changed = True

    def emit(self, record: "LogRecord") -> None:
        """
        Remember a warning or an error of the log, but not the lines of a traceback.

        Called by the logger at the bottom of the call stack, so that it does not call `record`.

        :param LogRecord record: The event.
        """
        text = record.msg
        if text[:2] != "  ":
            events = self.events
            text = f"{self.uptime} {text[:_EVENT_LENGTH]}"
            if not events or events[-1] != text:
                if len(events) == _EVENTS:
                    events.pop(0)
                events.append(text)
                self._changed = True

    def crash(self, text: str) -> None:
        """
        Remember at once that the program has ended with an exception.

        :param str text: Its traceback; 600 characters are kept. Of a longer one the middle is left
            out: where it began is above a long message, and where it ended is at the end.
        """
        self.failing = min(self.failing + 1, 255)
        last = text.rfind("\n", 0, len(text) - 1) + 1
        self.record("crash: " + text[last : last + _EVENT_LENGTH].strip())
        if len(text) > _TRACEBACK_LENGTH:
            text = text[:_TRACEBACK_BEGINNING] + "\n...\n" + text[-_TRACEBACK_END:]
        self.traceback = text
        self.save()

    def stats(self) -> dict:
        """What there is to know, for a page or a log."""
        return {
            "boots": self.boots,
            "failing": self.failing,
            "reset_reason": self.reset_reason,
            "uptime": self.uptime,
            "last": self.last,
            "traceback": self.traceback,
            "events": self.events,
            "writes": self.writes,
            "kept": self.kept,
            "problem": self.problem,
        }

    # Time

    def start(self, hotspot: "Hotspot") -> None:
        """
        Show the last record in the log, and remember what it warns of from now on.

        :param Hotspot hotspot: Its loop tells the time.
        """
        loop = hotspot.loop
        from ..log import get_logger

        log = get_logger()
        if self.problem:
            log.warning("no flight record: %s", self.problem)
        if self.reset_reason is not None:
            log.info("boot %d after %s, %d failed", self.boots, self.reset_reason, self.failing)
            if self.last:
                log.info("the boot before: %s, ran for %d s or more", *self.last_words())
            for event in self.events[:-1]:
                log.info("  %s", event)
            for line in self.traceback.split("\n"):
                if line:
                    log.info("  %s", line)
        log.addHandler(self)  # type: ignore[arg-type]
        self._clock = loop.ticks
        self._ticks = loop.ticks()
        loop.every(_TICK, self.tick)

    def last_words(self) -> tuple:
        """Why the boot before was reset, and how long it has run at least."""
        return self.last.get("reason"), self.last.get("uptime", 0)

    def tick(self) -> None:
        """Count the time, and write if there is something new and it is time for that."""
        passed = (self._clock() - self._ticks) & 0x1FFFFFFF  # type: ignore[misc]
        self._ticks = (self._ticks + passed // 1000 * 1000) & 0x1FFFFFFF
        self.uptime += passed // 1000
        if not self._proven and self.uptime >= _PROVEN:
            self.failing = 0
            self.settle()
        elif self._changed and self.uptime - self._written_at >= _PAUSE:
            self.save()

    def settle(self) -> None:
        """The board has run long enough to say that it does: safe modes of before are over."""
        self._proven = True
        self._safe_modes = 0
        self.save()

    # The memory

    def _read(self) -> None:
        if not self.kept:
            self.problem = "the board has no nvm"
            return
        try:
            if len(self._nvm) < NVM_END:
                self._nvm = None
                raise ValueError("the nvm is too small")
            # One slice, because every access copies all of the nvm.
            data = bytes(self._nvm[NVM_START:NVM_END])
            self._read_slot(data[:_SLOT_SIZE])
            magic, length, checksum = struct.unpack(
                _HEADER, data[_SLOT_SIZE : _SLOT_SIZE + _HEADER_SIZE]
            )
            text = data[_SLOT_SIZE + _HEADER_SIZE :][:length]
            if magic == _MAGIC and crc32(text) == checksum:
                self._take(json.loads(str(text, "utf-8")))
            elif min(data[_SLOT_SIZE:]) != max(data[_SLOT_SIZE:]):  # all alike: never written
                self.problem = "the last one was damaged"
        except Exception as error:  # whatever the memory's driver has to say
            self.problem = f"{error.__class__.__name__}: {error}"

    def _read_slot(self, slot: bytes) -> None:
        magic, count, news, reason, checksum = struct.unpack(_SLOT, slot)
        if magic == _SLOT_MAGIC and crc32(slot[:-4]) == checksum:
            self._safe_modes = count
            self._safe_mode_reason = reason
            if news:
                self._failed("safe mode " + str(bytes(reason), "utf-8").strip("\0"))

    def _take(self, found: dict) -> None:
        self.boots = found["boots"]
        self.failing += found["failing"]
        self.traceback = found["traceback"]
        self.events = found["events"]
        self.last = {"reason": found["reason"], "uptime": found["uptime"]}

    def _failed(self, failure: str) -> None:
        self.failure = failure
        self.failing = min(self.failing + 1, 255)

    def save(self) -> None:
        """Write the record."""
        self._changed = False
        self._written_at = self.uptime
        try:
            data = self._pack()
            self._nvm[NVM_START : NVM_START + len(data)] = data
            self.writes += 1
            self.kept = True
        except Exception as error:  # there is none, or it is too small, or there is no memory
            self.kept = False
            if self.problem is None:
                self.problem = f"{error.__class__.__name__}: {error}"

    def _pack(self) -> bytes:
        room = NVM_END - NVM_START - _SLOT_SIZE - _HEADER_SIZE
        record = {
            "boots": self.boots,
            "failing": self.failing,
            "reason": self.reset_reason or self.last.get("reason"),
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
        slot = struct.pack(_SLOT, _SLOT_MAGIC, self._safe_modes, 0, self._safe_mode_reason, 0)[:-4]
        return (
            slot
            + struct.pack("<I", crc32(slot))
            + struct.pack(_HEADER, _MAGIC, len(text), crc32(text))
            + text
        )


def _plain(text: str) -> str:
    """One byte a character, and nothing that commands a terminal."""
    return "".join([c if " " <= c <= "~" or c == "\n" else "?" for c in text])


def get_recorder() -> FlightRecorder:
    """The board's record, which is read, and told of this boot, at the first call."""
    global _recorder
    if _recorder is None:
        try:
            nvm = microcontroller.nvm
        except (AttributeError, NotImplementedError):
            nvm = None
        try:
            run_reason = str(supervisor.runtime.run_reason).split(".")[-1]
            reset_reason = str(microcontroller.cpu.reset_reason).split(".")[-1]
        except AttributeError:
            run_reason, reset_reason = "STARTUP", "UNKNOWN"
        _recorder = FlightRecorder(
            nvm,
            reset_reason if run_reason == "STARTUP" else None,
            run_reason in ("AUTO_RELOAD", "REPL_RELOAD"),
        )
    return _recorder


def start_recorder(hotspot: "Hotspot") -> FlightRecorder:
    """
    Show what the record tells of the boots before, and keep it from now on.

    :param Hotspot hotspot: Its loop tells the time.

    Example::

        recorder = start_recorder(hotspot)
        recorder.record("the pump has started")
    """
    recorder = get_recorder()
    recorder.start(hotspot)
    return recorder

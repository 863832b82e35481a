# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.nonvolatile`
================================================================================

The memory that survives a power cut, ``microcontroller.nvm``: 8 KiB on the ESP32-S3. No other
module of the package touches it. This one needs core modules only, because the guard and the error
page use it when something else of ``lib/`` may be broken.

CircuitPython keeps the memory as one block of flash. A write erases and rewrites all of it, which
stops the board for 100 to 250 ms and wears the flash, and a power cut in that time loses
everything. So changes are collected, and written together.
"""

import gc

try:
    from typing import Any
except ImportError:
    pass

# Each part's first byte, and the byte after its last one.
PASSWORD_START = 0  # the hotspot's random password
PASSWORD_END = 64
SAFE_MODE_START = 64  # the safe modes in a row, counted by safemode.py
SAFE_MODE_END = 96
FLIGHT_RECORD_START = 96  # boots, failures and last events
FLIGHT_RECORD_END = 2624
SAVED_VALUES_START = 2624  # the values that a page has set and a program wants to keep
SAVED_VALUES_END = 3712
PAIRING_KEY_START = 3712  # what the board knows its paired phones by
PAIRING_KEY_END = 3968
PROGRAM_START = 4096  # belongs to programs; the package never writes here
PROGRAM_END = 8192

_UNKNOWN = object()

memory: "Any" = _UNKNOWN
"""``microcontroller.nvm``, which the first access looks up; None if the board has none."""

writes = 0
"""How often the memory was written since the program started."""

on_settled = []
"""Functions to call when the program has run for a minute. `Hotspot` calls them, so a flight
record that the guard has loaded learns of it, whatever the program imports."""

_changes = {}  # start: bytes


def read(start: int, end: int) -> bytes:
    """
    Read a part of the memory. Changes that were not written yet are not in it.

    :param int start: Its first byte.
    :param int end: The byte after its last one.
    :return: The bytes.
    :raises MemoryError: If the heap has no block of 8 KiB. Try again later: nothing is damaged.
    :raises RuntimeError: If the board has no such memory, or less of it.
    """
    size = len(_find_memory())
    if end > size:
        raise RuntimeError(f"the nvm has only {size} bytes")
    gc.collect()  # the board takes the block without a collection
    return bytes(memory[start:end])


def put(start: int, data: bytes) -> None:
    """
    Have the next write change a part of the memory.

    :param int start: Where the part begins. A later change at the same place replaces this one.
    :param bytes data: Its new content.
    """
    _changes[start] = bytes(data)


def flush() -> bool:
    """
    Write all changes at once, or one by one where that fails. Nothing is written if the memory has
    that content already.

    :return: True if the changes are in the memory; False if some have to wait for the next write,
        because the heap has no block of 8 KiB.
    :raises RuntimeError: If the board has no such memory, or less of it, or if its driver fails.
        The changes that it concerns are dropped.
    """
    problem = None
    places = list(_changes)
    try:
        _store(places)
    except Exception:
        # Two changes far apart need a larger block than each of them, and one at a wrong place
        # must not be the end of the others.
        for place in places:
            try:
                _store([place])
            except MemoryError:
                pass
            except Exception as second:
                problem = second
                del _changes[place]
    if problem is not None:
        raise problem
    return not _changes


def write(start: int, data: bytes) -> bool:
    """
    Change a part of the memory, with all changes that wait. As `put` and `flush`.

    :param int start: Where the part begins.
    :param bytes data: Its new content.
    :return: True if it was written; False if it has to wait for the next write.
    :raises RuntimeError: If the board has no such memory, or less of it.

    Example::

        nonvolatile.write(nonvolatile.PROGRAM_START, struct.pack("<I", liters))
    """
    put(start, data)
    return flush()


def _store(places: list) -> None:
    """Write some of the changes, in one write."""
    global writes
    if not places:
        return
    start = min(places)
    old = read(start, max([place + len(_changes[place]) for place in places]))
    new = bytearray(old)
    for place in places:
        data = _changes[place]
        new[place - start : place - start + len(data)] = data
    if new != old:
        del old
        gc.collect()
        memory[start : start + len(new)] = new
        writes += 1
    for place in places:
        del _changes[place]


def _find_memory() -> "Any":
    global memory
    if memory is _UNKNOWN:
        try:
            from microcontroller import nvm as memory
        except (ImportError, AttributeError, NotImplementedError):
            memory = None
    if memory is None:
        raise RuntimeError("the board has no nvm")
    return memory

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.show_record`
================================================================================

Shows the flight record in the log, once at the start: `FlightRecorder` unloads this module then.
"""

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from adafruit_logging import Logger

    from .flight_record import FlightRecord


def show_record(record: "FlightRecord", log: "Logger") -> None:
    """
    Log what the board remembers of the boots before this one.

    :param FlightRecord record: The record, with this boot in it.
    :param Logger log: Takes the lines.
    """
    if record.problem:
        log.warning("no flight record: %s", record.problem)
    if record.reset_reason is None:
        return
    log.info(
        "boot %d after %s, failed boots in a row: %d",
        record.boots,
        record.reset_reason,
        record.failing,
    )
    last = record.last
    if last and last["uptime"]:
        log.info("previous boot: %s, ran for at least %d s", last["reason"], last["uptime"])
    elif last:
        log.info("previous boot: %s", last["reason"])
    for event in record.events[:-1]:
        log.info("  %s", event)
    for line in record.traceback.split("\n"):
        if line:
            log.info("  %s", line)

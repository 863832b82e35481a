# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.guard`
================================================================================

Runs code.py, and restarts the board if code.py fails. boot.py makes this file the board's program;
nothing imports it. docs/recovery.md describes what it does.
"""

import gc
import time

import microcontroller
import supervisor

try:
    from typing import Any
except ImportError:
    pass

ERROR_PAGE = "lib/esp_ws_ap/recovery/error_page.py"
BACK_OFF = 1  # s, doubled with each failed boot
MAX_FAILING = 5  # failed boots in a row, after which the error page is shown
NO_ERROR_PAGE_PAUSE = 600  # s until the next try if the drive has no error page


def load_record():
    """Return the flight record, or None if the package is broken."""
    try:
        from esp_ws_ap.recovery.flight_record import get_record

        return get_record()
    except Exception as error:
        print("no flight record:", error)
        return None


def back_off(failing):
    """
    Wait before the next try. Ctrl-C and a saved file end the wait.

    :param int failing: The number of failed boots in a row. Each one doubles the wait.
    """
    seconds = BACK_OFF * (1 << min(failing, MAX_FAILING) - 1)
    print("failed boots in a row:", failing, "- retrying in", seconds, "s")
    time.sleep(seconds)


def show_error_page():
    """Run the error page next, with all memory free for it."""
    try:
        supervisor.set_next_code_file(ERROR_PAGE)
    except ValueError as error:
        print("no error page:", error)
        time.sleep(NO_ERROR_PAGE_PAUSE)
        restart()
    else:
        supervisor.reload()


def stop_watchdog():
    """Stop the watchdog, which nothing feeds while this file waits."""
    try:
        watchdog: Any = microcontroller.watchdog
        watchdog.mode = None
    except Exception:
        pass  # there is none


def report(error, record):
    """
    Write a traceback to the console and to the record.

    :param Exception error: The exception from code.py.
    :param FlightRecord record: The flight record, or None.
    """
    text = error.__class__.__name__
    try:
        from traceback import format_exception

        text = "".join(format_exception(error))
    except Exception:
        pass  # no memory, or the exception's own __str__ fails
    print("code.py failed:")
    print(text)
    if record is not None:
        record.crash(text)


def restart():
    """
    Restart the board: by a soft reload with a PC on the USB port, and else by a reset. A reset
    would disconnect the drive from the PC, perhaps during a write.
    """
    if supervisor.runtime.usb_connected:
        supervisor.reload()  # it returns: the code runs on to its next branch or loop
    else:
        microcontroller.reset()


record = load_record()
if record is not None and record.failure:
    # The watchdog or a hard fault ended the last boot, so nothing could back off then; do it now.
    if not record.kept or record.failing >= MAX_FAILING:
        show_error_page()
    else:
        back_off(record.failing)
try:
    # As a module: otherwise the board would not name the file in its tracebacks.
    __import__("code")
except (Exception, SystemExit) as error:
    stop_watchdog()
    gc.collect()
    report(error, record)
    is_permanent = isinstance(error, (SyntaxError, ImportError))  # a restart does not help
    if record is None or not record.kept or is_permanent or record.failing >= MAX_FAILING:
        show_error_page()
    else:
        back_off(record.failing)
        restart()

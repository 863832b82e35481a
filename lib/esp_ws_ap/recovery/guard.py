# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.guard`
================================================================================

Runs code.py, and brings the board back when that fails. boot.py makes it the board's program;
nothing imports it. docs/recovery.md tells what it does.
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
BACK_OFF = 1  # s, twice as many each time
MAX_FAILING = 5  # boots in a row, after which the error page is shown
NO_ERROR_PAGE = 600  # s until the next try if the drive has none


def open_record():
    """The flight record, or None if the package is broken."""
    try:
        from esp_ws_ap.recovery.flight_recorder import get_recorder

        return get_recorder()
    except Exception as error:
        print("no flight record:", error)
        return None


def back_off(failing):
    """
    Wait the longer, the more boots have failed. Ctrl-C and a saved file end it.

    :param int failing: How many have, in a row.
    """
    seconds = BACK_OFF * (1 << min(failing, MAX_FAILING) - 1)
    print("failed boots in a row:", failing, "- again in", seconds, "s")
    time.sleep(seconds)


def show_error_page():
    """Run the error page next, with all the memory to itself."""
    try:
        supervisor.set_next_code_file(ERROR_PAGE)
    except ValueError as error:
        print("no error page:", error)
        time.sleep(NO_ERROR_PAGE)
        restart()
    else:
        supervisor.reload()


def stop_watchdog():
    """What waits here does not feed it."""
    try:
        watchdog: Any = microcontroller.watchdog
        watchdog.mode = None
    except Exception:
        pass  # there is none


def report(error, record):
    """
    Write a traceback to the console and to the record.

    :param Exception error: What code.py has raised.
    :param FlightRecorder record: The flight record, or None.
    """
    text = error.__class__.__name__
    try:
        from traceback import format_exception

        text = "".join(format_exception(error))
    except Exception:
        pass  # there is no memory, or it cannot even be shown
    print("code.py has failed:")
    print(text)
    if record is not None:
        record.crash(text)


def restart():
    """
    Start anew. A reset would take the drive away from a PC, perhaps while it is being written to,
    so that there it is a soft reload.
    """
    if supervisor.runtime.usb_connected:
        supervisor.reload()  # it returns: the code goes on to the next branch or loop
    else:
        microcontroller.reset()


record = open_record()
if record is not None and record.failure:
    # The boot before was ended by the watchdog or a hard fault, which nobody could wait behind.
    if not record.kept or record.failing >= MAX_FAILING:
        show_error_page()
    else:
        back_off(record.failing)
try:
    # As a module: the board has no other way to run a file of which tracebacks tell the name.
    __import__("code")
except (Exception, SystemExit) as error:
    stop_watchdog()
    gc.collect()
    report(error, record)
    # No restart mends these.
    hopeless = isinstance(error, (SyntaxError, ImportError))
    if record is None or not record.kept or hopeless or record.failing >= MAX_FAILING:
        show_error_page()
    else:
        back_off(record.failing)
        restart()

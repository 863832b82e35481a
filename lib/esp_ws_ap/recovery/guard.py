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
import os
import sys
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
SETUP_TIMEOUT = 90  # s until hotspot.run(server), which sets the watchdog to its own timeout
CALM = 10  # s after power-on in which nothing is written to flash: a plug may make bad contact


def load_record():
    """Return the flight record, or None if the package is broken."""
    try:
        from esp_ws_ap.recovery.flight_record import get_record

        return get_record()
    except Exception as error:  # anything: the package may have been copied in part
        print("no flight record:", error)
        return None


def back_off(failing):
    """
    Wait before the next try. Ctrl-C and a saved file end the wait.

    :param int failing: The number of failed boots in a row. Each one doubles the wait.
    """
    seconds = BACK_OFF * (1 << max(min(failing, MAX_FAILING) - 1, 0))
    print("failed boots in a row:", failing, "- retrying in", seconds, "s")
    time.sleep(seconds)


def show_error_page():
    """Run the error page next, with all memory free for it."""
    try:
        with open(ERROR_PAGE, "rb") as file:
            file.seek(max(file.seek(0, 2) - 40, 0))
            if not file.read().strip().endswith(b"# The end of this file."):
                raise ValueError("only a part of its file is on the drive")
        supervisor.set_next_code_file(ERROR_PAGE)
    except Exception as error:
        print("no error page:", error)
        time.sleep(NO_ERROR_PAGE_PAUSE)
        restart()
    else:
        supervisor.reload()


def set_watchdog(seconds):
    """
    Have the board reset if code.py does not reach its loop, or does not leave it for the console.

    :param int seconds: The timeout; None to stop the watchdog, which nothing feeds while this file
        waits.
    """
    try:
        from watchdog import WatchDogMode

        watchdog: Any = microcontroller.watchdog
        watchdog.mode = None
        if seconds is not None:
            watchdog.timeout = seconds
            watchdog.mode = WatchDogMode.RESET
    except Exception as error:
        print("no watchdog:", error)


def run_code():
    """
    Run code.py.

    :raises RuntimeError: If it ends although it has to run for ever.
    """
    # As a module: otherwise the board would not name the file in its tracebacks.
    __import__("code")
    if "code.py" in os.listdir("/") and not os.stat("/code.py")[6]:
        raise RuntimeError("code.py is empty")
    if "esp_ws_ap.hotspot" in sys.modules:
        raise RuntimeError("code.py has ended: is its last line hotspot.run(server)?")


def report(error, record):
    """
    Write a traceback to the console and to the record.

    :param BaseException error: The exception from code.py.
    :param FlightRecord record: The flight record, or None.
    :return: True if the next boot will know of it.
    """
    text = error.__class__.__name__
    try:
        from traceback import format_exception

        text = "".join(format_exception(error))
    except Exception:
        pass  # no memory, or the exception's own __str__ fails
    print("code.py failed:")
    print(text)
    if record is None:
        return False
    if str(microcontroller.cpu.reset_reason).split(".")[-1] in ("POWER_ON", "BROWNOUT"):
        time.sleep(max(CALM - time.monotonic(), 0))
    try:
        record.crash(text)
    except Exception as second:  # no memory
        print("no flight record:", second)
        return False
    return record.kept


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
        record.save()  # the page shows what is stored
        show_error_page()
    else:
        back_off(record.failing)
set_watchdog(SETUP_TIMEOUT)
try:
    run_code()
except KeyboardInterrupt:
    raise
except BaseException as error:  # not all derive from Exception: asyncio.CancelledError does not
    if error.__class__.__name__ == "ReloadException":
        raise
    set_watchdog(None)
    gc.collect()
    kept = report(error, record)
    # A restart does not help against these.
    is_permanent = isinstance(error, (SyntaxError, ImportError))
    if record is None or not kept or is_permanent or record.failing >= MAX_FAILING:
        show_error_page()
    else:
        back_off(record.failing)
        restart()

# The end of this file.

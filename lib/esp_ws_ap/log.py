# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.log`
================================================================================

The serial log: one line for each event, with the time since the program started.
"""

import sys

from adafruit_logging import INFO, Handler, getLogger
from adafruit_ticks import ticks_ms

try:
    from typing import Any, Callable

    from adafruit_logging import Logger, LogRecord
except ImportError:
    pass

_MAX_LINE_LENGTH = 200  # characters
_TICKS_MASK = (1 << 29) - 1  # ticks_ms starts again from 0 after 2**29 ms


class ConsoleHandler(Handler):
    """
    Writes each event as one line of at most 200 characters: ``  12.345: INFO - text``.

    Control characters are written as ``\\x0a``, so that text from a request or a message can
    neither forge a line nor send commands to the terminal.

    :param stream: Has a ``write(str)``; `sys.stdout` by default.
    :param ticks: The clock, in milliseconds that wrap at 2**29. The time shown is right as long as
        there is one event in six days.

    Example::

        logger = adafruit_logging.getLogger("mine")
        logger.addHandler(ConsoleHandler())
        logger.warning("the cistern is almost full")
    """

    def __init__(self, stream: "Any" = None, ticks: "Callable[[], int]" = ticks_ms) -> None:
        super().__init__()
        self._stream = stream
        self._ticks = ticks
        self._last_ticks = ticks()
        self._elapsed = 0

    def emit(self, record: "LogRecord") -> None:
        """
        Write one event.

        All in one frame: the board's call stack holds about fifteen, and errors are logged from
        the deepest ones.

        :param LogRecord record: The event.
        """
        now = self._ticks()
        self._elapsed += (now - self._last_ticks) & _TICKS_MASK
        self._last_ticks = now
        # Integers: a float of the board loses its milliseconds after an hour.
        seconds = self._elapsed // 1000
        milliseconds = self._elapsed % 1000
        line = f"{seconds:4d}.{milliseconds:03d}: {record.levelname} - {record.msg}"
        line = line[: _MAX_LINE_LENGTH + 1]
        # Bytes, because each character of a str would become one more name in memory.
        data = line.encode("utf-8", "surrogatepass")
        if min(data) < 32 or max(data) > 126:
            escaped = []
            for character in line:
                code = ord(character)
                if code < 32 or 127 <= code < 160:
                    character = f"\\x{code:02x}"
                elif 0x2028 <= code <= 0x202E or code >> 11 == 27:
                    # Other line breaks, direction marks, and surrogates, which stdout may reject.
                    character = f"\\u{code:04x}"
                escaped.append(character)
            line = "".join(escaped)
        if len(line) > _MAX_LINE_LENGTH:
            line = line[: _MAX_LINE_LENGTH - 3] + "..."
        (self._stream or sys.stdout).write(line + "\n")


def get_logger(name: str = "esp_ws_ap") -> "Logger":
    """
    Return a logger that writes INFO and above to the serial console.

    :param str name: Its name; the same name returns the same logger.

    Example::

        log = get_logger()
        log.info("ready")
    """
    logger = getLogger(name)
    if not logger.hasHandlers():
        logger.setLevel(INFO)
        logger.addHandler(ConsoleHandler())
    return logger


def log_exception(logger: "Logger", what: str, error: BaseException) -> None:
    """
    Log an exception in one line, then its traceback, line by line.

    :param Logger logger: Takes the lines.
    :param str what: What failed, such as "on_message".
    :param BaseException error: The exception.

    Example::

        try:
            handler(client, message)
        except Exception as error:
            log_exception(log, "on_message", error)
    """
    try:
        message = str(error)
    except Exception:  # raised by the program's own exception class
        message = "str() failed"
    try:
        logger.error("%s: %s: %s", what, error.__class__.__name__, message)
        try:
            from traceback import format_exception

            text = "".join(format_exception(error))
        except ImportError:  # MicroPython
            from io import StringIO

            stream = StringIO()
            sys.print_exception(error, stream)  # type: ignore[attr-defined]
            text = stream.getvalue()
        for line in text.split("\n"):
            line = line.rstrip()  # CircuitPython ends most of them with \r\n
            if line:
                logger.error("  %s", line)
    except MemoryError:
        logger.error("  no memory left for the traceback")

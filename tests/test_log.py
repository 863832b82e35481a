# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""log.py: the lines on the serial console."""

import inspect
import io
import re
from pathlib import Path

import adafruit_logging
import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esp_ws_ap.log import ConsoleHandler, get_logger, log_exception
from tests import micropython


class Clock:
    """The board's milliseconds, which begin 65 s before they wrap."""

    def __init__(self, now: int = 0x1FFF0000):
        self.now = now

    def __call__(self) -> int:
        return self.now

    def pass_ms(self, duration: int) -> None:
        self.now = (self.now + duration) % (1 << 29)


class Console:
    def __init__(self):
        self.clock = Clock()
        self.stream = io.StringIO()
        self.logger = adafruit_logging.Logger("test", adafruit_logging.INFO)
        self.logger.addHandler(ConsoleHandler(self.stream, self.clock))

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.mark.parametrize(
    "passed, shown",
    [
        (0, "   0.000"),
        (7, "   0.007"),
        (12_345, "  12.345"),
        (65_536, "  65.536"),
        (9_999_999, "9999.999"),
        (10_000_000, "10000.000"),
        (500_000_000, "500000.000"),
    ],
)
def test_time_after_the_wrap(console: Console, passed: int, shown: str):
    console.clock.pass_ms(passed)
    console.logger.info("text")
    assert console.text == f"{shown}: INFO - text\n"


def test_time_after_weeks(console: Console):
    for _ in range(30):
        console.clock.pass_ms(86_400_000)
        console.logger.info("a day")
    assert console.text.split("\n")[-2] == "2592000.000: INFO - a day"


@pytest.mark.parametrize("level", ["info", "warning", "error", "critical"])
def test_levels(console: Console, level: str):
    getattr(console.logger, level)("text with 100 % and %s")
    console.logger.debug("not shown")
    assert console.text == f"   0.000: {level.upper()} - text with 100 % and %s\n"


def test_arguments(console: Console):
    console.logger.info("port %d: %s", 80, "taken")
    console.logger.error(OSError(12, "ENOMEM"))  # type: ignore
    lines = console.text.split("\n")
    assert lines[0].endswith("INFO - port 80: taken")
    assert lines[1].endswith("ERROR - [Errno 12] ENOMEM")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("GET /\r\n   1.000: INFO - forged", "GET /\\x0d\\x0a   1.000: INFO - forged"),
        ("\x1b[2Jclear", "\\x1b[2Jclear"),
        ("\0\x7f\x80\x9b\x9f", "\\x00\\x7f\\x80\\x9b\\x9f"),
        ("\u2028\u2029\u202e", "\\u2028\\u2029\\u202e"),
        ("\ud800\udfff", "\\ud800\\udfff"),
        ("Küche 网络 🙂", "Küche 网络 🙂"),
        ("C:\\x0a", "C:\\x0a"),
        ("", ""),
    ],
)
def test_control_characters_are_escaped(console: Console, text: str, shown: str):
    console.logger.info(text)
    assert console.text == f"   0.000: INFO - {shown}\n"


def test_long_line_is_cut(console: Console):
    room = 200 - len("   0.000: INFO - ")
    console.logger.info("a" * room)
    console.logger.info("a" * (room + 1))
    console.logger.info("\n" * 100_000)
    whole, cut, escaped, _ = console.text.split("\n")
    assert whole.endswith("aaaa") and len(whole) == 200
    assert cut.endswith("aa...") and len(cut) == 200
    assert escaped.endswith("...") and len(escaped) == 200


@hypothesis.settings(deadline=None)  # a busy PC must not fail it
@given(st.text(st.characters()))
def test_any_text_is_one_line(text: str):
    console = Console()
    console.logger.warning(text)
    line = console.text[:-1]
    assert console.text.endswith("\n")
    assert len(line) <= 200
    assert len(f"{line}.".splitlines()) == 1
    line.encode()
    assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line)


def test_call_depth(console: Console):
    depths = []

    class Stream:
        def write(self, text):
            depths.append(len(inspect.stack()))

    handler = ConsoleHandler(Stream())
    console.logger.addHandler(handler)
    here = len(inspect.stack())
    console.logger.info("text")
    console.logger.info("escaped \n")
    assert depths == [here + 5] * 2, "info, _log, handle, emit, and write, which is C on the board"


def test_get_logger(capsys: pytest.CaptureFixture):
    logger = get_logger("test_get_logger")
    assert get_logger("test_get_logger") is logger
    logger.debug("no")
    logger.info("yes")
    captured = capsys.readouterr()
    assert re.fullmatch(r" *\d+\.\d{3}: INFO - yes\n", captured.out)
    assert captured.err == ""
    assert get_logger() is adafruit_logging.getLogger("esp_ws_ap")


def raise_deeply(level: int, error: Exception) -> None:
    if level == 0:
        raise error
    raise_deeply(level - 1, error)


def caught(error: Exception) -> Exception:
    try:
        raise_deeply(2, error)
    except Exception as same:
        return same
    raise AssertionError


def test_exception_with_traceback(console: Console):
    log_exception(console.logger, "on_message", caught(ValueError("bad\r\n\x1b[2J")))
    lines = console.text.split("\n")
    assert lines[0] == "   0.000: ERROR - on_message: ValueError: bad\\x0d\\x0a\\x1b[2J"
    assert lines[1] == "   0.000: ERROR -   Traceback (most recent call last):"
    assert sum("in raise_deeply" in line for line in lines) == 3
    assert lines[-1] == ""
    assert all(re.match(r"   0\.000: ERROR - ", line) for line in lines[:-1])
    assert "\x1b" not in console.text and "\r" not in console.text


def test_line_ends_of_the_board(console: Console, monkeypatch: pytest.MonkeyPatch):
    text = (
        'Traceback (most recent call last):\r\n  File "code.py", line 1, in f\r\nValueError: no\n'
    )
    monkeypatch.setattr("traceback.format_exception", lambda error: [text])
    log_exception(console.logger, "on_message", ValueError("no"))
    assert console.text.split("\n")[1:] == [
        "   0.000: ERROR -   Traceback (most recent call last):",
        '   0.000: ERROR -     File "code.py", line 1, in f',
        "   0.000: ERROR -   ValueError: no",
        "",
    ]


def test_exception_without_memory(console: Console, monkeypatch: pytest.MonkeyPatch):
    def format_exception(error):
        raise MemoryError

    monkeypatch.setattr("traceback.format_exception", format_exception)
    log_exception(console.logger, "on_message", caught(MemoryError()))
    assert console.text.split("\n")[:2] == [
        "   0.000: ERROR - on_message: MemoryError: ",
        "   0.000: ERROR -   no memory left for the traceback",
    ]


def test_exception_whose_str_raises(console: Console):
    class Silent(Exception):
        def __str__(self):
            raise OSError

    log_exception(console.logger, "on_message", caught(Silent()))
    assert "ERROR - on_message: Silent: str() failed" in console.text


PROGRAM = """
from esp_ws_ap.log import get_logger, log_exception

log = get_logger()
log.info("a" * 300)
log.info("K\\xfcche\\n\\x1b\\x9b\\u2028")
try:
    int("x")
except ValueError as error:
    log_exception(log, "test", error)
"""


@micropython.needs_micropython
def test_micropython(tmp_path: Path):
    start = len("   0.000: ")
    lines = [line[start:] for line in micropython.run_program(PROGRAM, tmp_path)]
    assert lines[:4] == [
        "INFO - " + "a" * (200 - 7 - start - 3) + "...",
        "INFO - Küche\\x0a\\x1b\\x9b\\u2028",
        "ERROR - test: ValueError: invalid syntax for integer with base 10: 'x'",
        "ERROR -   Traceback (most recent call last):",
    ]
    assert lines[4].endswith("in <module>") and len(lines) == 6

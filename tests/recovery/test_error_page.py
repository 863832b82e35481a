# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The page that shows the error, and tries code.py again."""

import contextlib
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from esp_ws_ap.settings import Settings
from tests import raw_http
from tests.board import REPOSITORY, Board
from tests.raw_http import Response, fetch
from tests.recovery.drive import CODE, skip

Failing = Callable[..., Board]

BROKEN = "x = = 1\n"
NO_USB = ("--fault", "no-usb")


def _page(board: Board, path: str = "/", method: str = "GET") -> Response:
    board.wait_until_listening()
    return fetch(board.address(), path, method=method)


# The page


def test_every_path_shows_the_error(failing: Failing):
    board = failing(code=BROKEN)
    for path in ("/", "/generate_204", "/hotspot-detect.html", "/ncsi.txt", "/ws", "/a/b?c=d"):
        page = _page(board, path)
        assert page.status == 503
        assert "SyntaxError" in page.body.decode()
        assert "<script" not in page.body.decode()


def test_traceback_is_escaped_and_has_lines(failing: Failing):
    board = failing(code="def f():\n    raise SyntaxError('<b>&amp;</b>')\n\n\nf()\n")
    assert (
        ', line 5, in &lt;module>\n  File "code.py", line 2, in f\n'
        "SyntaxError: &lt;b>&amp;amp;&lt;/b>\n"
    ) in _page(board).body.decode()


def test_no_library_is_needed(failing: Failing):
    """adafruit_logging may be the one that is missing."""
    board = failing("--blank-path")
    assert "ImportError: no module named 'adafruit_" in _page(board).body.decode()


def test_no_flight_record_is_needed(failing: Failing):
    board = failing(files={"lib/esp_ws_ap/recovery/flight_record.py": BROKEN})
    board.wait_for("no flight record: invalid syntax")
    assert "see the serial console" in _page(board).body.decode()
    assert 'File "/lib/esp_ws_ap/recovery/flight_record.py", line 1' in board.log


def test_bad_requests(failing: Failing):
    board = failing(code=BROKEN)
    assert _page(board).status == 503
    for data in (b"", b"\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"x" * 5000):
        with raw_http.connect(board.address()) as client:
            client.sendall(data)
    assert fetch(board.address(), "/").status == 503


BOARD = "127.0.0.1:80"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", f"Host: {BOARD}", 503),
        ("GET", "Host: ESP.local.", 503),
        ("GET", "Host: 192.168.4.1:80\r\nOrigin: http://evil.example", 503),
        ("GET", "Host: evil.example", 421),
        ("GET", "Host: [::1]", 421),
        ("GET", f"Host: {BOARD}\r\nHost: evil.example", 400),
        ("GET", "Accept: text/html", 400),
        ("POST", "Host: evil.example\r\nOrigin: http://evil.example", 421),
        ("POST", f"Host: {BOARD}\r\nOrigin: http://evil.example", 403),
        ("POST", f"Host: {BOARD}\r\nOrigin: null", 403),
        ("POST", f"Host: {BOARD}\r\nOrigin: http://{BOARD}\r\nOrigin: http://evil.example", 403),
        ("POST", f"Host: {BOARD}\r\nOrigin: http://{BOARD}", 200),
    ],
)
def test_only_the_boards_own_pages(
    monkeypatch: pytest.MonkeyPatch, method: str, headers: str, status: int
):
    """As the program: another site's page may neither read the traceback nor restart the board."""
    for name in ("microcontroller", "socketpool", "supervisor", "wifi"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    path = REPOSITORY / "lib/esp_ws_ap/recovery/error_page.py"
    page: dict = {}
    exec(path.read_text("utf-8").replace("\nrun()\n", "\n"), page)
    answers = page["ErrorPage"](Settings(), None)
    connection = SimpleNamespace(retry=False)
    connection.data = f"{method} /try-again HTTP/1.1\r\n{headers}\r\n\r\n".encode()
    assert answers.respond(connection).startswith(b"HTTP/1.1 %d " % status)
    assert connection.retry == (status == 200)


@pytest.mark.parametrize("count", [1, 3, 5, 12])
def test_silent_connections_delay_nobody(failing: Failing, count: int):
    board = failing(code=BROKEN)
    assert _page(board).status == 503
    with contextlib.ExitStack() as stack:
        for number in range(count):
            client = stack.enter_context(raw_http.connect(board.address()))
            client.sendall(b"GET / HTTP/1.1\r\nHost:"[: 10 * (number % 3)])
        started = time.monotonic()
        assert fetch(board.address(), "/").status == 503
        assert time.monotonic() - started < 2


def test_long_request_gets_the_whole_page(failing: Failing):
    """Closing a socket with unread data would reset the connection."""
    board = failing(code=BROKEN)
    assert _page(board).status == 503
    for method, headers, body in (("GET", {"Cookie": "x" * 6000}, b""), ("POST", {}, b"x" * 6000)):
        page = fetch(board.address(), "/", method=method, headers=headers, body=body)
        assert (page.status, page.end) == (503, "fin")


# The hotspot


def test_lost_hotspot_is_restarted(failing: Failing):
    board = failing(code=BROKEN)
    assert _page(board).status == 503
    board.command("ap down")
    board.wait_for("hotspot is down: starting it again")
    board.wait_for('hotspot up: name "esp_ws_ap-0001"')
    assert fetch(board.address(), "/").status == 503


def test_bad_password_keeps_the_hotspot_off(failing: Failing):
    board = failing(code=BROKEN, files={"settings.toml": 'AP_PASSWORD = "short"\n'})
    board.wait_for("AP_PASSWORD must have 8 to 63 characters; the hotspot stays off")
    board.wait_for("no hotspot: fix AP_PASSWORD in settings.toml")


def test_refused_hotspot_is_retried_after_a_minute(failing: Failing):
    board = failing("--fault", "ap-refused", *NO_USB, code=BROKEN)
    board.wait_for("no error page: the radio did not start the hotspot")
    board.wait_for("retrying code.py in 60 s")
    board.command("fault ap-refused=off")
    skip(board, 61)
    board.wait_for("simulator: reset (SOFTWARE)")
    assert _page(board).status == 503


# The next try


def test_each_pause_is_twice_as_long(failing: Failing):
    board = failing(*NO_USB, code=BROKEN)
    for seconds in (600, 600, 600, 600, 600, 1200, 2400, 4800, 9600, 9600):
        board.wait_for(f"retrying code.py in {seconds} s")
        skip(board, seconds)
    board.wait_for("retrying code.py in 9600 s")


def test_retry_button(failing: Failing):
    board = failing(*NO_USB, code=BROKEN)
    assert "again in 10 minutes" in _page(board).body.decode()
    page = _page(board, "/try-again", "POST")
    assert page.status == 200
    assert "restarting" in page.body.decode()
    board.wait_for("retry requested on the error page")
    board.wait_for("simulator: reset (SOFTWARE)")
    board.wait_for("retrying code.py in", count=2)
    (board.drive / "code.py").write_text(CODE, "utf-8")
    assert fetch(board.address(), "/try-again", method="POST").status == 200
    board.wait_for("server listens on port 80")
    assert fetch(board.address(), "/none").status == 404


def test_failure_and_retry_with_usb_are_no_reset(failing: Failing):
    board = failing(setup="1 / 0")
    assert _page(board, "/try-again", "POST").status == 200
    board.wait_for("error_page.py output:", count=2)
    assert "simulator: reset" not in board.log


def test_minute_of_error_page_ends_the_safe_modes(failing: Failing, nvm: Path):
    board = failing(code=BROKEN)
    board.wait_for("retrying code.py in")
    for _ in range(2):
        board.command("fault hard")
        board.wait_for("safe mode 1 of 8")
        board.wait_for("retrying code.py in")
        skip(board, 61, nvm)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What code.py raises is logged and remembered, and the board comes back."""

import re
from collections.abc import Callable

import pytest

from tests import raw_http
from tests.board import Board
from tests.raw_http import Response, fetch
from tests.raw_websocket import RawWebSocket
from tests.recovery.drive import CODE, record_of

Failing = Callable[..., Board]

NO_USB = ("--fault", "no-usb")


def _error_page(board: Board, path: str = "/", method: str = "GET") -> Response:
    board.wait_until_listening()
    return fetch(board.address(), path, method=method)


# What no restart mends


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("x = = 1\n", "SyntaxError: invalid syntax"),
        ("import no_such_library\n", "ImportError: no module named 'no_such_library'"),
    ],
    ids=["syntax", "import"],
)
def test_an_error_that_no_restart_mends_is_on_the_error_page_at_once(
    failing: Failing, code: str, text: str
):
    board = failing(code=code)
    page = _error_page(board)
    assert page.status == 503
    assert text in page.body.decode().replace("&#39;", "'")
    assert 'File "code.py", line 1' in page.body.decode()
    assert "again: in" not in board.log and "simulator: reset" not in board.log
    board.wait_for("error_page.py output:")
    assert text in board.log


@pytest.mark.parametrize(
    "path", ["/generate_204", "/hotspot-detect.html", "/ncsi.txt", "/ws", "/a/b?c=d"]
)
def test_the_error_page_is_on_every_path(failing: Failing, path: str):
    board = failing(code="x = = 1\n")
    page = _error_page(board, path)
    assert page.status == 503
    assert "SyntaxError" in page.body.decode()
    assert "<script" not in page.body.decode()


def test_the_error_page_needs_no_library(failing: Failing):
    """The one that is missing may be adafruit_logging, which the package's log is made with."""
    board = failing("--blank-path")
    page = _error_page(board)
    assert "ImportError: no module named 'adafruit_" in page.body.decode()


def test_a_broken_package_is_on_the_error_page_too(failing: Failing):
    board = failing(files={"lib/esp_ws_ap/recovery/flight_recorder.py": "x = = 1\n"})
    board.wait_for("no flight record: invalid syntax")
    page = _error_page(board)
    assert "see the serial console" in page.body.decode()
    assert 'File "/lib/esp_ws_ap/recovery/flight_recorder.py", line 1' in board.log


def test_a_traceback_is_shown_as_it_is(failing: Failing):
    board = failing(code="raise SyntaxError('<b>&amp;</b>')\n")
    assert "&lt;b>&amp;amp;&lt;/b>" in _error_page(board).body.decode()


@pytest.mark.parametrize(
    "code",
    [
        "class Silent(Exception):\n    def __str__(self): raise OSError\nraise Silent\n",
        "import sys\nsys.exit()\n",
        "raise MemoryError\n",
    ],
    ids=["str", "exit", "memory"],
)
def test_whatever_ends_the_program_leads_to_the_error_page(failing: Failing, code: str):
    board = failing("--fault", "no-nvm", code=code)
    assert _error_page(board).status == 503
    assert 'File "code.py", line ' in board.log


def test_without_an_error_page_the_board_goes_on_trying(failing: Failing):
    board = failing(
        *NO_USB,
        code="x = = 1\n",
        files={"lib/esp_ws_ap/recovery/error_page.py": None},
        NO_ERROR_PAGE=0.1,
    )
    board.wait_for("no error page: File not found")
    board.wait_for("simulator: reset (SOFTWARE)", count=2)


def test_the_error_page_brings_the_hotspot_up_again(failing: Failing):
    board = failing(code="x = = 1\n")
    assert _error_page(board).status == 503
    board.command("ap down")
    board.wait_for("hotspot is down: starting it again")
    board.wait_for('hotspot up: name "esp_ws_ap"')
    assert fetch(board.address(), "/").status == 503


def test_a_long_request_gets_the_error_page_to_its_end(failing: Failing):
    """What is unread when a socket is closed has the network reset the connection."""
    board = failing(code="x = = 1\n")
    assert _error_page(board).status == 503
    for method, headers, body in (("GET", {"Cookie": "x" * 6000}, b""), ("POST", {}, b"x" * 6000)):
        page = fetch(board.address(), "/", method=method, headers=headers, body=body)
        assert (page.status, page.end) == (503, "fin")


def test_the_error_page_survives_bad_requests(failing: Failing):
    board = failing(code="x = = 1\n")
    assert _error_page(board).status == 503
    for data in (b"", b"\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"x" * 5000):
        with raw_http.connect(board.address()) as phone:
            phone.sendall(data)
    assert fetch(board.address(), "/").status == 503


# A file that is saved


def test_a_saved_file_is_tried_at_once(failing: Failing):
    board = failing(code="x = = 1\n")
    assert _error_page(board).status == 503
    (board.drive / "code.py").write_text(CODE, "utf-8")
    board.command("save")
    board.wait_for("server listens on port 80")
    assert fetch(board.address(), "/none").status == 404
    assert record_of(board)["failing"] == 0


def test_with_a_pc_on_usb_a_failure_does_not_take_the_drive_away(failing: Failing):
    board = failing(setup="1 / 0")
    board.wait_for("error_page.py output:")
    assert "simulator: reset" not in board.log


# Failing again and again


def test_each_failure_waits_twice_as_long_and_the_fifth_shows_the_error_page(failing: Failing):
    board = failing(*NO_USB, setup="1 / 0")
    board.wait_for("error_page.py output:")
    assert re.findall(r"failed boots in a row: (\d) - again in ([\d.]+) s", board.log) == [
        ("1", "0.01"),
        ("2", "0.02"),
        ("3", "0.04"),
        ("4", "0.08"),
    ]
    assert board.log.count("simulator: reset (SOFTWARE)") == 4
    page = _error_page(board).body.decode()
    assert "ZeroDivisionError" in page
    assert "tried again in 10 minutes" in page
    assert page.count("crash: ZeroDivisionError") == 5


def test_somebody_may_have_it_tried_again(failing: Failing):
    board = failing(*NO_USB, setup="1 / 0")
    board.wait_for("error_page.py output:")
    page = _error_page(board, "/try-again", "POST")
    assert page.status == 200
    assert "starts again" in page.body.decode()
    board.wait_for("somebody wants code.py to be tried again")
    board.wait_for("simulator: reset (SOFTWARE)", count=5)
    # It fails again, and the next try by itself is later.
    board.wait_for("code.py is tried again in 1200 s")


def test_with_a_pc_on_usb_another_try_does_not_take_the_drive_away(failing: Failing):
    board = failing(code="x = = 1\n")
    assert _error_page(board, "/try-again", "POST").status == 200
    board.wait_for("error_page.py output:", count=2)
    assert "simulator: reset" not in board.log


def test_a_try_that_succeeds_ends_it(failing: Failing):
    board = failing(*NO_USB, setup="1 / 0")
    assert _error_page(board).status == 503
    (board.drive / "code.py").write_text(CODE, "utf-8")
    _error_page(board, "/try-again", "POST")
    board.wait_for("server listens on port 80")
    assert fetch(board.address(), "/none").status == 404


def test_it_is_tried_again_by_itself(failing: Failing):
    board = failing(*NO_USB, setup="1 / 0", FIRST_PAUSE=1)
    board.wait_for("code.py is tried again in 1 s")
    board.wait_for("code.py is tried again in 2 s")
    _error_page(board, "/try-again", "POST")
    board.wait_for("code.py is tried again in 4 s")


def test_a_boot_that_has_run_for_a_while_ends_the_row(failing: Failing):
    board = failing(*NO_USB, setup="if recorder.failing < 2: 1 / 0", _PROVEN=1)
    board.wait_for("server listens on port 80")
    while record_of(board)["failing"]:
        pass
    assert record_of(board)["writes"] == 2
    board.power_cut()
    board.start()
    board.wait_for("after POWER_ON, 0 failed")


def test_without_nvm_a_failure_shows_the_error_page(failing: Failing):
    board = failing("--fault", "no-nvm", setup="1 / 0", BACK_OFF=0.01)
    page = _error_page(board)
    assert page.status == 503
    assert "see the serial console" in page.body.decode()


def test_without_a_password_the_console_says_why_there_is_no_error_page(failing: Failing):
    board = failing(code="x = = 1\n", files={"settings.toml": 'AP_PASSWORD = "short"\n'})
    board.wait_for("AP_PASSWORD must have 8 to 63 characters; the hotspot stays off")
    board.wait_for("no hotspot: AP_PASSWORD in settings.toml has to be mended")


def test_a_radio_that_refuses_is_tried_again(failing: Failing):
    board = failing("--fault", "ap-refused", *NO_USB, code="x = = 1\n", NO_PAGE=1)
    board.wait_for("no error page: the radio did not open the hotspot")
    board.wait_for("code.py is tried again in 1 s")
    board.command("fault ap-refused=off")
    board.wait_for("simulator: reset (SOFTWARE)")
    assert _error_page(board).status == 503


# What does not end the program


@pytest.mark.parametrize(
    ("setup", "line"),
    [
        ("hub.on_message(lambda client, data: 1 / 0)", "a handler failed: ZeroDivisionError"),
        ("hub.on_open(lambda client: 1 / 0)", "a handler failed: ZeroDivisionError"),
        ("loop.every(0.1, lambda: 1 / 0)", "a timer failed: ZeroDivisionError"),
    ],
    ids=["message", "open", "timer"],
)
def test_a_handler_that_raises_is_remembered_and_the_board_goes_on(
    failing: Failing, setup: str, line: str
):
    board = failing(setup=setup, listening=True)
    with RawWebSocket(board.address()) as client:
        client.send_text("hello")
        board.wait_for(line)
        client.close()
    record = record_of(board)
    assert record["failing"] == 0
    assert any(line in event for event in record["events"])
    assert "Code done running" not in board.log


def test_a_loop_that_cannot_turn_ends_the_program(failing: Failing):
    board = failing(
        *NO_USB, setup="class Broken(Loop):\n    run = None\nloop = Broken()", BACK_OFF=0.01
    )
    board.wait_for("TypeError")
    board.wait_for("again in 0.01 s")


def test_the_record_is_shown_at_the_next_boot(failing: Failing):
    board = failing(*NO_USB, setup="if not recorder.failing: 1 / 0")
    board.wait_for("server listens on port 80")
    log = board.log[board.log.index("boot 2 after SOFTWARE, 1 failed") :]
    assert "the boot before: POWER_ON, ran for" in log
    assert "0 crash: ZeroDivisionError" in log
    assert 'File "code.py", line ' in log


# A person at the console


def test_ctrl_c_ends_the_program_and_no_watchdog_bites(failing: Failing):
    board = failing(listening=True)
    assert board.stop() == 0
    assert "KeyboardInterrupt" in board.log
    assert "has failed" not in board.log


def test_ctrl_c_ends_the_waiting_too(failing: Failing):
    board = failing(*NO_USB, setup="1 / 0", BACK_OFF=1000)
    board.wait_for("again in 1000 s")
    assert board.stop() == 0


def test_the_end_of_the_program_is_its_end(failing: Failing):
    board = failing(code="print('done')\n")
    board.wait_for("Press any key to enter the REPL")
    assert "has failed" not in board.log


def test_code_py_runs_without_the_guard(failing: Failing):
    board = failing(code="1 / 0\n", files={"boot.py": None})
    board.wait_for("code.py output:")
    board.wait_for("Press any key to enter the REPL")

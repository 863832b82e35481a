# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The watchdog is fed while the loop makes progress, and only then."""

from collections.abc import Callable

import pytest

from tests.board import Board
from tests.raw_http import fetch
from tests.raw_websocket import RawWebSocket
from tests.recovery.drive import CODE, record_of

Failing = Callable[..., Board]

HANG = "@loop.every(0.1)\ndef hang():\n    if failing < 1:\n        while True: pass\n"
START = (
    "import microcontroller\nfrom watchdog import WatchDogMode\n"
    "microcontroller.watchdog.mode = None\n"
    "microcontroller.watchdog.timeout = 1\n"
    "microcontroller.watchdog.mode = WatchDogMode.RESET\n"
)


def test_hang_is_reset_and_recorded(failing: Failing):
    board = failing(setup="watchdog = 0.5\n" + HANG)
    board.wait_for("simulator: reset (WATCHDOG)")
    board.wait_for("failed boots in a row: 1 - retrying in")
    board.wait_for("boot 1 after WATCHDOG, failed boots in a row: 1")
    assert "0 boot 1: watchdog" in record_of(board)["events"]


def test_hang_at_every_boot_ends_in_the_error_page(failing: Failing):
    board = failing(code=START.replace("= 1", "= 0.3") + "while True: pass\n")
    board.wait_for("retrying code.py in 600 s")
    assert board.log.count("simulator: reset (WATCHDOG)") == 5
    assert b"boot 5: watchdog" in fetch(board.address(), "/").body


def test_hang_without_nvm_shows_the_error_page(failing: Failing):
    board = failing("--fault", "no-nvm", code=START.replace("= 1", "= 0.3") + "while True: pass\n")
    board.wait_for("retrying code.py in 600 s")
    assert board.log.count("simulator: reset (WATCHDOG)") == 1


def test_long_work_feeds_it(failing: Failing):
    setup = (
        "watchdog = 1\n@hub.on_message\ndef work(client, data):\n"
        "    for _ in range(15):\n        time.sleep(0.1)\n"
        "        microcontroller.watchdog.feed()\n    client.send('done')\n"
    )
    board = failing(setup=setup, listening=True)
    with RawWebSocket(board.address()) as client:
        client.send_text("work")
        assert client.receive_text() == "work"
        assert client.receive_text() == "done"
    assert "simulator: reset" not in board.log


def test_failing_turns_do_not_feed_it(failing: Failing):
    setup = (
        "watchdog = 0.5\nif not failing:\n"
        "    def turn(*arguments):\n        raise OSError(5)\n    loop.turn = turn\n"
    )
    board = failing(setup=setup)
    board.wait_for("a turn of the loop failed: OSError")
    board.wait_for("simulator: reset (WATCHDOG)")
    board.wait_for("server listens")
    assert record_of(board)["failing"] == 1


def test_running_watchdog_is_taken_over(failing: Failing):
    setup = START.replace("= 1", "= 30").replace("RESET", "RAISE") + "watchdog = 0.5\n" + HANG
    board = failing(setup=setup)
    board.wait_for("simulator: reset (WATCHDOG)")


@pytest.mark.parametrize(
    "code",
    ["while True: pass\n", "import wifi\nwifi.radio.connect('home')\n", CODE],
    ids=["import", "connect", "mdns"],
)
def test_hang_during_setup_is_reset(failing: Failing, code: str):
    faults = ("--fault", "mdns-hangs", "--fault", "connect-hangs")
    board = failing(*faults, code=code, SETUP_TIMEOUT=0.5)
    board.wait_for("simulator: reset (WATCHDOG)")
    board.wait_for("failed boots in a row: 1 - retrying in")


def test_none_is_no_watchdog(failing: Failing):
    setup = (
        "watchdog = None\n@loop.every(0.1)\ndef see():\n"
        "    print('watchdog mode', microcontroller.watchdog.mode)\n"
    )
    failing(setup=setup).wait_for("watchdog mode None")


def test_ctrl_c_stops_it(failing: Failing):
    board = failing(
        setup=(
            "try:\n    hotspot.run(server)\nexcept KeyboardInterrupt:\n"
            "    print('watchdog mode', microcontroller.watchdog.mode)\n    raise\n"
        ),
        listening=True,
    )
    assert board.stop() == 0
    assert "watchdog mode None" in board.log and "KeyboardInterrupt" in board.log
    assert "code.py failed" not in board.log


def test_back_off_stops_it(failing: Failing):
    """It runs on after an exception, and nothing feeds it."""
    board = failing("--fault", "no-usb", setup=START + "1 / 0\n", BACK_OFF=2)
    board.wait_for("retrying in 2 s")
    assert "(SOFTWARE)" in board.wait_for("simulator: reset (")

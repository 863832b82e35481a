# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The watchdog is fed while the loop makes progress, and only then."""

from collections.abc import Callable

from tests.board import Board
from tests.raw_http import fetch
from tests.raw_websocket import RawWebSocket
from tests.recovery.drive import record_of

Failing = Callable[..., Board]

NO_USB = ("--fault", "no-usb")
HANG = "@loop.every(0.1)\ndef hang():\n    if recorder.failing < 1:\n        while True: pass\n"


def test_a_loop_that_hangs_is_reset_and_the_next_boot_tells(failing: Failing):
    board = failing(setup="watchdog = 0.5\n" + HANG)
    board.wait_for("simulator: reset (WATCHDOG)")
    board.wait_for("failed boots in a row: 1 - again in")
    board.wait_for("boot 2 after WATCHDOG, 1 failed")
    assert "0 boot 2: watchdog" in record_of(board, 2)["events"]


def test_a_loop_that_hangs_at_every_boot_ends_in_the_error_page(failing: Failing):
    board = failing(setup="watchdog = 0.3\n" + HANG.replace("< 1", "< 9"))
    board.wait_for("code.py is tried again in 600 s", timeout=60)
    assert board.log.count("simulator: reset (WATCHDOG)") == 5
    assert b"boot 6: watchdog" in fetch(board.address(), "/").body


def test_without_nvm_the_first_reset_leads_to_the_error_page(failing: Failing):
    board = failing("--fault", "no-nvm", setup="watchdog = 0.3\n" + HANG.replace("< 1", "< 9"))
    board.wait_for("code.py is tried again in 600 s")
    assert board.log.count("simulator: reset (WATCHDOG)") == 1


def test_a_handler_that_hangs_is_reset(failing: Failing):
    setup = "watchdog = 0.5\n@hub.on_message\ndef hang(client, data):\n    while True: pass\n"
    board = failing(setup=setup, listening=True)
    with RawWebSocket(board.address()) as client:
        client.send_text("hang")
        board.wait_for("simulator: reset (WATCHDOG)")
    assert record_of(board, 2)["failing"] == 1


def test_long_work_that_feeds_it_is_not_reset(failing: Failing):
    setup = (
        "watchdog = 1\n@hub.on_message\ndef work(client, data):\n"
        "    for _ in range(15):\n        time.sleep(0.1)\n"
        "        microcontroller.watchdog.feed()\n    client.send('done')\n"
    )
    board = failing(setup=setup, listening=True)
    with RawWebSocket(board.address()) as client:
        client.send_text("work")
        assert client.receive_text() == "done"
    assert "simulator: reset" not in board.log


def test_a_loop_in_which_every_turn_fails_is_reset(failing: Failing):
    setup = (
        "watchdog = 0.5\nif not recorder.failing:\n"
        "    def turn(*arguments):\n        raise OSError(5)\n    loop.turn = turn\n"
    )
    board = failing(setup=setup)
    board.wait_for("a turn of the loop failed: OSError")
    board.wait_for("simulator: reset (WATCHDOG)")
    assert record_of(board, 2)["failing"] == 1


def test_one_that_runs_already_is_taken_over(failing: Failing):
    setup = (
        "from watchdog import WatchDogMode\nmicrocontroller.watchdog.timeout = 30\n"
        "microcontroller.watchdog.mode = WatchDogMode.RAISE\nwatchdog = 0.5\n" + HANG
    )
    board = failing(setup=setup)
    board.wait_for("simulator: reset (WATCHDOG)")


def test_a_program_may_do_without(failing: Failing):
    setup = (
        "watchdog = None\n@loop.every(0.1)\ndef see():\n"
        "    print('watchdog mode', microcontroller.watchdog.mode)\n"
    )
    failing(setup=setup).wait_for("watchdog mode None")


def test_ctrl_c_leaves_none_behind(failing: Failing):
    board = failing(
        setup=(
            "try:\n    loop.run(server, pool)\nexcept KeyboardInterrupt:\n"
            "    print('watchdog mode', microcontroller.watchdog.mode)\n    raise\n"
        ),
        listening=True,
    )
    assert board.stop() == 0
    assert "watchdog mode None" in board.log


def test_the_waiting_behind_a_crash_is_not_bitten(failing: Failing):
    """The watchdog runs on behind an exception, and nobody feeds it any more."""
    setup = (
        "from watchdog import WatchDogMode\nmicrocontroller.watchdog.timeout = 1\n"
        "microcontroller.watchdog.mode = WatchDogMode.RESET\n1 / 0\n"
    )
    board = failing(*NO_USB, setup=setup, BACK_OFF=2)
    board.wait_for("again in 2 s")
    assert "(SOFTWARE)" in board.wait_for("simulator: reset (")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The commands on standard input. reload, save, reset and fault hard are in test_board.py."""

import pytest

from simulator.console import HELP, obey


@pytest.fixture
def say(bench, printed):
    """Type a command, and return the lines that answer it."""

    def say(line):
        printed.clear()
        obey(bench.board, line)
        return [line.removeprefix("simulator: ").rstrip("\n") for line in printed]

    return say


def test_sockets(bench, say):
    sock, client = bench.pair(address="127.0.0.3")
    lines = say("sockets")
    assert lines[0] == "socket 56: listening at port 80"
    assert lines[1] == "socket 57: port 80 with 127.0.0.3:" + str(client.getsockname()[1])
    assert lines[2:] == [f"socket {number}: free" for number in range(58, 64)]
    assert sock


def test_leave_and_join(bench, say):
    assert say("leave 127.0.0.3") == ["127.0.0.3 has left"]
    assert not bench.network.reachable("127.0.0.3")
    assert say("join 127.0.0.3") == ["127.0.0.3 has joined"]
    assert bench.network.reachable("127.0.0.3")


def test_fault(bench, say):
    assert say("fault partial=0.5") == ["faults: partial=0.5"]
    assert say("fault partial=off") == ["faults: none"]
    assert say("fault rubbish")[0].startswith("no fault is called 'rubbish'")


def test_ap_down(bench, say):
    assert say("ap down") == ["the access point is down"]
    assert not bench.board.radio.ap_active


def test_skip_sets_clocks_forward(board):
    ticks = board.module("supervisor").ticks_ms
    before = ticks()
    obey(board, "skip 60")
    assert 60000 <= (ticks() - before) % (1 << 29) < 70000
    assert 60 <= board.module("time").monotonic() < 70


def test_unknown_command_prints_help(say):
    assert say("what") == HELP.splitlines()


def test_end_of_standard_input_is_ignored(boot):
    board = boot("import time\nwhile True:\n    print('running')\n    time.sleep(0.1)\n")
    board.wait_for("running")
    board.process.stdin.close()
    board.forget()
    board.wait_for("running", count=5)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The panels in ``examples/`` under MicroPython, with a small heap."""

import pytest

from tests.micropython import needs_micropython
from tests.panel.test_examples import Phone
from tests.raw_http import fetch
from tests.small_vm.small_board import booted

pytestmark = needs_micropython


@pytest.mark.parametrize("name, count", [("panel", 15), ("lamp", 4), ("hundred", 100)])
def test_example(name: str, count: int):
    # An ESP32-S3 without PSRAM has less than 100 elements need with four pages.
    heap = "512k" if name == "hundred" else "384k"
    with booted(code=f"examples/{name}.py", heap=heap) as board:
        board.wait_for("server listens")
        assert fetch(board.address(), "/invite.svg").status == 200
        phones = [Phone(board) for _ in range(4)]
        first, second = phones[:2]
        for phone in phones:
            assert len(phone.state) == count
        if name == "panel":
            first.say(press="water_now", n=50)
            assert first.until("text") == "Watering" and second.sees(pumping=True)
            second.wish("name", "湿度")
            assert first.sees(name="湿度")
            second.wish("mode", "None")
            assert second.until("error") == "Mode: 'None' is not one of the options"
            second.wish("fan", 47, drag=True)
            assert first.sees(fan=50) and first.by["fan"] == 2
        elif name == "lamp":
            first.wish("effect", "Rainbow")
            assert second.sees(effect="Rainbow")
        else:
            first.wish("north_limit_1", 3.14)
            assert second.sees(north_limit_1=3.1, north_1=0.14)
        for phone in phones:
            phone.socket.sock.close()
        board.wait_for("disconnected", count=4)
        assert "ERROR" not in board.log

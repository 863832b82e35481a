# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The light of a whole program, as a person sees it on the board."""

from collections.abc import Callable

from tests.board import Board
from tests.raw_websocket import RawWebSocket
from tests.small_vm.small_board import SmallBoard

PROGRAM = """\
import socketpool
import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.http.buffered_pool import BufferedPool
from esp_ws_ap.hub import Hub
from esp_ws_ap.loop import Loop
from esp_ws_ap.settings import Settings
from esp_ws_ap.recovery.status_light import StatusLight

loop = Loop()
light = StatusLight(loop)
settings = Settings()
settings.ap_password = "password"
access_point = AccessPoint(wifi.radio, settings)
access_point.start()
loop.every(1, access_point.check)
pool = BufferedPool(socketpool.SocketPool(wifi.radio), loop)
server = Server(pool)
hub = Hub(loop)
light.follow(access_point, hub)


@server.route("/ws", GET)
def websocket(request):
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    light.show(eval(data), 100)


loop.run(server, pool)
"""


def test_it_shows_how_the_board_is(boot: Callable[..., Board], drive: Callable):
    board = boot(drive=drive(code=PROGRAM))
    board.wait_for("NEOPIXEL is #190800")
    board.wait_for("NEOPIXEL is #000019")
    with RawWebSocket(board.address()) as client:
        board.wait_for("NEOPIXEL is #001900")
        client.send_text("(255, 160, 0)")
        board.wait_for("NEOPIXEL is #ffa000")
        client.send_text("None")
        board.wait_for("NEOPIXEL is #001900", count=2)
    board.command("fault ap-refused")
    board.command("ap down")
    board.wait_for("NEOPIXEL blinks #190000 and off")
    board.command("fault ap-refused=off")
    board.wait_for("NEOPIXEL is #000019")


def test_it_is_off_at_the_end_and_comes_back_with_a_reload(
    boot: Callable[..., Board], drive: Callable
):
    board = boot(drive=drive(code=PROGRAM))
    board.wait_for("NEOPIXEL is #000019")
    board.reload()
    board.wait_for("NEOPIXEL is off")
    board.wait_for("NEOPIXEL is #000019")
    board.stop()
    lights = [line for line in board.log.splitlines() if "NEOPIXEL" in line]
    assert lights[-1] == "simulator: NEOPIXEL is off"
    assert "no status light" not in board.log


def test_a_board_with_a_led_uses_that(boot: Callable[..., Board], drive: Callable):
    board = boot("--fault", "no-neopixel", drive=drive(code=PROGRAM))
    board.wait_for("LED is on")
    board.wait_for("LED blinks on and off")


def test_a_computer_without_pins_goes_on_without(drive: Callable):
    """MicroPython's board has none, and neither ``digitalio`` nor ``neopixel_write``."""
    code = PROGRAM.replace("loop.run(", "light.show((1, 2, 3))\nlight.off()\nloop.run(")
    board = SmallBoard(drive=drive(code=code))
    board.start()
    try:
        board.wait_until_listening()
        board.wait_for("INFO - no status light: ")
        with RawWebSocket(board.address()) as client:
            client.send_text("(1, 2, 3)")
            assert client.close().close_code == 1000
    finally:
        assert board.process
        board.process.kill()
        board.wait()
    assert "ERROR" not in board.log

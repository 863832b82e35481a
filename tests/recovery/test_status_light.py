# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The light on the board: what it shows, on which pin, and a board without one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator import importer
from tests.board import Board
from tests.in_process import Clock, SharedBoard
from tests.raw_http import fetch
from tests.raw_websocket import RawWebSocket

#: As the pixel takes them: green, red, blue, at 10 %.
STARTING = bytes((8, 25, 0))
READY = bytes((0, 0, 25))
CONNECTED = bytes((25, 0, 0))
ERROR = bytes((0, 25, 0))
OFF = bytes(3)


class Bench:
    """
    A hotspot with a hub and a light, on a board with pins. Only a test moves its clock.

    :param SharedBoard shared: The board.
    """

    def __init__(self, shared: SharedBoard) -> None:
        module: Any = shared.board.module
        self.shared = shared
        self.module = module
        self.mark = len(shared.written)
        self.board: Any = module("board")
        self.digitalio: Any = module("digitalio")
        self.radio: Any = module("wifi").radio
        settings = module("esp_ws_ap.settings").Settings()
        settings.ap_password = "password"
        self.hotspot: Any = module("esp_ws_ap.hotspot").Hotspot(self.radio, settings)
        self.hotspot.loop.ticks = self.clock = Clock()
        self.hotspot.loop.now = self.clock()
        self.hotspot.access_point.start()
        self.hub: Any = shared.lib.hub.Hub(self.hotspot)
        self.lights: list[Any] = []

    def light(self, *arguments: Any, **options: Any) -> Any:
        """A light, before the program runs."""
        module = self.module("esp_ws_ap.recovery.status_light")
        self.lights.append(module.StatusLight(self.hotspot, *arguments, **options))
        return self.lights[-1]

    def running(self, *arguments: Any, **options: Any) -> Any:
        """A light of a program that runs."""
        light = self.light(*arguments, **options)
        for function in self.hotspot._on_run:
            function(None)
        return light

    def advance(self, seconds: float) -> None:
        """Let the loop turn while time passes."""
        for _ in range(round(seconds * 4)):
            self.clock.milliseconds += 250
            self.hotspot.loop.turn()

    def restart_ap(self) -> None:
        """Bring the hotspot up again."""
        assert self.hotspot.access_point.start()

    @property
    def pixel(self) -> bytes:
        """What was last sent to the board's pixel."""
        return self.board.NEOPIXEL.written

    @property
    def log(self) -> str:
        """The log of this test."""
        return "".join(self.shared.written[self.mark :])

    def rhythm(self, look: Callable[[], Any], seconds: float = 4) -> list[Any]:
        """What there is to see, each quarter of a second."""
        seen = []
        for _ in range(round(seconds * 4)):
            seen.append(look())
            self.advance(0.25)
        return seen

    def close(self) -> None:
        """Release the pins."""
        for light in self.lights:
            light.off()
        self.board.NEOPIXEL.written = b""
        self.restart_ap()


@pytest.fixture
def bench(shared_board: SharedBoard) -> Iterator[Bench]:
    made = Bench(shared_board)
    yield made
    made.close()


@pytest.fixture
def led(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """A board with a plain LED on IO21 in place of the pixel; a function that reads its level."""
    monkeypatch.delattr(bench.board, "NEOPIXEL")
    monkeypatch.setattr(bench.board, "LED", bench.board.IO21, raising=False)
    return lambda: bench.board.IO21.user.value


# The status


def test_ready_is_blue_and_connected_is_green(bench: Bench):
    bench.running()
    assert bench.pixel == READY
    bench.hub.clients.append("a client")
    bench.advance(0.25)
    assert bench.pixel == CONNECTED
    bench.hub.clients.clear()
    bench.advance(0.25)
    assert bench.pixel == READY


def test_error_blinks_red(bench: Bench):
    bench.running()
    bench.radio.stop_ap()
    bench.advance(1)
    assert bench.rhythm(lambda: bench.pixel) == [ERROR, OFF] * 8
    bench.restart_ap()
    bench.hotspot.page_missing = True
    bench.advance(1)
    assert bench.rhythm(lambda: bench.pixel) == [ERROR, OFF] * 8
    bench.hotspot.page_missing = False
    bench.advance(1)
    assert bench.rhythm(lambda: bench.pixel) == [READY] * 16


def test_error_at_the_start_is_red_at_once(bench: Bench):
    bench.radio.stop_ap()
    bench.running()
    assert bench.pixel == ERROR


def test_unchanged_is_not_written(bench: Bench):
    bench.running()
    bench.board.NEOPIXEL.written = b"untouched"
    bench.advance(5)
    assert bench.pixel == b"untouched"


def test_brightness(bench: Bench):
    bench.running(brightness=100)
    assert bench.pixel == bytes((0, 0, 255))


# A color of the program


def test_color_replaces_the_status(bench: Bench):
    light = bench.running()
    light.show((255, 128, 64), 50)
    assert bench.pixel == bytes((64, 127, 32))
    bench.advance(3)
    assert bench.pixel == bytes((64, 127, 32))
    light.show((255, 128, 64))
    assert bench.pixel == bytes((12, 25, 6))
    light.show((0, 0, 0))
    assert bench.pixel == OFF
    light.show(None)
    assert bench.pixel == READY


def test_color_before_the_program_runs(bench: Bench):
    light = bench.light()
    light.show((300, -5, 200), 150)  # limited to 0 to 255
    assert bench.pixel == bytes((0, 255, 255))
    light.show(None)
    assert bench.pixel == STARTING


def test_error_replaces_a_color(bench: Bench):
    light = bench.running()
    light.show((0, 0, 200), 100)
    bench.radio.stop_ap()
    bench.advance(1)
    light.show((0, 0, 100), 100)
    assert bench.pixel == ERROR
    bench.restart_ap()
    bench.advance(1)
    assert bench.pixel == bytes((0, 0, 100))


@pytest.mark.parametrize("color", [(), (1, 2), (1, 2, 3, 4), ("red", "", ""), 7])
def test_bad_color_is_an_error_and_changes_nothing(bench: Bench, color: Any):
    light = bench.running()
    with pytest.raises((TypeError, ValueError)):
        light.show(color)
    bench.advance(2)
    assert bench.pixel == READY


# The pins


@pytest.mark.parametrize("name", ["waveshare_esp32_s3_zero", "waveshare_esp32_s3_tiny"])
def test_pixel_of_some_boards_takes_red_first(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr(bench.board, "board_id", name)
    bench.light().show((1, 2, 3), 100)
    assert bench.pixel == bytes((1, 2, 3))


def test_pixel_on_another_pin(bench: Bench):
    bench.light(bench.board.IO5).show((1, 2, 3), 100)
    assert bench.board.IO5.written == bytes((2, 1, 3))
    bench.light(bench.board.IO6, order="BRG").show((1, 2, 3), 100)
    assert bench.board.IO6.written == bytes((3, 1, 2))
    assert bench.pixel == b""


def test_led_on_another_pin(bench: Bench):
    light = bench.light(bench.board.IO5, neopixel=False)
    assert bench.board.IO5.user.value is True
    light.show((0, 0, 0))
    assert bench.board.IO5.user.value is False


def test_power_of_the_pixel(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    power = bench.board.IO38
    monkeypatch.setattr(bench.board, "NEOPIXEL_POWER", power, raising=False)
    light = bench.light()
    assert power.user.direction is bench.digitalio.Direction.OUTPUT
    assert power.user.value is True
    assert bench.pixel == STARTING
    light.off()
    assert power.user is None


def test_power_pin_in_use(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bench.board, "NEOPIXEL_POWER", bench.board.IO38, raising=False)
    with bench.digitalio.DigitalInOut(bench.board.IO38) as theirs:
        light = bench.light()
        assert bench.pixel == STARTING
        light.off()
        assert bench.board.IO38.user is theirs


@pytest.mark.parametrize("reason", ["IO48 in use", "the board has none", "no module named 'board'"])
def test_board_without_a_light_is_logged(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, reason: str
):
    pin = bench.digitalio.DigitalInOut(bench.board.NEOPIXEL) if "use" in reason else None
    if "none" in reason:
        monkeypatch.delattr(bench.board, "NEOPIXEL")
    if "module" in reason:
        monkeypatch.setattr(importer, "_CORE", importer._CORE - {"board"})
        world: Any = bench.shared.board.world
        monkeypatch.delitem(world.modules, "board")
    light = bench.running()
    light.show((1, 2, 3))
    bench.advance(2)
    light.off()
    assert bench.log.count("INFO - no status light: " + reason) == 1
    if pin:
        pin.deinit()
        assert bench.pixel == b""


def test_failing_driver_is_logged_once(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    def fail(pin: Any, data: bytes) -> None:
        raise OSError("no channel")

    monkeypatch.setattr(bench.module("neopixel_write"), "neopixel_write", fail)
    light = bench.running()
    light.show((1, 2, 3))
    bench.advance(2)
    assert bench.log.count("ERROR - status light failed: OSError: no channel") == 1


def test_off_releases_the_pin(bench: Bench):
    light = bench.running()
    light.off()
    light.show((255, 255, 255), 100)
    bench.advance(2)
    assert bench.pixel == OFF
    bench.digitalio.DigitalInOut(bench.board.NEOPIXEL).deinit()


# A plain LED: each status has a rhythm


@pytest.mark.parametrize(
    ("status", "rhythm"),
    [
        ("ready", [True, *[False] * 7]),
        ("connected", [False, *[True] * 7]),
        ("error", [True, False] * 4),
    ],
)
def test_led_has_a_rhythm(bench: Bench, led: Callable, status: str, rhythm: list[bool]):
    starting = bench.light()
    assert led()
    starting.off()
    if status == "connected":
        bench.hub.clients.append("a client")
    if status == "error":
        bench.radio.stop_ap()
    bench.running()
    assert bench.rhythm(led) == rhythm * 2
    bench.hub.clients.clear()


def test_led_is_off_for_black(bench: Bench, led: Callable):
    light = bench.running()
    light.show((0, 9, 0), 100)
    assert bench.rhythm(led) == [True] * 16
    light.show((0, 0, 0))
    assert bench.rhythm(led) == [False] * 16


@pytest.mark.parametrize("how", ["LED_INVERTED", "XIAO", "by hand"])
def test_inverted_led(bench: Bench, led: Callable, monkeypatch: pytest.MonkeyPatch, how: str):
    if how == "LED_INVERTED":
        monkeypatch.setattr(bench.board, "LED_INVERTED", bench.board.IO21, raising=False)
    if how == "XIAO":
        monkeypatch.setattr(bench.board, "board_id", "seeed_xiao_esp32_s3_sense")
    if how == "by hand":
        light = bench.running(bench.board.IO21, neopixel=False, inverted=True)
    else:
        light = bench.running()
    assert bench.rhythm(led) == [False, *[True] * 7] * 2
    light.show((0, 0, 0))
    assert led() is True


# A whole program


PROGRAM = """\
import wifi
from adafruit_httpserver import GET, Server

from esp_ws_ap.hotspot import Hotspot
from esp_ws_ap.hub import Hub
from esp_ws_ap.recovery.status_light import StatusLight

hotspot = Hotspot(wifi.radio)
light = StatusLight(hotspot)
hotspot.start_ap()
server = Server(hotspot.pool, "/static")
hub = Hub(hotspot)


@server.route("/ws", GET)
def websocket(request):
    return hub.upgrade(request)


@hub.on_message
def message(client, data):
    light.show(eval(data), 100)


hotspot.run(server)
"""


def test_program(boot: Callable[..., Board], drive: Callable):
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


def test_reload_of_a_program(boot: Callable[..., Board], drive: Callable):
    board = boot(drive=drive(code=PROGRAM))
    assert fetch(board.address(), "/none").status == 404  # the loop runs
    board.reload()
    board.wait_for("NEOPIXEL is off")
    board.wait_for("NEOPIXEL is #000019")
    assert "no status light" not in board.log

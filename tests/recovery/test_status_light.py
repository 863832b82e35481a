# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The light on the board: what it shows, on which pin, and what it does without one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulator import importer
from tests.network import Network

#: As the pixel takes them: green, red, blue, at 10 %.
STARTING = bytes((8, 25, 0))
READY = bytes((0, 0, 25))
CONNECTED = bytes((25, 0, 0))
ERROR = bytes((0, 25, 0))
OFF = bytes(3)


class Bench:
    """
    A hotspot, a hub, a board with pins, and lights that are gone at the end.

    :param Network network: Where the rest is.
    """

    def __init__(self, network: Network) -> None:
        module = network.board.module
        self.network = network
        self.board: Any = module("board")
        self.digitalio: Any = module("digitalio")
        self.hub = network.hub()
        self.radio = module("wifi").radio
        settings = module("esp_ws_ap.settings").Settings()
        settings.ap_password = "password"
        self.access_point = module("esp_ws_ap.network.access_point").AccessPoint(
            self.radio, settings
        )
        self.access_point.start()
        self.lights: list[Any] = []

    def light(self, *arguments: Any, **options: Any) -> Any:
        """A light, not following anything yet."""
        module: Any = self.network.board.module("esp_ws_ap.recovery.status_light")
        light = module.StatusLight(self.network.loop, *arguments, **options)
        self.lights.append(light)
        return light

    def following(self, *arguments: Any, **options: Any) -> Any:
        """A light that follows the hotspot and the hub."""
        light = self.light(*arguments, **options)
        light.follow(self.access_point, self.hub)
        return light

    @property
    def pixel(self) -> bytes:
        """What was last sent to the board's pixel."""
        return self.board.NEOPIXEL.written

    def rhythm(self, look: Callable[[], Any], seconds: float = 4) -> list[Any]:
        """What there is to see, each quarter of a second."""
        seen = []
        for _ in range(round(seconds * 4)):
            seen.append(look())
            self.network.advance(0.25)
        return seen

    def close(self) -> None:
        """Give the pins back."""
        for light in self.lights:
            light.off()
        self.board.NEOPIXEL.written = b""
        self.access_point.start()


@pytest.fixture
def bench(network: Network) -> Iterator[Bench]:
    made = Bench(network)
    yield made
    made.close()


@pytest.fixture
def led(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """A board with a plain LED on IO21 in place of the pixel; a function that reads its level."""
    monkeypatch.delattr(bench.board, "NEOPIXEL")
    monkeypatch.setattr(bench.board, "LED", bench.board.IO21, raising=False)
    return lambda: bench.board.IO21.user.value


# The status


def test_it_is_amber_from_the_beginning(bench: Bench):
    bench.light()
    assert bench.pixel == STARTING
    bench.network.advance(2)
    assert bench.pixel == STARTING


def test_it_is_blue_when_the_hotspot_is_up_and_green_with_a_client(bench: Bench):
    bench.following()
    assert bench.pixel == READY
    with bench.network.websocket() as client:
        bench.network.until(lambda: bench.hub.clients)
        bench.network.advance(0.25)
        assert bench.pixel == CONNECTED
        client.close()
    bench.network.until(lambda: not bench.hub.clients)
    bench.network.advance(0.25)
    assert bench.pixel == READY


def test_it_blinks_red_while_the_hotspot_is_down(bench: Bench):
    bench.following()
    bench.radio.stop_ap()
    bench.network.advance(1)
    assert bench.rhythm(lambda: bench.pixel) == [ERROR, OFF] * 8
    bench.access_point.check()
    bench.network.until(lambda: bench.access_point.active)
    bench.network.advance(1)
    assert bench.rhythm(lambda: bench.pixel) == [READY] * 16


def test_it_is_red_at_once_when_the_hotspot_did_not_start(bench: Bench):
    bench.radio.stop_ap()
    bench.following()
    assert bench.pixel == ERROR


def test_nothing_is_written_while_nothing_changes(bench: Bench):
    bench.following()
    bench.board.NEOPIXEL.written = b"untouched"
    bench.network.advance(5)
    assert bench.pixel == b"untouched"


def test_its_brightness_can_be_chosen(bench: Bench):
    bench.following(brightness=100)
    assert bench.pixel == bytes((0, 0, 255))


# The program's own colour


def test_a_colour_takes_the_place_of_the_status(bench: Bench):
    light = bench.following()
    light.show((255, 128, 64), 50)
    assert bench.pixel == bytes((64, 127, 32))
    bench.network.advance(3)
    assert bench.pixel == bytes((64, 127, 32))
    light.show((255, 128, 64))
    assert bench.pixel == bytes((12, 25, 6))
    light.show((0, 0, 0))
    assert bench.pixel == OFF
    light.show(None)
    assert bench.pixel == READY


def test_a_colour_can_be_shown_before_anything_is_followed(bench: Bench):
    light = bench.light()
    light.show((0, 0, 200), 100)
    assert bench.pixel == bytes((0, 0, 200))
    light.show(None)
    assert bench.pixel == STARTING


def test_an_error_shows_in_spite_of_a_colour(bench: Bench):
    light = bench.following()
    light.show((0, 0, 200), 100)
    bench.radio.stop_ap()
    bench.network.advance(1)
    light.show((0, 0, 100), 100)
    assert bench.pixel == ERROR
    bench.access_point.check()
    bench.network.until(lambda: bench.access_point.active)
    bench.network.advance(1)
    assert bench.pixel == bytes((0, 0, 100))


def test_too_much_is_as_bright_as_can_be(bench: Bench):
    light = bench.light()
    light.show((300, -5, 255), 200)
    assert bench.pixel == bytes((0, 255, 255))


@pytest.mark.parametrize("colour", [(1, 2), ("red", "", ""), 7])
def test_what_is_no_colour_changes_nothing(bench: Bench, colour: Any):
    light = bench.following()
    with pytest.raises((TypeError, ValueError, IndexError)):
        light.show(colour)
    bench.network.advance(2)
    assert bench.pixel == READY


# The pins


@pytest.mark.parametrize("name", ["waveshare_esp32_s3_zero", "waveshare_esp32_s3_tiny"])
def test_some_boards_have_a_pixel_that_takes_red_first(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr(bench.board, "board_id", name)
    bench.light().show((1, 2, 3), 100)
    assert bench.pixel == bytes((1, 2, 3))


def test_another_pixel_hangs_on_another_pin(bench: Bench):
    bench.light(bench.board.IO5).show((1, 2, 3), 100)
    assert bench.board.IO5.written == bytes((2, 1, 3))
    bench.light(bench.board.IO6, order="BRG").show((1, 2, 3), 100)
    assert bench.board.IO6.written == bytes((3, 1, 2))
    assert bench.pixel == b""


def test_a_led_hangs_on_another_pin(bench: Bench):
    light = bench.light(bench.board.IO5, neopixel=False)
    assert bench.board.IO5.user.value is True
    light.show((0, 0, 0))
    assert bench.board.IO5.user.value is False


def test_the_pixels_power_is_switched_on(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    power = bench.board.IO38
    monkeypatch.setattr(bench.board, "NEOPIXEL_POWER", power, raising=False)
    light = bench.light()
    assert power.user.direction is bench.digitalio.Direction.OUTPUT
    assert power.user.value is True
    assert bench.pixel == STARTING
    light.off()
    assert power.user is None


def test_power_that_somebody_else_has_is_left_to_him(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bench.board, "NEOPIXEL_POWER", bench.board.IO38, raising=False)
    with bench.digitalio.DigitalInOut(bench.board.IO38) as theirs:
        light = bench.light()
        assert bench.pixel == STARTING
        light.off()
        assert bench.board.IO38.user is theirs


def test_a_pin_in_use_is_logged_and_the_program_goes_on(bench: Bench):
    with bench.digitalio.DigitalInOut(bench.board.NEOPIXEL):
        light = bench.following()
        light.show((1, 2, 3))
        bench.network.advance(2)
        light.off()
    assert bench.network.log.count("INFO - no status light: IO48 in use") == 1
    assert bench.pixel == b""


def test_a_board_without_a_light(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(bench.board, "NEOPIXEL")
    light = bench.following()
    light.show((1, 2, 3))
    bench.network.advance(2)
    light.off()
    assert bench.network.log.count("INFO - no status light: the board has none") == 1


def test_a_computer_without_pins(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importer, "_CORE", importer._CORE - {"board"})
    monkeypatch.delitem(bench.network.board.world.modules, "board")
    light = bench.following()
    light.show((1, 2, 3))
    bench.network.advance(2)
    light.off()
    assert bench.network.log.count("INFO - no status light: no module named 'board'") == 1


def test_a_driver_that_fails_is_logged_once(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    def fail(pin: Any, data: bytes) -> None:
        raise OSError("no channel")

    monkeypatch.setattr(bench.network.board.module("neopixel_write"), "neopixel_write", fail)
    light = bench.following()
    light.show((1, 2, 3))
    bench.network.advance(2)
    assert bench.network.errors() == ["ERROR - status light lost: OSError: no channel"]


def test_off_switches_it_off_for_good_and_frees_its_pin(bench: Bench):
    light = bench.following()
    light.off()
    light.show((255, 255, 255), 100)
    bench.network.advance(2)
    assert bench.pixel == OFF
    bench.digitalio.DigitalInOut(bench.board.NEOPIXEL).deinit()


# A plain LED: each state has a rhythm


def test_a_led_is_on_while_the_program_starts(bench: Bench, led: Callable):
    bench.light()
    assert bench.rhythm(led) == [True] * 16


def test_a_led_flashes_when_ready(bench: Bench, led: Callable):
    bench.following()
    assert bench.rhythm(led) == [True, *[False] * 7] * 2


def test_a_led_shines_with_gaps_when_connected(bench: Bench, led: Callable):
    with bench.network.websocket():
        bench.network.until(lambda: bench.hub.clients)
        bench.following()
        assert bench.rhythm(led) == [False, *[True] * 7] * 2


def test_a_led_blinks_on_an_error(bench: Bench, led: Callable):
    bench.radio.stop_ap()
    bench.following()
    assert bench.rhythm(led) == [True, False] * 8


def test_a_led_shows_whether_a_colour_is_black(bench: Bench, led: Callable):
    light = bench.following()
    light.show((0, 9, 0), 100)
    assert bench.rhythm(led) == [True] * 16
    light.show((0, 0, 0))
    assert bench.rhythm(led) == [False] * 16


@pytest.mark.parametrize("how", ["LED_INVERTED", "XIAO", "by hand"])
def test_a_led_that_shines_while_its_pin_is_low(
    bench: Bench, led: Callable, monkeypatch: pytest.MonkeyPatch, how: str
):
    if how == "LED_INVERTED":
        monkeypatch.setattr(bench.board, "LED_INVERTED", bench.board.IO21, raising=False)
    if how == "XIAO":
        monkeypatch.setattr(bench.board, "board_id", "seeed_xiao_esp32_s3_sense")
    if how == "by hand":
        light = bench.following(bench.board.IO21, neopixel=False, inverted=True)
    else:
        light = bench.following()
    assert bench.rhythm(led) == [False, *[True] * 7] * 2
    light.show((0, 0, 0))
    assert led() is True

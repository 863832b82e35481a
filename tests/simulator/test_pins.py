# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Pins and the light on one of them, with board, digitalio and neopixel_write."""

import threading

import pytest

from simulator import pins
from simulator.pins import Light


@pytest.fixture
def digitalio(board):
    return board.module("digitalio")


@pytest.fixture
def names(board):
    return board.module("board")


def test_board_names(names):
    assert names.board_id == "espressif_esp32s3_devkitc_1_n8r8"
    assert names.NEOPIXEL is names.IO48
    assert (names.TX, names.RX) == (names.IO43, names.IO44)
    assert not {"IO22", "IO34", "LED", "SDA", "NEOPIXEL_POWER", "DISPLAY"} & set(dir(names))


def test_board_names_under_faults(make_board):
    names = make_board(faults=["no-neopixel", "display"]).module("board")
    assert names.LED is names.IO21 and names.DISPLAY
    assert not hasattr(names, "NEOPIXEL")


def test_pin_in_use_is_valueerror(names, digitalio):
    first = digitalio.DigitalInOut(names.NEOPIXEL)
    with pytest.raises(ValueError, match=r"^IO48 in use$"):
        digitalio.DigitalInOut(names.IO48)
    first.deinit()
    first.deinit()
    with digitalio.DigitalInOut(names.IO48):
        pass
    digitalio.DigitalInOut(names.IO48)


def test_pin_of_other_type_is_typeerror(digitalio):
    with pytest.raises(TypeError, match=r"^pin must be of type Pin, not int$"):
        digitalio.DigitalInOut(48)


def test_output(names, digitalio):
    output = digitalio.DigitalInOut(names.IO5)
    assert output.direction is digitalio.Direction.INPUT
    with pytest.raises(AttributeError, match=r"^Cannot set value when direction is input\.$"):
        output.value = True
    output.switch_to_output(True)
    assert output.value is True
    output.value = 0
    assert output.value is False
    assert output.drive_mode is digitalio.DriveMode.PUSH_PULL
    with pytest.raises(AttributeError, match=r"^Pull not used when direction is output\.$"):
        output.pull = None
    output.direction = digitalio.Direction.INPUT
    with pytest.raises(AttributeError, match=r"^Drive mode not used"):
        output.drive_mode = digitalio.DriveMode.OPEN_DRAIN
    with pytest.raises(ValueError, match=r"^Invalid direction$"):
        output.direction = "out"


def test_input_reads_pull(names, digitalio):
    button = digitalio.DigitalInOut(names.IO0)
    assert button.value is False
    button.switch_to_input(digitalio.Pull.UP)
    assert button.value is True and button.pull is digitalio.Pull.UP


def test_deinitialized_pin_is_valueerror(board, names, digitalio):
    closed = digitalio.DigitalInOut(names.IO5)
    closed.deinit()
    write = board.module("neopixel_write").neopixel_write
    for use in (
        lambda: closed.value,
        lambda: closed.direction,
        lambda: setattr(closed, "value", 1),
        closed.switch_to_output,
        closed.switch_to_input,
        lambda: write(closed, b""),
    ):
        with pytest.raises(ValueError, match=r"^Object has been deinitialized"):
            use()


def test_neopixel_write(board, names, digitalio, printed):
    output = digitalio.DigitalInOut(names.NEOPIXEL)
    output.switch_to_output()
    write = board.module("neopixel_write").neopixel_write
    write(output, bytearray((1, 2, 3)))
    assert names.NEOPIXEL.written == b"\1\2\3"
    assert printed == ["simulator: NEOPIXEL is #020103\n"]
    with pytest.raises(TypeError, match=r"^digitalinout must be of type DigitalInOut, not Pin$"):
        write(names.NEOPIXEL, b"\0\0\0")
    with pytest.raises(TypeError, match=r"^object with buffer protocol required$"):
        write(output, (1, 2, 3))


@pytest.mark.parametrize("name", ["analogio", "pwmio"])
def test_pins_work_in_blinkas_modules(board, names, name):
    module = board.module(name)
    if name == "analogio":
        assert 0 <= module.AnalogIn(names.IO1).value <= 65535
    else:
        assert module.PWMOut(names.IO1, duty_cycle=65535).duty_cycle == 65535


def test_reload_keeps_neopixel_and_clears_led(make_board, printed):
    for faults in ([], ["no-neopixel"]):
        board = make_board(faults=faults)
        names = board.module("board")
        output = board.module("digitalio").DigitalInOut(names.LED if faults else names.NEOPIXEL)
        output.switch_to_output(True)
        board.module("neopixel_write").neopixel_write(output, b"\1\2\3")
        board._end()
        board._begin()
        board.module("board")
    assert [line.split()[1:] for line in printed] == [
        ["NEOPIXEL", "is", "#020103"],
        ["LED", "is", "on"],
        ["LED", "is", "off"],
    ]


# The light's lines on the console


class Watcher:
    """Collects what a light prints, on a clock that the test moves."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        self.told = []
        self.waiting = None
        self.light = Light("NEOPIXEL", self.told.append)
        monkeypatch.setattr(pins.time, "monotonic", lambda: self.now)

    def show(self, color, after):
        self.now += after
        self.light.show(color)

    def lines(self):
        told = [line.removeprefix("NEOPIXEL ") for line in self.told]
        self.told.clear()
        return told


@pytest.fixture
def watcher(monkeypatch):
    made = Watcher(monkeypatch)
    yield made
    if made.light._timer is not None:
        made.light._timer.cancel()


def test_steady_color_is_printed_once(watcher):
    for color in ("#000019", "#000019", "#001900", "off"):
        watcher.show(color, 5)
    assert watcher.lines() == ["is #000019", "is #001900", "is off"]


def test_blinking_is_printed_once(watcher):
    for number in range(100):
        watcher.show("off" if number % 2 else "#190000", 0.3)
    assert watcher.lines() == ["is #190000", "is off", "blinks #190000 and off"]
    watcher.show("#000019", 0.3)
    assert watcher.lines() == ["is #000019"]


def test_slow_blinking(watcher):
    for _ in range(20):
        watcher.show("on", 1.75)
        watcher.show("off", 0.25)
    assert watcher.lines() == ["is on", "is off", "blinks on and off"]


def test_fading_prints_little_and_its_end(watcher):
    for number in range(100):
        watcher.show(f"#0000{number:02x}", 0.01)
    assert len(watcher.lines()) <= 3
    timers = [each for each in threading.enumerate() if each is watcher.light._timer]
    for timer in timers:
        timer.join(10)
    assert watcher.lines() == ["is #000063"]

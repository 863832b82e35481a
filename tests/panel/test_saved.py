# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Values that survive a power cut, in as few writes as possible."""

import json
import struct
from binascii import crc32
from collections.abc import Callable
from typing import Any

import pytest

from tests.in_process import Network
from tests.panel.conftest import Page

START, END = 2624, 3712

Boot = Callable[[], Any]


@pytest.fixture
def memory(network: Network, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module that writes, with a memory that was never written."""
    module = network.board.module("esp_ws_ap.nonvolatile")
    monkeypatch.setattr(module, "memory", bytearray(b"\xff" * 8192))
    monkeypatch.setattr(module, "writes", 0)
    return module


@pytest.fixture
def boot(network: Network, memory: Any) -> Boot:
    """A function that starts a program with three saved values, each time from the memory alone."""
    module = network.board.module("esp_ws_ap.panel")

    def start() -> Any:
        panel = module.Panel(network.lib.hub.Hub(loop=network.loop))
        panel.slider("Fan", 0, 100, 5, save=True)
        panel.select("Mode", ("Auto", "On"), save=True)
        panel.text("Name", "Ada", length=20, save=True)
        panel.slider("Not saved")
        return panel

    return start


def values(panel: Any) -> list:
    return [element.value for element in panel.elements]


def stored(memory: Any) -> Any:
    """The values in the memory."""
    _, size, checksum = struct.unpack("<HHI", memory.memory[START : START + 8])
    data = memory.memory[START + 8 : START + 8 + size]
    assert crc32(data) == checksum and memory.memory[:START] == b"\xff" * START
    assert memory.memory[END:] == b"\xff" * (8192 - END)
    return json.loads(data)


def test_survives(network: Network, memory: Any, boot: Boot):
    panel = boot()
    network.advance(20)
    assert memory.writes == 0
    panel.ask("fan", 30)
    panel.elements[1].value = "On"  # by the program
    panel.ask("not_saved", 30)
    network.advance(1.5)
    assert memory.writes == 0
    network.advance(2)
    assert memory.writes == 1 and stored(memory) == {"fan": 30, "mode": "On", "name": "Ada"}
    assert values(boot()) == [30, "On", "Ada", 0]
    panel.ask("name", "Grace Hopper \u6e7f")
    network.advance(15)  # and the power fails
    assert values(boot()) == [30, "On", "Grace Hopper \u6e7f", 0]
    panel.ask("name", "Grace")
    network.advance(3)
    panel.ask("name", "Grace Hopper \u6e7f")
    network.advance(15)
    assert memory.writes == 2, "the same content is not written again"


def test_not_in_the_first_10_seconds(network: Network, memory: Any, boot: Boot):
    panel = boot()
    panel.ask("fan", 30)
    network.advance(8)
    assert memory.writes == 0
    network.advance(7)
    assert memory.writes == 1


def test_changes_without_rest_are_saved_within_15_seconds(
    network: Network, memory: Any, boot: Boot
):
    panel = boot()
    network.advance(20)
    panel.ask("mode", "On")
    for number in range(15):
        panel.ask("fan", number)
        network.advance(1)
    assert stored(memory)["mode"] == "On"


def test_1000_drags_in_10_minutes(network: Network, memory: Any, boot: Boot):
    panel = boot()
    for number in range(1000):
        panel.ask("fan", 1 + number % 100)
        network.advance(0.6)
    assert 18 <= memory.writes <= 20
    network.advance(300)
    assert stored(memory)["fan"] == 100


def test_shutdown_saves(network: Network, memory: Any, boot: Boot, monkeypatch):
    panel = boot()
    panel.ask("fan", 30)
    monkeypatch.setattr(network.lib.loop, "sleep", lambda seconds: None)
    network.loop.shut_down()
    assert stored(memory)["fan"] == 30


DEFAULTS = [5, "Auto", "Ada", 0]
DAMAGED = "WARNING - the saved values are damaged: the panel begins without them"


def record(data: Any, checksum: int = 0) -> bytes:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return struct.pack("<HHI", 0x5650, len(data), crc32(data) ^ checksum) + data


@pytest.mark.parametrize(
    "content, result, line",
    [
        (b"", DEFAULTS, None),
        (bytes(100), DEFAULTS, None),
        (b"\x50\x56" + b"\xff" * 100, DEFAULTS, DAMAGED),
        (record({"fan": 9}, 1), DEFAULTS, DAMAGED),
        (record(b"[1]"), DEFAULTS, DAMAGED),
        (record(b"\xff\xfe"), DEFAULTS, DAMAGED),
        (record(b"{nonsense"), DEFAULTS, DAMAGED),
        (record({"fan": 9, "gone": 5}), [9, "Auto", "Ada", 0], None),
        (
            record({"fan": 101, "mode": "On"}),
            [5, "On", "Ada", 0],
            "WARNING - a saved value is not used: Fan: 101 is not 0 to 100",
        ),
        (
            record({"fan": 1, "mode": "Heat"}),
            [1, "Auto", "Ada", 0],
            "WARNING - a saved value is not used: Mode: 'Heat' is not one of the options",
        ),
        (
            record({"name": 5}),
            DEFAULTS,
            "WARNING - a saved value is not used: Name: 5 is not a text",
        ),
    ],
)
def test_checked_when_read(
    network: Network, memory: Any, boot: Boot, content: bytes, result: list, line: str | None
):
    memory.memory[START : START + len(content)] = content
    assert values(boot()) == result
    warnings = [text for text in network.log if text.startswith("WARNING")]
    assert warnings == ([line] if line else [])


class Full(bytearray):
    """A memory that finds no block on the heap."""

    def __getitem__(self, index: Any) -> Any:
        raise MemoryError


def test_lack_of_memory_means_later(network: Network, memory: Any, boot: Boot, monkeypatch):
    memory.memory[START : START + 18] = record({"fan": 9})
    full = Full(memory.memory)
    good = memory.memory
    monkeypatch.setattr(memory, "memory", full)
    panel = boot()
    panel.ask("mode", "On")
    network.advance(20)
    assert values(panel) == [5, "On", "Ada", 0]
    monkeypatch.setattr(memory, "memory", good)
    network.advance(30)
    assert stored(memory) == {"fan": 9, "mode": "On", "name": "Ada"}
    monkeypatch.setattr(memory, "memory", full)
    panel.ask("fan", 10)
    network.advance(30)
    monkeypatch.setattr(memory, "memory", good)
    network.advance(11)
    assert stored(memory)["fan"] == 10


def test_no_memory_at_all(network: Network, memory: Any, boot: Boot, monkeypatch):
    monkeypatch.setattr(memory, "memory", None)
    panel = boot()
    panel.ask("fan", 30)
    network.advance(60)
    line = "WARNING - the panel cannot save values: the board has no nvm"
    assert values(panel)[0] == 30 and network.log.count(line) == 1


def test_a_page_is_told_what_was_saved(network: Network, memory: Any):
    module = network.board.module("esp_ws_ap.panel")
    memory.memory[START : START + 18] = record({"fan": 9})
    panel = module.Panel(network.hub())
    panel.slider("Fan", save=True)
    assert Page(network).hello()[1]["elements"][0]["value"] == 9

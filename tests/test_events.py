# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Events have a list of handlers, and a mistake in registering one is a message at that line."""

from pathlib import Path
from typing import Any

import pytest

from esp_ws_ap.events import Event, check_handler
from tests.micropython import needs_micropython, run_script


class Door:
    """Has an event."""

    on_open = Event("door.on_open")

    def __init__(self) -> None:
        self._on_open: list = []


@pytest.fixture
def door() -> Any:
    """A door without handlers."""
    return Door()


def test_event_has_several_handlers(door: Any):
    @door.on_open
    def one():
        pass

    two = door.on_open(lambda: None)
    assert door._on_open == [one, two]
    assert Door()._on_open == []


def test_assignment_is_an_attribute_error(door: Any):
    with pytest.raises(AttributeError, match=r"write @door\.on_open above the function"):
        door.on_open = print
    assert door._on_open == []


@pytest.mark.parametrize("arguments", [(), (None,), (1,), ("open",)])
def test_parentheses_are_a_type_error(door: Any, arguments: tuple):
    with pytest.raises(TypeError, match=r"write @door.on_open above the function, without \(\)"):
        door.on_open(*arguments)
    assert door._on_open == []


async def _async() -> None:
    pass


async def _async_generator():
    yield


def _generator():
    yield


@pytest.mark.parametrize("handler", [_async, _async_generator, _generator])
def test_coroutine_is_a_type_error(door: Any, handler: Any):
    with pytest.raises(TypeError, match="@door.on_open takes a plain function: def, not async def"):
        door.on_open(handler)
    assert door._on_open == []


class _Callable:
    def __call__(self) -> None:
        pass

    def method(self) -> None:
        pass


@pytest.mark.parametrize("handler", [print, lambda: 0, _Callable(), _Callable().method, _Callable])
def test_callable_is_a_handler(handler: Any):
    check_handler(handler, "@on_open")


@needs_micropython
def test_on_micropython(tmp_path: Path):
    """The board's language has no co_flags, and makes a generator of every coroutine."""
    script = tmp_path / "program.py"
    script.write_text("""
from esp_ws_ap.events import Event

class Door:
    on_open = Event("door.on_open")

    def __init__(self):
        self._on_open = []

    def method(self):
        pass

def plain():
    pass

def generator():
    yield

async def coroutine():
    pass

door = Door()
print(door.on_open(plain) is plain, len(door._on_open))
for handler in (print, lambda: 0, door.method, Door):
    door.on_open(handler)
print(len(door._on_open))
for handler in (None, 1, generator, coroutine):
    try:
        door.on_open(handler)
    except TypeError as error:
        print(error)
try:
    door.on_open()
except TypeError as error:
    print(error)
try:
    door.on_open = plain
except AttributeError as error:
    print(error)
""")
    parentheses = "write @door.on_open above the function, without ()"
    coroutine = "@door.on_open takes a plain function: def, not async def, and without yield"
    assert run_script(script, heap="192k") == [
        "True 1",
        "5",
        *(parentheses, parentheses, coroutine, coroutine, parentheses),
        "an event cannot be assigned: write @door.on_open above the function",
    ]

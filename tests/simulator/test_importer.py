# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Where modules come from."""

import sys

import pytest

ABSENT = """
    typing functools itertools dataclasses enum contextlib asyncio threading logging socket
    base64 hmac copy abc unittest pathlib urllib http string datetime uuid queue
    simulator future pytest
""".split()


@pytest.mark.parametrize("name", ABSENT)
def test_a_module_that_the_board_lacks(run, name):
    source = f"try:\n    import {name}\nexcept ImportError as error:\n    print(error)\n"
    assert run(source) == f"no module named '{name}'\n"


CORE = """
    array atexit binascii board busio collections digitalio errno espidf gc hashlib io ipaddress
    json math mdns microcontroller micropython nvm os random re rtc select socketpool ssl storage
    struct supervisor sys time traceback warnings watchdog wifi zlib __future__ analogio pwmio
    neopixel_write keypad rainbowio
""".split()


@pytest.mark.parametrize("name", CORE)
def test_a_core_module(run, name):
    assert run(f"import {name}\nprint('ok')\n") == "ok\n"


def test_modules_of_the_drive_come_from_its_root_and_from_lib(run, drive):
    (drive / "lib" / "package").mkdir(parents=True)
    (drive / "one.py").write_text("value = 1\n")
    (drive / "lib" / "two.py").write_text("import one\nvalue = one.value + 1\n")
    (drive / "lib" / "package" / "__init__.py").write_text("from .inner import value\n")
    (drive / "lib" / "package" / "inner.py").write_text("from . import other\nvalue = other.x\n")
    (drive / "lib" / "package" / "other.py").write_text("import two\nx = two.value + 1\n")
    source = """
import package.inner, package.other as other, sys
from package import *
from two import value as two
print(two, package.value, package.inner.value, other.x, value)
print(package.__file__, package.inner.__file__, package.__path__, package.__name__)
print(sorted(name for name in sys.modules if "." in name), sys.path)
"""
    assert run(source) == (
        "2 3 3 3 3\n"
        "/lib/package/__init__.py /lib/package/inner.py /lib/package package\n"
        "['package.inner', 'package.other'] ['', '/', '.frozen', '/lib']\n"
    )


def test_the_drive_comes_before_the_pcs_libraries(run, drive):
    (drive / "lib").mkdir()
    (drive / "lib" / "adafruit_ticks.py").write_text("mine = True\n")
    assert run("import adafruit_ticks\nprint(adafruit_ticks.mine)\n") == "True\n"


def test_installed_libraries_for_circuitpython_are_found(run):
    source = "import adafruit_httpserver\nprint(adafruit_httpserver.Server.__module__)\n"
    assert run(source) == "adafruit_httpserver.server\n"


def test_installed_libraries_run_in_the_boards_world(run):
    source = "import adafruit_httpserver.server as s\nprint(s.implementation.name, s.ETIMEDOUT)\n"
    before = sys.modules.get("adafruit_httpserver.server")
    assert run(source) == "circuitpython 116\n"
    assert sys.modules.get("adafruit_httpserver.server") is before


def test_other_installed_libraries_are_not_found(run):
    assert "no module named 'websockets'" in run("import websockets\n")


def test_a_blank_path_has_only_the_drive(make_board, drive, printed):
    board = make_board(blank_path=True)
    (drive / "code.py").write_text("import adafruit_ticks\n")
    board._execute("code.py")
    assert "ImportError: no module named 'adafruit_ticks'" in "".join(printed)


def test_a_module_that_fails_can_be_imported_again(run, drive):
    (drive / "bad.py").write_text("raise ValueError('bad')\n")
    source = """
for _ in range(2):
    try:
        import bad
    except ValueError as error:
        print(error)
"""
    assert run(source) == "bad\nbad\n"


def test_a_name_that_a_module_lacks_is_an_importerror(run):
    assert "ImportError: " in run("from time import perf_counter\n")


def test_a_relative_import_beyond_the_top_is_an_importerror(run):
    assert "ImportError: " in run("from . import x\n")


def test_the_boards_modules_are_its_own(board):
    for name in ("os", "sys", "time", "json", "gc"):
        assert board.module(name) is not sys.modules.get(name)


def test_every_run_has_fresh_modules(board):
    first = board.module("wifi")
    board._end()
    board._begin()
    assert board.module("wifi") is not first

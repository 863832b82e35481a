# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Imports: core modules, the drive, and installed libraries."""

import sys

import pytest

ABSENT = """
    typing functools itertools dataclasses enum contextlib asyncio threading logging socket
    base64 hmac copy abc unittest pathlib urllib http string datetime uuid queue
    simulator future pytest websockets
""".split()


@pytest.mark.parametrize("name", ABSENT)
def test_absent_module_is_importerror(run, name):
    source = f"try:\n    import {name}\nexcept ImportError as error:\n    print(error)\n"
    assert run(source) == f"no module named '{name}'\n"


CORE = """
    array atexit binascii board busio collections digitalio errno espidf gc hashlib io ipaddress
    json math mdns microcontroller micropython nvm os random re rtc select socketpool ssl storage
    struct supervisor sys time traceback warnings watchdog wifi zlib __future__ analogio pwmio
    neopixel_write keypad rainbowio
""".split()


@pytest.mark.parametrize("name", CORE)
def test_core_module(run, name):
    assert run(f"import {name}\nprint('ok')\n") == "ok\n"


def test_drive_root_and_lib(run, drive):
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


def test_drive_shadows_installed_library(run, drive):
    (drive / "lib").mkdir()
    (drive / "lib" / "adafruit_ticks.py").write_text("mine = True\n")
    assert run("import adafruit_ticks\nprint(adafruit_ticks.mine)\n") == "True\n"


def test_installed_library_uses_board_modules(run):
    source = "import adafruit_httpserver.server as s\nprint(s.implementation.name, s.ETIMEDOUT)\n"
    before = sys.modules.get("adafruit_httpserver.server")
    assert run(source) == "circuitpython 116\n"
    assert sys.modules.get("adafruit_httpserver.server") is before


def test_failed_import_may_repeat(run, drive):
    (drive / "bad.py").write_text("raise ValueError('bad')\n")
    source = """
for _ in range(2):
    try:
        import bad
    except ValueError as error:
        print(error)
"""
    assert run(source) == "bad\nbad\n"


def test_absent_name_is_importerror(run):
    assert "ImportError: " in run("from time import perf_counter\n")


def test_relative_import_beyond_top_is_importerror(run):
    assert "ImportError: " in run("from . import x\n")


def test_core_modules_are_not_cpythons(board):
    for name in ("os", "sys", "time", "json", "gc"):
        assert board.module(name) is not sys.modules.get(name)


def test_each_run_has_new_modules(board):
    first = board.module("wifi")
    board._end()
    board._begin()
    assert board.module("wifi") is not first

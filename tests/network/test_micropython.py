# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The hotspot's modules on a small VM: the same table, the same radio, the same log."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import adafruit_logging
import adafruit_miniqr
import adafruit_ticks
import pytest

from tests.board import REPOSITORY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="MicroPython's wheel is for Linux")

SETTINGS = """
import settings_cases as table
from esp_ws_ap.settings import Settings
from settings_toml import getenv

failed = 0
log = table.Log()
for text, key, value, line in table.CASES:
    for version in ((10, 0), (10, 3)):
        with open("settings.toml", "wb") as file:
            file.write(text.encode())
        settings = Settings.load(
            log,
            getenv=lambda key: getenv(text, key, None, version),
            path="settings.toml",
            nvm=None,
        )
        lines = [line for _, line in log.take() if "password" not in line]
        expected = ["settings.toml: " + line] if line else []
        if getattr(settings, key.lower()) != value or lines != expected:
            print(version, repr(text), getattr(settings, key.lower()), lines)
            failed += 1
print(len(table.CASES), "cases,", failed, "failed")

nvm = bytearray(64)
passwords = [Settings.load(log, getenv={}.get, path="none", nvm=nvm).ap_password for _ in range(3)]
print("kept:", len(passwords[0]), passwords[0] == passwords[1] == passwords[2])
nvm[7] ^= 1
new = Settings.load(log, getenv={}.get, path="none", nvm=nvm).ap_password
print("damaged:", len(new), new != passwords[0])
"""

HOTSPOT = """
import sys, time

class Time:
    monotonic = time.time
    sleep = time.sleep
    ticks_ms = time.ticks_ms

sys.modules["time"] = Time
import wifi
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.log import get_logger, log_exception
from esp_ws_ap.settings import Settings

class Link(wifi.Link):
    present = [(b"\\xaa\\xbb\\xcc\\xdd\\xee\\x01", -48, "192.168.4.2")]

    def stations(self):
        return self.present

settings = Settings()
settings.ap_password = "correct horse"
hotspot = AccessPoint(wifi.Radio(Link()), settings)
print(hotspot.start())
hotspot.check()
Link.present = []
hotspot.check()
hotspot._radio.stop_ap()
hotspot.check()
time.sleep(0.05)
hotspot.check()
get_logger().info("a" * 300)
get_logger().info("K\\xfcche\\n\\x1b\\x9b\\u2028")
try:
    int("x")
except ValueError as error:
    log_exception(get_logger(), "test", error)
"""


HOME = (
    HOTSPOT[: HOTSPOT.index("settings = Settings()")]
    + """
class microcontroller:
    class watchdog:
        mode = None

sys.modules["microcontroller"] = microcontroller

class Air(wifi.Link):
    homes = [wifi.Network("router", "the router's", 11)]

    def networks(self):
        return self.homes

settings = Settings()
settings.ap_password = "correct horse"
settings.home_ssid = "router"
settings.home_password = "the router's"
hotspot = AccessPoint(wifi.Radio(Air()), settings)
hotspot.show_join_code()
hotspot.start()
hotspot.check()
print(sorted(hotspot.hosts))
Air.homes = []
hotspot.check()
print(sorted(hotspot.hosts))
print([name for name in sys.modules if "qr" in name])
"""
)


@pytest.fixture
def micropython(tmp_path: Path):
    """Run a program under MicroPython with a small heap, and return what it prints."""
    libraries = tmp_path / "lib"
    libraries.mkdir()
    for library in (adafruit_logging, adafruit_miniqr, adafruit_ticks):
        assert library.__file__
        shutil.copy(library.__file__, libraries)
    # One by one: the other modules in these folders are for the simulator on CPython only.
    for module in ("settings_toml.py", "modules/wifi.py", "modules/ipaddress.py"):
        shutil.copy(REPOSITORY / "simulator" / module, libraries)
    path = [libraries, REPOSITORY / "lib", REPOSITORY / "tests"]

    def run(program: str, heap: str) -> list[str]:
        (tmp_path / "program.py").write_text(program)
        result = subprocess.run(
            [Path(sys.executable).with_name("micropython"), "-X", f"heapsize={heap}", "program.py"],
            cwd=tmp_path,
            env=os.environ | {"MICROPYPATH": ":".join(map(str, path))},
            capture_output=True,
            encoding="utf-8",
            timeout=50,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.splitlines()

    return run


def test_settings(micropython):
    from tests.settings_cases import CASES

    # Most of this heap is the table's.
    assert micropython(SETTINGS, "2m") == [
        f"{len(CASES)} cases, 0 failed",
        "kept: 12 True",
        "damaged: 12 True",
    ]


def test_hotspot(micropython):
    lines = micropython(HOTSPOT, "192k")
    start = len("   0.000: ")
    events = [line[start:] for line in lines if line != "True"]
    assert "True" in lines
    assert events[:11] == [
        "WARNING - no name esp.local: no module named 'mdns'",
        'INFO - hotspot up: name "esp_ws_ap", password "correct horse", channel 6, '
        "address 192.168.4.1",
        "INFO - open http://192.168.4.1/ on the phone",
        "INFO - station aa:bb:cc:dd:ee:01 joined: 192.168.4.2, -48 dBm",
        "INFO - station aa:bb:cc:dd:ee:01 left",
        "WARNING - hotspot is down: starting it again",
        'INFO - hotspot up again: name "esp_ws_ap", address 192.168.4.1',
        "INFO - " + "a" * (200 - 7 - start - 3) + "...",
        "INFO - Küche\\x0a\\x1b\\x9b\\u2028",
        "ERROR - test: ValueError: invalid syntax for integer with base 10: 'x'",
        "ERROR -   Traceback (most recent call last):",
    ]
    assert events[11].endswith("in <module>")


def test_home_network_and_join_code(micropython):
    lines = micropython(HOME, "192k")
    start = len("   0.000: ")
    code = [number for number, line in enumerate(lines) if "\x1b" in line]
    assert len(code) == 19 and code[-1] - code[0] == 18
    events = [line for number, line in enumerate(lines) if number not in code]
    assert [line[start:] if line[:start].strip()[:1].isdigit() else line for line in events] == [
        'INFO - home network "router" joined; the hotspot is on channel 11, as that is',
        "WARNING - no name esp.local: no module named 'mdns'",
        'INFO - hotspot up: name "esp_ws_ap", password "correct horse", channel 11, '
        "address 192.168.4.1",
        "INFO - open http://192.168.4.1/ on the phone",
        "To join, scan this with the phone's camera:",
        "INFO - home network: the board's address there is 192.168.1.50",
        "['192.168.1.50', '192.168.4.1', 'esp', 'esp.local']",
        'WARNING - home network "router": lost; next try in 60 s, when nobody is on the hotspot',
        "['192.168.4.1', 'esp', 'esp.local']",
        "[]",
    ]

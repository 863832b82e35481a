# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""settings.py and settings_file.py: the values in settings.toml, and the random password."""

import functools
import ipaddress
import re
import sys
import tempfile
import tomllib
import types
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esp_ws_ap import nonvolatile
from esp_ws_ap import settings as module
from esp_ws_ap.settings import Settings
from simulator.settings_toml import getenv as board_getenv
from tests import micropython
from tests.board import REPOSITORY
from tests.logged import Log
from tests.settings_cases import (
    BARE,
    CASES,
    DEFAULTS,
    ENCODED,
    NO_HOME,
    NOT_UTF_8,
    NUMBERS,
    OFF,
)

KEYS = [key for key, _ in DEFAULTS] + ["AP_PASSWORD"]
VERSIONS = [(10, 0), (10, 3)]


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A memory for each test, and no collection of the whole test run's garbage at each access."""
    monkeypatch.setattr(nonvolatile, "gc", types.SimpleNamespace(collect=lambda: None))
    monkeypatch.setattr(nonvolatile, "memory", bytearray(64))
    monkeypatch.setattr(nonvolatile, "_changes", {})


@pytest.fixture(params=VERSIONS, ids=["10.0", "10.3"])
def load(request: pytest.FixtureRequest, tmp_path: Path, log: Log):
    """Load the settings from a file's text, as that CircuitPython returns them."""

    def load(text: str, nvm=None) -> tuple[Settings, list[tuple[str, str]]]:
        path = tmp_path / "settings.toml"
        path.write_bytes(text.encode())
        asked = []

        def getenv(key: str):
            asked.append(key)
            return board_getenv(text, key, version=request.param)

        nonvolatile.memory = nvm
        settings = Settings.load(getenv=getenv, path=str(path))
        assert len(asked) == len(set(asked)), "a key was read twice"
        lines = [line for line in log.take() if "password" not in line[1]]
        return settings, lines

    return load


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case[0])[1:60])
def test_cases(load, case: tuple):
    text, key, value, line = case
    settings, lines = load(text)
    assert getattr(settings, key.lower()) == value
    assert settings.hotspot_allowed is (key != "AP_PASSWORD" or value is not None)
    for other, default in DEFAULTS:
        if other not in text:
            assert getattr(settings, other.lower()) == default
    level = "ERROR" if line and line.endswith((OFF, NO_HOME)) else "WARNING"
    assert lines == ([(level, "settings.toml: " + line)] if line else [])


@pytest.mark.parametrize("key", KEYS)
def test_missing_key_gives_its_default(load, key: str):
    good = {
        "AP_SSID": '"mine"',
        "AP_ADDRESS": '"10.1.1.1"',
        "AP_HOSTNAME": '"kitchen"',
        "AP_PASSWORD": '"my own password"',
    } | {number: str(low) for number, _, low, _ in NUMBERS}
    text = "".join(f"{name} = {value}\n" for name, value in good.items() if name != key)
    settings, lines = load(text)
    assert lines == []
    assert settings.hotspot_allowed
    for name, default in DEFAULTS:
        value = getattr(settings, name.lower())
        assert value == default if name == key else str(value) == good[name].strip('"')
    if key == "AP_PASSWORD":
        assert re.fullmatch("[a-km-np-z2-9]{12}", settings.ap_password)


def test_each_invalid_value_is_logged_and_leaves_the_default(load):
    settings, lines = load("".join(f"{key} = @\n" for key in KEYS))
    assert len(lines) == len(KEYS)
    for read in (settings, Settings()):
        assert not read.hotspot_allowed and read.ap_password is None
        for key, default in DEFAULTS:
            assert getattr(read, key.lower()) == default


# The file itself


@pytest.fixture
def load_bytes(tmp_path: Path, log: Log):
    """Load the settings from a file's bytes."""

    def load(content: bytes | None, getenv=lambda key: None, path="settings.toml"):
        if content is not None:
            (tmp_path / path).write_bytes(content)
        path = str(tmp_path / path)
        nonvolatile.memory = bytearray(64)
        settings = Settings.load(getenv=getenv, path=path)
        return settings, [line for _, line in log.take() if "made a random" not in line]

    return load


def test_no_file(load_bytes):
    settings, lines = load_bytes(None)
    assert lines == ["settings.toml: not found; using the defaults"]
    assert settings.hotspot_allowed and settings.ap_ssid == "esp_ws_ap"
    lines = load_bytes(None, path=".")[1]
    assert lines == ["settings.toml: cannot be read; using the defaults"]


def test_utf_16(load_bytes):
    content = 'AP_SSID = "a"\nAP_PASSWORD = "secret-secret"\n'.encode("utf-16")
    settings, lines = load_bytes(content)
    assert lines == ["settings.toml: not readable text; save it as UTF-8"]
    assert settings.ap_password not in (None, "secret-secret")


@pytest.mark.parametrize("name", ENCODED, ids=lambda name: name.hex())
def test_other_encodings(load_bytes, name: bytes):
    content = b'AP_SSID = "%b"\nAP_CHANNEL = %b\nAP_PASSWORD = "%b1234567"\nHTTP_PORT = 81 # %b'
    content %= (name,) * 4
    settings, lines = load_bytes(content, {"AP_SSID": "?", "AP_PASSWORD": "?1234567"}.get)
    assert not settings.hotspot_allowed and settings.http_port == 81
    assert lines == [
        f"settings.toml: AP_SSID {NOT_UTF_8}; using esp_ws_ap",
        f"settings.toml: AP_CHANNEL {NOT_UTF_8}; using 6",
        f"settings.toml: AP_PASSWORD {NOT_UTF_8}{OFF}",
    ]


def test_mac_tells_boards_apart(load, monkeypatch: pytest.MonkeyPatch):
    radio = types.SimpleNamespace(mac_address=b"\x7c\xdf\xa1\x00\x1a\x2b")
    monkeypatch.setitem(sys.modules, "wifi", types.SimpleNamespace(radio=radio))  # type: ignore
    settings, lines = load(shipped())
    assert (settings.ap_ssid, settings.ap_hostname, lines) == ("esp_ws_ap-1a2b", "esp-1a2b", [])


def test_keys_that_only_getenv_has(load_bytes):
    values = {"AP_CHANNEL": 9, "HTTP_PORT": "8080", "AP_SSID": 7, "AP_PASSWORD": 12345678}
    settings, lines = load_bytes(b"", values.get)
    assert (settings.ap_channel, settings.http_port) == (9, 8080)
    assert not settings.hotspot_allowed
    assert lines == [
        f"settings.toml: AP_SSID {BARE}; using esp_ws_ap",
        f"settings.toml: AP_PASSWORD {BARE}{OFF}",
    ]


PIECES = [
    *KEYS,
    "HOME_SSID",
    "HOME_PASSWORD",
    "AP_",
    "[a]",
    "{mac}",
    "\\u00",
    "\r\n",
    *"=\"'\\#\n \0\ufeff",
]


@pytest.mark.long
# The log is emptied within the test, and a busy PC must not fail it.
@hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=9) | st.integers().map(str)))
def test_any_file_gives_valid_settings(log: Log, pieces: list[str]):
    text = "".join(pieces).encode("utf-8", "replace").decode()
    verdicts = []
    with tempfile.NamedTemporaryFile() as file:
        file.write(text.encode())
        file.flush()
        for version in VERSIONS:
            getenv = functools.partial(board_getenv, text, version=version)
            nonvolatile.memory = bytearray(64)
            settings = Settings.load(getenv=getenv, path=file.name)
            lines = log.take()
            random = any("made a random password" in line for _, line in lines)
            password = None if random else settings.ap_password
            assert 1 <= len(settings.ap_ssid.encode()) <= 31
            assert not ipaddress.ip_address(settings.ap_address).is_reserved
            assert all(
                low <= getattr(settings, key.lower()) <= high for key, _, low, high in NUMBERS
            )
            assert settings.home_ssid is None or 1 <= len(settings.home_ssid.encode()) <= 32
            assert not settings.home_password or 8 <= len(settings.home_password) <= 63
            assert not settings.hotspot_allowed or 8 <= len(settings.ap_password or "") <= 63
            verdicts.append(
                (lines, password, [getattr(settings, key.lower()) for key in KEYS[:-1]])
            )
    assert verdicts[0] == verdicts[1]


# The random password


@pytest.fixture
def made(log: Log):
    """Load the settings with this memory and without a file: the password, and the lines."""

    def load(nvm) -> tuple[str, list[tuple[str, str]]]:
        nonvolatile.memory = nvm
        password = Settings.load(getenv=lambda key: None, path="none").ap_password
        missing, *lines = log.take()
        assert password and missing[1] == "settings.toml: not found; using the defaults"
        return password, lines

    return load


class Nvm(bytearray):
    """The board's memory, counting the costly accesses."""

    reads = writes = 0

    def __getitem__(self, index):  # type: ignore
        assert isinstance(index, slice)
        self.reads += 1
        return super().__getitem__(index)

    def __setitem__(self, index, value):
        assert isinstance(index, slice)
        self.writes += 1
        super().__setitem__(index, value)


@pytest.mark.parametrize("blank", [b"\0", b"\xff"])
def test_random_password_is_made_once(made, blank: bytes):
    nvm = Nvm(blank * 8192)
    password, lines = made(nvm)
    assert re.fullmatch("[a-km-np-z2-9]{12}", password)
    assert lines == [("INFO", "made a random password for the hotspot and kept it in nvm")]
    assert (nvm.reads, nvm.writes) == (2, 1)
    assert bytes(nvm[64:]) == blank * (8192 - 64)
    assert len(nvm) == 8192

    assert made(nvm) == (password, [])
    assert nvm.writes == 1
    assert made(bytearray(8192))[0] != password


def test_random_password_survives_the_owners(load):
    nvm = bytearray(64)
    first = load("", nvm)[0].ap_password
    before = bytes(nvm)
    assert load('AP_PASSWORD = "my own password"', nvm)[0].ap_password == "my own password"
    assert not load('AP_PASSWORD = "short"', nvm)[0].hotspot_allowed
    assert bytes(nvm) == before
    assert load("", nvm)[0].ap_password == first


@pytest.mark.parametrize("place", range(64))
def test_damaged_record_gives_a_new_password(made, place: int):
    nvm = bytearray(100)
    password, _ = made(nvm)
    nvm[place] ^= 0x10
    new, lines = made(nvm)
    assert len(new) == 12 and new != password
    assert [line for _, line in lines] == [
        "the password in nvm is damaged: making a new one",
        "made a random password for the hotspot and kept it in nvm",
    ]
    assert made(nvm) == (new, [])


class ReadOnlyNvm(bytearray):
    def __setitem__(self, index, value):
        raise RuntimeError("NVS error")


class DeadNvm(bytearray):
    def __getitem__(self, index):
        raise RuntimeError("NVS error")


@pytest.mark.parametrize(
    "nvm, problem",
    [
        (None, "RuntimeError: the board has no nvm"),
        (ReadOnlyNvm(64), "RuntimeError: NVS error"),
        (DeadNvm(8192), "RuntimeError: NVS error"),
        (bytearray(8), "RuntimeError: the nvm has only 8 bytes"),
    ],
    ids=["none", "read-only", "dead", "small"],
)
def test_without_nvm_each_boot_has_a_new_password(made, nvm, problem: str):
    line = f"cannot store the password in nvm ({problem}): the hotspot gets a new one at each boot"
    boots = [made(nvm) for _ in range(3)]
    assert len({password for password, _ in boots}) == 3
    assert [lines for _, lines in boots] == [[("WARNING", line)]] * 3


def test_random_passwords_use_every_character_evenly(made, monkeypatch: pytest.MonkeyPatch):
    starts = iter(range(0, 240, 12))
    monkeypatch.setattr(module.os, "urandom", lambda count: bytes(range(next(starts), 256))[:count])
    passwords = "".join(made(None)[0] for _ in range(20))
    alphabet = set("abcdefghijkmnpqrstuvwxyz23456789")
    assert len(alphabet) == 32 and set(passwords) == alphabet
    assert {passwords.count(character) for character in alphabet} <= {7, 8}


@pytest.mark.parametrize("nvm", [bytearray(64), None], ids=["nvm", "none"])
def test_nvm_and_getenv_of_the_board(monkeypatch, log: Log, tmp_path: Path, nvm):
    module_of_board = None if nvm is None else types.SimpleNamespace(nvm=nvm)
    monkeypatch.setitem(sys.modules, "microcontroller", module_of_board)
    nonvolatile.memory = nonvolatile._UNKNOWN
    monkeypatch.setattr(module.os, "getenv", {"HTTP_PORT": "8080"}.get)
    settings = Settings.load(path=str(tmp_path / "none"))
    assert settings.http_port == 8080 and settings.hotspot_allowed
    if nvm is None:
        assert "the board has no nvm" in log.lines[1][1]
    else:
        assert nvm[:4] == b"EWAP"


# The log


def test_without_adafruit_logging_lines_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    """The error page reads the settings when a library is missing."""
    monkeypatch.setitem(sys.modules, "adafruit_logging", None)
    monkeypatch.delitem(sys.modules, "esp_ws_ap.log", raising=False)
    nonvolatile.memory = bytearray(64)
    Settings.load(getenv={"AP_SSID": ""}.get, path="none")
    assert capsys.readouterr().out.splitlines() == [
        "settings.toml: not found; using the defaults",
        'settings.toml: AP_SSID = "" is not 1 to 31 bytes of text; using esp_ws_ap',
        "made a random password for the hotspot and kept it in nvm",
    ]


@pytest.mark.long
def test_no_line_shows_a_password(load, made):
    for text, _, _, _ in CASES:
        if "PAS" in text or "secret" in text:
            settings, lines = load(text, bytearray(64))
            shown = " ".join(line for _, line in lines)
            assert not settings.ap_password or settings.ap_password not in shown
            for word in ("secret", "1234567", "pässw", "密码", "é", "aaaa", "ffff", "there"):
                assert word not in shown
    for nvm in (None, bytearray(64), bytearray(range(64)), ReadOnlyNvm(64)):
        password, lines = made(nvm)
        assert password not in repr(lines)


# The file on the drive


def shipped() -> str:
    return (REPOSITORY / "settings.toml").read_text("utf-8")


def test_shipped_file_has_every_key_with_its_default(load):
    content = tomllib.loads(shipped())
    assert content.pop("CIRCUITPY_PYSTACK_SIZE") == 4096
    names = {"AP_SSID": "esp_ws_ap-{mac}", "AP_HOSTNAME": "esp-{mac}"}
    assert content == dict(DEFAULTS) | names
    settings, lines = load(shipped())
    assert lines == []
    assert settings.hotspot_allowed and len(settings.ap_password) == 12


def test_shipped_file_explains_every_range(load):
    text = shipped()
    for key, _, low, high in NUMBERS:
        comment = text.split(f"\n{key} = ")[0].rsplit("\n\n", 1)[1]
        assert f"{low} to {high}" in comment, key
    settings, lines = load(text.replace("# AP_PASSWORD", "AP_PASSWORD"))
    assert (settings.ap_password, lines) == ("change me, please", [])


# MicroPython

PROGRAM = """
import settings_cases
from esp_ws_ap import nonvolatile
from esp_ws_ap.settings import Settings
from logged import Log
from settings_toml import getenv

import wifi

wifi.radio._mac = bytes(6)
failed = 0
log = Log()
nonvolatile.memory = None
for text, key, value, line in settings_cases.CASES:
    for version in ((10, 0), (10, 3)):
        with open("settings.toml", "wb") as file:
            file.write(text.encode())
        settings = Settings.load(
            getenv=lambda key: getenv(text, key, None, version), path="settings.toml"
        )
        lines = [line for _, line in log.take() if "password" not in line]
        expected = ["settings.toml: " + line] if line else []
        if getattr(settings, key.lower()) != value or lines != expected:
            print(version, repr(text), getattr(settings, key.lower()), lines)
            failed += 1
print(len(settings_cases.CASES), "cases,", failed, "failed")

nonvolatile.memory = nvm = bytearray(64)
passwords = [Settings.load(getenv={}.get, path="none").ap_password for _ in range(3)]
print("kept:", len(passwords[0]), passwords[0] == passwords[1] == passwords[2])
nvm[7] ^= 1
new = Settings.load(getenv={}.get, path="none").ap_password
print("damaged:", len(new), new != passwords[0])
"""


@micropython.needs_micropython
def test_micropython(tmp_path: Path):
    # Most of this heap is the table's.
    assert micropython.run_program(PROGRAM, tmp_path, "2m") == [
        f"{len(CASES)} cases, 0 failed",
        "kept: 12 True",
        "damaged: 12 True",
    ]

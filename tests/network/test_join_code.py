# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""join_code.py: what a real decoder reads from the console's screen and from a page."""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import adafruit_miniqr
import pyte
import pytest
import zxingcpp
from PIL import Image

from esp_ws_ap.network import join_code
from tests.board import REPOSITORY

DARK = ("#d4d4d4", "#1e1e1e")  # a terminal's text and background
LIGHT = ("#333333", "#fdf6e3")

NETWORKS = [
    ("esp_ws_ap", "rt8n8mthcf5v", "WIFI:T:WPA;S:esp_ws_ap;P:rt8n8mthcf5v;;"),
    ('\\;,:"', '"\\;,:\\;"', 'WIFI:T:WPA;S:\\\\\\;\\,\\:\\";P:\\"\\\\\\;\\,\\:\\\\\\;\\";;'),
    ("教室里的热点网络", "correct horse", "WIFI:T:WPA;S:教室里的热点网络;P:correct horse;;"),
    ("Küche", " leads and trails ", "WIFI:T:WPA;S:Küche;P: leads and trails ;;"),
    ("n" * 32, "p" * 63, "WIFI:T:WPA;S:" + "n" * 32 + ";P:" + "p" * 63 + ";;"),
    ("cafe", "0123456789abcdef", "WIFI:T:WPA;S:cafe;P:0123456789abcdef;;"),
    ('"cafe"', "'12345678'", "WIFI:T:WPA;S:\\\"cafe\\\";P:'12345678';;"),
    ("😀 two", "~!@#$%^&*()_+{}|", "WIFI:T:WPA;S:😀 two;P:~!@#$%^&*()_+{}|;;"),
    (";" * 32, ":" * 63, "WIFI:T:WPA;S:" + "\\;" * 32 + ";P:" + "\\:" * 63 + ";;"),
]
IDS = [ascii(name)[1:12] for name, _, _ in NETWORKS]


def read(image: Image.Image) -> list[str]:
    """What is in the codes of a picture: dark on light and upright, as every phone reads them."""
    codes = zxingcpp.read_barcodes(image, try_rotate=False, try_invert=False)
    return [code.text for code in codes]


def picture(page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("L")


def terminal(lines: list[str], colours: tuple[str, str]) -> str:
    """The HTML of a terminal on which these lines were printed."""
    screen = pyte.Screen(110, len(lines) + 1)
    stream = pyte.Stream(screen)
    for line in lines:
        stream.feed(line + "\r\n")
    html = []
    for row in range(screen.lines):
        for column in range(screen.columns):
            cell = screen.buffer[row][column]
            text = "#" + cell.fg if cell.fg != "default" else colours[0]
            ground = "#" + cell.bg if cell.bg != "default" else colours[1]
            character = {"&": "&amp;", "<": "&lt;"}.get(cell.data, cell.data)
            html.append(f'<span style="color:{text};background:{ground}">{character}</span>')
        html.append("\n")
    # A terminal's lines touch each other, as those of DejaVu Sans Mono do with this height.
    style = "font: 16px/1.164 'DejaVu Sans Mono', monospace; margin: 0"
    return f'<body style="background:{colours[1]}"><pre style="{style}">{"".join(html)}</pre>'


@pytest.fixture
def page(browser):
    with browser.new_context(viewport={"width": 1150, "height": 900}) as context:
        yield context.new_page()


# The code


@pytest.mark.parametrize("name, password, uri", NETWORKS, ids=IDS)
def test_a_phone_reads_the_name_and_the_password(page, name: str, password: str, uri: str):
    assert join_code.wifi_uri(name, password) == uri
    rows = join_code.encode(uri)
    for colours in (DARK, LIGHT):
        page.set_content(terminal(list(join_code.lines(rows)), colours))
        assert read(picture(page)) == [uri]
    for ground in ("white", "black"):
        page.set_content(
            f'<body style="background: {ground}">'
            f'<div style="width: 40em">{join_code.svg(rows)}</div>'
        )
        assert read(picture(page)) == [uri]


@pytest.mark.parametrize("length", [1, 14, 15, 17, 18, 106, 107, 180, 181, 192, 193, 229, 230])
def test_every_length_that_fits(page, length: int):
    text = "x" * length
    page.set_content(f'<div style="width: 50em">{join_code.svg(join_code.encode(text))}</div>')
    assert read(picture(page)) == [text]


def test_a_text_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="231 bytes are too many for a QR code: at most 230"):
        join_code.encode("é" * 115 + "x")


def test_the_code_is_not_a_mirror_image():
    """Mirrored, decoders read it all the same, and some phones do not."""
    rows = join_code.encode("text")
    # The first data bits, 0100 for bytes, stand at the lower right, with mask 0 upon them.
    assert (rows[-1] & 3, rows[-2] & 3) == (0b11, 0b10)


def test_the_library_is_forgotten():
    assert "adafruit_miniqr" in sys.modules
    join_code.encode("kept, for somebody else has imported it")
    assert sys.modules.pop("adafruit_miniqr") is adafruit_miniqr
    try:
        join_code.encode("forgotten")
        assert "adafruit_miniqr" not in sys.modules
    finally:
        sys.modules["adafruit_miniqr"] = adafruit_miniqr


@pytest.mark.skipif(sys.platform != "linux", reason="MicroPython's wheel is for Linux")
def test_a_small_vm_makes_the_same_codes(tmp_path: Path):
    assert adafruit_miniqr.__file__
    shutil.copy(adafruit_miniqr.__file__, tmp_path)
    program = (
        "import json\nfrom esp_ws_ap.network import join_code\n"
        f"for text in {[uri for _, _, uri in NETWORKS]!r}:\n"
        "    rows = join_code.encode(text)\n"
        "    print(json.dumps([list(rows), list(join_code.lines(rows)), join_code.svg(rows)]))\n"
    )
    (tmp_path / "program.py").write_text(program, "utf-8")
    output = subprocess.run(
        [Path(sys.executable).with_name("micropython"), "-X", "heapsize=192k", "program.py"],
        cwd=tmp_path,
        env={"MICROPYPATH": f"{tmp_path}:{REPOSITORY / 'lib'}"},
        capture_output=True,
        encoding="utf-8",
        timeout=50,
    )
    assert output.returncode == 0, output.stdout + output.stderr
    for (_, _, uri), line in zip(NETWORKS, output.stdout.splitlines(), strict=True):
        rows = join_code.encode(uri)
        assert json.loads(line) == [list(rows), list(join_code.lines(rows)), join_code.svg(rows)]


# The console

CODE = """
import wifi
from esp_ws_ap.network.access_point import AccessPoint
from esp_ws_ap.settings import Settings

access_point = AccessPoint(wifi.radio, Settings.load())
access_point.show_join_code()
access_point.start()
"""
SETTINGS = 'AP_SSID = "Küche; oben"\nAP_PASSWORD = "correct: horse"\n'
URI = "WIFI:T:WPA;S:Küche\\; oben;P:correct\\: horse;;"


def test_a_phone_reads_the_code_on_the_console(page, boot, drive):
    board = boot(drive=drive(code=CODE, settings=SETTINGS), listening=False)
    board.wait_for("Code done running.")
    lines = board.log.split("\n")
    for colours in (DARK, LIGHT):
        page.set_content(terminal(lines, colours))
        assert read(picture(page)) == [URI]


def test_the_codes_lines_are_no_log_lines(boot, drive):
    board = boot(drive=drive(code=CODE, settings=SETTINGS), listening=False)
    board.wait_for("Code done running.")
    painted = [line for line in board.log.split("\n") if "\x1b" in line]
    assert len(painted) == 19
    for line in painted:
        assert line.startswith("\x1b[") and line.endswith("\x1b[0m") and line.count("\x1b") == 2


def test_without_the_library_the_hotspot_goes_on(boot, drive):
    board = boot("--blank-path", drive=_with_libraries(drive(code=CODE)), listening=False)
    board.wait_for("WARNING - no QR code: adafruit_miniqr is not in /lib")
    board.wait_for("Code done running.")
    assert "\x1b" not in board.log and "open http://192.168.4.1/" in board.log


def _with_libraries(drive: Path) -> Path:
    import adafruit_logging
    import adafruit_ticks

    for module in (adafruit_logging, adafruit_ticks):
        assert module.__file__
        shutil.copy(module.__file__, drive / "lib")
    return drive

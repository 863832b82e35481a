# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""join_code.py: a decoder reads the codes from the console's screen and from a page."""

import io
import json
import sys
from pathlib import Path

import adafruit_miniqr
import pyte
import pytest
import zxingcpp
from PIL import Image

from esp_ws_ap.network import join_code
from tests import micropython

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
    """Decode a picture's codes: dark on light and upright only, as every phone reads them."""
    codes = zxingcpp.read_barcodes(image, try_rotate=False, try_invert=False)
    return [code.text for code in codes]


def picture(page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("L")


def terminal(lines: list[str], colors: tuple[str, str]) -> str:
    """Return the HTML of a terminal that shows these lines."""
    screen = pyte.Screen(110, len(lines) + 1)
    stream = pyte.Stream(screen)
    for line in lines:
        stream.feed(line + "\r\n")
    html = []
    for row in range(screen.lines):
        for column in range(screen.columns):
            cell = screen.buffer[row][column]
            text = "#" + cell.fg if cell.fg != "default" else colors[0]
            background = "#" + cell.bg if cell.bg != "default" else colors[1]
            character = {"&": "&amp;", "<": "&lt;"}.get(cell.data, cell.data)
            html.append(f'<span style="color:{text};background:{background}">{character}</span>')
        html.append("\n")
    # A terminal has no space between its lines; with this height, DejaVu Sans Mono has none either.
    style = "font: 16px/1.164 'DejaVu Sans Mono', monospace; margin: 0"
    return f'<body style="background:{colors[1]}"><pre style="{style}">{"".join(html)}</pre>'


@pytest.fixture
def page(browser):
    with browser.new_context(viewport={"width": 1150, "height": 900}) as context:
        yield context.new_page()


# The code


@pytest.mark.parametrize("name, password, uri", NETWORKS, ids=IDS)
def test_decoder_reads_the_network(page, name: str, password: str, uri: str):
    assert join_code.wifi_uri(name, password) == uri
    rows = join_code.encode(uri)
    for colors in (DARK, LIGHT):
        page.set_content(terminal(list(join_code.lines(rows)), colors))
        assert read(picture(page)) == [uri]
    for ground in ("white", "black"):
        page.set_content(
            f'<body style="background: {ground}">'
            f'<div style="width: 40em">{join_code.svg(rows)}</div>'
        )
        assert read(picture(page)) == [uri]


@pytest.mark.parametrize("length", [1, 14, 15, 17, 18, 106, 107, 180, 181, 192, 193, 229, 230])
def test_every_length(page, length: int):
    text = "x" * length
    page.set_content(f'<div style="width: 50em">{join_code.svg(join_code.encode(text))}</div>')
    assert read(picture(page)) == [text]


def test_text_that_is_too_long():
    with pytest.raises(ValueError, match="231 bytes are too many for a QR code: at most 230"):
        join_code.encode("é" * 115 + "x")


def test_code_is_not_mirrored():
    """The decoder reads mirrored codes too; some phones do not."""
    rows = join_code.encode("text")
    # The first data bits, 0100 for bytes, are at the lower right, under mask 0.
    assert (rows[-1] & 3, rows[-2] & 3) == (0b11, 0b10)


def test_library_is_unloaded():
    assert "adafruit_miniqr" in sys.modules
    join_code.encode("kept: it was imported before")
    assert sys.modules.pop("adafruit_miniqr") is adafruit_miniqr
    try:
        join_code.encode("unloaded")
        assert "adafruit_miniqr" not in sys.modules
    finally:
        sys.modules["adafruit_miniqr"] = adafruit_miniqr


@micropython.needs_micropython
def test_micropython(tmp_path: Path):
    program = (
        "import json\nfrom esp_ws_ap.network import join_code\n"
        f"for text in {[uri for _, _, uri in NETWORKS]!r}:\n"
        "    rows = join_code.encode(text)\n"
        "    print(json.dumps([list(rows), list(join_code.lines(rows)), join_code.svg(rows)]))\n"
        "print([name for name in sys.modules if 'qr' in name])\n"
    )
    *lines, unloaded = micropython.run_program(program, tmp_path)
    for (_, _, uri), line in zip(NETWORKS, lines, strict=True):
        rows = join_code.encode(uri)
        assert json.loads(line) == [list(rows), list(join_code.lines(rows)), join_code.svg(rows)]
    assert unloaded == "[]"


# The console

CODE = """
import wifi
from esp_ws_ap.hotspot import Hotspot

Hotspot(wifi.radio).start_ap()
"""
NO_GUARD = {"boot.py": None}  # it waits before it lets a program end
SETTINGS = 'AP_SSID = "Küche; oben"\nAP_PASSWORD = "correct: horse"\n'
URI = "WIFI:T:WPA;S:Küche\\; oben;P:correct\\: horse;;"


def test_code_on_the_console(page, boot, drive):
    board = boot(drive=drive(code=CODE, settings=SETTINGS, files=NO_GUARD), listening=False)
    board.wait_for("Code done running.")
    lines = board.log.split("\n")
    for colors in (DARK, LIGHT):
        page.set_content(terminal(lines, colors))
        assert read(picture(page)) == [URI]
    painted = [line for line in lines if "\x1b" in line]
    assert len(painted) == 19
    for line in painted:
        assert line.startswith("\x1b[") and line.endswith("\x1b[0m") and line.count("\x1b") == 2


def test_hotspot_without_the_library(boot, drive):
    missing = NO_GUARD | {"lib/adafruit_miniqr.py": "raise ImportError\n"}
    board = boot(drive=drive(code=CODE, files=missing), listening=False)
    board.wait_for("WARNING - no QR code: adafruit_miniqr is not in /lib")
    board.wait_for("Code done running.")
    assert "\x1b" not in board.log and "open http://192.168.4.1/" in board.log

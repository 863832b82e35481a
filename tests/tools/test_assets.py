# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""``make assets``: the page, built from page/, and the .gz files of static/."""

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from tests.board import REPOSITORY
from tools import assets

SOURCES = sorted((REPOSITORY / "page").iterdir())

TEXT = "<p>A line of text.</p>\n" * 100


def _make(folder: Path) -> list[str]:
    """Run it as a user without make does: from another folder, and without packages."""
    command = [sys.executable, "-I", "-S", REPOSITORY / "tools" / "assets.py", folder]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert not done.stderr
    return done.stdout.splitlines()


def test_committed_page_is_a_fresh_build():
    assert assets.PAGE.read_text("utf-8") == assets.build(assets.SOURCE), "run: make assets"
    assert assets.BINDING.read_text("utf-8") == assets.build_binding(assets.SOURCE.parent)
    for name, packed in assets.PACKED.items():
        plain = assets.PAGE.with_name(name.removesuffix(".gz")).read_bytes()
        assert gzip.decompress((assets.PACKAGE / packed).read_bytes()) == plain, "run: make assets"


def test_page_says_that_it_is_built():
    first, second, *_ = assets.PAGE.read_text("utf-8").split("\n")
    # Nothing may stand before the doctype.
    assert first.lower().startswith("<!doctype html><!-- built by tools/assets.py from page/")
    assert "SPDX-FileCopyrightText" in second


def test_every_source_is_in_the_page():
    included = " ".join(assets.INCLUDE.findall(assets.SOURCE.read_text("utf-8"))).split()
    sources = {*included, *assets.BINDING_SOURCES, assets.SOURCE.name} - {"../static/esp-ws.js"}
    assert sorted(sources) == [path.name for path in SOURCES]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_source_has_at_most_300_lines(path: Path):
    assert path.read_text("utf-8").count("\n") <= 300


def test_include_is_replaced_without_header_and_comments(tmp_path: Path):
    header = "/* SPDX */\n\n"
    (tmp_path / "a.js").write_text(header + "// why\nlet a; // what\n  // why\nlet b;\n")
    (tmp_path / "b.js").write_text(header + "let c;\n")
    page = tmp_path / "index.html"
    page.write_text("<!doctype html>\n<script>\n<!-- include a.js b.js -->\n</script>\n")
    _, _, body = assets.build(page).partition("\n")
    assert body == "<script>\nlet a; // what\nlet b;\n\nlet c;\n</script>\n"


def test_long_text_gets_a_gz(tmp_path: Path):
    names = ["page.html", "a.css", "deep/a.js", "a.mjs", "a.svg", "a.json"]
    (tmp_path / "deep").mkdir()
    for name in [*names, "a.bin", "a.png"]:
        (tmp_path / name).write_text(TEXT, newline="")
    (tmp_path / "short.html").write_text(TEXT[:900], newline="")
    _make(tmp_path)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.gz")}
    assert made == {f"{name}.gz" for name in names}
    for name in made:
        assert gzip.decompress((tmp_path / name).read_bytes()) == TEXT.encode()


def test_unchanged_file_is_not_written(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(TEXT, newline="")
    _make(tmp_path)
    target = tmp_path / "page.html.gz"
    first = target.read_bytes()
    before = target.stat().st_mtime_ns
    page.touch()
    _make(tmp_path)
    assert target.stat().st_mtime_ns == before
    target.unlink()
    _make(tmp_path)
    assert target.read_bytes() == first
    page.write_text(TEXT + "more", newline="")
    _make(tmp_path)
    assert gzip.decompress(target.read_bytes()) == (TEXT + "more").encode()


def test_gz_that_is_no_longer_needed_is_removed(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text(TEXT, newline="")
    alone = tmp_path / "alone.html.gz"
    alone.write_bytes(b"mine")
    _make(tmp_path)
    page.write_text("short", newline="")
    _make(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone.html.gz", "page.html"]


def test_table_of_lengths(tmp_path: Path):
    (tmp_path / "page.html").write_text(TEXT, newline="")
    (tmp_path / "icon.png").write_bytes(bytes(500))
    lines = [line.split() for line in _make(tmp_path)]
    packed = (tmp_path / "page.html.gz").stat().st_size
    assert ["page.html", str(len(TEXT)), str(packed)] in lines
    assert ["icon.png", "500", "-"] in lines
    assert lines[-1][-2:] == [str(len(TEXT) + 500), str(packed + 500)]


@pytest.mark.parametrize("kind", ["html", "css"])
def test_gz_comment_is_the_policy(tmp_path: Path, kind: str):
    (tmp_path / f"page.{kind}").write_text(TEXT + "<script>1</script>", newline="")
    _make(tmp_path)
    packed = (tmp_path / f"page.{kind}.gz").read_bytes()
    if kind == "html":
        assert packed[3] == 16
        assert packed[10:].startswith(b"script-src 'self' 'sha256-")
    else:
        assert packed[3] == 0

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Files under static/: gzip made ahead, ETags, and what a browser need not fetch again."""

import gzip
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.network import Network
from tests.raw_http import Response
from tools.assets import compress

PAGE = "<!doctype html>\n<script>\nlet a = 1;\n</script>\n" + "<p>The page</p>\n" * 100
OLD = 1_600_000_000


@pytest.fixture
def folder(network: Network) -> Iterator[Path]:
    """An empty folder on the drive; the board serves it as /own."""
    path = network.shared.drive / "static" / "own"
    path.mkdir()
    yield path
    shutil.rmtree(path)


def _put(path: Path, content: str | bytes, changed: int = OLD) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (changed, changed))
    return path


def _put_both(folder: Path, name: str, content: str) -> tuple[bytes, bytes]:
    """A file and its .gz, and what is in them."""
    path = _put(folder / name, content)
    packed = compress(path)
    assert packed
    _put(folder / f"{name}.gz", packed)
    return content.encode(), packed


def _get(network: Network, target: str, coding: str | None = None, **options) -> Response:
    headers = options.pop("headers", {})
    if coding is not None:
        headers = headers | {"Accept-Encoding": coding}
    return network.fetch(target, headers=headers, **options)


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZip", True),
        ("x-gzip", True),
        ("gzip, deflate, br", True),
        ("deflate,gzip", True),
        ("br;q=1.0, gzip ; q=0.5", True),
        ("gzip;q=0.001", True),
        ("gzip;q=1", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0, gzip", True),
        ("*", True),
        ("*;q=0", False),
        ("identity", False),
        ("identity;q=0", False),
        ("deflate, br, zstd", False),
        ("gzipped, agzip", False),
        (",,;q=,gzip", True),
    ],
)
def test_gzip_goes_to_those_who_accept_it(
    network: Network, folder: Path, accepted: str | None, taken: bool
):
    plain, packed = _put_both(folder, "page.html", PAGE)
    response = _get(network, "/own/page.html", accepted)
    assert response.status == 200
    assert response.body == (packed if taken else plain)
    assert response.headers.get("content-encoding") == ("gzip" if taken else None)
    assert response.headers["content-type"] == "text/html"
    assert response.headers["content-length"] == str(len(response.body))
    assert response.headers["vary"] == "Accept-Encoding"
    assert network.log[1:] == []


def test_a_list_may_come_in_several_headers(network: Network, folder: Path):
    _put_both(folder, "page.html", PAGE)
    data = network.request("/own/page.html").replace(
        b"\r\n\r\n", b"\r\nAccept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n"
    )
    assert network.answer(data).headers["content-encoding"] == "gzip"


def test_a_folder_s_index_is_sent_with_gzip(network: Network, folder: Path):
    _, packed = _put_both(folder, "index.html", PAGE)
    assert _get(network, "/own/", "gzip").body == packed


def test_a_file_alone_does_not_vary(network: Network, folder: Path):
    _put(folder / "page.css", "p {}")
    headers = _get(network, "/own/page.css", "gzip").headers
    assert "vary" not in headers and "content-encoding" not in headers
    assert headers["content-type"] == "text/css"


def test_a_gz_file_that_is_asked_for_itself_is_a_gz_file(network: Network, folder: Path):
    _, packed = _put_both(folder, "page.html", PAGE)
    response = _get(network, "/own/page.html.gz", "gzip")
    assert response.body == packed
    assert response.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("suffix", ["html", "js", "bin"])
def test_a_stale_gz_is_never_sent(network: Network, folder: Path, suffix: str):
    name = f"page.{suffix}"
    path = _put(folder / name, PAGE)
    _put(folder / f"{name}.gz", gzip.compress(PAGE.encode()))
    assert _get(network, f"/own/{name}", "gzip").headers["content-encoding"] == "gzip"
    _put(path, PAGE.replace("a = 1", "a = 2"), OLD + 10)  # as long as before
    for _ in range(2):
        response = _get(network, f"/own/{name}", "gzip")
        assert b"let a = 2;" in response.body
        assert "content-encoding" not in response.headers
    line = f"WARNING - /static/own/{name}.gz is older than /static/own/{name}: make assets"
    assert network.log[1:] == [line]
    _put(folder / f"{name}.gz", gzip.compress(path.read_bytes()))
    assert _get(network, f"/own/{name}", "gzip").headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("length", [0, 1, 8, 19, -1])
def test_a_gz_that_was_cut_off_is_never_sent(network: Network, folder: Path, length: int):
    plain, packed = _put_both(folder, "page.html", PAGE)
    _put(folder / "page.html.gz", packed[:length])
    assert _get(network, "/own/page.html", "gzip").body == plain
    network.is_served()


def test_a_folder_is_no_gz(network: Network, folder: Path):
    _put(folder / "page.html", PAGE)
    (folder / "page.html.gz").mkdir()
    assert _get(network, "/own/page.html", "gzip").body == PAGE.encode()


def test_a_gz_may_stand_alone(network: Network, folder: Path):
    _, packed = _put_both(folder, "page.html", PAGE)
    both = _get(network, "/own/page.html", "gzip")
    (folder / "page.html").unlink()
    alone = _get(network, "/own/page.html", "gzip")
    assert alone.body == packed
    assert alone == both
    for method in ("GET", "HEAD"):
        refused = _get(network, "/own/page.html", "identity", method=method)
        assert (refused.status, refused.reason) == (406, "Not Acceptable")
        assert refused.headers["vary"] == "Accept-Encoding"
        assert (b"gzip" in refused.body) == (method == "GET")
    assert network.log[-1] == 'WARNING - 127.0.0.2: "HEAD /own/page.html" answered 406'


@pytest.mark.parametrize("coding", ["gzip", "identity"])
@pytest.mark.parametrize("alone", [False, True], ids=["beside a gz", "alone"])
@pytest.mark.parametrize("name", ["page.html", "page.js"])
def test_a_browser_that_has_the_file_gets_304(
    network: Network, folder: Path, name: str, coding: str, alone: bool
):
    _put_both(folder, name, PAGE)
    if alone:
        (folder / f"{name}.gz").unlink()
    target = f"/own/{name}"
    first = _get(network, target, coding)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "no-cache"
    opaque = tag.removeprefix("W/")
    for condition in (tag, opaque, f"W/{opaque}", "*", f'"x", {tag} ,W/"y"', f",,\t{tag}"):
        for method in ("GET", "HEAD"):
            again = _get(
                network, target, coding, method=method, headers={"If-None-Match": condition}
            )
            assert (again.status, again.reason, again.body) == (304, "Not Modified", b"")
            # RFC 9110 section 15.4.5: what a 200 would have said, and no other length.
            kept = dict(first.headers)
            del kept["content-length"]
            kept.pop("content-encoding", None)
            assert again.headers == kept
    for condition in ("", '""', '"x"', opaque.strip('"'), opaque[:-2] + '"', tag.upper() + "x"):
        again = _get(network, target, coding, headers={"If-None-Match": condition})
        assert again == first
    assert network.log[1:] == []


def test_each_coding_has_its_own_strong_tag(network: Network, folder: Path):
    _put_both(folder, "page.html", PAGE)
    plain = _get(network, "/own/page.html").headers["etag"]
    packed = _get(network, "/own/page.html", "gzip").headers["etag"]
    assert plain != packed and plain[0] == packed[0] == '"'
    again = _get(network, "/own/page.html", "gzip", headers={"If-None-Match": plain})
    assert again.status == 200


def test_the_tag_is_the_same_after_a_boot_and_another_copy(
    make_network: Callable[..., Network], folder: Path
):
    _put_both(folder, "page.html", PAGE)
    tags = []
    for changed in (OLD, OLD + 1000):
        os.utime(folder / "page.html", (changed, changed))
        tags.append(_get(make_network(), "/own/page.html").headers["etag"])
    crc = struct.pack("<II", zlib.crc32(PAGE.encode()), len(PAGE)).hex()
    assert tags == [f'"{crc}"'] * 2


@pytest.mark.parametrize("name", ["page.html", "data.json", "data.json.gz"])
def test_a_file_that_changes_is_sent_anew(network: Network, folder: Path, name: str):
    """Also twice in the two seconds in which FAT gives it the same time."""
    tags = set()
    tag = ""
    for text in ("first", "other", "third"):
        _put(folder / name, text)
        response = _get(network, f"/own/{name}", headers={"If-None-Match": tag})
        assert (response.status, response.body) == (200, text.encode())
        tag = response.headers["etag"]
        tags.add(tag)
        again = _get(network, f"/own/{name}", headers={"If-None-Match": tag})
        assert again.status == 304
    assert len(tags) == 3


def test_a_larger_file_that_changes_has_another_tag(network: Network, folder: Path):
    tags = []
    for number in range(3):
        _put(folder / "data.bin", bytes([number]) * 20_000, changed=OLD + 2 * number)
        tags.append(_get(network, "/own/data.bin").headers["etag"])
    assert len(set(tags)) == 3
    assert all(tag.startswith('W/"') for tag in tags)


def test_a_larger_file_that_may_change_in_the_same_time_has_no_tag(network: Network, folder: Path):
    clock = network.board.clock
    before = clock.time()
    clock.set_time(OLD)
    try:
        _put(folder / "data.bin", bytes(20_000), changed=OLD - 1)
        assert "etag" not in _get(network, "/own/data.bin").headers
        clock.set_time(OLD + 10)
        assert "etag" in _get(network, "/own/data.bin").headers
    finally:
        clock.set_time(before)


def test_a_time_of_a_clock_that_was_never_set_is_no_tag(network: Network, folder: Path):
    """With each boot it starts at 2000 again: another file may have had the same."""
    _put(folder / "data.bin", bytes(20_000), changed=946_684_800 + 1_000_000)
    assert "etag" not in _get(network, "/own/data.bin").headers
    assert _get(network, "/own/data.bin", headers={"If-None-Match": "*"}).status == 304


def test_a_long_file_is_not_read_twice(network: Network, folder: Path):
    """It would keep everybody waiting: no gzip, nothing inline, a weak tag."""
    content = PAGE + "x" * 262_144
    _put(folder / "long.html", content)
    _put(folder / "long.html.gz", gzip.compress(content.encode()))
    for _ in range(2):
        response = _get(network, "/own/long.html", "gzip")
        assert response.body == content.encode()
        assert response.headers["etag"].startswith('W/"')
        assert "sha256" not in response.headers["content-security-policy"]
    line = "WARNING - /static/own/long.html is too long for gzip and inline scripts"
    assert network.log[1:] == [line]


@pytest.mark.parametrize("start", [0, (1 << 29) - 1000], ids=["", "wraps"])
@pytest.mark.parametrize("pause", [4000, 1 << 27, 3 << 27], ids=["4 s", "1.5 days", "4.6 days"])
def test_a_file_that_stays_is_read_twice(
    network: Network, folder: Path, monkeypatch: pytest.MonkeyPatch, start: int, pause: int
):
    """The second time, 3 s later, nothing can change it any more but with another time."""
    ticks = [start]
    drive = network.shared.board.drive
    opened = []
    real = drive.open

    def open_and_tell(name, *arguments, **options):
        opened.append(name)
        return real(name, *arguments, **options)

    files = network.lib.files
    monkeypatch.setattr(files, "ticks_ms", lambda: ticks[0] % (1 << 29))
    network.serve()
    _put(folder / "page.html", PAGE)
    _get(network, "/own/page.html", method="HEAD")  # imports what it needs
    monkeypatch.setitem(
        vars(network.board.module("esp_ws_ap.http.content_policy")), "open", open_and_tell
    )
    reads = []
    for step in (1000, pause, 1000, pause, 1 << 28):
        ticks[0] += step
        assert _get(network, "/own/page.html", method="HEAD").status == 200
        reads.append(len(opened))
    assert reads == [1, 2, 2, 2, 2]


def test_what_is_remembered_is_bounded(
    network: Network, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    known = {}
    real = network.lib.files._file_response
    monkeypatch.setattr(
        network.lib.files, "_file_response", lambda request, _: real(request, known)
    )
    for number in range(40):
        _put(folder / f"{number}.html", PAGE)
        _get(network, f"/own/{number}.html", method="HEAD")
        assert 0 < len(known) <= 16
    known.clear()
    # One file has many names.
    for number in range(40):
        assert _get(network, "/." * number + "/own/1.html", method="HEAD").status == 200
        assert all(len(path) <= 100 for path in known)
        assert 0 < len(known) <= 16

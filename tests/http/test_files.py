# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Files under static/: which are served and how, gzip, ETags, and what a browser keeps."""

import gzip
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.in_process import FILES, SECURITY, Network, SharedBoard
from tests.raw_http import Response
from tools.assets import compress

SECRET = b"not to be served"
PAGE = "<!doctype html>\n<script>\nlet a = 1;\n</script>\n" + "<p>The page</p>\n" * 100
OLD = 1_600_000_000


@pytest.fixture(autouse=True)
def without_gzip(shared_board: SharedBoard) -> None:
    """The page of this drive is not the repository's, whose .gz may be beside it."""
    (shared_board.drive / "static" / "index.html.gz").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("target", "file", "kind"),
    [
        ("/", "index.html", "text/html"),
        ("/index.html", "index.html", "text/html"),
        ("/hello.txt", "hello.txt", "text/plain"),
        ("/hello.txt?version=2&x=..", "hello.txt", "text/plain"),
        ("/?", "index.html", "text/html"),
        ("/empty.css", "empty.css", "text/css"),
        ("/all.bin", "all.bin", "application/octet-stream"),
        ("/deep/er/page.html", "deep/er/page.html", "text/html"),
        ("/deep/", "deep/index.html", "text/html"),
    ],
)
def test_file_is_sent_unchanged(network: Network, target: str, file: str, kind: str):
    content = FILES["static/" + file]
    assert content is not None
    response = network.fetch(target)
    assert (response.status, response.reason) == (200, "OK")
    assert response.body == (content.encode() if isinstance(content, str) else content)
    headers = response.headers
    assert headers["etag"][0] in 'W"'
    assert ("script-src" in headers["content-security-policy"]) == (kind == "text/html")
    for name in ("etag", "content-security-policy"):
        headers.pop(name)
    assert headers | SECURITY == SECURITY | {
        "content-type": kind if kind.startswith("application/") else kind + "; charset=utf-8",
        "content-length": str(len(response.body)),
        "connection": "close",
        "cache-control": "no-cache",
        "accept-ranges": "bytes",
    }
    assert network.log[1:] == []


@pytest.mark.parametrize("target", ["/", "/hello.txt", "/all.bin", "/nothing.txt"])
def test_head_is_get_without_the_body(network: Network, target: str):
    get = network.fetch(target)
    head = network.fetch(target, method="HEAD")
    assert get.body and not head.body
    assert head == get._replace(body=b"")


@pytest.mark.parametrize(
    "target",
    ["/nothing.txt", "/nowhere/", "/hello.txt/", "/%68i", "/.DS_Store", "/deep/%2eDS_Store"],
)
def test_missing_file_is_404(network: Network, target: str):
    _put(network.shared.drive / "static" / ".DS_Store", b"left by macOS")
    response = network.fetch(target)
    assert (response.status, response.reason) == (404, "Not Found")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert b"not found" in response.body.lower()
    assert f'WARNING - 127.0.0.2: "GET {target}" answered 404: File not found' in network.log


@pytest.mark.parametrize("target", ["/favicon.ico", "/apple-touch-icon-120x120.png"])
def test_icon_that_browsers_ask_for_is_no_warning(network: Network, target: str):
    assert network.fetch(target).status == 404
    assert network.log[-1].startswith("INFO - ")


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/deep", "/deep/"),
        ("/deep/er?a=/b&c", "/deep/er/?a=/b&c"),
        ("//deep", "/deep/"),
        ("/%64eep", "/%64eep/"),
    ],
)
def test_folder_without_slash_is_redirected(network: Network, target: str, location: str):
    response = network.fetch(target)
    assert (response.status, response.headers["location"]) == (307, location)


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("my page.txt", ["/my%20page.txt"]),
        ("小河.txt", ["/%E5%B0%8F%E6%B2%B3.txt", "/%e5%b0%8f%e6%b2%b3%2e%74xt"]),
        ("100%.txt", ["/100%25.txt", "/100%.txt"]),
        ("a+b.txt", ["/a+b.txt", "/a%2Bb.txt"]),
        ("50%25.txt", ["/50%2525.txt"]),
    ],
)
def test_names_are_decoded(network: Network, folder: Path, name: str, targets: list[str]):
    _put(folder / name, name)
    for target in targets:
        assert network.fetch("/own" + target).body == name.encode()


def _browser(network: Network, target: str, language: str = "", **options):
    accept = "text/html,application/xhtml+xml,*/*;q=0.8"
    headers = {"Accept": accept, "Accept-Language": language} | options.pop("headers", {})
    return network.fetch(target, headers=headers, **options)


@pytest.mark.parametrize(
    ("status", "options"),
    [
        (400, {"target": "/%00"}),
        (404, {"target": "/nothing"}),
        (405, {"target": "/", "method": "POST"}),
        (414, {"target": "/" + "a" * 500}),
        (421, {"target": "/", "headers": {"Host": "elsewhere.example"}}),
        (426, {"target": "/ws"}),
        (431, {"target": "/", "headers": {"X": "x" * 5000}}),
        (500, {"target": "/fails"}),
        (500, {"target": "/nothing-returned"}),
    ],
)
def test_refusal_is_a_page_for_a_browser(network: Network, status: int, options: dict):
    network.hub()
    network.route("/fails")(lambda request: 1 / 0)
    network.route("/nothing-returned")(lambda request: None)
    pages = [
        _browser(network, language=name, **options) for name in ("en, zh", "zh-CN,en;q=.5", "fr")
    ]
    network.errors()
    for page, language in zip(pages, ("en", "zh", "en"), strict=True):
        assert page.status == status
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert len(page.body) == int(page.headers["content-length"])
        assert f'<html lang="{language}">' in page.body.decode()
    assert [line for line in network.log if f'" answered {status}: ' in line]
    options = {"headers": {"Accept": "*/*"}} | options
    assert network.fetch(**options).headers["content-type"] == "text/plain; charset=utf-8"
    network.errors()


def test_own_page_for_404(network: Network):
    path = _put(network.shared.drive / "static" / "404.html", "<p>Own</p>")
    for _ in range(2):
        page = _browser(network, "/nothing", headers={"If-None-Match": "*"})
        assert (page.status, page.body) == (404, b"<p>Own</p>")
    assert network.fetch("/nothing").headers["content-type"] == "text/plain; charset=utf-8"
    path.unlink()


def test_refusal_of_a_route_keeps_its_own_type(network: Network):
    for path, kind in (("/typed", "application/json"), ("/plain", None)):
        network.route(path)(
            lambda request, kind=kind: network.http.Response(
                request, "<no seat>", status=(409, "Conflict"), content_type=kind
            )
        )
    assert _browser(network, "/typed").body == b"<no seat>"
    assert b"&lt;no seat>" in _browser(network, "/plain").body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("target", ["/", "/hello.txt", "/nothing.txt"])
def test_other_methods_are_405(network: Network, method: str, target: str):
    response = network.fetch(target, method=method, body=b"content")
    assert (response.status, response.reason) == (405, "Method Not Allowed")
    assert response.headers["allow"] == "GET, HEAD"
    assert response.body == b"Only GET and HEAD are allowed.\n"
    reason = "405: Only GET and HEAD are allowed."
    assert f'WARNING - 127.0.0.2: "{method} {target}" answered {reason}' in network.log


@pytest.mark.parametrize("name", ["settings.toml", "code.py", "lib/esp_ws_ap/hub.py"])
@pytest.mark.parametrize(
    "prefix",
    [
        "/",
        "/../",
        "/./../",
        "/static/../",
        "/deep/../../",
        "/deep/er/../../../",
        "//",
        "///",
        "/..//",
        "//../",
        "/.../",
        "/.../../",
        "/%2e%2e/",
        "/%2E%2E%2F",
        "/..%2f",
        "/%2e%2e%5c",
        "/..%5c",
        "/..\\",
        "\\..\\",
        "/\\..\\",
        "/deep\\..\\..\\",
        "/%00/../",
        "/hello.txt%00/../../",
        "/..;/",
        "/.%00./",
        "/%c0%ae%c0%ae/",
        "/%252e%252e/",
        "/~/",
        "../",
        "..\\",
        "./../",
        "",
        "http://192.168.4.1/../",
        "http://192.168.4.1//",
        "HTTP://192.168.4.1/%2e%2e/",
        "http://192.168.4.1/..\\",
        "file:///",
        "C:\\",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_path_traversal(network: Network, method: str, prefix: str, name: str):
    received = network.exchange(network.request(prefix + name, method=method))
    assert received.end == "fin"
    assert received.data.split()[1] in (b"400", b"403", b"404"), received.data
    assert SECRET not in received.data and b"esp_ws_ap" not in received.data
    refusals = [line for line in network.log if line.startswith("WARNING - 127.0.0.2: ")]
    assert len(refusals) == 1, network.log


def test_slow_client_is_not_dropped(network: Network):
    (network.shared.drive / "static" / "longer.bin").write_bytes(bytes(1 << 20))
    with network.connect(receive_buffer=4096) as client:
        client.sendall(network.request("/longer.bin"))
        for _ in range(5):
            network.until(client.waiting)
            for _ in range(8):
                client.recv(4096)
            network.advance(8)
            assert len(network.pool.exchanges) == 1


@pytest.mark.parametrize("taken", [0, 1, 20000])
def test_reset_closes_the_file(network: Network, taken: int):
    (network.shared.drive / "static" / "longer.bin").write_bytes(bytes(1 << 20))
    client = network.connect(receive_buffer=4096)
    client.sendall(network.request("/longer.bin"))
    network.until(client.waiting)
    (exchange,) = network.pool.exchanges
    file = exchange._body
    while taken > 0:
        taken -= len(client.recv(taken))
    client.reset()
    network.until(lambda: not network.pool.exchanges)
    assert file.closed
    network.is_served()


def test_file_that_shrinks_ends_the_response(network: Network):
    path = network.shared.drive / "static" / "shrinks.bin"
    path.write_bytes(bytes(1 << 20))
    with network.connect(receive_buffer=4096) as client:
        client.sendall(network.request("/shrinks.bin"))
        network.until(client.waiting)
        path.write_bytes(b"")
        while client.recv(65536):
            pass
    network.is_served()


# gzip


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
    """Write a file and its .gz, and return the content of both."""
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
        ("br\r\nAccept-Encoding: gzip", True),
    ],
)
def test_accept_encoding(network: Network, folder: Path, accepted: str | None, taken: bool):
    plain, packed = _put_both(folder, "page.html", PAGE)
    response = _get(network, "/own/page.html", accepted)
    assert response.status == 200
    assert response.body == (packed if taken else plain)
    assert response.headers.get("content-encoding") == ("gzip" if taken else None)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-length"] == str(len(response.body))
    assert response.headers["vary"] == "Accept-Encoding"
    assert network.log[1:] == []


def test_index_is_sent_with_gzip(network: Network, folder: Path):
    _, packed = _put_both(folder, "index.html", PAGE)
    assert _get(network, "/own/", "gzip").body == packed


def test_file_without_gz_has_no_vary(network: Network, folder: Path):
    _put(folder / "page.css", "p {}")
    headers = _get(network, "/own/page.css", "gzip").headers
    assert "vary" not in headers and "content-encoding" not in headers
    assert headers["content-type"] == "text/css; charset=utf-8"


def test_gz_by_its_own_name(network: Network, folder: Path):
    _, packed = _put_both(folder, "page.html", PAGE)
    response = _get(network, "/own/page.html.gz", "gzip")
    assert response.body == packed
    assert response.headers["content-type"] == "application/gzip"
    assert "content-encoding" not in response.headers


@pytest.mark.parametrize("suffix", ["html", "js", "bin"])
def test_stale_gz_is_not_sent(network: Network, folder: Path, suffix: str):
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
    _put(folder / f"{name}.gz", gzip.compress(path.read_bytes()), OLD + 20)
    assert _get(network, f"/own/{name}", "gzip").headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("length", [0, 1, 8, 19, -1])
def test_truncated_gz_is_not_sent(network: Network, folder: Path, length: int):
    plain, packed = _put_both(folder, "page.html", PAGE)
    _put(folder / "page.html.gz", packed[:length])
    assert _get(network, "/own/page.html", "gzip").body == plain
    network.is_served()


def test_folder_is_not_a_gz(network: Network, folder: Path):
    _put(folder / "page.html", PAGE)
    (folder / "page.html.gz").mkdir()
    assert _get(network, "/own/page.html", "gzip").body == PAGE.encode()


def test_gz_without_its_plain_file(network: Network, folder: Path):
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
    assert '"HEAD /own/page.html" answered 406: This file is available' in network.log[-1]


# ETag


@pytest.mark.parametrize("coding", ["gzip", "identity"])
@pytest.mark.parametrize("alone", [False, True], ids=["beside a gz", "alone"])
@pytest.mark.parametrize("name", ["page.html", "page.js"])
def test_if_none_match(network: Network, folder: Path, name: str, coding: str, alone: bool):
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
            # RFC 9110 section 15.4.5: the headers of a 200, without its length.
            kept = dict(first.headers)
            del kept["content-length"]
            kept.pop("content-encoding", None)
            assert again.headers == kept
    for condition in ("", '""', '"x"', opaque.strip('"'), opaque[:-2] + '"', tag.upper() + "x"):
        again = _get(network, target, coding, headers={"If-None-Match": condition})
        assert again == first
    assert network.log[1:] == []


def test_each_coding_has_its_own_strong_etag(network: Network, folder: Path):
    _put_both(folder, "page.html", PAGE)
    plain = _get(network, "/own/page.html").headers["etag"]
    packed = _get(network, "/own/page.html", "gzip").headers["etag"]
    assert plain != packed and plain[0] == packed[0] == '"'
    again = _get(network, "/own/page.html", "gzip", headers={"If-None-Match": plain})
    assert again.status == 200


def test_etag_outlasts_a_boot_and_a_copy(make_network: Callable[..., Network], folder: Path):
    _put_both(folder, "page.html", PAGE)
    tags = []
    for changed in (OLD, OLD + 1000):
        os.utime(folder / "page.html", (changed, changed))
        tags.append(_get(make_network(), "/own/page.html").headers["etag"])
    crc = struct.pack("<II", zlib.crc32(PAGE.encode()), len(PAGE)).hex()
    assert tags == [f'"{crc}"'] * 2


@pytest.mark.parametrize("name", ["page.html", "data.json", "data.json.gz"])
def test_changed_file_has_another_etag(network: Network, folder: Path, name: str):
    """Also twice within the two seconds for which FAT keeps the same time."""
    now = int(network.board.clock.time())
    tags = set()
    tag = ""
    for text in ("first", "other", "third"):
        _put(folder / name, text, now)
        response = _get(network, f"/own/{name}", headers={"If-None-Match": tag})
        assert (response.status, response.body) == (200, text.encode())
        tag = response.headers["etag"]
        tags.add(tag)
        again = _get(network, f"/own/{name}", headers={"If-None-Match": tag})
        assert again.status == 304
    assert len(tags) == 3


def test_changed_large_file_has_another_weak_etag(network: Network, folder: Path):
    tags = []
    for number in range(3):
        _put(folder / "data.bin", bytes([number]) * 20_000, changed=OLD + 2 * number)
        tags.append(_get(network, "/own/data.bin").headers["etag"])
    assert len(set(tags)) == 3
    assert all(tag.startswith('W/"') for tag in tags)


def test_large_file_that_has_just_changed_has_no_etag(network: Network, folder: Path):
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


def test_large_file_has_no_etag_if_the_clock_was_never_set(network: Network, folder: Path):
    """Each boot starts in 2000 again, so another file may have had the same time."""
    _put(folder / "data.bin", bytes(20_000), changed=946_684_800 + 1_000_000)
    assert "etag" not in _get(network, "/own/data.bin").headers
    assert _get(network, "/own/data.bin", headers={"If-None-Match": "*"}).status == 304


def test_file_over_256_kb_is_not_examined(network: Network, folder: Path):
    """That would stop the program for too long: no gzip, nothing inline, a weak ETag."""
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
@pytest.mark.parametrize(
    ("built", "new", "expected"),
    [
        # A page, for its policy and for what that blocks.
        (False, False, [2, 2, 2, 2, 2]),
        # The .gz, and the page for its checksum.
        (True, False, [2, 2, 2, 2, 2]),
        # Just written: 3 s later, a further change would change its time as well.
        (False, True, [2, 3, 3, 3, 3]),
        (True, True, [2, 4, 4, 4, 4]),
    ],
    ids=["", "built", "new", "new and built"],
)
def test_unchanged_file_is_read_once(
    network: Network,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    start: int,
    pause: int,
    built: bool,
    new: bool,
    expected: list[int],
):
    ticks = [start]
    opened = []
    builtins = network.board.world.builtins
    real = builtins["open"]

    def open_and_count(name, *arguments, **options):
        if "/own/" in name:
            opened.append(name)
        return real(name, *arguments, **options)

    monkeypatch.setattr(network.lib.files, "ticks_ms", lambda: ticks[0] % (1 << 29))
    monkeypatch.setitem(builtins, "open", open_and_count)
    network.serve()
    changed = int(network.board.clock.time()) if new else OLD
    _put(folder / "page.html", PAGE, changed)
    if built:
        packed = compress(folder / "page.html")
        assert packed
        _put(folder / "page.html.gz", packed, changed)
    reads = []
    for step in (1000, pause, 1000, pause, 1 << 28):
        ticks[0] += step
        assert _get(network, "/own/page.html", method="HEAD").status == 200
        reads.append(len(opened))
    assert reads == expected
    # The policy of a built page is known from its .gz.
    assert not hasattr(network.board.module("esp_ws_ap.http"), "content_policy")


def test_cache_is_bounded(network: Network, folder: Path, monkeypatch: pytest.MonkeyPatch):
    cache = {}
    real = network.lib.files._file_response
    monkeypatch.setattr(
        network.lib.files, "_file_response", lambda request, _: real(request, cache)
    )
    for number in range(40):
        _put(folder / f"{number}.html", PAGE)
        _get(network, f"/own/{number}.html", method="HEAD")
        assert 0 < len(cache) <= 16
    cache.clear()
    # One file has many paths.
    for number in range(40):
        assert _get(network, "/" * number + "/own/1.html", method="HEAD").status == 200
        assert all(len(path) <= 100 for path in cache)
        assert 0 < len(cache) <= 16


# Ranges (RFC 9110 section 14)

ALL = bytes(range(256)) * 100


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-1", "0-1"),
        ("bytes=1000-", "1000-25599"),
        ("Bytes=-5", "25595-25599"),
        ("bytes=0-99999", "0-25599"),
        ("bytes=-99999", "0-25599"),
        ("bytes=25599-25599", "25599-25599"),
        *((value, "*") for value in ("bytes=25600-", "bytes=99999-100000", "bytes=-0")),
        *(
            (value, "")
            for value in ("bytes=5-4", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=x")
        ),
        *((value, "") for value in ("bytes=" + "9" * 30 + "-", "bytes=1", "bytes=+1-2", "")),
    ],
)
@pytest.mark.parametrize("by", ["files", "route"])
def test_range(network: Network, asked: str, part: str, by: str):
    network.route("/route")(lambda request: network.http.FileResponse(request, "/all.bin"))
    target = "/all.bin" if by == "files" else "/route"
    response = network.fetch(target, headers={"Range": asked})
    assert int(response.headers["content-length"]) == len(response.body)
    if part == "*":
        assert (response.status, response.headers["content-range"]) == (416, "bytes */25600")
        assert network.log[-1].endswith(" answered 416: The file has 25600 bytes.")
    elif part:
        first, last = part.split("-")
        assert (response.status, response.headers["content-range"]) == (206, f"bytes {part}/25600")
        assert response.body == ALL[int(first) : int(last) + 1]
    else:
        assert (response.status, response.headers["accept-ranges"]) == (200, "bytes")
        assert response.body == ALL


def test_range_of_what_has_changed_is_all(network: Network):
    whole = network.fetch("/hello.txt")
    tag = whole.headers["etag"]
    asked = {"Range": "bytes=0-1"}
    for condition, status in ((tag, 206), ('"other"', 200), ("W/" + tag, 200), ("", 200)):
        response = network.fetch("/hello.txt", headers=asked | {"If-Range": condition})
        assert response.status == status
    assert network.fetch("/hello.txt", headers=asked | {"If-None-Match": tag}).status == 304
    head = network.fetch("/hello.txt", method="HEAD", headers=asked)
    assert head == whole._replace(body=b"")

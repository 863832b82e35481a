# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Request heads (RFC 9110 and 9112): which are rejected, and what the server reads of the rest."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from adafruit_httpserver import Request
from hypothesis import example, given, settings
from hypothesis import strategies as st

from esp_ws_ap.http.request_head import RequestError, normalize_head
from tests.board import REPOSITORY
from tests.http.heads import HOSTS, INVALID, VALID

FOLDER = Path(__file__).resolve().parent
REJECTED = [(code, text, head) for code, text, heads in INVALID for head in heads]


def _id(value: object) -> str:
    return repr(value)[2:-1][:80] if isinstance(value, bytes) else ""


def _reads_the_same(normalized: bytes) -> None:
    """Check that the server reads all that is in a normalized head, and nothing else."""
    assert normalized.endswith(b"\r\n\r\n") and normalized.count(b"\r\n\r\n") == 1
    first, *lines = normalized[:-4].decode("ascii").split("\r\n")
    method, target, version = first.split(" ")
    path, _, query = target.partition("?")
    server: object = SimpleNamespace(debug=False)
    request = Request(server, None, ("192.168.4.2", 50000), normalized + b"body")  # type: ignore
    assert (request.method, request.path, request.http_version) == (method, path, version)
    assert path.startswith("/")
    assert request.body == b"body"
    expected: dict[str, list[str]] = {}
    for line in lines:
        name, value = line.split(": ", 1)
        expected.setdefault(name, []).append(value)
    headers = request.headers
    assert {name: headers.get_list(name) for name in headers.fields} == expected
    assert len(expected["host"]) == 1
    assert expected["host"][0].lower().split(":")[0] in HOSTS
    parameters = request.query_params
    count = sum(len(parameters.get_list(field)) for field in parameters.fields)
    assert count == len([field for field in query.split("&") if field])


@pytest.mark.parametrize(("head", "expected", "length"), VALID, ids=_id)
def test_valid_head_is_normalized(head: bytes, expected: str, length: int):
    normalized, body = normalize_head(head, HOSTS)
    assert (normalized.decode(), body) == (expected + "\r\n\r\n", length)
    assert normalize_head(normalized[:-4], HOSTS) == (normalized, length)
    _reads_the_same(normalized)


@pytest.mark.parametrize(("code", "text", "head"), REJECTED, ids=_id)
def test_invalid_head_is_rejected(code: int, text: str, head: bytes):
    with pytest.raises(RequestError) as caught:
        normalize_head(head, HOSTS)
    assert (caught.value.code, caught.value.text) == (code, text)
    assert caught.value.reason.isprintable()
    assert bool(caught.value.foreign) == (code == 421)


@pytest.mark.parametrize(
    ("head", "foreign"),
    [
        (
            b"GET /a?b HTTP/1.1\r\nHost: Elsewhere.Example:80",
            ("GET", "elsewhere.example", "/a?b", False),
        ),
        (b"POST / HTTP/1.1\r\nHost: [::1]\r\nAccept: */*", ("POST", "[::1]", "/", False)),
        (b"GET / HTTP/1.1\r\nHost: a.b\r\nX: text/html", ("GET", "a.b", "/", False)),
        (
            b"HEAD http://elsewhere.example/A HTTP/1.1\r\nHost: board.local\r\n"
            b"accept:image/webp, Text/HTML;q=0.8",
            ("HEAD", "elsewhere.example", "/A", True),
        ),
        (b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\nHost: board.local", ()),
        (b"GET / HTTP/1.1\r\nHost: elsewhere.example:x", ()),
        (b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\nTransfer-Encoding: chunked", ()),
    ],
    ids=_id,
)
def test_foreign_host_is_reported_if_nothing_else_is_wrong(head: bytes, foreign: tuple):
    with pytest.raises(RequestError) as caught:
        normalize_head(head, HOSTS)
    assert caught.value.foreign == foreign


# Generated heads

_SPECIAL = st.sampled_from(
    [b"\r\n", b"\r", b"\n", b"\0", b"\t", b" ", b":", b": ", b"\x0b", b"\x0c", b"\x1c", b"\x1d"]
    + [b"\x1e", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xa0", b"\xc2\xa0", b"?", b"&", b"=", b"%"]
    + [b"/", b"http://", b"board.local", b"@", b"\xff", b"\x7f", b"#"]
)
_TEXT = st.lists(_SPECIAL | st.binary(max_size=3) | st.just(b"a"), max_size=5).map(b"".join)
_VISIBLE = st.text("abcXYZ019-_.~!$&'()*+,;=:@%/?#", max_size=12).map(str.encode)
_NAMES = st.sampled_from([b"Host", b"Content-Length", b"Transfer-Encoding", b"A", b"a", b"Cookie"])
_HEADERS = st.tuples(
    _NAMES | _TEXT | st.text("abc-", min_size=1, max_size=3).map(str.encode),
    st.sampled_from([b":", b": ", b" :", b""]),
    st.sampled_from([b"board.local", b"192.168.4.1:80", b"1", b""]) | _VISIBLE | _TEXT,
).map(b"".join)
_LINES = st.tuples(
    st.sampled_from([b"GET", b"POST", b"get", b"", b"OPTIONS"]),
    st.sampled_from([b" ", b" ", b" ", b" ", b"  ", b"\t"]),
    st.sampled_from([b"/", b"/", b"http://board.local", b"*"]),
    _VISIBLE | _TEXT,
    st.sampled_from([b" HTTP/1.1", b" HTTP/1.1", b" HTTP/1.0", b" HTTP/2", b""]),
).map(b"".join)


@settings(max_examples=1000, derandomize=True, database=None, deadline=None)
@given(
    line=_LINES,
    headers=st.lists(_HEADERS, max_size=6),
    hosts=st.sampled_from([[b"Host: board.local"], [b"HOST:192.168.4.1:80"], []]),
    last=st.booleans(),
)
@example(line=b"GET /", headers=[], hosts=[], last=True)
def test_server_reads_any_normalized_head_as_written(line, headers, hosts, last):
    lines = [line, *headers, *hosts] if last else [line, *hosts, *headers]
    try:
        normalized, length = normalize_head(b"\r\n".join(lines), HOSTS)
    except RequestError as error:
        assert error.code in (400, 411, 421, 501, 505)
        return
    assert 0 <= length < 10**9
    _reads_the_same(normalized)


@settings(max_examples=500, derandomize=True, database=None, deadline=None)
@given(st.sampled_from(VALID), st.data())
def test_valid_head_with_bytes_changed(row, data):
    head = bytearray(row[0])
    at = data.draw(st.integers(0, len(head)))
    head[at : at + data.draw(st.integers(0, 2))] = data.draw(_SPECIAL | st.binary(max_size=2))
    try:
        normalized, _ = normalize_head(bytes(head), HOSTS)
    except RequestError:
        return
    _reads_the_same(normalized)


@pytest.mark.skipif(sys.platform != "linux", reason="MicroPython's wheel is for Linux")
def test_micropython_gives_the_same_results(tmp_path: Path):
    """Its UTF-8 decoder accepts surrogates, and its str has methods of its own."""
    heads = [row[0] for row in VALID] + [row[2] for row in REJECTED]
    cases = tmp_path / "cases.json"
    cases.write_text("".join(json.dumps(head.hex()) + "\n" for head in heads))
    result = subprocess.run(
        [Path(sys.executable).with_name("micropython"), FOLDER / "replay_heads.py", cases],
        env=os.environ | {"MICROPYPATH": f"{REPOSITORY / 'lib'}:{FOLDER}"},
        capture_output=True,
        encoding="utf-8",
        timeout=50,
    )
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr
    expected = [[normalized + "\r\n\r\n", length] for _, normalized, length in VALID]
    expected += [[code, text] for code, text, _ in REJECTED]
    assert [json.loads(line) for line in result.stdout.splitlines()] == expected

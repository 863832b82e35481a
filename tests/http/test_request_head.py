# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The head of a request, before adafruit_httpserver gets to see it (RFC 9110 and 9112)."""

from types import SimpleNamespace

import pytest
from adafruit_httpserver import Request
from hypothesis import example, given, settings
from hypothesis import strategies as st

from esp_ws_ap.http.request_head import RequestError, normalize_head
from tests.http.heads import BAD, GOOD, HOSTS


def _parse(raw: bytes) -> Request:
    return Request(SimpleNamespace(debug=False), None, ("192.168.4.2", 50000), raw)  # type: ignore


def _survives(checked: bytes) -> None:
    """The server reads from a checked head all that stands in it, and nothing else."""
    assert checked.endswith(b"\r\n\r\n") and checked.count(b"\r\n\r\n") == 1
    first, *lines = checked[:-4].decode("ascii").split("\r\n")
    method, target, version = first.split(" ")
    path, _, query = target.partition("?")
    request = _parse(checked + b"body")
    assert (request.method, request.path, request.http_version) == (method, path, version)
    assert path.startswith("/")
    assert request.body == b"body"
    expected: dict[str, list[str]] = {}
    for line in lines:
        name, value = line.split(": ", 1)
        expected.setdefault(name, []).append(value)
    assert {name: request.headers.get_list(name) for name in request.headers.fields} == expected
    assert len(expected["host"]) == 1
    assert expected["host"][0].lower().split(":")[0] in HOSTS
    fields = [field for field in query.split("&") if field]
    assert sum(len(request.query_params.get_list(f)) for f in request.query_params.fields) == len(
        fields
    )


def _ids(head: bytes) -> str:
    return repr(head)[2:-1][:80]


@pytest.mark.parametrize(("head", "expected", "length"), GOOD, ids=[_ids(row[0]) for row in GOOD])
def test_good_head_is_written_anew(head: bytes, expected: str, length: int):
    checked, body = normalize_head(head, HOSTS)
    assert (checked.decode(), body) == (expected + "\r\n\r\n", length)
    _survives(checked)


@pytest.mark.parametrize(("head", "code"), BAD, ids=[_ids(row[0]) for row in BAD])
def test_bad_head_is_refused(head: bytes, code: int):
    with pytest.raises(RequestError) as caught:
        normalize_head(head, HOSTS)
    assert caught.value.code == code
    assert caught.value.reason and caught.value.text.isprintable()


@pytest.mark.parametrize(
    ("head", "foreign"),
    [
        (b"GET /a?b HTTP/1.1\r\nHost: Elsewhere.Example:80", ("GET", "elsewhere.example", "/a?b")),
        (b"POST / HTTP/1.1\r\nHost: [::1]", ("POST", "[::1]", "/")),
        (
            b"HEAD http://elsewhere.example/A HTTP/1.1\r\nHost: board.local",
            ("HEAD", "elsewhere.example", "/A"),
        ),
        (b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\nHost: board.local", ()),
        (b"GET / HTTP/1.1\r\nHost: elsewhere.example:x", ()),
        (b"GET / HTTP/1.1\r\nHost: elsewhere.example\r\nTransfer-Encoding: chunked", ()),
    ],
    ids=lambda value: _ids(value) if isinstance(value, bytes) else "",
)
def test_what_is_meant_for_another_host_and_has_no_other_fault_is_told(head, foreign):
    with pytest.raises(RequestError) as caught:
        normalize_head(head, HOSTS)
    assert caught.value.foreign == foreign
    assert (caught.value.code == 421) == bool(foreign)


def test_head_that_was_checked_passes_again():
    for head, expected, length in GOOD:
        checked, _ = normalize_head(head, HOSTS)
        assert normalize_head(checked[:-4], HOSTS) == (checked, length), expected


# Heads nobody thought of

_NASTY = st.sampled_from(
    [b"\r\n", b"\r", b"\n", b"\0", b"\t", b" ", b":", b": ", b"\x0b", b"\x0c", b"\x1c", b"\x1d"]
    + [b"\x1e", b"\x85", b"\xc2\x85", b"\xe2\x80\xa8", b"\xa0", b"\xc2\xa0", b"?", b"&", b"=", b"%"]
    + [b"/", b"http://", b"board.local", b"@", b"\xff", b"\x7f", b"#"]
)
_TEXT = st.lists(_NASTY | st.binary(max_size=3) | st.just(b"a"), max_size=5).map(b"".join)
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
def test_what_passes_is_read_as_it_is_written(line, headers, hosts, last):
    lines = [line, *headers, *hosts] if last else [line, *hosts, *headers]
    try:
        checked, length = normalize_head(b"\r\n".join(lines), HOSTS)
    except RequestError as refused:
        assert refused.code in (400, 411, 421, 501, 505)
        return
    assert 0 <= length < 10**9
    _survives(checked)


@settings(max_examples=500, derandomize=True, database=None, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_good_head_with_a_byte_changed(row, data):
    head = bytearray(row[0])
    at = data.draw(st.integers(0, len(head)))
    head[at : at + data.draw(st.integers(0, 2))] = data.draw(_NASTY | st.binary(max_size=2))
    try:
        checked, _ = normalize_head(bytes(head), HOSTS)
    except RequestError:
        return
    _survives(checked)

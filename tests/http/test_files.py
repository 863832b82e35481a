# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Files under static/: which are served, how, and which never are."""

import pytest

from tests.network import FILES, Network, SharedBoard

SECRET = b"not to be served"


@pytest.fixture(autouse=True)
def without_gzip(shared_board: SharedBoard) -> None:
    """The page on this drive is not the repository's, whose .gz may lie beside it."""
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
def test_a_file_is_served_byte_for_byte(network: Network, target: str, file: str, kind: str):
    content = FILES["static/" + file]
    assert content is not None
    response = network.fetch(target)
    assert (response.status, response.reason) == (200, "OK")
    assert response.body == (content.encode() if isinstance(content, str) else content)
    headers = response.headers
    assert headers["etag"][0] in 'W"'
    assert ("content-security-policy" in headers) == (kind == "text/html")
    for name in ("etag", "content-security-policy", "referrer-policy"):
        headers.pop(name, None)
    assert headers == {
        "content-type": kind,
        "content-length": str(len(response.body)),
        "connection": "close",
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
    }
    assert network.log[1:] == []


@pytest.mark.parametrize("target", ["/", "/hello.txt", "/all.bin", "/nothing.txt"])
def test_head_is_answered_as_get_without_the_body(network: Network, target: str):
    get = network.fetch(target)
    head = network.fetch(target, method="HEAD")
    assert get.body and not head.body
    assert head == get._replace(body=b"")


@pytest.mark.parametrize("target", ["/nothing.txt", "/deep", "/nowhere/", "/hello.txt/", "/%68i"])
def test_a_file_that_is_not_there_is_404(network: Network, target: str):
    response = network.fetch(target)
    assert (response.status, response.reason) == (404, "Not Found")
    assert response.headers["content-type"] == "text/plain"
    assert b"not found" in response.body.lower()
    assert f'WARNING - 127.0.0.2: "GET {target}" answered 404' in network.log


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("target", ["/", "/hello.txt", "/nothing.txt"])
def test_a_file_cannot_be_changed(network: Network, method: str, target: str):
    response = network.fetch(target, method=method, body=b"content")
    assert (response.status, response.reason) == (405, "Method Not Allowed")
    assert response.headers["allow"] == "GET, HEAD"
    assert response.body == b"Only GET and HEAD are allowed.\n"
    assert f'WARNING - 127.0.0.2: "{method} {target}" answered 405' in network.log


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
def test_nothing_outside_static_is_served(network: Network, method: str, prefix: str, name: str):
    received = network.exchange(network.request(prefix + name, method=method))
    assert received.end == "fin"
    assert received.data.split()[1] in (b"400", b"403", b"404"), received.data
    assert SECRET not in received.data and b"esp_ws_ap" not in received.data
    refusals = [line for line in network.log if line.startswith("WARNING - 127.0.0.2: ")]
    assert len(refusals) == 1, network.log


@pytest.mark.parametrize("byte", [b"\0", b"\x01", b"\t", b"\x0b", b"\x1b", b"\x7f", b"\x80"])
def test_no_control_character_reaches_the_drive(network: Network, byte: bytes):
    data = network.request("/../X").replace(b"X", b"hello.txt" + byte)
    response = network.answer(data)
    assert response.status == 400
    assert network.log[-1].endswith("answered 400")


def test_a_long_file_is_streamed(network: Network):
    """2 MB to a phone that takes little at a time: the memory stays, the others are served."""
    content = bytes(range(251)) * 8356  # 2 MB, of a period that divides no buffer's length
    (network.shared.drive / "static" / "long.bin").write_bytes(content)
    hub = network.hub()
    hub.on_message(lambda client, data: client.send(data))
    received = bytearray()
    most = round_trips = 0
    with (
        network.websocket(source="127.0.0.3") as other,
        network.connect(receive_buffer=4096) as phone,
    ):
        phone.sendall(network.request("/long.bin"))
        network.until(phone.waiting)
        (exchange,) = network.pool.exchanges
        while part := phone.recv(16384):
            received += part
            most = max(most, exchange.queued)
            if len(received) >> 17 > round_trips:
                round_trips += 1
                other.send_text(f"message {round_trips}")
                assert other.receive_text() == f"message {round_trips}"
    head, _, body = bytes(received).partition(b"\r\n\r\n")
    assert f"content-length: {len(content)}".encode() in head
    assert body == content
    assert round_trips == 16
    assert most <= 2048


def test_a_file_stops_where_the_phone_stops_taking_it(network: Network):
    (network.shared.drive / "static" / "longer.bin").write_bytes(bytes(1 << 20))
    with network.connect(receive_buffer=4096) as phone:
        phone.sendall(network.request("/longer.bin"))
        network.until(phone.waiting)
        (exchange,) = network.pool.exchanges
        network.turn(200)
        network.advance(9.5)
        assert network.pool.exchanges == [exchange]
        file = exchange._file
        assert not file.closed
        network.advance(1)
        assert network.pool.exchanges == []
        assert file.closed
    assert network.log[-1] == "WARNING - 127.0.0.2 dropped: not reading the response"


def test_a_phone_that_takes_little_is_not_dropped(network: Network):
    (network.shared.drive / "static" / "longer.bin").write_bytes(bytes(1 << 20))
    with network.connect(receive_buffer=4096) as phone:
        phone.sendall(network.request("/longer.bin"))
        for _ in range(5):
            network.until(phone.waiting)
            for _ in range(8):
                phone.recv(4096)
            network.advance(8)
            assert len(network.pool.exchanges) == 1


@pytest.mark.parametrize("taken", [0, 1, 20000])
def test_a_phone_that_vanishes_leaves_no_open_file(network: Network, taken: int):
    (network.shared.drive / "static" / "longer.bin").write_bytes(bytes(1 << 20))
    phone = network.connect(receive_buffer=4096)
    phone.sendall(network.request("/longer.bin"))
    network.until(phone.waiting)
    (exchange,) = network.pool.exchanges
    file = exchange._file
    while taken > 0:
        taken -= len(phone.recv(taken))
    phone.reset()
    network.until(lambda: not network.pool.exchanges)
    assert file.closed
    network.is_served()


def test_a_file_that_shrinks_while_it_is_sent_ends_the_answer(network: Network):
    path = network.shared.drive / "static" / "shrinks.bin"
    path.write_bytes(bytes(1 << 20))
    with network.connect(receive_buffer=4096) as phone:
        phone.sendall(network.request("/shrinks.bin"))
        network.until(phone.waiting)
        path.write_bytes(b"")
        while phone.recv(65536):
            pass
    network.is_served()

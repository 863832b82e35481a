# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The answers to probes and to foreign hosts, from joining to leaving, and the welcome page."""

import itertools
import types

import pytest

from tests.board import REPOSITORY
from tests.portal.conftest import LINES, SSID, PortalNetwork
from tests.portal.systems import PROBES, Probe
from tests.raw_http import Response

PHONE, OTHER = "127.0.0.2", "127.0.0.3"
PAGE = "http://192.168.4.1/"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
WELCOME = "http://192.168.4.1/welcome"


def probe(network: PortalNetwork, probe: Probe, source: str = PHONE) -> Response:
    """The answer to a probe."""
    response = network.get(
        probe.url, source, probe.method, **{"User-Agent": probe.user_agent or "-"}
    )
    assert response.headers["cache-control"] == "no-store"
    return response


def is_captive(response: Response) -> bool:
    """Return True if the answer makes the system open the welcome page."""
    return (response.status, response.headers.get("location")) == (302, WELCOME)


def tap_continue(network: PortalNetwork, source: str = PHONE) -> None:
    """Tap "Continue" on the welcome page."""
    response = network.get(WELCOME, source, "POST", content_length="0")
    assert (response.status, response.headers["location"]) == (303, "/welcome#done")


@pytest.mark.parametrize("system", PROBES.values(), ids=PROBES)
def test_probe_of_each_system(network, system):
    network.join(PHONE)
    for _ in range(2):
        assert is_captive(probe(network, system))
    assert network.get(WELCOME).status == 200
    assert is_captive(probe(network, system)), "the page was only looked at"
    tap_continue(network)
    for _ in range(2):
        response = probe(network, system)
        if system.body is None:
            assert (response.status, response.body) == (204, b"")
            assert "content-length" not in response.headers
        else:
            body = b"" if system.method == "HEAD" else system.body
            assert (response.status, response.body) == (200, body)
            kind = "text/html" if system.body.startswith(b"<") else "text/plain"
            assert response.headers["content-type"] == kind + "; charset=utf-8"
        # These two systems check theirs first; the others ignore them.
        assert response.headers["x-networkmanager-status"] == "online"
        assert response.headers["x-connman-status"] == "online"
    network.leave(PHONE)
    network.join(PHONE)
    assert is_captive(probe(network, system))


def test_each_station_has_its_own_state(network):
    android = PROBES["Android"]
    network.join(PHONE)
    network.join(OTHER)
    assert is_captive(probe(network, android)) and is_captive(probe(network, android, OTHER))
    tap_continue(network, OTHER)
    assert is_captive(probe(network, android))
    assert probe(network, android, OTHER).status == 204
    for _ in range(2):
        network.websocket().close()
    assert probe(network, android).status == 204
    assert [line for line in network.log if line.startswith(f"INFO - portal: {PHONE}")] == [
        f"INFO - portal: {PHONE} redirected to the welcome page",
        f"INFO - portal: {PHONE} released",
    ]
    network.leave(PHONE)
    assert probe(network, android, OTHER).status == 204


@pytest.mark.parametrize("order", list(itertools.permutations(LINES)), ids="-".join)
def test_lines_of_a_program_in_any_order(make_portal, order):
    network = make_portal(*order)
    network.join(PHONE)
    assert is_captive(probe(network, PROBES["Android"]))
    assert network.get(WELCOME).status == network.get(PAGE).status == 200
    with network.websocket():
        assert probe(network, PROBES["Android"]).status == 204
    network.leave(PHONE)
    network.join(PHONE)
    assert is_captive(probe(network, PROBES["Android"]))
    assert "DNS" in network.loop.sockets


FOREIGN = (
    "example.com/ example.com/index.html?generate_204 wrong.local/page 192.168.4.2/ [::1]/ "
    "www.msftconnecttest.com/redirect captive.apple.com.example/ example.com:8080/ "
    "example.com/welcome example.com/ws"
)


@pytest.mark.parametrize("url", ["http://" + url for url in FOREIGN.split()])
def test_foreign_host_is_redirected(network, url):
    assert is_captive(network.get(url)) and is_captive(network.get(url, Accept=BROWSER))
    network.portal.release(PHONE)
    response = network.get(url, Accept=BROWSER)
    assert (response.status, response.headers["location"]) == (302, PAGE)
    assert response.body == b"Open http://192.168.4.1/\n"
    for accepted in ({}, {"Accept": "*/*"}, {"Accept": "application/json"}):
        background = network.get(url, **accepted)
        assert (background.status, background.body) == (204, b""), "an app would load the page"
        assert background.headers["cache-control"] == "no-store"


def test_host_with_a_trailing_dot(network):
    assert network.get("http://192.168.4.1.:80/welcome").status == 200
    network.portal.release(PHONE)  # before its first probe
    assert b"Success" in network.get("http://captive.apple.com./").body


def test_absolute_target_of_a_foreign_host(network):
    request = b"GET http://captive.apple.com/ HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"
    assert is_captive(network.answer(request))


def test_other_methods_to_a_foreign_host_are_421(network):
    network.join(PHONE)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert network.get("http://evil.example/welcome", PHONE, method).status == 421
    assert is_captive(probe(network, PROBES["Android"]))
    network.leave(PHONE)
    assert [line for line in network.log if "refused" in line or "answered 421" in line] == [
        f"INFO - portal: {PHONE} refused, as all that apps send to other hosts: POST evil.example",
        f"INFO - portal: {PHONE} had 6 requests refused",
    ]


def test_client_on_the_home_network_is_led_to_the_address_there(network):
    home = types.SimpleNamespace(address="192.168.1.50", reaches=lambda address: address == OTHER)
    network.hotspot.home_network = home
    for url in ("http://esp.lan/", "http://esp.lan/welcome", "http://captive.apple.com/"):
        response = network.get(url, OTHER)
        assert (response.status, response.headers["location"]) == (302, "http://192.168.1.50/")
    assert network.portal._home_address(PHONE) is None
    assert is_captive(network.get("http://esp.lan/"))


def test_other_port_is_a_warning(network):
    network.hotspot.settings.http_port = 8080
    network.hotspot.socket_pool = types.SimpleNamespace()  # no second name server
    with pytest.raises(AttributeError):
        type(network.portal)(network.hotspot)
    assert "WARNING - portal: HTTP_PORT is 8080: phones ask port 80" in network.log[-1]


def test_no_websocket_on_a_foreign_host(network):
    handshake = {"Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    handshake |= {"Sec_WebSocket_Key": "A" * 22 + "==", "Origin": "http://evil.example"}
    assert network.get("http://evil.example/ws", **handshake).status == 302
    assert not network.hotspot.has_clients


def test_head_of_a_foreign_host(network):
    response = network.get("http://example.com/", method="HEAD")
    assert is_captive(response)
    assert response.body == b"" and int(response.headers["content-length"]) > 0


def test_hostname_is_not_a_foreign_host(network):
    for name in ("esp.local", "esp", "esp-0001.local"):
        assert (network.get(f"http://{name}/").status == 200) is (name[:4] != "esp-")


def test_oldest_stations_are_dropped(network):
    most = network.hotspot.settings.ap_max_stations + 2
    addresses = [f"192.168.4.{number}" for number in range(2, 200)]
    for address in addresses:
        network.portal.release(address)
    assert [known[0] for known in network.portal._stations] == addresses[-most:]


def test_stations_are_dropped_when_the_hotspot_goes_down(network):
    network.join(PHONE)
    network.portal.release(PHONE)
    network.board.module("wifi").radio.stop_ap()
    network.hotspot.access_point.check()
    assert network.portal._stations == []
    network.hotspot.access_point.start()


@pytest.mark.parametrize("address", [PHONE, None], ids=["by DHCP", "static"])
def test_connections_of_a_station_that_left_are_dropped(network, monkeypatch, address):
    real = network.board.network.stations
    shown = {PHONE: address, OTHER: OTHER}
    monkeypatch.setattr(
        network.board.network,
        "stations",
        lambda: [(mac, rssi, shown[phone]) for mac, rssi, phone in real()],
    )
    network.join(PHONE)
    network.join(OTHER)
    for _ in range(5):
        network.hotspot.access_point.check()
    page = network.websocket(source=PHONE)
    network.connected(PHONE).sendall(b"GET / HTTP/1.1\r\n")
    network.connected(PHONE)
    stays = network.connected(OTHER)
    stays.sendall(b"GET / HTTP/1.1\r\n")
    network.turn(20)
    assert len(network.pool.exchanges) == 3
    network.leave(PHONE)
    assert [exchange.address[0] for exchange in network.pool.exchanges] == [OTHER]
    assert network.log.count(f"INFO - {PHONE} dropped: it has left the hotspot") == 2
    assert any("disconnected: 1006 left the hotspot" in line for line in network.log)
    page.sock.close()
    stays.sendall(b"Host: 192.168.4.1\r\n\r\n")
    assert b"200 OK" in network.receive_all(stays).data


def test_request_of_a_station_that_left_is_not_answered(network):
    network.join(PHONE)
    phone = network.connected(PHONE)
    listener = network.pool.listeners[0]
    listener.server = None  # so that the request waits
    phone.send(network.request("/hello.txt"))
    network.until(lambda: network.pool.complete)
    network.leave(PHONE)
    listener.server = network.server
    network.turn(5)
    assert not network.pool.exchanges and not network.pool.complete


# The welcome page

ENGLISH, CHINESE = 'lang="en"', 'lang="zh-Hans"'


def welcome(network: PortalNetwork, **headers: str) -> str:
    """The text of the welcome page."""
    response = network.get(WELCOME, **headers)
    assert response.status == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.body.decode()


ACCEPTED = {
    ENGLISH: "en-GB,en;q=0.9,zh;q=0.8|en,zh|zh;q=0.5,en|zh;q=0|de-DE,de;q=0.9|*|zha,zhx"
    "|zh;q=x,en;q=0.1|;;,,q=,zh;|",
    CHINESE: "zh-CN,zh;q=0.9,en;q=0.8|zh|ZH-Hant-TW|de-DE,zh;q=0.5,en;q=0.3|en;q=0.5, zh;q=0.9"
    "|zh ; q=0.9",
}


@pytest.mark.parametrize("language", ACCEPTED)
def test_accept_language(network, language):
    for accepted in ACCEPTED[language].split("|"):
        assert language in welcome(network, Accept_Language=accepted), accepted
    assert ENGLISH in welcome(network)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_ssid_and_url_are_escaped(network, language):
    text = welcome(network, Accept_Language=language)
    assert "<h1>Garden &amp; &quot;&lt;Pond&gt;&quot;</h1>" in text
    assert '<a class="address" href="http://192.168.4.1/">http://192.168.4.1/</a>' in text
    assert "{{" not in text and "Pond>" not in text
    assert network.get(f"{PAGE}welcome.{language}.html").body.decode() == text


def test_content_security_policy(network):
    headers = network.get(WELCOME).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'"
    )
    assert headers["cache-control"] == "no-store"


def test_templates_keep_to_the_policy():
    for language in ("en", "zh"):
        text = (REPOSITORY / f"static/welcome.{language}.html").read_text("utf-8")
        assert "<script" not in text and "style=" not in text and "<style" not in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_head_of_the_welcome_page(network):
    response = network.get(WELCOME, method="HEAD")
    assert (response.status, response.body) == (200, b"")
    assert int(response.headers["content-length"]) > 500


def test_qr_code_joins_the_hotspot(network):
    join_code = network.board.module("esp_ws_ap.network.join_code")
    response = network.get(PAGE + "qr.svg")
    assert response.status == 200
    assert response.headers["content-type"] == "image/svg+xml; charset=utf-8"
    uri = join_code.wifi_uri(SSID, "tulips and more")
    assert response.body.decode() == join_code.svg(join_code.encode(uri))
    home = types.SimpleNamespace(address="192.168.1.50", reaches=lambda address: True)
    network.hotspot.home_network = home
    assert network.get(PAGE + "qr.svg").status == 404, "it has the password"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bare_page_without_the_template(network, language):
    file = network.shared.drive / f"static/welcome.{language}.html"
    aside = file.rename(file.with_suffix(".aside"))
    try:
        text = welcome(network, Accept_Language=language)
    finally:
        aside.rename(file)
    assert "<h1>Garden &amp; &quot;&lt;Pond&gt;&quot;</h1>" in text
    assert "http://192.168.4.1/" in text
    assert '<form method="post">' in text

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The answers to probes and to foreign hosts, from joining to leaving, and the welcome page."""

import itertools
import xml.etree.ElementTree
from types import SimpleNamespace

import pytest

from tests.board import REPOSITORY
from tests.portal.conftest import LINES, PortalNetwork
from tests.portal.systems import KINDLE, PROBES, Probe
from tests.raw_http import Response

PHONE, OTHER = "127.0.0.2", "127.0.0.3"
PAGE = "http://192.168.4.1/"
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
            assert (response.status, response.body) == (200, system.body)
            kind = "text/html" if system.body.startswith(b"<") else "text/plain"
            assert response.headers["content-type"] == kind + "; charset=utf-8"
        # NetworkManager checks it first; other systems ignore it.
        assert response.headers["x-networkmanager-status"] == "online"
    network.leave(PHONE)
    network.join(PHONE)
    assert is_captive(probe(network, system))


def test_kindle_probe(network):
    network.join(PHONE)
    assert is_captive(probe(network, KINDLE))
    tap_continue(network)
    response = probe(network, KINDLE)
    assert response.status == 200
    assert b"<title>Kindle Reachability Probe Page</title>" in response.body
    assert b"81ce4465-7167-4dcb-835b-dcc9e44c112a" in response.body


def test_each_station_has_its_own_state(network):
    android = PROBES["Android"]
    network.join(PHONE)
    network.join(OTHER)
    assert is_captive(probe(network, android)) and is_captive(probe(network, android, OTHER))
    tap_continue(network, OTHER)
    assert is_captive(probe(network, android))
    assert probe(network, android, OTHER).status == 204
    network.leave(PHONE)
    assert probe(network, android, OTHER).status == 204


def test_websocket_releases(network):
    network.join(PHONE)
    assert is_captive(probe(network, PROBES["Android"]))
    for _ in range(2):
        network.websocket().close()
    assert probe(network, PROBES["Android"]).status == 204
    assert [line for line in network.log if "portal" in line] == [
        f"INFO - portal: {PHONE} redirected to the welcome page",
        f"INFO - portal: {PHONE} released",
    ]


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


def test_release_before_the_first_probe(network):
    network.portal.release(PHONE)
    assert probe(network, PROBES["Windows 10 and 11"]).body == b"Microsoft Connect Test"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://example.com/index.html?generate_204",
        "http://wrong.local/page",
        "http://192.168.4.2/",
        "http://[::1]/",
        "http://www.msftconnecttest.com/redirect",
        "http://captive.apple.com.example/",
        "http://example.com:8080/",
        "http://example.com/welcome",
        "http://example.com/ws",
    ],
)
def test_foreign_host_is_redirected(network, url):
    assert is_captive(network.get(url))
    network.portal.release(PHONE)
    response = network.get(url)
    assert (response.status, response.headers["location"]) == (302, PAGE)
    assert response.headers["cache-control"] == "no-store"
    assert response.body == b"Open http://192.168.4.1/\n"


def test_host_with_a_trailing_dot(network):
    assert network.get("http://192.168.4.1.:80/welcome").status == 200
    network.portal.release(PHONE)
    assert b"Success" in network.get("http://captive.apple.com./").body


def test_absolute_target_of_a_foreign_host(network):
    request = (
        b"GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"
    )
    response = network.answer(request)
    assert is_captive(response)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_to_a_foreign_host_are_421(network, method):
    response = network.get("http://evil.example/welcome", PHONE, method)
    assert response.status == 421
    assert is_captive(probe(network, PROBES["Android"]))


def test_no_websocket_on_a_foreign_host(network):
    response = network.get(
        "http://evil.example/ws",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
        Origin="http://evil.example",
    )
    assert response.status == 302
    assert not network.hotspot.has_clients


def test_head_of_a_foreign_host(network):
    response = network.get("http://example.com/", method="HEAD")
    assert is_captive(response)
    assert response.body == b"" and int(response.headers["content-length"]) > 0


def test_hostname_is_not_a_foreign_host(network):
    response = network.get("http://esp.local/")
    assert (response.status, response.body) == (200, b"<!doctype html>\n<p>The page</p>\n")


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


def test_connections_of_a_station_that_left_are_dropped(network):
    network.join(PHONE)
    network.join(OTHER)
    begun = network.connected(PHONE)
    begun.sendall(b"GET / HTTP/1.1\r\n")
    network.connected(PHONE)
    stays = network.connected(OTHER)
    stays.sendall(b"GET / HTTP/1.1\r\n")
    network.turn(20)
    assert len(network.pool.exchanges) == 3
    network.leave(PHONE)
    assert [exchange.address[0] for exchange in network.pool.exchanges] == [OTHER]
    line = f"INFO - {PHONE} dropped: it has left the hotspot"
    assert network.log.count(line) == 2
    stays.sendall(b"Host: 192.168.4.1\r\n\r\n")
    assert b"200 OK" in network.receive_all(stays).data


def test_request_of_a_station_that_left_is_not_answered(network):
    network.join(PHONE)
    phone = network.connected(PHONE)
    (listener,) = network.pool.listeners
    listener.server = None  # so that the request waits
    phone.send(network.request("/hello.txt"))
    network.until(lambda: network.pool.complete)
    network.leave(PHONE)
    listener.server = network.server
    network.turn(5)
    assert not network.pool.exchanges and not network.pool.complete


def test_names_lead_to_the_network_of_the_asker(network):
    """A name such as esp.lan of the home network's router."""
    network.join(PHONE)
    network.hotspot.home_network = SimpleNamespace(address="10.0.0.7")
    for source, url in ((PHONE, "http://192.168.4.1/welcome"), (OTHER, "http://10.0.0.7/")):
        response = network.get("http://esp.lan/x", source)
        assert (response.status, response.headers["location"]) == (302, url)
    assert network.portal._home_address("192.168.4.9") is None
    network.hotspot.home_network.address = None
    assert network.portal._home_address(OTHER) is None


# The welcome page

ENGLISH, CHINESE = 'lang="en"', 'lang="zh-Hans"'


def welcome(network: PortalNetwork, **headers: str) -> str:
    """The text of the welcome page."""
    response = network.get(WELCOME, **headers)
    assert response.status == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return response.body.decode()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        ("zh", CHINESE),
        ("ZH-Hant-TW", CHINESE),
        ("de-DE,zh;q=0.5,en;q=0.3", CHINESE),
        ("en;q=0.5, zh;q=0.9", CHINESE),
        ("zh ; q=0.9", CHINESE),
        ("en-GB,en;q=0.9,zh;q=0.8", ENGLISH),
        ("en,zh", ENGLISH),
        ("zh;q=0.5,en", ENGLISH),
        ("zh;q=0", ENGLISH),
        ("de-DE,de;q=0.9", ENGLISH),
        ("*", ENGLISH),
        ("zha,zhx", ENGLISH),
        ("zh;q=x,en;q=0.1", ENGLISH),
        (";;,,q=,zh;", ENGLISH),
        ("", ENGLISH),
    ],
)
def test_accept_language(network, accepted, language):
    assert language in welcome(network, Accept_Language=accepted)


def test_no_accept_language(network):
    assert ENGLISH in welcome(network)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_ssid_and_url_are_escaped(network, language):
    text = welcome(network, Accept_Language=language)
    assert "<h1>Garden &amp; &quot;&lt;Pond&gt;&quot;</h1>" in text
    assert '<a class="address" href="http://192.168.4.1/">http://192.168.4.1/</a>' in text
    assert "{{" not in text and "Pond>" not in text


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


def test_qr_code_is_svg(network):
    response = network.get("http://192.168.4.1/qr.svg")
    assert response.status == 200
    assert response.headers["content-type"] == "image/svg+xml; charset=utf-8"
    assert xml.etree.ElementTree.fromstring(response.body).tag.endswith("svg")


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

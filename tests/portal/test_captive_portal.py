# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What the systems' probes get, from joining to leaving, and what anybody else gets."""

import pytest

from tests.portal.systems import KINDLE, PROBES, Probe
from tests.raw_http import Response

PHONE, OTHER = "127.0.0.2", "127.0.0.3"
PAGE = "http://192.168.4.1/"
WELCOME = "http://192.168.4.1/welcome"


def probe(hotspot, probe: Probe, source: str = PHONE) -> Response:
    """The answer to a probe."""
    response = hotspot.get(
        probe.url, source, probe.method, **{"User-Agent": probe.user_agent or "-"}
    )
    assert response.headers["cache-control"] == "no-store"
    return response


def is_led(response: Response) -> bool:
    """Does the answer open the sheet?"""
    return (response.status, response.headers.get("location")) == (302, WELCOME)


def taps(hotspot, source: str = PHONE) -> None:
    """The person taps "continue"."""
    response = hotspot.get("http://192.168.4.1/welcome", source, "POST", content_length="0")
    assert (response.status, response.headers["location"]) == (303, "/welcome#done")


@pytest.mark.parametrize("system", PROBES.values(), ids=PROBES)
def test_join_tap_leave_and_join_again(hotspot, system):
    hotspot.joins(PHONE)
    for _ in range(2):
        assert is_led(probe(hotspot, system))
    assert hotspot.get(WELCOME).status == 200
    assert is_led(probe(hotspot, system)), "the page was only looked at"
    taps(hotspot)
    for _ in range(2):
        response = probe(hotspot, system)
        if system.body is None:
            assert (response.status, response.body) == (204, b"")
            assert "content-length" not in response.headers
        else:
            assert (response.status, response.body) == (200, system.body)
            kind = "text/html" if system.body.startswith(b"<") else "text/plain"
            assert response.headers["content-type"] == kind
        # What NetworkManager looks for first; nobody else minds.
        assert response.headers["x-networkmanager-status"] == "online"
    hotspot.leaves(PHONE)
    hotspot.joins(PHONE)
    assert is_led(probe(hotspot, system))


def test_kindle_finds_what_it_looks_for(hotspot):
    hotspot.joins(PHONE)
    assert is_led(probe(hotspot, KINDLE))
    taps(hotspot)
    response = probe(hotspot, KINDLE)
    assert response.status == 200
    assert b"<title>Kindle Reachability Probe Page</title>" in response.body
    assert b"81ce4465-7167-4dcb-835b-dcc9e44c112a" in response.body


def test_phones_do_not_depend_on_each_other(hotspot):
    android = PROBES["Android"]
    hotspot.joins(PHONE)
    hotspot.joins(OTHER)
    assert is_led(probe(hotspot, android)) and is_led(probe(hotspot, android, OTHER))
    taps(hotspot, OTHER)
    assert is_led(probe(hotspot, android))
    assert probe(hotspot, android, OTHER).status == 204
    hotspot.leaves(PHONE)
    assert probe(hotspot, android, OTHER).status == 204


def test_page_open_in_a_browser_releases(hotspot):
    hotspot.joins(PHONE)
    assert is_led(probe(hotspot, PROBES["Android"]))
    for _ in range(2):
        hotspot.portal.release(PHONE)
    assert probe(hotspot, PROBES["Android"]).status == 204
    log = [line for line in hotspot.network.log if "portal" in line]
    assert log == [
        f"INFO - portal: {PHONE} is led to the welcome page",
        f"INFO - portal: {PHONE} has seen the page",
    ]


def test_release_before_the_first_probe(hotspot):
    hotspot.portal.release(PHONE)
    assert probe(hotspot, PROBES["Windows 10 and 11"]).body == b"Microsoft Connect Test"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://example.com/index.html?generate_204",
        "http://esp.local/",
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
def test_foreign_host_is_redirected_and_never_served(hotspot, url):
    assert is_led(hotspot.get(url))
    hotspot.portal.release(PHONE)
    response = hotspot.get(url)
    assert (response.status, response.headers["location"]) == (302, PAGE)
    assert response.headers["cache-control"] == "no-store"
    assert response.body == b"Open http://192.168.4.1/\n"


def test_a_name_written_in_full_is_the_same_name(hotspot):
    assert hotspot.get("http://192.168.4.1.:80/welcome").status == 200
    hotspot.portal.release(PHONE)
    assert b"Success" in hotspot.get("http://captive.apple.com./").body


def test_absolute_target_is_a_foreign_host_too(hotspot):
    request = (
        b"GET http://captive.apple.com/hotspot-detect.html HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"
    )
    response = hotspot.network.answer(request)
    assert is_led(response)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_not_executed_under_a_foreign_name(hotspot, method):
    response = hotspot.get("http://evil.example/welcome", PHONE, method)
    assert response.status == 421
    assert is_led(probe(hotspot, PROBES["Android"]))


def test_websocket_is_not_opened_under_a_foreign_name(hotspot):
    hub = hotspot.network.hub()
    response = hotspot.get(
        "http://evil.example/ws",
        Upgrade="websocket",
        Sec_WebSocket_Version="13",
        Sec_WebSocket_Key="AAAAAAAAAAAAAAAAAAAAAA==",
        Origin="http://evil.example",
    )
    assert response.status == 302
    assert not hub.clients


def test_head_has_the_headers_alone(hotspot):
    response = hotspot.get("http://example.com/", method="HEAD")
    assert is_led(response)
    assert response.body == b"" and int(response.headers["content-length"]) > 0


def test_page_itself_is_served_to_everybody(hotspot):
    response = hotspot.get("http://192.168.4.1/")
    assert (response.status, response.body) == (200, b"<!doctype html>\n<p>The page</p>\n")


def test_what_is_remembered_is_bounded(hotspot):
    most = hotspot.settings.ap_max_stations + 2
    addresses = [f"192.168.4.{number}" for number in range(2, 200)]
    for address in addresses:
        hotspot.portal.release(address)
    assert [known[0] for known in hotspot.portal._stations] == addresses[-most:]


def test_what_left_is_forgotten(hotspot):
    hotspot.joins(PHONE)
    hotspot.portal.release(PHONE)
    hotspot.leaves(PHONE)
    assert hotspot.portal._stations == []


def test_everybody_is_forgotten_when_the_hotspot_goes_down(hotspot):
    hotspot.joins(PHONE)
    hotspot.portal.release(PHONE)
    hotspot.network.board.module("wifi").radio.stop_ap()
    hotspot.access_point.check()
    assert hotspot.portal._stations == []
    hotspot.access_point.start()


def test_requests_of_a_phone_that_left_are_dropped_at_once(hotspot):
    network = hotspot.network
    hotspot.joins(PHONE)
    hotspot.joins(OTHER)
    begun = network.connected(PHONE)
    begun.sendall(b"GET / HTTP/1.1\r\n")
    network.connected(PHONE)
    stays = network.connected(OTHER)
    stays.sendall(b"GET / HTTP/1.1\r\n")
    network.turn(20)
    assert len(network.pool.exchanges) == 3
    hotspot.leaves(PHONE)
    assert [exchange.address[0] for exchange in network.pool.exchanges] == [OTHER]
    line = f"INFO - {PHONE} dropped: it has left the hotspot"
    assert network.log.count(line) == 2
    stays.sendall(b"Host: 192.168.4.1\r\n\r\n")
    assert b"200 OK" in network.receive_all(stays).data


def test_a_whole_request_of_a_phone_that_left_is_not_answered(hotspot):
    network = hotspot.network
    hotspot.joins(PHONE)
    phone = network.connected(PHONE)
    phone.send(network.request("/hello.txt"))
    while not network.pool.whole:
        network.loop.turn()  # without the server
    hotspot.leaves(PHONE)
    network.turn(5)
    assert not network.pool.exchanges and not network.pool.whole

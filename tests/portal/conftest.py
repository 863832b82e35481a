# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A portal on a simulated board in this process, turned by hand."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import raw_http
from tests.network import Network, make_network, shared_board  # noqa: F401
from tests.raw_http import PHONE, Response

SSID = 'Garden & "<Pond>"'


class Hotspot:
    """
    The hotspot with its portal and its name server.

    :param Network network: Whose loop turns.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        board = network.board
        self.settings = board.module("esp_ws_ap.settings").Settings()
        self.settings.ap_ssid = SSID
        self.settings.ap_password = "tulips and more"
        radio = board.module("wifi").radio
        self.access_point = board.module("esp_ws_ap.network.access_point").AccessPoint(
            radio, self.settings
        )
        self.portal: Any = board.module("esp_ws_ap.portal.captive_portal").CaptivePortal(
            self.settings, self.access_point, network.pool, network.server
        )
        assert self.access_point.start()

    def get(self, url: str, source: str = PHONE, method: str = "GET", **headers: str) -> Response:
        """The answer to a request for any URL, all of which lead to the board."""
        parts = urlsplit(url)
        with self.network.connect(source) as phone:
            phone.sendall(
                self.network.request(
                    (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                    method=method,
                    headers={"Host": parts.netloc}
                    | {name.replace("_", "-"): value for name, value in headers.items()},
                )
            )
            response = raw_http.parse(self.network.receive_all(phone))
        assert response.end == "fin"
        return response

    def joins(self, phone: str) -> None:
        """A phone comes into range, and the hotspot has noticed."""
        assert self.network.board.network.join(phone)
        self.access_point.check()

    def leaves(self, phone: str) -> None:
        """A phone goes out of range, and the hotspot has noticed."""
        self.network.board.network.leave(phone)
        self.access_point.check()


@pytest.fixture
def hotspot(make_network) -> Hotspot:  # noqa: F811
    """A hotspot on which nobody is yet."""
    return Hotspot(make_network(hosts=["192.168.4.1"]))


class NameServer:
    """
    A name server and a phone that asks it.

    :param Network network: Whose loop turns.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.responder: Any = network.board.module("esp_ws_ap.portal.dns_responder").DnsResponder(
            network.loop, network.shared.socket_pool, "192.168.4.1"
        )
        self.phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.phone.bind((PHONE, 0))
        self.phone.setblocking(False)
        self.phone.connect(("127.0.0.1", network.board.network.host_port(53, datagrams=True)))

    def received(self) -> bytes:
        """The next datagram, while the board turns."""

        def arrived() -> bytes:
            try:
                return self.phone.recv(4096)
            except BlockingIOError:
                return b""

        return self.network.until(arrived, "an answer")

    def ask(self, message: bytes) -> bytes:
        """The answer to a message; b"" if the one to the next message is the first to come."""
        sentinel = b"\xa5\x5a\x01\x00\0\x01\0\0\0\0\0\0\x04last\0\0\x01\0\x01"
        self.phone.send(message)
        self.phone.send(sentinel)
        answer = self.received()
        if answer[12:] == sentinel[12:] + b"\xc0\x0c\0\x01\0\x01\0\0\0\x0a\0\x04\xc0\xa8\x04\x01":
            return b""
        last = self.received()
        assert last[:2] == sentinel[:2] and last[12:17] == b"\x04last"
        return answer


@pytest.fixture
def names(make_network) -> Iterator[NameServer]:  # noqa: F811
    """A name server."""
    network = make_network()
    server = NameServer(network)
    yield server
    server.phone.close()
    sock = server.responder._socket
    if sock is not None:
        network.loop.close(sock)

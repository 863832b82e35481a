# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A hotspot with its portal on a simulated board in this process, turned by hand."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests import raw_http
from tests.in_process import Network, SharedBoard, make_network, shared_board  # noqa: F401
from tests.raw_http import PHONE, Response

SSID = 'Garden & "<Pond>"'
LINES = ("portal", "start_ap", "server", "hub")


class PortalNetwork(Network):
    """
    A program's `Hotspot` and `CaptivePortal`, and all who connect.

    :param SharedBoard shared: Where they run.
    :param order: The order of the program's lines.
    """

    def __init__(self, shared: SharedBoard, order: Iterable[str] = LINES) -> None:
        super().__init__(shared)
        module: Any = shared.board.module
        settings = module("esp_ws_ap.settings").Settings()
        settings.ap_ssid = SSID
        settings.ap_password = "tulips and more"
        self.hotspot: Any = module("esp_ws_ap.hotspot").Hotspot(module("wifi").radio, settings)
        self.loop, self.pool = self.hotspot.loop, self.hotspot.pool
        self.clock.milliseconds = self.loop.now  # the timers that are set go on from there
        self.loop.ticks = self.clock
        made = {}
        portal = module("esp_ws_ap.portal.captive_portal").CaptivePortal
        lines: dict[str, Callable[[], Any]] = {
            "portal": lambda: portal(self.hotspot),
            "start_ap": self.hotspot.start_ap,
            "server": lambda: self.http.Server(self.pool, "/static"),
            "hub": lambda: self.lib.hub.Hub(self.hotspot),
        }
        for line in order:
            made[line] = lines[line]()
        self.portal = made["portal"]
        self.server = made["server"]
        self.route("/ws")(made["hub"].upgrade)
        assert made["start_ap"]

    def serve(self) -> None:
        """As ``hotspot.run(server)``, but for the loop."""
        if not self._serving:
            self._serving = True
            self.hotspot._begin(self.server)

    def get(self, url: str, source: str = PHONE, method: str = "GET", **headers: str) -> Response:
        """The answer to a request for any URL: all of them lead to the board."""
        parts = urlsplit(url)
        with self.connect(source) as phone:
            phone.sendall(
                self.request(
                    (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                    method=method,
                    headers={"Host": parts.netloc}
                    | {name.replace("_", "-"): value for name, value in headers.items()},
                )
            )
            response = raw_http.parse(self.receive_all(phone))
        assert response.end == "fin"
        return response

    def join(self, phone: str) -> None:
        """A phone comes into range, and the hotspot has noticed."""
        assert self.board.network.join(phone)
        self.hotspot.access_point.check()

    def leave(self, phone: str) -> None:
        """A phone goes out of range, and the hotspot has noticed."""
        self.board.network.leave(phone)
        self.hotspot.access_point.check()

    def finish(self) -> None:
        """Close the DNS socket, which a program keeps to its end, and check the others."""
        for sock, entry in list(self.loop._entries.items()):
            if entry[2] == "DNS":
                self.loop.close(sock)
        super().finish()


@pytest.fixture
def make_portal(shared_board: SharedBoard) -> Iterator[Callable[..., PortalNetwork]]:  # noqa: F811
    """A function that makes a hotspot with a portal."""
    made: list[PortalNetwork] = []

    def make(*order: str) -> PortalNetwork:
        made.append(PortalNetwork(shared_board, order or LINES))
        return made[0]

    yield make
    for network in made:
        network.finish()


@pytest.fixture
def network(make_portal: Callable[..., PortalNetwork]) -> PortalNetwork:
    """A hotspot with a portal, without stations."""
    return make_portal()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Sockets that ``select.poll`` does not take, such as those of a network chip on SPI."""

from tests.network import Network


class NoPoll:
    """A ``select.poll`` that says what MicroPython's does of objects that are no streams."""

    def register(self, sock, mask) -> None:
        raise TypeError("stream operation not supported")


def test_sockets_that_cannot_be_polled_are_tried(network: Network):
    network.loop._poll = NoPoll()
    hub = network.hub("/ws")
    hub.on_message(lambda client, data: client.send(data))
    network.serve()
    with network.websocket() as first, network.websocket() as second:
        for client in (first, second, first):
            client.send_text("hello")
            assert client.receive_text() == "hello"
        assert network.fetch("/hello.txt").body == b"hello\n"
        assert second.close().close_code == 1000
    network.until(lambda: network.loop.sockets == ["HTTP listener"])

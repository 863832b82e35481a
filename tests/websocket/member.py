# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Clients of a hub, with both ends, that can be out of reach for a while."""

from typing import Any

from tests.in_process import Network
from tests.raw_websocket import CONTINUATION, TEXT, Frame, RawWebSocket, frame


class Member:
    """
    A client of a hub.

    :param Network network: Where the hub is.
    :param hub: The hub.
    :param str source: The client's address.
    :param options: For :meth:`Network.websocket`.
    """

    def __init__(
        self, network: Network, hub: Any, source: str = "127.0.0.2", **options: Any
    ) -> None:
        self.network = network
        self.source = source
        known = list(hub.clients)
        self.raw: RawWebSocket = network.websocket(source=source, **options)
        network.until(lambda: [client for client in hub.clients if client not in known], "joined")
        self.board: Any = hub.clients[-1]

    def go_away(self) -> None:
        """Go out of reach: nothing arrives any more, and the socket's buffer fills."""
        self.network.turn(5)
        self.network.board.network.leave(self.source)

    def come_back(self) -> None:
        """Come back, and receive what was sent meanwhile."""
        self.network.board.network.join(self.source)

    def fill_socket(self) -> int:
        """Go away, and fill the board's socket: return how many messages that takes."""
        self.network.until(lambda: not self.board._socket._unacked, "all sent has arrived")
        self.go_away()
        count = 0
        while not self.board.queued:
            assert self.board.send("x" * 716)
            count += 1
            assert count < 100
        self.network.turn()
        assert self.board.queued == 720, "the socket should have taken whole frames"
        return count

    def fill_socket_in_part(self) -> int:
        """As :meth:`fill_socket`, but the last of the messages is sent in part."""
        self.go_away()
        count = 0
        while not self.board.queued:
            assert self.board.send("x" * 1000)
            count += 1
            assert count < 100
        self.network.turn()
        assert 0 < self.board.queued < 1004
        return count

    def skip(self, count: int) -> None:
        """Read this many of the messages that filled the socket."""
        for _ in range(count):
            assert set(self.message()) == {"x"}

    def message(self) -> str | bytes:
        """One whole message."""
        return self.message_and_frames()[0]

    def message_and_frames(self) -> tuple[str | bytes, int]:
        """One whole message, and in how many frames it came."""
        received = [self.raw.receive()]
        while not received[-1].fin:
            received.append(self.raw.receive())
            assert received[-1].opcode == CONTINUATION, received[-1]
        assert received[0].opcode in (1, 2), received[0]
        payload = b"".join(part.payload for part in received)
        return payload.decode() if received[0].opcode == TEXT else payload, len(received)

    def everything(self, last: str) -> list[str | bytes]:
        """All messages up to this one."""
        messages: list[str | bytes] = []
        while not messages or messages[-1] != last:
            messages.append(self.message())
        return messages

    def say(self, *texts: str) -> None:
        """Send these messages in one piece, without waiting for the board."""
        data = b"".join(frame(TEXT, text) for text in texts)
        assert self.raw.sock.send(data) == len(data)

    def next(self) -> Frame:
        """The next frame of any kind."""
        return self.raw.receive()


def join_members(network: Network, hub: Any, count: int) -> list[Member]:
    """This many clients, each from an address of its own."""
    return [Member(network, hub, f"127.0.0.{2 + number}") for number in range(count)]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The board's call stack has 2,048 bytes: about 15 nested Python calls."""

import sys

from tests.in_process import Network
from tests.raw_websocket import BINARY, CLOSE, PING, TEXT, close_payload, frame

LIMIT = 15

#: The frames of code.py and of Hotspot.run, which are missing here.
ABOVE = 2


class Depth:
    """Records the deepest chain of calls on the board, the handlers' own included."""

    def __init__(self) -> None:
        self.deepest: list[str] = []

    def __enter__(self) -> "Depth":
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    @staticmethod
    def _is_of_the_board(code) -> bool:
        return code.co_filename.startswith("/lib/") or code.co_filename == __file__

    def _called(self, frame, event, argument) -> None:
        if event != "call" or not self._is_of_the_board(frame.f_code):
            return
        names = []
        while frame is not None:
            code = frame.f_code
            # Generators and comprehensions have frames on the board as well. The simulator's
            # modules are C there.
            if self._is_of_the_board(code):
                names.append(f"{code.co_filename} {code.co_name}")
                if code.co_name == "turn":
                    break
            frame = frame.f_back
        if len(names) > len(self.deepest):
            self.deepest = names[::-1]


def test_call_depth(network: Network):
    hub = network.hub(max_clients=2, max_message_size=2000, max_frame_size=500)
    other_hub = network.hub("/other", subprotocols=["a"])

    @hub.on_open
    @hub.on_message
    @hub.on_close
    def handler(client, *rest):
        hub.broadcast("x" * 3000)
        client.send(iter(["a", "b"]))
        if rest == ("raise",):
            raise ValueError("mine")

    @hub.on_error
    def failed(client, error):
        handler(client)

    def respond(request, **values):
        def handler():
            return network.http.JSONResponse(request, {"a": [1, {"b": 2}]})

        return handler()

    network.route("/json/<name>")(respond)

    @network.route("/chunks")
    def chunks(request):
        return network.http.ChunkedResponse(request, lambda: ("x" * 100 for _ in range(200)))

    def fail(request):
        raise ValueError("mine")

    network.route("/fails")(fail)
    network.loop.every(0.1, lambda: handler_of_timer(hub))
    network.serve()
    with Depth() as depth:
        for target in ("/hello.txt", "/nothing.txt", "/json/x", "/chunks", "/fails"):
            network.fetch(target)
        network.answer(b"rubbish\r\n\r\n")
        clients = [network.websocket(source=f"127.0.0.{2 + n}") for n in range(3)]
        with network.websocket("/other", headers={"Sec-WebSocket-Protocol": "a"}):
            network.until(lambda: other_hub.clients)
        for data in (
            frame(TEXT, "hello") + frame(TEXT, "raise") + frame(PING, "x"),
            frame(TEXT, "ä" * 400, fin=False) + frame(0, "ä" * 400),
            frame(BINARY, bytes(1500)),
        ):
            clients[0].send_bytes(data)
            network.turn(20)
        clients[0].send(CLOSE, close_payload(1000, "bye"))
        clients[1].send(TEXT, b"\xff")
        network.advance(6)
        network.websocket(source="127.0.0.9").reset()
        network.advance(1)
        stays = network.websocket(source="127.0.0.9")
        hub._shut_down()
        stays.sock.close()
    network.errors()
    assert len(depth.deepest) > 5
    assert len(depth.deepest) + ABOVE <= LIMIT, "\n".join(depth.deepest)


def handler_of_timer(hub) -> None:
    """A broadcast each second, as in code.py."""
    hub.broadcast("status")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Programs whose handlers fail, take long, and act on clients from within an event."""

from tests.faults.scene import A, B, C, Scene, Table, run
from tests.raw_websocket import TEXT, frame

table = Table()
FAULT = "a handler failed: ValueError: a fault of the program's"


@table.case("a handler that raises", {1000: 1})
def raises(scene: Scene) -> None:
    client = scene.client()
    for _ in range(20):
        client.send_text("raise")
    # The handler for errors raises too. All of it was logged before, and is counted now.
    scene.echo(client)
    client.close()


@table.case("a handler that takes 200 ms", {1000: 1})
def slow(scene: Scene) -> None:
    scene.allowance = 400
    client = scene.client()
    for _ in range(3):
        scene.echo(client, "slow")
    client.close()
    scene.log(f"client {scene.number()} disconnected: 1000")


@table.case("a handler that closes its own client", {4002: 1})
def closes_own(scene: Scene) -> None:
    client = scene.client()
    # The messages after it are not delivered.
    client.send_bytes(frame(TEXT, "close me") + frame(TEXT, "raise") * 3)
    scene.closed(client, 4002, "as you wish")
    scene.log(f"client {scene.number()} disconnected: 4002")
    assert not scene.logged("a handler failed")


@table.case("on_open closes its own client", {4001: 1})
def closes_in_open(scene: Scene) -> None:
    client = scene.client(target="/ws?do=close_at_once")
    scene.closed(client, 4001, "not you")
    scene.log(f"client {scene.number()} disconnected: 4001")


@table.case("on_open raises", {1000: 1})
def raises_in_open(scene: Scene) -> None:
    client = scene.client(target="/ws?do=raise_at_once")
    scene.log(f"client {scene.number()}: {FAULT}")
    scene.echo(client)
    client.close()


@table.case("a handler that closes another client", {4003: 2, 1000: 1})
def closes_other(scene: Scene) -> None:
    group = [scene.client(source) for source in (A, B)]
    for client in group:
        scene.echo(client, "join group")
    client = scene.client(C)
    scene.echo(client, "close group")
    for other in group:
        scene.closed(other, 4003, "another client asked for it")
    scene.log("disconnected: 4003", 2)
    client.close()


@table.case("a handler that aborts others and itself", {1001: 3})
def aborts(scene: Scene) -> None:
    group = [scene.client(source) for source in (A, B, C)]
    for client in group:
        scene.echo(client, "join group")
    group[1].send_bytes(frame(TEXT, "abort group") + frame(TEXT, "raise") * 3)
    for client in group:
        scene.closed(client, 1001, "another client asked for it", answer=False)
    scene.log("disconnected: 1001 another client asked for it", 3)
    assert not scene.logged("a handler failed")


@table.case("broadcasts from within on_message", {1000: 3})
def broadcasts(scene: Scene) -> None:
    clients = [scene.client(source) for source in (A, B, C)]
    for number in range(50):
        clients[number % 3].send_text("broadcast")
    for client in clients:
        for _ in range(50):
            scene.hear(client, "to all clients")
    for client in clients:
        client.close()
    scene.log("disconnected: 1000", 3)


@table.case("broadcasts from within on_open and on_close", {1000: 1, 1006: 1})
def broadcasts_at_both_ends(scene: Scene) -> None:
    client = scene.client(A)
    other = scene.client(B, target="/ws?do=broadcast_at_once")
    scene.hear(client, "a client joined")
    scene.hear(other, "a client joined")
    scene.echo(other, "join loud")
    other.reset()
    scene.hear(client, "a client left")
    scene.log(f"client {scene.number(B)}: {FAULT}")
    client.close()


@table.case("the watermark handler broadcasts", {1013: 3})
def broadcasts_at_watermark(scene: Scene) -> None:
    clients = [scene.client(source, receive_buffer=4096) for source in (A, B, C)]
    clients[0].send_text("storm")
    scene.log("failed: 1013 reads too slowly", 3)
    scene.log("disconnected: 1013", 3)
    scene.log("the storm is over")


@table.case("no memory in a handler", {1000: 1})
def no_memory(scene: Scene) -> None:
    client = scene.client()
    client.send_text("no memory")
    scene.log(f"client {scene.number()}: a handler failed: MemoryError: no memory for it")
    scene.echo(client)
    client.close()


@table.case("no memory in the middle of a receive", {1011: 1})
def no_memory_in_receive(scene: Scene) -> None:
    client = scene.client()
    scene.echo(client, "no memory in receive")
    client.send_bytes(frame(TEXT, "half of this")[:9])
    scene.closed(client, 1011, "error on the board")
    scene.log(f"client {scene.number()}: a handler failed: MemoryError")
    scene.log(f"client {scene.number()} disconnected: 1011")


@table.case("no memory in the middle of a broadcast", {1006: 1, 1000: 2})
def no_memory_in_broadcast(scene: Scene) -> None:
    victim, other, client = (scene.client(source) for source in (A, B, C))
    number = scene.number()
    scene.echo(victim, "no memory in send")
    client.send_text("broadcast")
    # The others get it, and what the victim gets is the beginning of a frame and no other frame.
    scene.hear(other, "to all clients")
    scene.hear(client, "to all clients")
    scene.log(f"client {number} disconnected: 1006")
    assert victim.receive_rest() == (b"\x81\x0et", "fin")
    for one in (other, client):
        scene.echo(one)
        one.close()


@table.parametrize
def test_fault(scene: Scene, case, record_property):
    run(scene, case, record_property)

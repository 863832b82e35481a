# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The faults that the command line and the console switch on."""

import time

import pytest

from simulator.faults import Faults
from simulator.modules.select import POLLIN


def test_partial(make_bench):
    bench = make_bench(faults=["partial=1"], seed=1)
    sock, client = bench.pair()
    sent = sock.send(b"0123456789")
    assert 0 < sent < 10
    assert client.recv(10) == b"0123456789"[:sent]


def test_eagain(make_bench):
    bench = make_bench(faults=["eagain=0.5"], seed=1)
    sock, client = bench.pair()
    client.sendall(b"x" * 50)
    buffer = bytearray(1)
    results = {bench.quiet(sock.recv_into, buffer) for _ in range(40)}
    assert results == {None, 1}
    assert {bench.quiet(sock.send, b"x") for _ in range(40)} == {None, 1}


def test_delay_holds_data_and_fin(make_bench):
    bench = make_bench(faults=["delay=80"])
    sock, client = bench.pair()
    poll = bench.board.module("select").poll()
    poll.register(sock, POLLIN)
    start = time.monotonic()
    client.sendall(b"late")
    client.close()
    assert poll.poll(5000) == [(sock, POLLIN)]
    assert time.monotonic() - start >= 0.08
    assert bench.receive(sock, 4) == b"late"
    bench.until(lambda: bench.error(sock.recv_into, bytearray(1)) == "ENOTCONN")


def test_delay_with_poll_repeats(make_bench):
    bench = make_bench(faults=["delay=5"])
    sock, client = bench.pair()
    poll = bench.board.module("select").poll()
    poll.register(sock, POLLIN)
    for _ in range(3):
        client.sendall(b"x")
        assert poll.poll(5000) == [(sock, POLLIN)]
        assert sock.recv_into(bytearray(10)) == 1


def test_port_80_taken_is_eaddrinuse_and_uses_a_socket(make_bench):
    bench = make_bench(faults=["port-80-taken"])
    assert bench.network.free_slots() == 7
    sock = bench.socket(reuse=True)
    assert bench.error(sock.bind, ("", 80)) == "EADDRINUSE"
    sock.bind(("", 8080))


def test_ap_refused(make_board):
    board = make_board(faults=["ap-refused"])
    radio = board.module("wifi").radio
    assert radio.start_ap("board", "password") is None
    time.sleep(0.05)
    assert (radio.ap_active, radio.ipv4_address_ap, radio.stations_ap) == (False, None, None)


def test_temperature(make_board):
    board = make_board(faults=["temperature=nan"])
    cpu = board.module("microcontroller").cpu
    assert cpu.temperature is None
    board.faults.set("temperature=-inf")
    assert cpu.temperature == float("-inf")
    board.faults.set("temperature=off")
    assert 20 < (cpu.temperature or 0) < 60


@pytest.mark.parametrize(
    ("fault", "cut"), [("torn-nvm", b""), ("nvm-full", b"old"), (None, b"old")]
)
def test_write_to_nvm_takes_time_and_is_dangerous(make_board, tmp_path, monkeypatch, fault, cut):
    file = tmp_path / "nvm.bin"
    file.write_bytes(b"old")
    board = make_board(faults=[fault] if fault else [], nvm=str(file))
    nvm = board.module("microcontroller").nvm
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        assert file.read_bytes() == cut  # what a power cut at this moment would leave

    monkeypatch.setattr("simulator.nonvolatile.time.sleep", sleep)
    if fault == "nvm-full":
        with pytest.raises(RuntimeError, match="Unable to write to nvm."):
            nvm[0:3] = b"new"
        assert nvm[0:3] == b"\xff\xff\xff"
    else:
        nvm[0:3] = b"new"
        assert file.read_bytes()[:3] == nvm[0:3] == b"new"
    assert len(pauses) == 1 and 0.1 <= pauses[0] <= 0.25


HANGING = """
import microcontroller, mdns, wifi
from watchdog import WatchDogMode

print("boot", microcontroller.cpu.reset_reason)
if "WATCHDOG" not in repr(microcontroller.cpu.reset_reason):
    microcontroller.watchdog.timeout = 0.3
    microcontroller.watchdog.mode = WatchDogMode.RESET
    wifi.radio.start_ap("board", "password")
    while True:
        print("running")
        microcontroller.watchdog.feed()
        # hang
"""


@pytest.mark.parametrize(
    ("fault", "hang"),
    [
        ("stalled-console", ""),
        ("mdns-hangs", "mdns.Server(wifi.radio).hostname = 'x'"),
        ("connect-hangs", "wifi.radio.connect('home', 'password')"),
    ],
)
def test_hang_is_ended_by_the_watchdog_only(boot, fault, hang):
    board = boot(HANGING.replace("# hang", hang), *(("--fault", fault) if hang else ()))
    board.wait_for("running")
    if not hang:
        board.command("fault " + fault)
    board.wait_for("simulator: reset (WATCHDOG)")
    board.wait_for("boot microcontroller.ResetReason.WATCHDOG")


def test_seed_repeats_faults():
    first, second = Faults(7), Faults(7)
    for faults in (first, second):
        faults.set("partial=0.5")
    assert [first.part_of(100) for _ in range(20)] == [second.part_of(100) for _ in range(20)]


@pytest.mark.parametrize("text", ["nonsense", "partial", "partial=x", "partial=2", "no-nvm=3"])
def test_unknown_fault_is_valueerror(text):
    with pytest.raises(ValueError, match=text.partition("=")[0]):
        Faults().set(text)


def test_settings_and_off():
    faults = Faults()
    faults.set("partial=0.5")
    faults.set("ap-refused")
    assert faults.settings() == ["partial=0.5", "ap-refused"]
    faults.set("partial=off")
    faults.set("ap-refused=off")
    assert faults.settings() == [] and not faults.on_the_wire

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""A page asks whether the board is there: browsers cannot send pings."""

import pytest

from tests.network import Events, Network
from tests.websocket.member import Member

PAGE = "/ws?page=0123456789abcdef"


def test_the_answer_carries_the_number(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    for number in (1, 2, 4711):
        member.raw.send_text(f"\x05{number} - 0")
        assert member.message() == f"\x06{number}"


def test_the_program_hears_nothing_of_it(network: Network):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub, target=PAGE)
    member.raw.send_text("\x051 - 0")
    member.message()
    assert events.of("message") == []
    assert member.board.messages_in == 0


def test_the_page_tells_its_round_trip(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    for number, known in (("12", 12), ("-", 12), ("99999999", 65535), ("x", 65535), ("³", 65535)):
        member.raw.send_text(f"\x051 {number} 0")
        assert member.message() == "\x061"
        assert member.board.latency == known
    assert member.board.stats()["latency_worst"] == 65535


def test_the_page_tells_that_nobody_looks_at_it(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    assert not member.board.hidden
    for hidden in (True, False):
        member.raw.send_text(f"\x051 - {int(hidden)}")
        member.message()
        assert member.board.hidden is hidden


@pytest.mark.parametrize(
    "text", ["\x05", "\x051", "\x051 2", "\x051 2 3", "\x051 2 0 1", "\x05" + "1" * 27 + " - 00"]
)
def test_what_only_looks_like_one_is_a_message(network: Network, text: str):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub, target=PAGE)
    member.raw.send_text(text)
    network.until(lambda: events.of("message"), "a message")
    assert events.of("message") == [(1, text)]


@pytest.mark.parametrize("target", ["/ws", "/ws?page=0123456789abcde"])
def test_only_pages_have_a_heartbeat(network: Network, target: str):
    hub = network.hub()
    events = Events(hub)
    member = Member(network, hub, target=target)
    member.raw.send_text("\x051 - 0")
    network.until(lambda: events.of("message"), "a message")
    assert events.of("message") == [(1, "\x051 - 0")]


def test_a_slow_page_gets_the_newest_answer_only(network: Network):
    hub = network.hub()
    member = Member(network, hub, target=PAGE)
    count = member.fill_socket()
    for number in range(3):
        hub.deliver(member.board, Heard(f"\x05{number} - 0"))
    member.come_back()
    for _ in range(count):
        assert member.message() == "x" * 716
    assert member.message() == "\x062"
    hub.broadcast("nothing between")
    assert member.message() == "nothing between"


class Heard:
    """A text message as the decoder holds it."""

    chunk = False

    def __init__(self, data: str) -> None:
        self.data = data

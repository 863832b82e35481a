# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Latest values: of each key a client gets the newest one only, in the place of the oldest."""

import pytest

from tests.network import Network
from tests.raw_websocket import PING, Frame
from tests.websocket.member import Member


@pytest.fixture
def member(network: Network) -> Member:
    """A client whose socket on the board can be filled."""
    return Member(network, network.hub(max_frame_size=1000))


def arrives(member: Member, filled: int) -> list[str | bytes]:
    """What the client gets behind the messages that filled its socket."""
    member.board.send("end")
    member.come_back()
    member.skip(filled)
    return member.everything("end")[:-1]


def test_a_client_that_keeps_up_gets_every_value(member: Member):
    for number in range(10):
        assert member.board.send(str(number), latest="count")
        assert member.message() == str(number)
    assert member.board.replaced == 0 and member.board.messages_out == 10


def test_a_slow_client_gets_the_newest_value_only(member: Member):
    filled = member.fill_socket()
    for number in range(1000):
        assert member.board.send(str(number), latest="count")
    assert member.board.replaced == 999
    assert member.board.queued == 720, "latest values are not among the bytes"
    assert member.board.stats()["queued_messages"] == 2
    assert arrives(member, filled) == ["999"]
    assert member.board.messages_out == filled + 2


def test_a_newer_value_takes_the_place_of_the_older_one(member: Member):
    """So it may come before an ordinary message that was sent between the two."""
    filled = member.fill_socket()
    member.board.send("A")
    member.board.send("t1", latest="temperature")
    member.board.send("B")
    member.board.send("h1", latest="humidity")
    member.board.send("C")
    member.board.send("t2", latest="temperature")
    member.board.send("h2", latest="humidity")
    member.board.send("t3", latest="temperature")
    assert member.board.replaced == 3
    assert arrives(member, filled) == ["A", "t3", "B", "h2", "C"]


def test_a_value_that_was_sent_is_not_replaced_but_followed(member: Member):
    filled = member.fill_socket()
    member.board.send("t1", latest="temperature")
    member.come_back()
    member.skip(filled)
    assert member.message() == "t1"
    filled = member.fill_socket()
    member.board.send("t2", latest="temperature")
    assert member.board.replaced == 0
    assert arrives(member, filled) == ["t2"]


def test_text_and_binary_may_replace_each_other(member: Member):
    filled = member.fill_socket()
    member.board.send("text", latest="key")
    member.board.send(b"binary", latest="key")
    assert arrives(member, filled) == [b"binary"]


@pytest.mark.parametrize("key", ["", 0, 7, ("room", 3), b"x", False])
def test_anything_can_be_a_key(member: Member, key):
    filled = member.fill_socket()
    member.board.send("old", latest=key)
    member.board.send("other", latest="other")
    member.board.send("new", latest=key)
    assert arrives(member, filled) == ["new", "other"]


def test_the_33rd_key_is_an_ordinary_message(member: Member):
    filled = member.fill_socket()
    for turn in range(3):
        for key in range(33):
            assert member.board.send(f"{key} {turn}", latest=key)
    assert member.board.replaced == 2 * 32
    assert arrives(member, filled) == [
        *(f"{key} 2" for key in range(32)),
        "32 0",
        "32 1",
        "32 2",
    ]


def test_latest_values_never_overflow(network: Network):
    """Neither in bytes nor in number, whatever else waits."""
    hub = network.hub(max_queued=2000, max_queued_messages=3)
    member = Member(network, hub)
    filled = member.fill_socket()
    assert member.board.send("A") and member.board.send("B")
    for turn in range(100):
        for key in range(32):
            assert member.board.send(f"{key} {turn} " + "y" * 1000, latest=key)
    assert member.board.state == network.lib.connection.OPEN and member.board.refused == 0
    member.come_back()
    member.skip(filled)
    assert [member.message() for _ in range(2)] == ["A", "B"]
    values = [str(member.message()).split() for _ in range(32)]
    assert [value[:2] for value in values] == [[str(key), "99"] for key in range(32)]


def test_an_ordinary_message_that_finds_latest_values_waiting_is_bounded(network: Network):
    hub = network.hub(max_queued_messages=10, refuse_when_full=True)
    member = Member(network, hub)
    member.fill_socket()
    for key in range(32):
        assert member.board.send("x", latest=key)
    assert member.board.send("ordinary") is False


def test_a_long_value_comes_whole_in_its_fragments(member: Member):
    filled = member.fill_socket()
    member.board.send("A")
    member.board.send("old" * 1000, latest="long")
    member.board.send("B")
    member.board.send("new" * 1500, latest="long")
    member.board.send("end")
    member.come_back()
    member.skip(filled)
    assert member.message() == "A"
    assert member.message_and_frames() == ("new" * 1500, 5)
    assert member.message() == "B"


def test_a_value_that_is_sent_in_part_is_not_replaced(network: Network):
    """It is sent to its end, and the newer one behind it, in the place of its own."""
    member = Member(network, network.hub(max_queued=1 << 20), receive_buffer=4096)
    filled = member.fill_socket()
    long = "1" * 100000
    member.board.send(long, latest="long")
    member.board.send("A")
    member.come_back()
    network.until(lambda: member.board.queued > 9000, "its frames are being sent")
    network.turn(20)
    member.board.send("2", latest="long")
    member.board.send("B")
    member.board.send("3", latest="long")
    assert member.board.replaced == 1
    assert arrives(member, filled) == [long, "A", "3", "B"]


def test_a_control_frame_goes_before_latest_values(member: Member):
    filled = member.fill_socket()
    member.board.send("value", latest="key")
    member.board.ping(b"now")
    member.come_back()
    member.skip(filled - 1)
    assert member.next() == Frame(PING, b"now")
    member.skip(1)
    assert member.message() == "value"


def test_latest_values_around_a_file(member: Member):
    filled = member.fill_socket()
    member.board.send("1", latest="key")
    member.board.send([b"x" * 700] * 20)
    member.board.send("2", latest="other")
    member.board.send("3", latest="key")
    assert arrives(member, filled) == ["3", b"x" * 14000, "2"]


def test_a_broadcast_of_a_latest_value(network: Network):
    hub = network.hub()
    slow, good = Member(network, hub, "127.0.0.2"), Member(network, hub, "127.0.0.3")
    filled = slow.fill_socket()
    for number in range(50):
        assert hub.broadcast(str(number), latest="count") == 2
        assert good.message() == str(number)
    assert (slow.board.replaced, good.board.replaced) == (49, 0)
    assert arrives(slow, filled) == ["49"]


def test_latest_values_of_one_client_are_not_those_of_another(network: Network):
    hub = network.hub()
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(2)]
    filled = [member.fill_socket() for member in members]
    for number, member in enumerate(members):
        member.board.send(f"for {number}", latest="key")
    for number, member in enumerate(members):
        assert arrives(member, filled[number]) == [f"for {number}"]


def test_values_that_wait_are_dropped_with_a_client_that_fails(member: Member):
    member.fill_socket()
    member.board.send("value", latest="key")
    member.board.fail(1002, "test")
    assert member.board.send("value", latest="key") is False
    assert member.board.send_queue._latest == {}
    assert member.board.stats()["queued_messages"] == 1, "the close frame"


def test_many_clients_that_never_read_cost_one_place_a_key(network: Network):
    hub = network.hub()
    members = [Member(network, hub, f"127.0.0.{2 + number}") for number in range(4)]
    for member in members:
        member.fill_socket()
    for number in range(500):
        assert hub.broadcast(f"{number}" + "y" * 3000, latest=number % 3) == 4
    for member in members:
        assert member.board.stats()["queued_messages"] == 4
        assert member.board.replaced == 497

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The hotspot's name server (RFC 1035), queried by dnspython and with raw packets."""

import errno
import socket
import struct
from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import language
from tests.in_process import Network
from tests.raw_http import PHONE

ADDRESS = "192.168.4.1"
QUESTION = b"\x07captive\x05apple\x03com\0\0\x01\0\x01"
LONGEST_NAME = b".".join([b"a" * 63] * 3 + [b"a" * 61]).decode()


class NameServer:
    """
    The name server, and a phone that queries it.

    :param Network network: Its loop turns.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.responder: Any = network.board.module("esp_ws_ap.portal.dns_responder").DnsResponder(
            network.loop, network.shared.socket_pool, ADDRESS
        )
        self.phone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.phone.bind((PHONE, 0))
        self.phone.setblocking(False)
        self.connect()

    def connect(self) -> None:
        """Point the phone at the board's port 53, which is another one on the PC each time."""
        self.phone.connect(("127.0.0.1", self.network.board.network.host_port(53, datagrams=True)))

    def received(self) -> bytes:
        """The next datagram, while the board turns."""

        def arrived() -> bytes:
            try:
                return self.phone.recv(4096)
            except BlockingIOError:
                return b""

        return self.network.until(arrived, "an answer")

    def ask(self, message: bytes) -> bytes:
        """The answer to a message; b"" if the next message is answered first."""
        sentinel = b"\xa5\x5a\x01\x00\0\x01\0\0\0\0\0\0\x04last\0\0\x01\0\x01"
        self.phone.send(message)
        self.phone.send(sentinel)
        answer = self.received()
        if answer[12:] == sentinel[12:] + b"\xc0\x0c\0\x01\0\x01\0\0\0\x0a\0\x04\xc0\xa8\x04\x01":
            return b""
        last = self.received()
        assert last[:2] == sentinel[:2] and last[12:17] == b"\x04last"
        return answer

    def close(self) -> None:
        """Close the sockets of both sides."""
        self.phone.close()
        if self.responder._socket is not None:
            self.network.loop.close(self.responder._socket)


@pytest.fixture
def names(make_network) -> Iterator[NameServer]:
    """A name server."""
    server = NameServer(make_network())
    yield server
    server.close()


def message(
    question: bytes = QUESTION,
    flags: int = 0x0100,
    counts: tuple[int, int, int, int] = (1, 0, 0, 0),
    after: bytes = b"",
) -> bytes:
    """A query by its bytes."""
    return struct.pack(">HHHHHH", 0x1234, flags, *counts) + question + after


def answer_to(names: NameServer, query: dns.message.Message) -> dns.message.Message:
    """The answer as dnspython reads it, once it accepts it as the response to this query."""
    wire = query.to_wire()
    answer = names.ask(wire)
    assert len(answer) <= len(wire) + 16
    parsed = dns.message.from_wire(answer)
    assert query.is_response(parsed)
    return parsed


@pytest.mark.parametrize(
    "name",
    ["captive.apple.com", "a", "xn--bcher-kva.example", "CoNnEcTiViTyChEcK.gStAtIc.CoM", "."]
    + [LONGEST_NAME, "a." * 120 + "b", "_ldap._tcp.dc", "192.168.4.1"],
    ids=lambda name: name[:30],
)
@pytest.mark.parametrize("kind", ["A", "ANY"])
def test_a_record_of_any_name(names, name, kind):
    answer = answer_to(names, dns.message.make_query(name, kind))
    assert answer.rcode() == dns.rcode.NOERROR
    assert answer.flags & (dns.flags.RA | dns.flags.RD) == dns.flags.RA | dns.flags.RD
    (records,) = answer.answer
    assert records.name == answer.question[0].name
    assert records.rdtype == dns.rdatatype.A
    assert [record.to_text() for record in records] == [ADDRESS]
    assert 0 < records.ttl <= 60


def test_address_in_the_network_of_the_asker(names):
    query = dns.message.make_query("esp.lan", "A")
    for other in ("10.0.0.7", None):
        names.responder._other_address = {PHONE: other}.get
        (records,) = answer_to(names, query).answer
        assert [record.to_text() for record in records] == [other or ADDRESS]


@pytest.mark.parametrize(
    "kind", ["AAAA", "HTTPS", "SVCB", "MX", "TXT", "SRV", "PTR", "SOA", "NS", "CNAME", "TYPE257"]
)
def test_other_types_get_an_empty_answer(names, kind):
    answer = answer_to(names, dns.message.make_query("captive.apple.com", kind))
    assert answer.rcode() == dns.rcode.NOERROR
    assert answer.answer == answer.authority == answer.additional == []


def test_other_classes_get_an_empty_answer(names):
    for kind in (dns.rdataclass.CH, dns.rdataclass.ANY, dns.rdataclass.HS):
        answer = answer_to(names, dns.message.make_query("version.bind", "A", kind))
        assert answer.answer == []


def test_edns_is_dropped(names):
    query = dns.message.make_query("a.example", "A", use_edns=0, payload=4096, want_dnssec=True)
    answer = answer_to(names, query)
    assert answer.edns < 0 and len(answer.answer) == 1
    padded = dns.message.make_query("a.example", "A", use_edns=0, pad=128)
    assert len(padded.to_wire()) == 128
    assert len(answer_to(names, padded).answer) == 1


def test_rd_is_copied(names):
    query = dns.message.make_query("a.example", "A")
    query.flags = 0
    assert not answer_to(names, query).flags & dns.flags.RD


@pytest.mark.parametrize("opcode", [dns.opcode.STATUS, dns.opcode.NOTIFY, dns.opcode.UPDATE, 15])
def test_other_opcodes_are_notimp(names, opcode):
    answer = names.ask(message(flags=opcode << 11))
    assert len(answer) == 12
    parsed = dns.message.from_wire(answer)
    assert (parsed.rcode(), parsed.opcode(), parsed.id) == (dns.rcode.NOTIMP, opcode, 0x1234)


MALFORMED = {
    "no question": message(b"", counts=(0, 0, 0, 0)),
    "two questions": message(QUESTION * 2, counts=(2, 0, 0, 0)),
    "65535 questions": message(counts=(65535, 0, 0, 0)),
    "a question that is missing": message(b""),
    "a name without end": message(b"\x03abc"),
    "a name and no type": message(b"\x03abc\0"),
    "a name and no class": message(b"\x03abc\0\0\x01"),
    "half a class": message(b"\x03abc\0\0\x01\0"),
    "a label longer than the message": message(b"\x3fabc\0\0\x01\0\x01"),
    "a pointer to itself": message(b"\xc0\x0c\0\x01\0\x01"),
    "a pointer to the header": message(b"\xc0\x00\0\x01\0\x01"),
    "a pointer beyond the message": message(b"\xff\xff\0\x01\0\x01"),
    "a pointer after a label": message(b"\x03abc\xc0\x0c\0\x01\0\x01"),
    "two pointers in a loop": message(b"\xc0\x0e\xc0\x0c\0\x01\0\x01"),
    "a label of a reserved kind": message(b"\x40abc\0\0\x01\0\x01"),
    "another": message(b"\x80abc\0\0\x01\0\x01"),
    "a name of 256 bytes": message((b"\x3f" + b"a" * 63) * 3 + b"\x3e" + b"a" * 62 + b"\0\0\1\0\1"),
    "a name of 300 bytes": message(b"\x01a" * 150 + b"\0\0\x01\0\x01"),
    "a name up to the end": message(b"\x01a" * 249),
}


@pytest.mark.parametrize("query", MALFORMED.values(), ids=MALFORMED)
def test_malformed_query_is_formerr(names, query):
    answer = names.ask(query)
    assert len(answer) == 12
    parsed = dns.message.from_wire(answer)
    assert (parsed.rcode(), parsed.id) == (dns.rcode.FORMERR, 0x1234)
    assert parsed.flags & dns.flags.QR


IGNORED = {
    "an answer": message(flags=0x8180),
    "an answer with an error": message(flags=0x8181),
    "an answer to another operation": message(flags=0xA800),
    "an answer without a question": message(b"", 0x8180, (0, 0, 0, 0)),
    "an empty datagram": b"",
    "one byte": b"\0",
    "half a header": message()[:6],
    "a header short of a byte": message()[:11],
    "512 bytes": message(after=bytes(512 - len(message()))),
    "513 bytes": message(after=bytes(513 - len(message()))),
    "1472 bytes": message(after=bytes(1472 - len(message()))),
    "4096 bytes of FF": b"\xff" * 4096,
}


@pytest.mark.parametrize("query", IGNORED.values(), ids=IGNORED)
def test_not_a_query_is_ignored(names, query):
    assert names.ask(query) == b""


def test_longest_message(names):
    query = message(after=bytes(511 - len(message())))
    assert len(names.ask(query)) == len(message()) + 16


def test_truncated_query(names):
    for query in (message(), message(b"\0\0\x01\0\x01"), dns.message.make_query("a.b", "A", pad=9)):
        whole = query if isinstance(query, bytes) else query.to_wire()
        for length in range(1, len(whole)):
            answer = names.ask(whole[:length])
            assert len(answer) <= length + 16
            assert bool(answer) == (length >= 12)


_BYTES = st.binary(min_size=1, max_size=600) | st.builds(
    lambda head, after, counts: head + bytes([0, counts & 1]) + bytes(6) + after,
    st.binary(min_size=4, max_size=4),
    st.lists(
        st.sampled_from([b"\0", b"\x01a", b"\x03abc", b"\xc0\x0c", b"\x3f", b"\0\x01\0\x01"])
        | st.binary(max_size=5),
        max_size=80,
    ).map(b"".join),
    st.integers(0, 7),
)


@settings(
    max_examples=500,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_BYTES)
def test_any_bytes(names, query):
    """Each answer is a well-formed response to this query, at most 16 bytes longer."""
    answer = names.ask(query)
    if not answer:
        assert len(query) < 12 or len(query) >= 512 or query[2] & 0x80
        return
    assert not query[2] & 0x80
    assert answer[2] & 0x80
    assert answer[:2] == query[:2]
    assert len(answer) <= len(query) + 16
    parsed = dns.message.from_wire(answer)
    assert parsed.to_wire()[:12] == answer[:12]


def test_each_station_gets_its_own_answer(names):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.3", 0))
        other.settimeout(5)
        other.connect(names.phone.getpeername())
        other.send(message(b"\x05other\0\0\x01\0\x01"))
        assert names.ask(message())[12:33] == QUESTION[:21]
        assert other.recv(512)[12:18] == b"\x05other"


def test_flood_does_not_block_http(names):
    for _ in range(50):
        names.phone.send(message())
    names.network.is_served()


def break_socket(names: NameServer, method: str, error: Exception) -> type:
    """Let a method of the board's socket fail, and return what it was before."""
    sock = names.responder._socket
    before = type(sock)

    def fail(self, *arguments):
        raise error

    sock.__class__ = type("Broken", (before,), {"__slots__": (), method: fail})
    return before


def test_send_failure_is_logged_once(names):
    before = break_socket(names, "sendto", language.broken_pipe())
    for _ in range(3):
        names.phone.send(message())
    names.network.until(lambda: "could not be sent" in "".join(names.network.log))
    names.network.turn(20)
    names.responder._socket.__class__ = before
    assert names.ask(message())
    assert "".join(names.network.log).count("could not be sent") == 1


def test_port_taken_is_retried(make_network):
    network = make_network()
    pool = network.shared.socket_pool
    first = pool.socket(pool.AF_INET, pool.SOCK_DGRAM)
    first.bind(("0.0.0.0", 53))
    names = NameServer(network)
    lines = [
        "WARNING - DNS: another socket has UDP port 53; phones may not open the page by themselves"
    ]
    assert [line for line in network.log if "DNS" in line] == lines
    network.is_served()
    network.advance(30)
    assert [line for line in network.log if "DNS" in line] == lines
    first.close()
    network.advance(10)
    assert "INFO - DNS answers on port 53" in network.log
    names.connect()
    assert names.ask(message())
    names.close()


def test_out_of_sockets_is_retried(make_network):
    network = make_network()
    pool = network.shared.socket_pool
    held = [pool.socket() for _ in range(network.board.network.free_slots())]
    responder = network.board.module("esp_ws_ap.portal.dns_responder").DnsResponder(
        network.loop, pool, ADDRESS
    )
    assert any("DNS: Out of sockets" in line for line in network.log)
    for sock in held:
        sock.close()
    network.advance(10)
    assert network.loop.sockets == ["DNS"]
    network.loop.close(responder._socket)


def test_failed_socket_is_replaced(names):
    break_socket(names, "recvfrom_into", language.OSError(errno.EBADF))
    names.phone.send(message())
    names.network.until(lambda: names.network.loop.sockets == [])
    assert names.network.errors()[0] == "ERROR - DNS failed: OSError: [Errno 9] EBADF"
    names.network.advance(10)
    names.connect()
    assert names.ask(message())

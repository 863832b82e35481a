# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
``socketpool`` with lwIP's rules, over sockets of the PC's loopback interface.

The PC's kernel takes data at once, so the peer gets it at once. The board's send buffer (5760
bytes, 16 writes) is simulated here: room in it comes back while the network runs (in poll, accept,
receive and sleep), and only for the bytes that the peer has taken.
"""

import collections
import errno
import select
import socket as host_socket
import time
import weakref
from typing import Any

from .. import language
from ..language import ENOPROTOOPT, ERRNO, HostOSError, OSError, broken_pipe
from ..network import FIRST_FD, abort, tune, unsent

SEND_BUFFER = 5760
SEND_QUEUE = 16
LOW_BYTES = 2881
LOW_QUEUE = 8
ACCEPT_QUEUE = 6
_INBOX = 5760
_ACK_TIME = 0.001

AF_INET, AF_INET6 = 2, 10
SOCK_STREAM, SOCK_DGRAM, SOCK_RAW = 1, 2, 3
SOL_SOCKET = 0xFFF
SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST = 4, 8, 0x20
TCP_NODELAY = 1

EAGAIN, EBADF, EINVAL = ERRNO["EAGAIN"], ERRNO["EBADF"], ERRNO["EINVAL"]
ECONNRESET, ENOTCONN = ERRNO["ECONNRESET"], ERRNO["ENOTCONN"]
ETIMEDOUT, EADDRINUSE = ERRNO["ETIMEDOUT"], ERRNO["EADDRINUSE"]

_PLAIN_OPTIONS = {
    # SO_BROADCAST, SO_KEEPALIVE, SO_RCVBUF, SO_SNDTIMEO, SO_RCVTIMEO
    SOL_SOCKET: (SO_BROADCAST, SO_KEEPALIVE, 0x1002, 0x1005, 0x1006),
    # IP_TOS, IP_TTL, IP_MULTICAST_*, IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP
    0: (1, 2, 3, 4, 5, 6, 7),
    # IPV6_V6ONLY
    41: (27,),
}
_TCP_OPTIONS = (TCP_NODELAY, 2, 3, 4, 5)

_monotonic = time.monotonic


class gaierror(OSError):
    """The name has no address."""


def _bytes(data):
    view = memoryview(data)
    return view if view.format == "B" and view.ndim == 1 else view.cast("B")


def _literal(host):
    """Return a host that is an address. A hotspot has no name server for other names."""
    if host == "":
        return "0.0.0.0"
    if host == "<broadcast>":
        return "255.255.255.255"
    parts = host.split(".")
    if len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts):
        return host
    raise gaierror(-2, "Name or service not known")


def _address(address):
    if not isinstance(address, tuple | list):
        raise TypeError(f"object '{type(address).__name__}' isn't a tuple or list")
    if len(address) != 2:
        raise ValueError("requested length 2 but object has length " + str(len(address)))
    host, port = address
    if not isinstance(host, str) or not isinstance(port, int):
        raise TypeError("can't convert address")
    if port < 0:
        raise ValueError("port must be >= 0")
    return host, port & 0xFFFF


class Socket:
    """A TCP or UDP socket. ``SocketPool.socket()`` and ``accept()`` make them."""

    __slots__ = (
        "__weakref__",
        "_connected",
        "_fd",
        "_fin",
        "_given",
        "_host",
        "_inbox",
        "_linked",
        "_network",
        "_out",
        "_peer",
        "_resets",
        "_timeout",
        "_type",
        "_unacked",
        "_waiting",
        "_writes",
        "address",
        "listening",
        "port",
        "reuse",
    )

    def __init__(self, network, kind):
        self._fd = -1
        self._network = network
        self._type = kind
        self._timeout = None
        self._connected = False
        self._linked = False
        self._host = None
        self._peer = None
        self._fin = False
        self._resets = 0
        self._out = bytearray()
        self._inbox = collections.deque()
        self._given = 0
        self._unacked = 0
        self._writes = collections.deque()
        self._waiting = collections.deque()
        self.address = None
        self.listening = False
        self.port = None
        self.reuse = False
        fd = network.claim(weakref.ref(self))
        if fd is None:
            raise RuntimeError("Out of sockets")
        self._fd = fd

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def __del__(self):
        self.close()

    @property
    def type(self):
        """SOCK_STREAM or SOCK_DGRAM."""
        return self._type

    # Options

    def setblocking(self, flag):
        """
        Set whether calls block.

        :param bool flag: True to block without a timeout.
        """
        self._timeout = None if flag else 0

    def settimeout(self, value):
        """
        Set the timeout of calls.

        :param float value: The timeout in seconds. None blocks without one; calls with less than
            1 ms do not block.
        """
        # The board uses unsigned whole milliseconds, so a negative timeout is very long.
        self._timeout = None if value is None else (int(1000 * value) & 0xFFFFFFFF) / 1000
        if self._timeout is not None and self._timeout > 4294967:
            self._timeout = None

    def setsockopt(self, level, optname, value):
        """
        Set an option, with lwIP's numbers.

        :param int level: SOL_SOCKET, IPPROTO_TCP, ...
        :param int optname: The option.
        :param value: The value, an int or bytes.
        """
        if self._fd < 0:
            raise OSError(EBADF)
        number = value if isinstance(value, int) else int.from_bytes(bytes(value), "little")
        if level == SOL_SOCKET and optname == SO_REUSEADDR:
            self.reuse = bool(number)
        elif level == 6 and self._type == SOCK_STREAM and optname in _TCP_OPTIONS:
            if self.listening:
                raise OSError(EINVAL)
            if optname == TCP_NODELAY and self._host is not None:
                self._host.setsockopt(host_socket.IPPROTO_TCP, host_socket.TCP_NODELAY, number)
        elif optname not in _PLAIN_OPTIONS.get(level, ()):
            raise OSError(ENOPROTOOPT)

    # Listening

    def bind(self, address):
        """
        Bind to a port.

        :param tuple address: ``(host, port)``.
        """
        host, port = _address(address)
        _literal(host)
        if self._fd < 0:
            raise OSError(EBADF)
        if self.port is not None:
            # A board may crash into safe mode here (circuitpython#8365).
            raise OSError(EINVAL)
        network = self._network
        port = port or network.free_port()
        if not network.may_bind(self, port, self.reuse):
            raise OSError(EADDRINUSE)
        self.port = port
        if self._type == SOCK_DGRAM:
            self._open_datagrams()

    def listen(self, backlog):
        """
        Listen for connections.

        :param int backlog: The maximum number of connections that wait.
        """
        if self._fd < 0 or self._type != SOCK_STREAM or self._linked:
            return
        network = self._network
        if not self.listening:
            if self.port is None:
                self.port = network.free_port()
            if network.listens(self.port):
                return
            self._host = network.open_port(self.port)
            network.held.add(self._host)
            self.listening = True
            network.generation += 1
        # Linux queues one more, and one waits in self._waiting.
        self._host.listen(max(0, min(max(1, backlog), ACCEPT_QUEUE) - 2))

    def accept(self):
        """
        Accept a connection.

        :return: ``(socket, (host, port))``. The socket does not block.
        """
        deadline = self._deadline()
        while True:
            timed_out = deadline is not None and _monotonic() >= deadline
            child = self._accept()
            if child is not None:
                if timed_out:
                    # A connection that arrives at the timeout is lost, with its slot.
                    child._leak()
                    raise OSError(ETIMEDOUT)
                return child, child.address
            if self._timeout == 0:
                raise OSError(EAGAIN)
            if timed_out:
                raise OSError(ETIMEDOUT)
            self._wait(deadline, 0 if self._host is None else 1)

    def _accept(self):
        network = self._network
        if not self.listening:
            return None
        if network.in_flight:
            network.turn()
        if network.faults.on_the_wire and network.faults.says_eagain():
            # The PC's socket does not report what waits here, so poll has to check it.
            network.generation += 1
            return None
        if not self._waiting:
            network.arrive(self, self._host, self._waiting)
            if not self._waiting:
                return None
        host, address = self._waiting.popleft()
        try:
            child = Socket(network, SOCK_STREAM)
        except RuntimeError:
            network.held.discard(host)
            host.close()
            return None
        child._timeout = 0
        child._host = host
        child._linked = child._connected = True
        child._peer = address[0]
        child.address = (address[0], address[1])
        child.port = self.port
        child.reuse = self.reuse
        return child

    def _leak(self):
        network = self._network
        network.table[self._fd - FIRST_FD] = lambda: None
        network.silence(self._peer, self._host)
        network.held.discard(self._host)
        self._fd = -1
        self._host = None

    # Connecting

    def connect(self, address):
        """
        Connect to a host.

        :param tuple address: ``(host, port)``.
        """
        host, port = _address(address)
        host = _literal(host)
        if self._fd < 0:
            raise OSError(EBADF)
        if self._type == SOCK_DGRAM:
            self._open_datagrams()
            self.address = (host, port)
            self._connected = True
            return
        if self._host is None:
            self._host = host_socket.socket(host_socket.AF_INET, host_socket.SOCK_STREAM)
            tune(self._host)
            self._network.held.add(self._host)
        error = self._host.connect_ex((host, port))
        deadline = self._deadline()
        while error in (errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY):
            if self._timeout == 0 or (deadline is not None and _monotonic() >= deadline):
                # The attempt goes on in the background, as on the board.
                raise OSError(ETIMEDOUT)
            if select.select((), (self._host,), (), 0.05)[1]:
                error = self._host.getsockopt(host_socket.SOL_SOCKET, host_socket.SO_ERROR)
        if error and error != errno.EISCONN:
            raise language.host_error(HostOSError(error, ""))
        self._linked = self._connected = True
        self._network.generation += 1

    # Receiving

    def recv_into(self, buffer, bufsize=0):
        """
        Receive bytes.

        :param buffer: The buffer to receive into.
        :param int bufsize: The maximum number of bytes; 0 for the size of the buffer.
        :return: The number of bytes.
        """
        if self._fd < 0:
            raise OSError(EBADF)
        view = _bytes(buffer)
        length = len(view)
        if bufsize > length:
            raise ValueError("buffer too small for requested bytes")
        if 0 < bufsize < length:
            view = view[:bufsize]
        if not length:
            return 0
        if self._timeout == 0:
            received = self._receive(view)
            if received > 0:
                return received
            if received == 0 or received == -ENOTCONN:
                self._connected = False
                raise OSError(ENOTCONN)
            raise OSError(EAGAIN)
        deadline = self._deadline()
        while True:
            timed_out = deadline is not None and _monotonic() >= deadline
            received = self._receive(view)
            if timed_out:
                # Data that arrives at the timeout is lost, as on the board.
                raise OSError(ETIMEDOUT)
            if received >= 0:
                return received
            self._wait(deadline, received == -EAGAIN)

    def _receive(self, view):
        """Return what lwip_recv does: the bytes received, 0 at FIN, or minus the error number."""
        network = self._network
        if network.in_flight:
            network.turn()
        if self._resets:
            # lwIP reports the reset once, finds the queue empty once, then reports ENOTCONN.
            self._resets += 1
            return -EAGAIN if self._resets <= 2 else -ENOTCONN
        host = self._host
        if self._type == SOCK_DGRAM:
            if host is None:
                return -EAGAIN
        elif self._fin or not self._linked:
            return -ENOTCONN
        if self._inbox or network.faults.on_the_wire or not network.reachable(self._peer):
            return self._receive_late(view)
        try:
            received = host.recv_into(view)
        except BlockingIOError:
            return -EAGAIN
        except HostOSError:
            if self._type == SOCK_DGRAM:
                return -EAGAIN
            self._resets = 1
            return -ECONNRESET
        if not received and self._type == SOCK_STREAM:
            self._fin = True
        return received

    def _receive_late(self, view):
        network = self._network
        if not network.reachable(self._peer) or network.faults.says_eagain():
            return -EAGAIN
        self._fill_inbox(network.faults.delay)
        inbox = self._inbox
        if not inbox or inbox[0][0] > _monotonic():
            return -EAGAIN
        at, data = inbox.popleft()
        if not inbox:
            # From here on the PC's socket reports new data.
            network.generation += 1
        if data is None:
            self._resets = 1
            return -ECONNRESET
        if not data:
            self._fin = True
            return 0
        size = min(len(view), len(data))
        view[:size] = data[:size]
        if size < len(data):
            inbox.appendleft((at, data[size:]))
        return size

    def _fill_inbox(self, delay):
        inbox = self._inbox
        room = _INBOX - sum(len(data or b"") for _, data in inbox)
        while room > 0 and not (inbox and not inbox[-1][1]):
            try:
                data = self._host.recv(room)
            except BlockingIOError:
                return
            except HostOSError:
                data = None
            inbox.append((_monotonic() + delay, data))
            room -= len(data or b"")

    def recvfrom_into(self, buffer):
        """
        Receive a datagram, cut to the size of the buffer.

        :param buffer: The buffer to receive into.
        :return: ``(size, (host, port))``.
        """
        view = _bytes(buffer)
        deadline = self._deadline()
        while True:
            timed_out = deadline is not None and _monotonic() >= deadline
            found = self._datagram(view)
            if found is None and self._timeout == 0:
                raise OSError(EAGAIN)
            if timed_out:
                raise OSError(ETIMEDOUT)
            if found is not None:
                return found
            self._wait(deadline, 1)

    def _datagram(self, view):
        network = self._network
        if self._host is None or self._fd < 0:
            return None
        if network.faults.on_the_wire and network.faults.says_eagain():
            return None
        while True:
            try:
                size, address = self._host.recvfrom_into(view)
            except HostOSError:
                return None
            if network.reachable(address[0]):
                return size, (address[0], address[1])

    # Sending

    def send(self, data):
        """
        Queue bytes. If the buffer is full, it raises EAGAIN whatever the timeout is.

        :param data: The bytes.
        :return: The number of bytes taken.
        """
        if self._fd < 0:
            raise OSError(EBADF)
        if not self._connected:
            raise broken_pipe()
        view = _bytes(data)
        size = len(view)
        if not size:
            return 0
        if self._type == SOCK_DGRAM:
            return self.sendto(data, self.address)
        network = self._network
        if self._unacked >= SEND_BUFFER or len(self._writes) >= SEND_QUEUE:
            if _monotonic() - network.turned_at >= _ACK_TIME:
                network.turn()
        if self._resets:
            self._connected = False
            raise OSError(ECONNRESET)
        free = SEND_BUFFER - self._unacked
        if free <= 0 or len(self._writes) >= SEND_QUEUE:
            raise OSError(EAGAIN)
        if size > free:
            size = free
        if network.faults.on_the_wire:
            if network.faults.says_eagain():
                raise OSError(EAGAIN)
            size = network.faults.part_of(size)
        taken = 0
        if not self._out and network.reachable(self._peer):
            try:
                taken = self._host.send(view[:size])
            except BlockingIOError:
                pass
            except HostOSError:
                self._resets = self._resets or 1
                self._connected = False
                raise OSError(ECONNRESET) from None
        if taken < size:
            self._out += view[taken:size]
        self._given += size
        self._unacked += size
        self._writes.append(self._given)
        network.in_flight.add(self)
        return size

    def settle(self):
        """Send what waits, and free the room of what the peer has taken."""
        out = self._out
        if self._network.reachable(self._peer):
            try:
                while out:
                    del out[: self._host.send(out)]
            except BlockingIOError:
                pass
            except HostOSError:
                self._resets = self._resets or 1
                out.clear()
            try:
                self._unacked = len(out) + unsent(self._host)
                # After a reset that number does not change.
                if self._unacked and self._host.getsockopt(
                    host_socket.SOL_SOCKET, host_socket.SO_ERROR
                ):
                    self._resets = self._resets or 1
                    out.clear()
                    self._unacked = 0
            except HostOSError:
                self._unacked = 0
            if not self._unacked:
                self._writes.clear()
                self._network.in_flight.discard(self)
                return
            acknowledged = self._given - self._unacked
            while self._writes and self._writes[0] <= acknowledged:
                self._writes.popleft()

    def sendall(self, data):
        """
        Queue all bytes, or raise EAGAIN after part of them.

        :param data: The bytes.
        """
        if self._fd < 0:
            raise OSError(EBADF)
        if not self._connected:
            raise broken_pipe()
        view = _bytes(data)
        while len(view):
            view = view[self.send(view) :]

    def sendto(self, data, address):
        """
        Send a datagram.

        :param data: The bytes.
        :param tuple address: ``(host, port)``.
        :return: The number of bytes.
        """
        host, port = _address(address)
        host = _literal(host)
        if self._fd < 0 or self._type != SOCK_DGRAM:
            raise broken_pipe()
        self._open_datagrams()
        if host.startswith("127.") and not self._network.reachable(host):
            return len(_bytes(data))
        try:
            return self._host.sendto(data, (host, port))
        except HostOSError:
            raise broken_pipe() from None

    def _open_datagrams(self):
        if self._host is None:
            network = self._network
            self.port = self.port or network.free_port()
            self._host = network.open_port(self.port, datagrams=True)
            network.held.add(self._host)
            network.generation += 1

    # Closing

    def close(self):
        """Close the socket. It never raises, and a second call does nothing."""
        if self._fd < 0:
            return
        network = self._network
        network.release(self._fd)
        network.in_flight.discard(self)
        self._fd = -1
        self._connected = False
        host, self._host = self._host, None
        if host is None:
            return
        network.held.discard(host)
        if not self._linked:
            self.listening = False
            for connection, _ in self._waiting:
                network.drop(connection)
            host.close()
            return
        if not (self._fin or self._resets):
            network.closed_first(self.port)
        if not network.reachable(self._peer):
            network.silence(self._peer, host, bytes(self._out))
        elif self._inbox or self._unread(host):
            abort(host)
        else:
            network.linger(host, self._out)

    @staticmethod
    def _unread(host):
        try:
            return bool(host.recv(1, host_socket.MSG_PEEK))
        except HostOSError:
            return False

    # Waiting

    def _deadline(self):
        return _monotonic() + self._timeout if self._timeout else None

    def _wait(self, deadline, for_data):
        left = 0.05 if deadline is None else min(0.05, deadline - _monotonic())
        if left <= 0:
            return
        silent = self._inbox or not self._network.reachable(self._peer)
        if for_data and self._host is not None and not silent:
            select.select((self._host,), (), (), left)
        else:
            time.sleep(min(left, 0.005))

    @property
    def host(self):
        """The PC's socket to poll; None if there is none to poll in this state."""
        if self._host is None or self._resets or self._inbox:
            return None
        if self.listening:
            return self._host
        if not self._network.reachable(self._peer):
            return None
        return self._host if self._linked or self._type == SOCK_DGRAM else None

    def readable(self):
        """Return True if the board can read although the PC's socket is not readable."""
        if self._fd < 0 or self._resets or self._fin:
            return True
        if self.listening:
            return bool(self._waiting) or self._network.back_in_reach(self, self._waiting)
        if self._inbox and self._network.reachable(self._peer):
            return self._inbox[0][0] <= _monotonic()
        return False

    def heard(self):
        """Return True if the board can read, now that the PC's socket is readable."""
        network = self._network
        if self.listening:
            if not self._waiting:
                network.arrive(self, self._host, self._waiting)
            return bool(self._waiting)
        if network.faults.delay and self._linked:
            self._fill_inbox(network.faults.delay)
            network.generation += 1
            return self.readable()
        return True

    def writable(self):
        """Return True if more than half of the buffer and of the queue are free."""
        if self._fd < 0 or self._resets:
            return True
        if self._type == SOCK_DGRAM:
            return True
        return (
            self._linked
            and SEND_BUFFER - self._unacked > LOW_BYTES
            and len(self._writes) < LOW_QUEUE
        )

    def describe(self):
        """Return one line about the socket."""
        if self.listening:
            return f"listening at port {self.port}"
        if self._linked and self._peer:
            return f"port {self.port} with {self.address[0]}:{self.address[1]}"
        return f"{'udp' if self._type == SOCK_DGRAM else 'tcp'} port {self.port}"


class SocketPool:
    """
    Makes sockets. There are eight in all, however many pools there are.

    :param radio: ``wifi.radio``.
    """

    _board: Any = None  # set in the class that the board's code gets

    AF_INET, AF_INET6 = AF_INET, AF_INET6
    SOCK_STREAM, SOCK_DGRAM, SOCK_RAW = SOCK_STREAM, SOCK_DGRAM, SOCK_RAW
    EAI_NONAME = -2
    TCP_NODELAY = TCP_NODELAY
    SOL_SOCKET, SO_REUSEADDR = SOL_SOCKET, SO_REUSEADDR
    IPPROTO_IP, IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP = 0, 1, 6, 17
    IPPROTO_IPV6, IPPROTO_RAW = 41, 255
    IP_MULTICAST_TTL = 5
    gaierror = gaierror

    def __init__(self, radio):
        if radio is None or radio is not self._board.radio:
            raise ValueError("radio must be wifi.radio")

    def socket(self, family=AF_INET, type=SOCK_STREAM, proto=0):
        """
        Make a socket, which blocks without a timeout.

        :param int family: AF_INET.
        :param int type: SOCK_STREAM or SOCK_DGRAM.
        :param int proto: Ignored.
        """
        if family not in (AF_INET, AF_INET6):
            raise NotImplementedError("Unsupported socket type")
        return Socket(self._board.network, type)

    def getaddrinfo(self, host, port, family=0, type=0, proto=0, flags=0):
        """
        Return the addresses of a host. On a hotspot, names have none.

        :param str host: The IPv4 address.
        :param int port: The port.
        :param int family: Ignored.
        :param int type: Ignored.
        :param int proto: Ignored.
        :param int flags: Ignored.
        """
        return [(AF_INET, type or SOCK_STREAM, proto, "", (_literal(host), port))]


def build(board):
    """Return the module's names."""
    return {"SocketPool": type("SocketPool", (SocketPool,), {"_board": board}), "Socket": Socket}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
``socketpool`` over MicroPython's sockets, with the board's table of 8 and its way of telling ends.

Non-blocking use only, because it is the only safe one on the board. A `Socket` is a stream that
names its file descriptor, so that MicroPython's own ``select.poll`` takes it and gives it back, and
asking allocates nothing.
"""

import errno
import io
import socket as host

import wifi

SIZE = 8
"""How many sockets there are in all."""

ports = {}
"""The PC's port for a port of the board; any for one that is not here."""

_GET_FILENO = 10  # of MicroPython's stream protocol
_TCP_NODELAY = 1
_SO_REUSEADDR = 4  # lwIP's number, as the board has it
_SO_SNDBUF = 7  # Linux's number
_SEND_BUFFER = 5760

_open = []


def _address(sockaddr):
    """
    Host and port.

    :param bytes sockaddr: What MicroPython has in their place.
    """
    _, packed, port = host.sockaddr(sockaddr)[:3]
    return ".".join([str(byte) for byte in packed]), port


def _sockaddr(address):
    name, port = address
    # A hotspot has no name server. The whole of 127.0.0.0/8 is this PC: the board is one address
    # of it, and the phones are others.
    return host.getaddrinfo("127.0.0.1" if name in ("", "0.0.0.0") else name, port)[0][-1]


class Socket(io.IOBase):
    """
    A TCP or UDP socket. `SocketPool.socket` and `accept` make them.

    :param real: MicroPython's.
    """

    def __init__(self, real):
        real.setblocking(False)
        # A long answer has to be sent in many parts here too, and a slow phone is noticed.
        real.setsockopt(host.SOL_SOCKET, _SO_SNDBUF, _SEND_BUFFER)
        self._real = real
        self._port = None
        _open.append(self)

    def ioctl(self, request, argument):
        """
        Called by ``select.poll``.

        :param int request: What it wants to know.
        :param int argument: Of that.
        """
        return self._real.fileno() if request == _GET_FILENO else -1

    def settimeout(self, value):
        """
        Never wait.

        :param float value: 0.
        """
        if value != 0:
            raise NotImplementedError("only settimeout(0) is safe on the board")

    def setblocking(self, flag):
        """
        Never wait.

        :param bool flag: False.
        """
        if flag:
            raise NotImplementedError("only setblocking(False) is safe on the board")

    def setsockopt(self, level, option, value):
        """
        Set an option.

        :param int level: SOL_SOCKET or IPPROTO_TCP.
        :param int option: By lwIP's number.
        :param int value: Its value.
        """
        if level == SocketPool.SOL_SOCKET and option == _SO_REUSEADDR:
            self._real.setsockopt(host.SOL_SOCKET, host.SO_REUSEADDR, value)
        elif level == SocketPool.IPPROTO_TCP and option == _TCP_NODELAY:
            self._real.setsockopt(SocketPool.IPPROTO_TCP, _TCP_NODELAY, value)

    def bind(self, address):
        """
        Take a port.

        :param tuple address: Host and port.
        """
        name, self._port = address
        self._real.bind(_sockaddr((name, ports.get(self._port, 0))))

    def listen(self, backlog):
        """
        Wait for connections.

        :param int backlog: How many may wait.
        """
        self._real.listen(backlog)
        number = self._port
        print(f"simulator: board port {number} is http://127.0.0.1:{ports.get(number, 0)}/")

    def accept(self):
        """A connection that waits, as ``(socket, (host, port))``; never waits itself."""
        real, sockaddr = self._real.accept()
        if len(_open) >= SIZE:
            # The board takes the connection, drops it, and does not say so.
            real.close()
            raise OSError(errno.EAGAIN)
        return Socket(real), _address(sockaddr)

    def connect(self, address):
        """
        Connect.

        :param tuple address: Host and port.
        """
        self._real.connect(_sockaddr(address))

    def recv_into(self, buffer, size=0):
        """
        What has arrived. An end is an error, ENOTCONN, and not a 0.

        :param buffer: Where it goes.
        :param int size: At most so many bytes, 0 for as many as fit.
        """
        if size > len(buffer):
            raise ValueError("buffer too small for requested bytes")
        try:
            count = self._real.readinto(buffer, size if size > 0 else len(buffer))
        except OSError as error:
            # The board hides a reset at first, and says later that there is no connection.
            if error.errno == errno.ECONNRESET:
                raise OSError(errno.EAGAIN) from None
            raise
        if count is None:
            raise OSError(errno.EAGAIN)
        if count == 0 and len(buffer):
            raise OSError(errno.ENOTCONN)
        return count

    def send(self, data):
        """
        Send, perhaps a part only.

        :param data: The bytes.
        :return: How many were taken.
        """
        return self._real.send(data)

    def recvfrom_into(self, buffer):
        """
        A datagram that has arrived, as ``(length, (host, port))``.

        :param buffer: Where it goes.
        """
        data, sockaddr = self._real.recvfrom(len(buffer))
        buffer[: len(data)] = data
        return len(data), _address(sockaddr)

    def sendto(self, data, address):
        """
        Send a datagram.

        :param data: The bytes.
        :param tuple address: Host and port.
        """
        return self._real.sendto(data, _sockaddr(address))

    def close(self):
        """Give the place in the table back."""
        if self in _open:
            _open.remove(self)
            self._real.close()


class SocketPool:
    """
    Where sockets come from.

    :param radio: ``wifi.radio``.
    """

    AF_INET = 2
    SOCK_STREAM = 1
    SOCK_DGRAM = 2
    SOL_SOCKET = 0xFFF
    SO_REUSEADDR = _SO_REUSEADDR
    IPPROTO_TCP = 6
    TCP_NODELAY = _TCP_NODELAY

    def __init__(self, radio):
        if radio is not wifi.radio:
            raise ValueError("radio must be wifi.radio")

    def socket(self, family=AF_INET, type=SOCK_STREAM, proto=0):
        """
        A new socket.

        :param int family: AF_INET.
        :param int type: SOCK_STREAM or SOCK_DGRAM.
        :param int proto: Not looked at.
        """
        if len(_open) >= SIZE:
            raise RuntimeError("Out of sockets")
        return Socket(host.socket(family, type))

    def getaddrinfo(self, name, port, family=0, type=0, proto=0, flags=0):
        """
        Addresses for a name; only addresses have any.

        :param str name: An IPv4 address.
        :param int port: A port.
        :param int family: Not looked at, as the rest.
        """
        return [(self.AF_INET, self.SOCK_STREAM, 0, "", (name, port))]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
``socketpool`` over MicroPython's sockets, with the board's table of 8 and the board's errors at the
end of a connection.

Only non-blocking use is possible, because only that is safe on the board. A `Socket` is a stream
with a file descriptor, so that MicroPython's own ``select.poll`` works with it and allocates
nothing.
"""

import errno
import io
import socket as host

import wifi

MAX_SOCKETS = 8
"""The size of the socket table."""

ports = {}
"""The PC's port for each port of the board; any port for one that is missing."""

_GET_FILENO = 10  # of MicroPython's stream protocol
_TCP_NODELAY = 1
_SO_REUSEADDR = 4  # lwIP's number, as the board has it
_SO_SNDBUF = 7  # Linux's number
_SEND_BUFFER = 5760

_open = []


def _address(sockaddr):
    """
    Return host and port of a socket address.

    :param bytes sockaddr: The address in MicroPython's form.
    """
    _, packed, port = host.sockaddr(sockaddr)[:3]
    return ".".join([str(byte) for byte in packed]), port


def _sockaddr(address):
    name, port = address
    # A hotspot has no name server. All of 127.0.0.0/8 is this PC: the board is one address, each
    # station another.
    return host.getaddrinfo("127.0.0.1" if name in ("", "0.0.0.0") else name, port)[0][-1]


class Socket(io.IOBase):
    """
    A TCP or UDP socket. `SocketPool.socket` and `accept` make them.

    :param real: MicroPython's socket.
    """

    def __init__(self, real):
        real.setblocking(False)
        # As small as the board's, so that long data is sent in parts and a slow client is noticed.
        real.setsockopt(host.SOL_SOCKET, _SO_SNDBUF, _SEND_BUFFER)
        self._real = real
        self._port = None
        _open.append(self)

    def ioctl(self, request, argument):
        """
        Called by ``select.poll``.

        :param int request: The request.
        :param int argument: Its argument.
        """
        return self._real.fileno() if request == _GET_FILENO else -1

    def settimeout(self, value):
        """
        Do nothing: the socket never blocks.

        :param float value: Always 0.
        """
        if value != 0:
            raise NotImplementedError("only settimeout(0) is safe on the board")

    def setblocking(self, flag):
        """
        Do nothing: the socket never blocks.

        :param bool flag: Always False.
        """
        if flag:
            raise NotImplementedError("only setblocking(False) is safe on the board")

    def setsockopt(self, level, option, value):
        """
        Set an option.

        :param int level: SOL_SOCKET or IPPROTO_TCP.
        :param int option: The option, with lwIP's number.
        :param int value: The value.
        """
        if level == SocketPool.SOL_SOCKET and option == _SO_REUSEADDR:
            self._real.setsockopt(host.SOL_SOCKET, host.SO_REUSEADDR, value)
        elif level == SocketPool.IPPROTO_TCP and option == _TCP_NODELAY:
            self._real.setsockopt(SocketPool.IPPROTO_TCP, _TCP_NODELAY, value)

    def bind(self, address):
        """
        Bind to a port.

        :param tuple address: ``(host, port)``.
        """
        name, self._port = address
        self._real.bind(_sockaddr((name, ports.get(self._port, 0))))

    def listen(self, backlog):
        """
        Listen for connections.

        :param int backlog: The maximum number of connections that wait.
        """
        self._real.listen(backlog)
        number = self._port
        print(f"simulator: board port {number} is http://127.0.0.1:{ports.get(number, 0)}/")

    def accept(self):
        """Accept a connection, and return ``(socket, (host, port))``."""
        real, sockaddr = self._real.accept()
        if len(_open) >= MAX_SOCKETS:
            # The board accepts the connection and closes it, but raises EAGAIN.
            real.close()
            raise OSError(errno.EAGAIN)
        return Socket(real), _address(sockaddr)

    def connect(self, address):
        """
        Connect.

        :param tuple address: ``(host, port)``.
        """
        self._real.connect(_sockaddr(address))

    def recv_into(self, buffer, size=0):
        """
        Receive bytes, and return their number. At FIN it raises ENOTCONN; it never returns 0.

        :param buffer: The buffer to receive into.
        :param int size: The maximum number of bytes; 0 for the size of the buffer.
        """
        if size > len(buffer):
            raise ValueError("buffer too small for requested bytes")
        try:
            count = self._real.readinto(buffer, size if size > 0 else len(buffer))
        except OSError as error:
            # The board raises EAGAIN at first after a reset, and ENOTCONN later.
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
        Send all bytes or a part of them.

        :param data: The bytes.
        :return: The number of bytes taken.
        """
        return self._real.send(data)

    def recvfrom_into(self, buffer):
        """
        Receive a datagram, and return ``(length, (host, port))``.

        :param buffer: The buffer to receive into.
        """
        data, sockaddr = self._real.recvfrom(len(buffer))
        buffer[: len(data)] = data
        return len(data), _address(sockaddr)

    def sendto(self, data, address):
        """
        Send a datagram.

        :param data: The bytes.
        :param tuple address: ``(host, port)``.
        """
        return self._real.sendto(data, _sockaddr(address))

    def close(self):
        """Close the socket, and free its slot of the table."""
        if self in _open:
            _open.remove(self)
            self._real.close()


class SocketPool:
    """
    Makes sockets.

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
        Make a socket.

        :param int family: AF_INET.
        :param int type: SOCK_STREAM or SOCK_DGRAM.
        :param int proto: Ignored.
        """
        if len(_open) >= MAX_SOCKETS:
            raise RuntimeError("Out of sockets")
        return Socket(host.socket(family, type))

    def getaddrinfo(self, name, port, family=0, type=0, proto=0, flags=0):
        """
        Return the addresses of a host, which must be an address.

        :param str name: The IPv4 address.
        :param int port: The port.
        :param int family: Ignored.
        :param int type: Ignored.
        :param int proto: Ignored.
        :param int flags: Ignored.
        """
        return [(self.AF_INET, self.SOCK_STREAM, 0, "", (name, port))]

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The hotspot seen from outside: phones that join and leave, the PC's ports that stand for the
board's, and the board's table of sockets.

A phone is a loopback address: a client that connects from 127.0.0.2 is one, a client from
127.0.0.3 another.
"""

import socket as host_socket
import struct
import sys
import threading
import time

MAX_SOCKETS = 8
FIRST_FD = 56
TIME_WAIT = 120.0

LOOPBACK = "127.0.0.1"
_FAVOURITE_PORTS = {80: 8080}

if sys.platform == "linux":
    import fcntl

    _SIOCOUTQNSD = 0x894B

    def unsent(sock):
        """
        Bytes that the PC has taken for a connection and that its peer had no room for yet.

        :param socket.socket sock: the PC's socket
        """
        return struct.unpack("i", fcntl.ioctl(sock, _SIOCOUTQNSD, b"\0\0\0\0"))[0]

elif sys.platform == "darwin":
    _SO_NWRITE = 0x1024

    def unsent(sock):
        """
        Bytes that the PC has taken for a connection and that its peer had no room for yet.

        :param socket.socket sock: the PC's socket
        """
        return sock.getsockopt(host_socket.SOL_SOCKET, _SO_NWRITE)

else:

    def unsent(sock):
        """
        Not to be known here, so the PC's own buffer is made small instead.

        :param socket.socket sock: the PC's socket
        """
        return 0


def tune(sock):
    """
    Make one of the PC's sockets as small as the board's.

    :param socket.socket sock: connected
    """
    sock.setblocking(False)
    if sys.platform not in ("linux", "darwin"):
        sock.setsockopt(host_socket.SOL_SOCKET, host_socket.SO_SNDBUF, 2048)


def abort(sock):
    """
    End a connection with RST; whatever was still to be sent is lost.

    :param socket.socket sock: connected
    """
    try:
        sock.setsockopt(host_socket.SOL_SOCKET, host_socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    sock.close()


class HostPortTaken(BaseException):
    """A port of the PC that somebody asked for is not free. The code cannot catch it."""


class _Silent:
    """A connection whose phone is out of reach: open on the PC, and nothing moves."""

    def __init__(self, address, sock, listener=None, out=b""):
        self.address = address
        self.phone = address[0]
        self.sock = sock
        self.listener = listener
        self.out = out


class Network:
    """
    The air and the lwIP tables.

    :param notice: called with a line for the person at the PC
    :param Faults faults: what goes wrong
    :param dict ports: the PC's port for a port of the board, 0 for any
    """

    def __init__(self, notice, faults, ports=None):
        self._notice = notice
        self.faults = faults
        self._wanted = dict(ports or {})
        self._given = {}
        self.table = [None] * MAX_SOCKETS
        self.in_flight = set()
        # The PC's sockets behind the board's. Were the board's the only ones to know them, the PC
        # might finalise those first when both become garbage together.
        self.held = set()
        self.tails = []
        # A phone that comes back by command does so in the commands' thread.
        self._flushing = threading.Lock()
        self._silent = []
        self._time_wait = {}
        self.away = set()
        self._phones = {}
        self._numbers = {}
        self._ap_on = False
        self._max_stations = 0
        self.homes = []
        self.homes_in_range = True
        self.on_home_network = lambda: False
        self.generation = 0
        self.turned_at = 0.0

    # Phones

    def ap_started(self, max_connections):
        """
        The hotspot is on the air.

        :param int max_connections: how many phones it takes
        """
        self._ap_on = True
        self._max_stations = max_connections
        self.generation += 1

    def ap_stopped(self):
        """The hotspot is off the air; every connection falls silent."""
        self._ap_on = False
        self._phones.clear()
        self.generation += 1

    def reachable(self, phone):
        """
        Do packets travel between a phone and the board? A phone in range joins the hotspot by
        itself, or the home network if that is the only one the board is on.

        :param str phone: its address; None is no phone and always in reach
        """
        if phone is None or phone in self._phones or self._admit(phone):
            return True
        # Without a hotspot, a phone in range is on the home network, as the board is.
        return not self._ap_on and phone not in self.away and self.on_home_network()

    def _admit(self, phone):
        if not self._ap_on or phone in self.away or len(self._phones) >= self._max_stations:
            return False
        number = self._numbers.setdefault(phone, len(self._numbers) + 1)
        self._phones[phone] = b"\x02\x50\x48\x00" + number.to_bytes(2, "big")
        self.generation += 1
        return True

    def join(self, phone):
        """
        A phone joins the hotspot, or comes back.

        :param str phone: its address
        :return: whether the hotspot takes it
        """
        self.away.discard(phone)
        self.generation += 1
        joined = self.reachable(phone)
        if joined:
            self._wake(phone)
        return joined

    def leave(self, phone):
        """
        A phone walks out of range: from now on nothing of its arrives, and nothing reaches it.

        :param str phone: its address
        """
        self.away.add(phone)
        self._phones.pop(phone, None)
        self.generation += 1

    def stations(self):
        """The phones as the driver lists them."""
        return [(mac, -40, phone) for phone, mac in list(self._phones.items())]

    def other_networks(self):
        """The home networks in range, as the radio sees them."""
        return self.homes if self.homes_in_range else []

    def _wake(self, phone):
        # The board has closed these while nobody heard it; the phone learns it now.
        for silent in [s for s in self._silent if s.phone == phone and s.listener is None]:
            self._silent.remove(silent)
            self.linger(silent.sock, silent.out)

    def silence(self, phone, sock, out=b""):
        """
        Keep a connection that the board has closed and whose phone is out of reach.

        :param str phone: its address
        :param socket.socket sock: the PC's socket
        :param bytes out: what was still to be sent
        """
        self._silent.append(_Silent((phone, 0), sock, None, out))

    # Sockets

    def free_slots(self):
        """How many sockets are left."""
        used = sum(entry is not None for entry in self.table)
        # The web workflow's listener is a socket too.
        return MAX_SOCKETS - used - self.faults.on("port-80-taken")

    def claim(self, entry):
        """
        Take a place in the table.

        :param entry: a weak reference to the socket
        :return: its number, None if the table is full
        """
        if self.free_slots() <= 0:
            return None
        index = self.table.index(None)
        self.table[index] = entry
        return FIRST_FD + index

    def release(self, fd):
        """
        Give a place in the table back.

        :param int fd: its number
        """
        self.table[fd - FIRST_FD] = None
        self.generation += 1

    def sockets(self):
        """The board's open sockets."""
        found = (entry() for entry in self.table if entry is not None)
        return [sock for sock in found if sock is not None]

    def close_all(self):
        """What the end of the code does: close every socket."""
        for sock in self.sockets():
            sock.close()
        # What is left was leaked by the code, or is the place of a lost connection.
        self.table = [None] * MAX_SOCKETS
        for silent in [s for s in self._silent if s.listener is not None]:
            self._silent.remove(silent)
            self.drop(silent.sock)

    def power_off(self):
        """Close what the PC still has open."""
        self.close_all()
        self.in_flight.clear()
        for silent in self._silent:
            silent.sock.close()
        self._silent.clear()
        for sock, _ in self.tails:
            sock.close()
        self.tails.clear()

    def drop(self, sock):
        """
        Reset a connection that the board has not accepted.

        :param socket.socket sock: the PC's socket
        """
        self.held.discard(sock)
        abort(sock)

    def turn(self):
        """Let the network do what it does in the background: move bytes, take acknowledgements."""
        self.turned_at = time.monotonic()
        for sock in tuple(self.in_flight):
            sock.settle()
        if self.tails:
            with self._flushing:
                for tail in tuple(self.tails):
                    self._flush(tail)

    def linger(self, sock, out):
        """
        Close a connection after what is still to be sent.

        :param socket.socket sock: the PC's socket
        :param bytes out: what the PC has not taken yet
        """
        tail = (sock, bytearray(out))
        with self._flushing:
            self.tails.append(tail)
            self._flush(tail)

    def _flush(self, tail):
        sock, out = tail
        try:
            while out:
                del out[: sock.send(out)]
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            pass
        self.tails.remove(tail)
        sock.close()

    # Ports

    def may_bind(self, asking, port, reuse):
        """
        lwIP's answer to bind(): is the port free?

        :param asking: the socket that asks
        :param int port: of the board
        :param bool reuse: whether it has SO_REUSEADDR
        """
        if port == 80 and asking.type == 1 and self.faults.on("port-80-taken"):
            return False
        for sock in self.sockets():
            if sock is not asking and sock.type == asking.type and sock.port == port:
                if not (reuse and sock.reuse):
                    return False
        if reuse or asking.type != 1:
            return True
        return self._time_wait.get(port, 0) <= time.monotonic()

    def free_port(self):
        """A port for who asks for none in particular."""
        used = {sock.port for sock in self.sockets()}
        return next(port for port in range(49153, 65536) if port not in used)

    def listens(self, port):
        """
        Does a socket of the board listen at a port?

        :param int port: of the board
        """
        return any(sock.listening and sock.port == port for sock in self.sockets())

    def closed_first(self, port):
        """
        Remember that the board has ended a connection: its port rests in TIME_WAIT.

        :param int port: of the board
        """
        self._time_wait[port] = time.monotonic() + TIME_WAIT

    def open_port(self, port, datagrams=False):
        """
        The PC's socket that stands for a port of the board.

        :param int port: of the board
        :param bool datagrams: UDP
        """
        key = (port, datagrams)
        wanted = self._given.get(key)
        if wanted is None:
            wanted = None if datagrams and port == 80 else self._wanted.get(port)
        candidates = [wanted] if wanted is not None else [_FAVOURITE_PORTS.get(port, 0), 0]
        for candidate in candidates:
            sock = self._try_port(candidate, datagrams)
            if sock is not None:
                break
        else:
            raise HostPortTaken(
                f"port {wanted} of this computer, wanted for the board's port {port}, is taken"
            )
        number = sock.getsockname()[1]
        self._given[key] = number
        if datagrams:
            self._notice(f"board port {port}/udp is {LOOPBACK}:{number}")
        else:
            self._notice(f"board port {port} is http://{LOOPBACK}:{number}/")
        return sock

    @staticmethod
    def _try_port(number, datagrams):
        kind = host_socket.SOCK_DGRAM if datagrams else host_socket.SOCK_STREAM
        sock = host_socket.socket(host_socket.AF_INET, kind)
        sock.setblocking(False)
        if not datagrams:
            # On Windows SO_REUSEADDR lets two programs have one port.
            option = getattr(host_socket, "SO_EXCLUSIVEADDRUSE", host_socket.SO_REUSEADDR)
            sock.setsockopt(host_socket.SOL_SOCKET, option, 1)
        try:
            sock.bind((LOOPBACK, number))
            if not datagrams:
                # Two listeners may bind one port with SO_REUSEADDR; only one may listen.
                sock.listen(0)
        except OSError:
            sock.close()
            return None
        return sock

    def host_port(self, port, datagrams=False):
        """
        The PC's port for a port of the board.

        :param int port: of the board
        :param bool datagrams: UDP
        :return: None if the board has not opened it
        """
        return self._given.get((port, datagrams))

    def host_ports(self):
        """All of them, for the command line of a board that resets."""
        return {port: number for (port, datagrams), number in self._given.items() if not datagrams}

    # Arrivals

    def arrive(self, listener, sock, waiting):
        """
        Take connections that the PC has for a listener into its queue, one at most.

        :param listener: the board's socket
        :param socket.socket sock: the PC's socket for it
        :param deque waiting: its queue
        """
        while not self.back_in_reach(listener, waiting):
            try:
                connection, address = sock.accept()
            except OSError:
                return
            tune(connection)
            self.held.add(connection)
            if self.reachable(address[0]):
                waiting.append((connection, address))
                return
            # On the air this phone's SYN would get no answer; here it waits for one.
            self._silent.append(_Silent(address, connection, listener))

    def back_in_reach(self, listener, waiting):
        """
        Take a connection whose phone was out of reach, and is not any more, into a queue.

        :param listener: the board's socket
        :param deque waiting: its queue
        :return: whether there was one
        """
        for silent in self._silent:
            if silent.listener is listener and self.reachable(silent.phone):
                self._silent.remove(silent)
                waiting.append((silent.sock, silent.address))
                return True
        return False

    def describe(self):
        """The socket table in words."""
        lines = []
        for index, entry in enumerate(self.table):
            sock = entry() if entry is not None else None
            lines.append(f"socket {FIRST_FD + index}: {sock.describe() if sock else 'free'}")
        return lines


class Air:
    """
    What ``wifi.radio`` meets: the simulator's ``Link`` (see ``modules/wifi.py``).

    :param board: the board
    """

    def __init__(self, board):
        self._board = board
        waits = board.version >= (10, 3)
        self.start_up_ms = 12 if waits else 40
        self.start_ap_waits_ms = 10 if waits else 0
        self.ap_started = board.network.ap_started
        self.ap_stopped = board.network.ap_stopped
        self.stations = board.network.stations
        self.networks = board.network.other_networks
        self.search_ms = 120
        self._channel = None

    def milliseconds(self):
        """The board's clock."""
        return self._board.clock.milliseconds()

    @staticmethod
    def sleep_ms(duration):
        """
        Let time pass.

        :param int duration: in ms
        """
        time.sleep(duration / 1000)

    def switched_off(self):
        """The radio is off, and takes the mDNS server along."""
        self._board.mdns = None

    def tuned(self, channel):
        """
        The radio has settled on a channel, for the hotspot and for the home network.

        :param int channel: 1 to 13
        """
        if self._channel not in (None, channel):
            self._board.console.notice(f"the radio is on channel {channel} now")
        self._channel = channel

    def driver_accepts(self, enabled):
        """
        Does the driver start the access point?

        :param bool enabled: whether the radio is on
        """
        return enabled and not self._board.faults.on("ap-refused")

    def config_refused(self):
        """Tell what no code can see: the driver's default network is on the air."""
        self._board.console.notice("the driver refused the name or channel: its open network runs")

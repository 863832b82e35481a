# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The hotspot seen from outside: stations that join and leave, the PC's ports for the board's, and the
board's socket table.

Each loopback address is a station: a client that connects from 127.0.0.2 is on one station, a
client from 127.0.0.3 on another.
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
_DEFAULT_HOST_PORTS = {80: 8080}

if sys.platform == "linux":
    import fcntl

    _SIOCOUTQNSD = 0x894B

    def unsent(sock):
        """
        Return how many bytes the PC has taken for a connection and not sent yet.

        :param socket.socket sock: The PC's socket.
        """
        return struct.unpack("i", fcntl.ioctl(sock, _SIOCOUTQNSD, b"\0\0\0\0"))[0]

elif sys.platform == "darwin":
    _SO_NWRITE = 0x1024

    def unsent(sock):
        """
        Return how many bytes the PC has taken for a connection and not sent yet.

        :param socket.socket sock: The PC's socket.
        """
        return sock.getsockopt(host_socket.SOL_SOCKET, _SO_NWRITE)

else:

    def unsent(sock):
        """
        Return 0: this system cannot tell, so ``tune`` makes its buffer small.

        :param socket.socket sock: The PC's socket.
        """
        return 0


def tune(sock):
    """
    Prepare a socket of the PC for one of the board.

    :param socket.socket sock: A connected socket.
    """
    sock.setblocking(False)
    if sys.platform not in ("linux", "darwin"):
        sock.setsockopt(host_socket.SOL_SOCKET, host_socket.SO_SNDBUF, 2048)


def abort(sock):
    """
    Reset a connection; data that is not sent yet is lost.

    :param socket.socket sock: A connected socket.
    """
    try:
        sock.setsockopt(host_socket.SOL_SOCKET, host_socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    sock.close()


class HostPortTaken(KeyboardInterrupt):
    """
    A requested port of the PC is in use. It ends the simulator: it passes whatever a Ctrl-C passes.
    """


class _Silent:
    """A connection of a station out of reach: open on the PC, but no data moves."""

    def __init__(self, address, sock, listener=None, out=b""):
        self.address = address
        self.station = address[0]
        self.sock = sock
        self.listener = listener
        self.out = out


class Network:
    """
    The radio's surroundings, and lwIP's tables.

    :param notice: Called with a line for the console.
    :param Faults faults: The faults that are on.
    :param dict ports: The PC's port for each port of the board; 0 for any.
    """

    def __init__(self, notice, faults, ports=None):
        self._notice = notice
        self.faults = faults
        self._wanted = dict(ports or {})
        self._given = {}
        self._out_of_reach = set()  # ports that were opened while there was no hotspot
        self.table = [None] * MAX_SOCKETS
        self.in_flight = set()
        # Keep the PC's sockets of the board's alive: when both became garbage together, Python
        # might finalize the PC's first.
        self.held = set()
        self.tails = []
        # The command "join" runs in the commands' thread.
        self._flushing = threading.Lock()
        self._silent = []
        self._time_wait = {}
        self.away = set()
        self._stations = {}
        self._numbers = {}
        self._ap_on = False
        self._max_stations = 0
        self.homes = []
        self.homes_in_range = True
        self.on_home_network = lambda: False
        self.generation = 0
        self.turned_at = 0.0

    # Stations

    def ap_started(self, max_connections):
        """
        The hotspot has started.

        :param int max_connections: The maximum number of stations.
        """
        self._ap_on = True
        self._max_stations = max_connections
        self.generation += 1
        for port in sorted(self._out_of_reach):
            self._say_where(port)
        self._out_of_reach.clear()

    def ap_stopped(self):
        """The hotspot has stopped; every connection stalls."""
        self._ap_on = False
        self._stations.clear()
        self.generation += 1

    def reachable(self, station):
        """
        Return True if packets reach a station. A station in range joins the hotspot by itself, or
        the home network if the board is on that only.

        :param str station: Its address; None stands for the PC, which is always reachable.
        """
        if station is None or station in self._stations or self._admit(station):
            return True
        return not self._ap_on and station not in self.away and self.on_home_network()

    def _admit(self, station):
        if not self._ap_on or station in self.away or len(self._stations) >= self._max_stations:
            return False
        number = self._numbers.setdefault(station, len(self._numbers) + 1)
        self._stations[station] = b"\x02\x50\x48\x00" + number.to_bytes(2, "big")
        self.generation += 1
        return True

    def join(self, station):
        """
        Move a station into range, where it joins the hotspot.

        :param str station: Its address.
        :return: True if it has joined.
        """
        self.away.discard(station)
        self.generation += 1
        joined = self.reachable(station)
        if joined:
            self._wake(station)
        return joined

    def leave(self, station):
        """
        Move a station out of range: no packet travels to or from it.

        :param str station: Its address.
        """
        self.away.add(station)
        self._stations.pop(station, None)
        self.generation += 1

    def stations(self):
        """Return the stations as the driver lists them."""
        return [(mac, -40, station) for station, mac in list(self._stations.items())]

    def other_networks(self):
        """Return the home networks in range."""
        return self.homes if self.homes_in_range else []

    def _wake(self, station):
        # The board has closed these while the station was out of range.
        for silent in [s for s in self._silent if s.station == station and s.listener is None]:
            self._silent.remove(silent)
            self.linger(silent.sock, silent.out)

    def silence(self, station, sock, out=b""):
        """
        Keep a connection that the board has closed and whose station is out of reach.

        :param str station: Its address.
        :param socket.socket sock: The PC's socket.
        :param bytes out: The bytes that are not sent yet.
        """
        self._silent.append(_Silent((station, 0), sock, None, out))

    # Sockets

    def free_slots(self):
        """Return the number of free sockets."""
        used = sum(entry is not None for entry in self.table)
        # The web workflow's listener uses a socket too.
        return MAX_SOCKETS - used - self.faults.on("port-80-taken")

    def claim(self, entry):
        """
        Take a slot of the table.

        :param entry: A weak reference to the socket.
        :return: The file descriptor, or None if the table is full.
        """
        if self.free_slots() <= 0:
            return None
        index = self.table.index(None)
        self.table[index] = entry
        return FIRST_FD + index

    def release(self, fd):
        """
        Free a slot of the table.

        :param int fd: The file descriptor.
        """
        self.table[fd - FIRST_FD] = None
        self.generation += 1

    def sockets(self):
        """Return the board's open sockets."""
        found = (entry() for entry in self.table if entry is not None)
        return [sock for sock in found if sock is not None]

    def close_all(self):
        """Close every socket, as the board does when the code ends."""
        self._out_of_reach.clear()
        for sock in self.sockets():
            sock.close()
        # The rest are leaks: `accept` at its timeout loses a connection and its slot.
        self.table = [None] * MAX_SOCKETS
        for silent in [s for s in self._silent if s.listener is not None]:
            self._silent.remove(silent)
            self.drop(silent.sock)

    def power_off(self):
        """Close everything that is open on the PC."""
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

        :param socket.socket sock: The PC's socket.
        """
        self.held.discard(sock)
        abort(sock)

    def turn(self):
        """Let the network run: send data, and process acknowledgments."""
        self.turned_at = time.monotonic()
        for sock in tuple(self.in_flight):
            sock.settle()
        if self.tails:
            with self._flushing:
                for tail in tuple(self.tails):
                    self._flush(tail)

    def linger(self, sock, out):
        """
        Close a connection after the rest of its data.

        :param socket.socket sock: The PC's socket.
        :param bytes out: The bytes that are not sent yet.
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
        Return True if lwIP lets a socket bind to a port.

        :param asking: The socket.
        :param int port: The board's port.
        :param bool reuse: True if the socket has SO_REUSEADDR.
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
        """Return a free port."""
        used = {sock.port for sock in self.sockets()}
        return next(port for port in range(49153, 65536) if port not in used)

    def listens(self, port):
        """
        Return True if a socket listens on a port.

        :param int port: The board's port.
        """
        return any(sock.listening and sock.port == port for sock in self.sockets())

    def closed_first(self, port):
        """
        The board has closed a connection first: its port is in TIME_WAIT.

        :param int port: The board's port.
        """
        self._time_wait[port] = time.monotonic() + TIME_WAIT

    def open_port(self, port, datagrams=False):
        """
        Open the PC's socket for a port of the board.

        :param int port: The board's port.
        :param bool datagrams: True for UDP.
        """
        key = (port, datagrams)
        wanted = self._given.get(key)
        if wanted is None:
            wanted = None if datagrams and port == 80 else self._wanted.get(port)
        candidates = [wanted] if wanted is not None else [_DEFAULT_HOST_PORTS.get(port, 0), 0]
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
        elif self._ap_on or self.on_home_network():
            self._say_where(port)
        else:  # a browser would wait for an answer, without a word why
            self._out_of_reach.add(port)
            why = "is out of reach while there is no hotspot"
            self._notice(f"board port {port} {why}: {LOOPBACK}:{number}")
        return sock

    def _say_where(self, port):
        self._notice(f"board port {port} is http://{LOOPBACK}:{self._given[port, False]}/")

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
                # With SO_REUSEADDR two sockets may bind to a port, but only one may listen.
                sock.listen(0)
        except OSError:
            sock.close()
            return None
        return sock

    def host_port(self, port, datagrams=False):
        """
        Return the PC's port for a port of the board, or None if the board has not opened it.

        :param int port: The board's port.
        :param bool datagrams: True for UDP.
        """
        return self._given.get((port, datagrams))

    def host_ports(self):
        """Return the PC's port for each TCP port that the board has opened."""
        return {port: number for (port, datagrams), number in self._given.items() if not datagrams}

    # Incoming connections

    def arrive(self, listener, sock, waiting):
        """
        Move at most one connection from the PC's socket to a listener's queue.

        :param listener: The board's socket.
        :param socket.socket sock: The PC's socket for it.
        :param deque waiting: The queue.
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
            # Over Wi-Fi this station's SYN would get no answer; here the connection waits.
            self._silent.append(_Silent(address, connection, listener))

    def back_in_reach(self, listener, waiting):
        """
        Move a connection whose station is reachable again to a listener's queue.

        :param listener: The board's socket.
        :param deque waiting: The queue.
        :return: True if there was one.
        """
        for silent in self._silent:
            if silent.listener is listener and self.reachable(silent.station):
                self._silent.remove(silent)
                waiting.append((silent.sock, silent.address))
                return True
        return False

    def describe(self):
        """Return one line for each slot of the socket table."""
        lines = []
        for index, entry in enumerate(self.table):
            sock = entry() if entry is not None else None
            lines.append(f"socket {FIRST_FD + index}: {sock.describe() if sock else 'free'}")
        return lines


class Air:
    """
    The simulator's ``Link`` for ``wifi.radio`` (see ``modules/wifi.py``).

    :param board: The board.
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
        self._channel = None

    def milliseconds(self):
        """Return the time of the board's clock."""
        return self._board.clock.milliseconds()

    @staticmethod
    def sleep_ms(duration):
        """
        Wait.

        :param int duration: The time in ms.
        """
        time.sleep(duration / 1000)

    @property
    def search_ms(self):
        """How long the driver searches a channel; under a fault it never reports the end."""
        while self._board.faults.on("connect-hangs"):
            self.sleep_ms(10)
        return 120

    def switched_off(self):
        """The radio is off, and so is the mDNS server."""
        self._board.mdns = None

    def tuned(self, channel):
        """
        The radio uses a channel, for the hotspot and the home network.

        :param int channel: 1 to 13.
        """
        if self._channel not in (None, channel):
            self._board.console.notice(f"the radio is on channel {channel} now")
        self._channel = channel

    def driver_accepts(self, enabled):
        """
        Return True if the driver starts the hotspot.

        :param bool enabled: True if the radio is on.
        """
        return enabled and not self._board.faults.on("ap-refused")

    def config_rejected(self):
        """Say what no code can see: the driver runs its default network."""
        self._board.console.notice(
            "the driver rejected the name or channel and runs its open network"
        )

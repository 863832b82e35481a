# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
CircuitPython's ``wifi`` as far as a hotspot needs it, with the ESP32-S3's checks and their order.

Plain portable Python: MicroPython runs it too. What the radio meets in the air is a ``Link``; the
one here is an empty room, the simulator puts in one with phones.
"""

import ipaddress
import time
from collections import namedtuple

WifiRadioStation = namedtuple("WifiRadioStation", ("mac_address", "rssi", "ipv4_address"))

# The driver tries to find a network again that it has lost, this often and for so long each time.
_RETRIES = 5
_RETRY_MS = 2400

_DEFAULT_TX_POWER = 20.0
_MAC = b"\x7c\xdf\xa1\x00\x00\x01"


class _Enumeration:
    def __init__(self, kind, name, value):
        self._kind = kind
        self._name = name
        self.value_ = value

    def __repr__(self):
        return "wifi." + self._kind + "." + self._name


class AuthMode(_Enumeration):
    """How stations prove that they may join."""


class PowerManagement(_Enumeration):
    """How much the radio sleeps."""


def _enumerate(cls, kind, **members):
    for name in members:
        setattr(cls, name, cls(kind, name, members[name]))


_enumerate(AuthMode, "AuthMode", OPEN=1, WEP=2, WPA=4, WPA2=8, WPA3=16, PSK=32, ENTERPRISE=64)
_enumerate(PowerManagement, "PowerManagement", MIN=0, MAX=1, NONE=2, UNKNOWN=3)

_OPEN = 1
_WPA_WPA2_PSK = 4 | 8 | 32
_DRIVER_MODES = (_OPEN, 4 | 32, 8 | 32, _WPA_WPA2_PSK)


class Network:
    """
    Another network in the air.

    :param str ssid: its name
    :param str password: its password, empty if it is open
    :param int channel: its channel
    :param str address: what it gives the board as its address, None if nothing gives addresses
    """

    def __init__(self, ssid, password="", channel=1, address="192.168.1.50"):
        self.ssid = ssid
        self.channel = channel
        self.bssid = b"\x02\x48\x4f\x4d\x45" + bytes((channel,))
        self.rssi = -55
        self.country = "01"
        self.password_ = password.encode()
        self.address_ = address

    @property
    def authmode(self):
        """How stations prove that they may join."""
        return [AuthMode.WPA2, AuthMode.PSK] if self.password_ else [AuthMode.OPEN]


class Link:
    """What the radio asks of the world around it."""

    search_ms = 0
    """How long the radio looks for a network on one channel."""

    start_up_ms = 12
    """How long the driver takes to bring the access point's interface up."""

    start_ap_waits_ms = 10
    """How long start_ap() waits for that; 0 before CircuitPython 10.3."""

    def milliseconds(self):
        """A clock."""
        if hasattr(time, "ticks_ms"):
            return time.ticks_ms()
        return int(time.monotonic() * 1000)

    def sleep_ms(self, duration):
        """
        Let time pass.

        :param int duration: in ms
        """
        time.sleep(duration / 1000)

    def driver_accepts(self, enabled):
        """
        Does the driver start the access point? It refuses in silence.

        :param bool enabled: whether the radio is on
        """
        return enabled

    def config_refused(self):
        """The access point starts with the driver's own configuration, which is open."""

    def ap_started(self, max_connections):
        """
        The access point is on the air.

        :param int max_connections: how many stations may join
        """

    def ap_stopped(self):
        """The access point is off the air; its stations are gone."""

    def switched_off(self):
        """The radio is off."""

    def stations(self):
        """The stations, as tuples ``(mac_address, rssi, address text or None)``."""
        return ()

    def networks(self):
        """The other networks in the air, as a list of ``Network``."""
        return []

    def tuned(self, channel):
        """
        The radio has settled on a channel.

        :param int channel: 1 to 13
        """


def _data(value):
    if isinstance(value, str):
        return value.encode()
    try:
        return bytes(memoryview(value))
    except TypeError:
        raise TypeError("object with buffer protocol required") from None


def _length(data, name, low, high):
    if not low <= len(data) <= high:
        raise ValueError("%s length must be %d-%d" % (name, low, high))


def _range(value, name, low, high):
    if not low <= value <= high:
        raise ValueError("%s must be %d-%d" % (name, low, high))


def _integer(value):
    if not isinstance(value, int):
        raise TypeError("can't convert %s to int" % type(value).__name__)
    return value


def _hexadecimal(data):
    for byte in data:
        if not (48 <= byte <= 57 or 65 <= byte <= 70 or 97 <= byte <= 102):
            raise ValueError("Invalid hex password")


def _hostname_valid(name):
    length = 0
    for byte in name:
        if byte == 46:
            if length == 0 or length > 63:
                return False
            length = 0
            continue
        length += 1
        if byte == 45:
            if length == 1:
                return False
        elif not (48 <= byte <= 57 or 65 <= byte <= 90 or 97 <= byte <= 122):
            return False
    return length <= 63


class Radio:
    """The radio. Code uses the one there is, ``wifi.radio``."""

    def __init__(self, link):
        self._link = link
        # "import wifi" leaves the board in station mode, so start_ap() alone gives both modes.
        self._station_mode = True
        self._ap_mode = False
        self._enabled = True
        self._up_at = None
        self._scanning = False
        self._dhcp = True
        self._tx_power = _DEFAULT_TX_POWER
        self._power_management = PowerManagement.MIN
        self._hostname = "cpy-espressif_esp32s3-7cdfa10000"
        self._mac = _MAC
        self._mac_ap = bytes((_MAC[0], _MAC[1], _MAC[2], _MAC[3], _MAC[4], _MAC[5] + 1))
        self._ipv4 = ipaddress.IPv4Address("192.168.4.1")
        self._netmask = ipaddress.IPv4Address("255.255.255.0")
        self._gateway = ipaddress.IPv4Address("192.168.4.1")
        self._channel = 0
        self._joined = None  # the home network
        self._lost_at = None
        self._address = None  # None while there is DHCP
        self._address_mask = None
        self._address_gateway = None

    # The access point

    def start_ap(self, ssid, password=b"", *, channel=1, authmode=(), max_connections=4):
        """
        Open the hotspot.

        :param str ssid: Its name, 1 to 32 bytes
        :param str password: 8 to 63 bytes, or 64 hexadecimal digits; empty for an open network
        :param int channel: 1 to 13
        :param authmode: ``AuthMode`` members, none for the usual ones
        :param int max_connections: How many stations may join, 0 to 10
        """
        channel = _integer(channel)
        max_connections = _integer(max_connections) & 0xFF
        mode = 0
        for item in authmode:
            if not isinstance(item, AuthMode):
                raise TypeError("authmode must be of type AuthMode, not " + type(item).__name__)
            mode |= item.value_
        ssid = _data(ssid)
        _length(ssid, "ssid", 1, 32)
        password = _data(password)
        if mode == 0:
            mode = _WPA_WPA2_PSK if password else _OPEN
        _range(channel, "channel", 1, 13)
        if mode == _OPEN and password:
            raise ValueError("AuthMode.OPEN is not used with password")
        if mode != _OPEN:
            _length(password, "password", 8, 64)
            if len(password) == 64:
                _hexadecimal(password)

        # From here on the board is in access point mode, even if what follows is refused.
        self._ap_mode = True
        if mode not in _DRIVER_MODES:
            raise ValueError("Invalid authmode")
        _range(max_connections, "max_connections", 0, 10)
        link = self._link
        if self._up_at is not None:
            self._up_at = None
            link.ap_stopped()
        if not link.driver_accepts(self._enabled):
            return
        if channel > 11 or len(ssid) == 32:  # of another country, or without a NUL
            link.config_refused()
        self._up_at = link.milliseconds() + link.start_up_ms
        if not self._linked():
            self._channel = channel
        link.tuned(self._channel)
        link.ap_started(max_connections)
        if link.start_ap_waits_ms:
            link.sleep_ms(min(link.start_ap_waits_ms, link.start_up_ms))

    def stop_ap(self):
        """Close the hotspot."""
        self._ap_mode = False
        self._ap_down()

    def _ap_down(self):
        if self._up_at is not None:
            self._up_at = None
            self._link.ap_stopped()

    @property
    def ap_active(self):
        """Is the hotspot on the air?"""
        return self._ap_mode and self._ap_up()

    def _ap_up(self):
        if self._up_at is None:
            return False
        return self._link.milliseconds() - self._up_at >= 0

    @property
    def stations_ap(self):
        """The stations that have joined, None while there is no hotspot."""
        if not self.ap_active:
            return None
        stations = []
        for mac, rssi, address in self._link.stations():
            if address is not None:
                address = ipaddress.IPv4Address(address)
            stations.append(WifiRadioStation(mac, rssi, address))
        return stations

    def set_ipv4_address_ap(self, *, ipv4, netmask, gateway):
        """
        Give the hotspot another address; its DHCP server is restarted.

        :param ~ipaddress.IPv4Address ipv4: The board's address
        :param ~ipaddress.IPv4Address netmask: Its network's mask
        :param ~ipaddress.IPv4Address gateway: What stations are told is the way out
        """
        for address in (ipv4, netmask, gateway):
            if not isinstance(address, ipaddress.IPv4Address):
                raise ValueError("Only IPv4 addresses supported")
        self._ipv4 = ipv4
        self._netmask = netmask
        self._gateway = gateway
        self._dhcp = True

    @property
    def ipv4_address_ap(self):
        """The hotspot's address, None until it is up."""
        return self._ipv4 if self._ap_up() else None

    @property
    def ipv4_subnet_ap(self):
        """The hotspot's netmask, None until it is up."""
        return self._netmask if self._ap_up() else None

    @property
    def ipv4_gateway_ap(self):
        """The gateway its stations are told, None until it is up."""
        return self._gateway if self._ap_up() else None

    @property
    def addresses_ap(self):
        """The hotspot's addresses as text, IPv6 first."""
        if not self._ap_up():
            return ()
        return ("FE80::7EDF:A1FF:FE00:2", str(self._ipv4))

    def start_dhcp_ap(self):
        """Start the hotspot's DHCP server."""
        self._dhcp = True

    def stop_dhcp_ap(self):
        """Stop the hotspot's DHCP server."""
        self._dhcp = False

    @property
    def mac_address_ap(self):
        """The hotspot's MAC address."""
        return self._mac_ap

    @mac_address_ap.setter
    def mac_address_ap(self, value):
        self._mac_ap = self._checked_mac(value, self._ap_mode)

    def _checked_mac(self, value, started):
        mac = _data(value)
        if len(mac) != 6:
            raise ValueError("Invalid MAC address")
        if not started:
            raise RuntimeError("Interface must be started")
        if mac[0] & 1:
            raise RuntimeError("Invalid multicast MAC address")
        return mac

    # The station

    def start_station(self):
        """Switch station mode on."""
        self._station_mode = True

    def stop_station(self):
        """Switch station mode off."""
        self._station_mode = False
        self._joined = None

    def connect(self, ssid, password=b"", *, channel=0, bssid=None, timeout=None):
        """
        Join a network, and wait until there is an address: for ever, if none comes.

        :param str ssid: Its name
        :param str password: Its password
        :param int channel: Where to look first
        :param bytes bssid: Which of its access points
        :param float timeout: For how long a failure is followed by another try, in seconds
        """
        ssid = _data(ssid)
        _length(ssid, "ssid", 1, 32)
        password = _data(password or b"")
        if password:
            _length(password, "password", 8, 64)
            if len(password) == 64:
                _hexadecimal(password)
        if bssid is not None and len(_data(bssid)) != 6:
            raise ValueError("Invalid BSSID")
        if not self._enabled:
            raise RuntimeError("WiFi is not enabled")
        self._station_mode = True
        if self._linked() and self._joined.ssid.encode() == ssid:
            return
        self._joined = None
        network = self._found(ssid, channel)
        if network is None:
            raise ConnectionError("No network with that ssid")
        if network.password_ and network.password_ != password:
            raise ConnectionError("Authentication failure")
        self._joined = network
        self._lost_at = None
        self._channel = network.channel
        self._link.tuned(network.channel)
        while str(self.ipv4_address) == "0.0.0.0":
            self._link.sleep_ms(10)

    def _found(self, ssid, first):
        # All channels in turn, or the likely one at first.
        link = self._link
        for channel in [first] if first else []:
            link.sleep_ms(link.search_ms)
            for network in link.networks():
                if network.ssid.encode() == ssid and network.channel == channel:
                    return network
        link.sleep_ms(13 * link.search_ms)
        for network in link.networks():
            if network.ssid.encode() == ssid:
                return network
        return None

    def _linked(self):
        """Is the network that was joined still there, or there again in time?"""
        network = self._joined
        if network is None:
            return False
        now = self._link.milliseconds()
        there = network in self._link.networks()
        if self._lost_at is not None and now - self._lost_at > _RETRIES * _RETRY_MS:
            self._joined = None
            return False
        if there:
            self._lost_at = None
        elif self._lost_at is None:
            self._lost_at = now
        return there

    def start_scanning_networks(self, *, start_channel=1, stop_channel=165):
        """
        Look for networks.

        :param int start_channel: The first channel to look at
        :param int stop_channel: The last one
        """
        _range(start_channel, "start_channel", 1, 165)
        _range(stop_channel, "stop_channel", 1, 165)
        if self._scanning:
            raise RuntimeError("Already scanning for wifi networks")
        if not self._enabled:
            raise RuntimeError("WiFi is not enabled")
        self._station_mode = True
        self._scanning = True
        return iter(
            [
                network
                for network in self._link.networks()
                if start_channel <= network.channel <= stop_channel
            ]
        )

    def stop_scanning_networks(self):
        """Stop looking."""
        self._scanning = False

    def start_dhcp(self, *, ipv4=True, ipv6=False):
        """
        Ask for an address as a station.

        :param bool ipv4: for IPv4
        :param bool ipv6: for IPv6
        """
        self._address = None

    def stop_dhcp(self):
        """Stop asking."""

    def set_ipv4_address(self, *, ipv4, netmask, gateway, ipv4_dns=None):
        """
        Take an address as a station, in place of asking for one.

        :param ~ipaddress.IPv4Address ipv4: The board's address
        :param ~ipaddress.IPv4Address netmask: Its network's mask
        :param ~ipaddress.IPv4Address gateway: The way out
        :param ~ipaddress.IPv4Address ipv4_dns: Who knows names
        """
        for address in (ipv4, netmask, gateway):
            if not isinstance(address, ipaddress.IPv4Address):
                raise ValueError("Only IPv4 addresses supported")
        self._address = ipv4
        self._address_mask = netmask
        self._address_gateway = gateway

    def ping(self, ip, *, timeout=0.5):
        """
        Ask a host for an answer. None comes.

        :param ip: Its address
        :param float timeout: in seconds
        """
        if not isinstance(ip, ipaddress.IPv4Address):
            raise ValueError("Only IPv4 addresses supported")
        return None

    @property
    def connected(self):
        """Is the board on another network?"""
        return self._station_mode and self._linked()

    @property
    def ap_info(self):
        """That network, None if there is none."""
        return self._joined if self.connected else None

    @property
    def ipv4_address(self):
        """The board's address there: None without a network, 0.0.0.0 until it has been given."""
        if not self.connected:
            return None
        return self._address or ipaddress.IPv4Address(self._joined.address_ or "0.0.0.0")

    @property
    def ipv4_subnet(self):
        """The netmask there."""
        if not self.connected:
            return None
        return self._address_mask if self._address else ipaddress.IPv4Address("255.255.255.0")

    @property
    def ipv4_gateway(self):
        """The gateway there."""
        if not self.connected:
            return None
        if self._address:
            return self._address_gateway
        gateway = (self._joined.address_ or "0.0.0.0").split(".")[:3] + ["1"]
        return ipaddress.IPv4Address(".".join(gateway))

    @property
    def addresses(self):
        """The addresses there as text."""
        return (str(self.ipv4_address),) if self.connected else ()

    @property
    def mac_address(self):
        """The station's MAC address."""
        return self._mac

    @mac_address.setter
    def mac_address(self, value):
        self._mac = self._checked_mac(value, self._station_mode)

    # Both

    @property
    def enabled(self):
        """Is the radio on?"""
        return self._enabled

    @enabled.setter
    def enabled(self, value):
        value = bool(value)
        if self._enabled and not value:
            self._scanning = False
            self._joined = None
            self._ap_down()
            self._link.switched_off()
        if value and not self._enabled:
            self._tx_power = _DEFAULT_TX_POWER
        self._enabled = value

    @property
    def hostname(self):
        """The name the board gives itself in DHCP."""
        return self._hostname

    @hostname.setter
    def hostname(self, value):
        name = _data(value)
        _length(name, "hostname", 1, 253)
        if not _hostname_valid(name):
            raise ValueError("invalid hostname")
        # The driver keeps the old one rather than say that it takes at most 32 characters.
        if len(name) <= 32:
            self._hostname = name.decode()

    @property
    def tx_power(self):
        """Transmission power in dBm."""
        return self._tx_power

    @tx_power.setter
    def tx_power(self, value):
        self._tx_power = int(float(value) * 4) / 4

    @property
    def power_management(self):
        """How much the radio sleeps."""
        return self._power_management

    @power_management.setter
    def power_management(self, value):
        if not isinstance(value, PowerManagement):
            raise TypeError("power_management must be of type PowerManagement")
        if value is PowerManagement.UNKNOWN:
            raise ValueError("Invalid power_management")
        self._power_management = value


radio = Radio(Link())

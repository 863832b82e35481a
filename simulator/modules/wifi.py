# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
CircuitPython's ``wifi`` as far as a hotspot needs it, with the ESP32-S3's checks and their order.

Portable Python: MicroPython runs it too. A ``Link`` stands for what the radio can reach: nothing
with the one here, stations and networks with the simulator's.
"""

import ipaddress
import time
from collections import namedtuple

WifiRadioStation = namedtuple("WifiRadioStation", ("mac_address", "rssi", "ipv4_address"))

# The driver tries to connect again to a network that it has lost.
_MAX_RETRIES = 5
_RETRY_TIME = 2400  # ms

_DEFAULT_TX_POWER = 20.0
_MAC = b"\x7c\xdf\xa1\x00\x00\x01"


class _Enumeration:
    def __init__(self, name, value):
        self._name = name
        self.value_ = value

    def __repr__(self):
        return "wifi.%s.%s" % (type(self).__name__, self._name)


class AuthMode(_Enumeration):
    """How stations authenticate."""


class PowerManagement(_Enumeration):
    """How much the radio sleeps."""


def _enumerate(cls, **members):
    for name in members:
        setattr(cls, name, cls(name, members[name]))


_enumerate(AuthMode, OPEN=1, WEP=2, WPA=4, WPA2=8, WPA3=16, PSK=32, ENTERPRISE=64)
_enumerate(PowerManagement, MIN=0, MAX=1, NONE=2, UNKNOWN=3)

_OPEN = 1
_WPA_WPA2_PSK = 4 | 8 | 32
_DRIVER_MODES = (_OPEN, 4 | 32, 8 | 32, _WPA_WPA2_PSK)


class Network:
    """
    Another network in range.

    :param str ssid: Its name.
    :param str password: Its password; empty if it is open.
    :param int channel: Its channel.
    :param str address: The address that it assigns to the board; None without DHCP.
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
        """How stations authenticate."""
        return [AuthMode.WPA2, AuthMode.PSK] if self.password_ else [AuthMode.OPEN]


class Link:
    """What the radio can reach, and its driver."""

    search_ms = 0
    """The time in ms to scan one channel."""

    start_up_ms = 12
    """The time in ms until the hotspot's interface is up."""

    start_ap_waits_ms = 10
    """The maximum time in ms that start_ap() waits for it; 0 before CircuitPython 10.3."""

    def milliseconds(self):
        """Return the time of a clock in ms."""
        if hasattr(time, "ticks_ms"):
            return time.ticks_ms()
        return int(time.monotonic() * 1000)

    def sleep_ms(self, duration):
        """
        Wait.

        :param int duration: The time in ms.
        """
        time.sleep(duration / 1000)

    def driver_accepts(self, enabled):
        """
        Return True if the driver starts the hotspot. It fails without an error.

        :param bool enabled: True if the radio is on.
        """
        return enabled

    def config_rejected(self):
        """Take note that the driver runs its default network, which is open."""

    def ap_started(self, max_connections):
        """
        The hotspot has started.

        :param int max_connections: The maximum number of stations.
        """

    def ap_stopped(self):
        """The hotspot has stopped, and its stations are disconnected."""

    def switched_off(self):
        """The radio is off."""

    def stations(self):
        """Return the stations as tuples ``(mac_address, rssi, address text or None)``."""
        return ()

    def networks(self):
        """Return the other networks in range as a list of ``Network``."""
        return []

    def tuned(self, channel):
        """
        The radio uses a channel.

        :param int channel: 1 to 13.
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
    """The radio. There is one, ``wifi.radio``."""

    def __init__(self, link):
        self._link = link
        # "import wifi" turns station mode on, so start_ap() alone leads to both modes.
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
        Start the hotspot.

        :param str ssid: Its name, 1 to 32 bytes.
        :param str password: 8 to 63 bytes, or 64 hexadecimal digits; empty for an open network.
        :param int channel: 1 to 13.
        :param authmode: ``AuthMode`` members; WPA and WPA2, or OPEN without a password, by default.
        :param int max_connections: The maximum number of stations, 0 to 10.
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

        # From here on the board is in access point mode, even after an error below.
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
            link.config_rejected()
        self._up_at = link.milliseconds() + link.start_up_ms
        if not self._linked():
            self._channel = channel
        link.tuned(self._channel)
        link.ap_started(max_connections)
        if link.start_ap_waits_ms:
            link.sleep_ms(min(link.start_ap_waits_ms, link.start_up_ms))

    def stop_ap(self):
        """Stop the hotspot."""
        self._ap_mode = False
        self._ap_down()

    def _ap_down(self):
        if self._up_at is not None:
            self._up_at = None
            self._link.ap_stopped()

    @property
    def ap_active(self):
        """True while the hotspot is up."""
        return self._ap_mode and self._ap_up()

    def _ap_up(self):
        if self._up_at is None:
            return False
        return self._link.milliseconds() - self._up_at >= 0

    @property
    def stations_ap(self):
        """The stations that have joined; None while there is no hotspot."""
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
        Set the hotspot's address, and restart its DHCP server.

        :param ~ipaddress.IPv4Address ipv4: The board's address.
        :param ~ipaddress.IPv4Address netmask: The netmask.
        :param ~ipaddress.IPv4Address gateway: The gateway of its stations.
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
        """The hotspot's address; None until it is up."""
        return self._ipv4 if self._ap_up() else None

    @property
    def ipv4_subnet_ap(self):
        """The hotspot's netmask; None until it is up."""
        return self._netmask if self._ap_up() else None

    @property
    def ipv4_gateway_ap(self):
        """The gateway of the hotspot's stations; None until it is up."""
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
        """Turn station mode on."""
        self._station_mode = True

    def stop_station(self):
        """Turn station mode off."""
        self._station_mode = False
        self._joined = None

    def connect(self, ssid, password=b"", *, channel=0, bssid=None, timeout=None):
        """
        Join a network, and wait for an address, without a timeout.

        :param str ssid: The network's name.
        :param str password: Its password.
        :param int channel: The channel to scan first.
        :param bytes bssid: The access point's MAC address.
        :param float timeout: The time in seconds to retry after a failure. Ignored here.
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
        # The driver scans the given channel first, then all channels.
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
        """Return True if the board is connected, perhaps again, to the network that it joined."""
        network = self._joined
        if network is None:
            return False
        now = self._link.milliseconds()
        there = network in self._link.networks()
        if self._lost_at is not None and now - self._lost_at > _MAX_RETRIES * _RETRY_TIME:
            self._joined = None
            return False
        if there:
            self._lost_at = None
        elif self._lost_at is None:
            self._lost_at = now
        return there

    def start_scanning_networks(self, *, start_channel=1, stop_channel=165):
        """
        Scan for networks.

        :param int start_channel: The first channel.
        :param int stop_channel: The last channel.
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
        """Stop scanning."""
        self._scanning = False

    def start_dhcp(self, *, ipv4=True, ipv6=False):
        """
        Use DHCP as a station.

        :param bool ipv4: For IPv4. Ignored here.
        :param bool ipv6: For IPv6. Ignored here.
        """
        self._address = None

    def stop_dhcp(self):
        """Stop DHCP as a station."""

    def set_ipv4_address(self, *, ipv4, netmask, gateway, ipv4_dns=None):
        """
        Set the address as a station, in place of DHCP.

        :param ~ipaddress.IPv4Address ipv4: The board's address.
        :param ~ipaddress.IPv4Address netmask: The netmask.
        :param ~ipaddress.IPv4Address gateway: The gateway.
        :param ~ipaddress.IPv4Address ipv4_dns: The DNS server.
        """
        for address in (ipv4, netmask, gateway):
            if not isinstance(address, ipaddress.IPv4Address):
                raise ValueError("Only IPv4 addresses supported")
        self._address = ipv4
        self._address_mask = netmask
        self._address_gateway = gateway

    def ping(self, ip, *, timeout=0.5):
        """
        Ping a host. There is never an answer.

        :param ip: Its address.
        :param float timeout: The timeout in seconds.
        """
        if not isinstance(ip, ipaddress.IPv4Address):
            raise ValueError("Only IPv4 addresses supported")
        return None

    @property
    def connected(self):
        """True while the board is connected to another network."""
        return self._station_mode and self._linked()

    @property
    def ap_info(self):
        """That network; None if there is none."""
        return self._joined if self.connected else None

    @property
    def ipv4_address(self):
        """The board's address there: None without a network, 0.0.0.0 until DHCP assigns one."""
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
        """True while the radio is on."""
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
        """The board's name in DHCP."""
        return self._hostname

    @hostname.setter
    def hostname(self, value):
        name = _data(value)
        _length(name, "hostname", 1, 253)
        if not _hostname_valid(name):
            raise ValueError("invalid hostname")
        # The driver ignores a name of more than 32 characters.
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

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
CircuitPython's ``ipaddress``: IPv4 only, and nothing but the address itself.

Portable Python: MicroPython runs it too.
"""


def _parse(text):
    parts = text.split(".")
    if len(parts) != 4:
        raise ValueError("Not a valid IP string")
    packed = []
    for part in parts:
        if not part or len(part) > 3 or not part.isdigit() or int(part) > 255:
            raise ValueError("Not a valid IP string")
        packed.append(int(part))
    return bytes(packed)


class IPv4Address:
    """
    One IPv4 address.

    :param address: A text such as ``"192.168.4.1"``, four bytes, or an int.
    """

    def __init__(self, address):
        if isinstance(address, str):
            self._packed = _parse(address)
        elif isinstance(address, int):
            if not 0 <= address <= 0xFFFFFFFF:
                raise ValueError("Address must be 4 bytes long")
            self._packed = address.to_bytes(4, "big")
        else:
            self._packed = bytes(address)
            if len(self._packed) != 4:
                raise ValueError("Address must be 4 bytes long")

    @property
    def packed(self):
        """The four bytes of the address."""
        return self._packed

    @property
    def version(self):
        """Always 4."""
        return 4

    def __eq__(self, other):
        return isinstance(other, IPv4Address) and self._packed == other._packed

    def __hash__(self):
        return hash(self._packed)

    def __str__(self):
        return "%d.%d.%d.%d" % tuple(self._packed)

    def __repr__(self):
        return str(self)


def ip_address(obj):
    """
    Make an address of a text or an int.

    :param obj: The text or the int.
    """
    if isinstance(obj, (str, int)):
        return IPv4Address(obj)
    raise ValueError("Address must be a string or an int")

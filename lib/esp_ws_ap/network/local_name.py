# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.local_name`
================================================================================

Says that the hotspot is up: in the log, and in multicast DNS with a name such as ``esp.local``.
`AccessPoint` imports it each time that has come up, and unloads it once it has done its work.
"""

from .. import unload

try:
    from typing import Any

    from ..settings import Settings
    from .access_point import AccessPoint
except ImportError:
    pass


def announce(radio: "Any", settings: "Settings", server: "Any" = None) -> "Any":
    """
    Answer multicast DNS queries for the board's name.

    :param wifi.Radio radio: ``wifi.radio``.
    :param Settings settings: The name, and the port of the web server.
    :param mdns.Server server: What an earlier call has returned.
    :return: The server, which answers only as long as it is referenced.
    :raises Exception: Whatever the driver raises.
    """
    try:
        if server is not None and server.hostname == settings.ap_hostname:
            return server
    except ValueError:
        pass  # the radio was off in between, which has ended it
    from mdns import Server

    server = Server(radio)
    server.hostname = settings.ap_hostname
    server.advertise_service(service_type="_http", protocol="_tcp", port=settings.http_port)
    return server


def introduce(access_point: "AccessPoint") -> None:
    """
    Announce the board's name, log how to join and what to open, and show a QR code to join by.

    :param AccessPoint access_point: The hotspot, which has come up.
    """
    settings = access_point._settings
    log = access_point._log
    server = access_point._mdns
    if server is not None or not access_point._introduced:
        access_point._mdns = None
        try:
            access_point._mdns = announce(access_point._radio, settings, server)
        except Exception as error:  # such as: CircuitPython's web workflow has it
            log.warning("no mDNS name %s.local: %s", settings.ap_hostname, error)
    address = access_point.address
    if access_point._introduced:
        log.info('hotspot up again: name "%s", address %s', settings.ap_ssid, address)
        return
    access_point._introduced = True
    # The only line with the password: those who can read the serial console may join.
    log.info(
        'hotspot up: name "%s", password "%s", channel %d, address %s',
        settings.ap_ssid,
        settings.ap_password,
        access_point.channel,
        address,
    )
    urls = access_point.url
    if access_point._mdns is not None:
        urls += " or " + urls.replace(address, settings.ap_hostname + ".local")
    log.info("open %s on the phone", urls)
    try:
        from .join_code import show

        show(settings.ap_ssid, settings.ap_password or "")
    except Exception as error:  # no library or no memory: the password is in the log
        log.warning("no QR code: %s", str(error) or error.__class__.__name__)
    unload("network.join_code")

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.network.local_name`
================================================================================

Says that the hotspot is up: in the log, and in multicast DNS with a name such as ``esp.local``.
`AccessPoint` imports it each time that has come up and for the name, and unloads it afterwards, as
well as `join_code`.
"""

try:
    from .access_point import AccessPoint
except ImportError:
    pass


def announce(access_point: "AccessPoint") -> None:
    """
    Answer multicast DNS queries for the board's name. Setting the name may take for ever.

    :param AccessPoint access_point: The hotspot, which is up. Its server answers only as long as it
        is referenced.
    :raises Exception: Whatever the driver raises.
    """
    settings = access_point._settings
    server = access_point._mdns
    try:
        if server is not None and server.hostname == settings.ap_hostname:
            return
    except ValueError:
        pass  # the radio was off in between, which has ended it
    access_point._mdns = None
    from mdns import Server

    made = Server(access_point._radio)
    made.hostname = settings.ap_hostname
    made.advertise_service(service_type="_http", protocol="_tcp", port=settings.http_port)
    access_point._mdns = made
    if server is None:
        name = settings.ap_hostname + ".local"
        access_point._log.info("or open %s", access_point.url.replace(access_point.address, name))


def introduce(access_point: "AccessPoint") -> None:
    """
    Log how to join and what to open, and show a QR code to join by.

    :param AccessPoint access_point: The hotspot, which has come up.
    """
    settings = access_point._settings
    log = access_point._log
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
    log.info("open %s on the phone", access_point.url)
    try:
        from .join_code import encode, pack, show, wifi_uri

        rows = encode(wifi_uri(settings.ap_ssid, settings.ap_password or ""))
        access_point.join_code = pack(rows)
        show(rows)
    except Exception as error:  # no library or no memory: the password is in the log
        log.warning("no QR code: %s", str(error) or error.__class__.__name__)

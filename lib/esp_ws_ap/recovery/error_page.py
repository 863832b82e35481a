# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.error_page`
================================================================================

What is left when code.py fails again and again: the hotspot, and a page that says why, on every
path. `esp_ws_ap.recovery.guard` runs it in code.py's place; nothing imports it. It needs core
modules only, because a library may be what is missing.
"""

import time
from errno import EAGAIN

import microcontroller
import socketpool
import supervisor
import wifi

try:
    from typing import Any
except ImportError:
    pass

FIRST_PAUSE = 600  # s until code.py is tried again, twice as many each time
LONGEST_PAUSE = 9600
MAX_FAILING = 5  # as in guard.py, which runs code.py when it is imported
NO_PAGE = 60  # s in place of the first pause if the hotspot does not open
PROVEN = 60  # s
WATCHDOG = 20  # s
REQUEST_TIME = 2  # s for a request, and for the answer
MAX_REQUEST = 8192

PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>This board has a problem</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid;padding:.5rem}}
button{{font:inherit;padding:.7rem 1.5rem}}</style>
<h1>This board has a problem</h1>
<p>The program on it, code.py, has failed. It is tried again in {minutes} minutes by itself.
<form method="post" action="/try-again"><button>Try again now</button></form>
<h2>What happened</h2><pre>{traceback}</pre>
<h2>What came before</h2><pre>{events}</pre>
"""
AGAIN = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="15;url=/"><title>Starting again</title>
<p>The board starts again. This page follows in a moment; if it does not, join the hotspot again.
"""


def open_record():
    """The flight record, or None if the package is broken."""
    try:
        from esp_ws_ap.recovery.flight_recorder import get_recorder

        return get_recorder()
    except Exception as error:
        print("no flight record:", error)
        return None


def open_hotspot():
    """
    The hotspot that code.py would open.

    :return: The port for the page; None if there is no hotspot, because no password is known.
    """
    from ipaddress import IPv4Address

    from wifi import AuthMode

    from esp_ws_ap.settings import Settings

    settings = Settings.load()
    if not settings.hotspot_allowed:
        print("no hotspot: AP_PASSWORD in settings.toml has to be mended")
        return None
    radio: Any = wifi.radio
    radio.stop_station()
    address = IPv4Address(settings.ap_address)
    radio.set_ipv4_address_ap(ipv4=address, netmask=IPv4Address("255.255.255.0"), gateway=address)
    radio.start_ap(
        settings.ap_ssid,
        settings.ap_password,
        channel=settings.ap_channel,
        authmode=[AuthMode.WPA2, AuthMode.PSK],
        max_connections=settings.ap_max_stations,
    )
    until = time.monotonic() + 3
    while not radio.ap_active:
        if time.monotonic() > until:
            radio.stop_ap()  # a refusal may have opened the driver's default network
            raise RuntimeError("the radio did not open the hotspot")
        time.sleep(0.01)
    print(f'hotspot up: name "{settings.ap_ssid}", error page on {settings.ap_address}')
    return settings.http_port


def listen(port):
    """
    A listening socket that does not wait.

    :param int port: Its port.
    """
    pool = socketpool.SocketPool(wifi.radio)
    sock = pool.socket()
    sock.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
    sock.bind(("0.0.0.0", port))
    sock.listen(4)
    sock.settimeout(0)
    return sock


def escaped(text):
    """
    Text as HTML.

    :param str text: The text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;")


def request_from(sock):
    """
    The head of a request, or what has arrived of it in time.

    :param sock: A connection.
    """
    data = b""
    buffer = bytearray(256)
    until = time.monotonic() + REQUEST_TIME
    while b"\r\n\r\n" not in data and len(data) < MAX_REQUEST and time.monotonic() < until:
        try:
            data += buffer[: sock.recv_into(buffer)]
        except OSError as error:
            if error.errno != EAGAIN:
                return data
            time.sleep(0.01)
    return data


def send(sock, data):
    """
    Send all of it, if the phone takes it.

    :param sock: A connection.
    :param bytes data: What.
    """
    rest = memoryview(data)
    until = time.monotonic() + REQUEST_TIME
    while len(rest) and time.monotonic() < until:
        try:
            rest = rest[sock.send(rest) :]
        except OSError as error:
            if error.errno != EAGAIN:
                return
            time.sleep(0.01)


def discard_rest(sock):
    """
    Read what has arrived of a request that is too long, or has a body: what is unread when the
    socket is closed would have the phone lose the answer.

    :param sock: A connection.
    """
    buffer = bytearray(1024)
    try:
        for _ in range(64):
            if sock.recv_into(buffer) == 0:
                return
    except OSError:
        pass  # nothing is there, or not any more


def start_watchdog():
    """
    Have the board reset if this hangs.

    :return: What feeds the watchdog.
    """
    try:
        from watchdog import WatchDogMode

        watchdog: Any = microcontroller.watchdog
        watchdog.mode = None
        watchdog.timeout = WATCHDOG
        watchdog.mode = WatchDogMode.RESET
        return watchdog.feed
    except Exception as error:
        print("no watchdog:", error)
        return int


def answer(sock, minutes, record):
    """
    Read one request and answer it.

    :param sock: A connection.
    :param int minutes: Until code.py is tried again.
    :param FlightRecorder record: The flight record, or None.
    :return: Whether a person wants it to be tried now.
    """
    sock.settimeout(0)
    again = request_from(sock).startswith(b"POST /try-again ")
    status = "200 OK" if again else "503 Service Unavailable"
    page = AGAIN
    if not again:
        traceback = record.traceback if record else ""
        events = "\n".join(record.events) if record else ""
        page = PAGE.format(
            minutes=minutes,
            traceback=escaped(traceback or "see the serial console"),
            events=escaped(events),
        )
    page = page.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    send(sock, head.encode() + page)
    discard_rest(sock)
    return again


def serve(listener, seconds, record):
    """
    Show the page until it is time to try code.py again, or somebody wants it.

    :param listener: The listening socket, None if there is no hotspot.
    :param int seconds: How long.
    :param FlightRecorder record: The flight record, or None.
    """
    feed = start_watchdog()
    started = time.monotonic()
    proven = record is None
    passed = 0
    while passed < seconds:
        feed()
        if not proven and passed >= PROVEN:
            proven = True
            record.settle()
        again = False
        try:
            if listener is not None:
                sock, _ = listener.accept()
                try:
                    again = answer(sock, (seconds - passed + 59) // 60, record)
                finally:
                    sock.close()
        except (OSError, MemoryError):
            pass  # nobody is there, or not any more
        if listener is not None and not wifi.radio.ap_active:
            print("hotspot is down: starting it again")
            open_hotspot()
        time.sleep(0.5 if again else 0.05)  # what was answered is on its way
        if again:
            print("somebody wants code.py to be tried again")
            return
        passed = int(time.monotonic() - started)


def run():
    """Show the error page, then start anew."""
    # Whatever ends this, code.py is guarded again.
    supervisor.set_next_code_file(
        "lib/esp_ws_ap/recovery/guard.py",
        sticky_on_success=True,
        sticky_on_error=True,
        sticky_on_reload=True,
    )
    record = open_record()
    failing = MAX_FAILING if record is None else max(record.failing, MAX_FAILING)
    seconds = min(FIRST_PAUSE << min(failing - MAX_FAILING, 8), LONGEST_PAUSE)
    listener = None
    try:
        port = open_hotspot()
        if port is not None:
            listener = listen(port)
    except Exception as error:
        print("no error page:", error)
        seconds = seconds * NO_PAGE // FIRST_PAUSE
    print("code.py is tried again in", seconds, "s")
    try:
        serve(listener, seconds, record)
    except Exception as error:  # the hotspot, a second time
        print("error page ended:", error)
    if supervisor.runtime.usb_connected:
        supervisor.reload()  # a reset would take the drive away from the PC
    else:
        microcontroller.reset()


run()

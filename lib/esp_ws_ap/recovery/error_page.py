# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.recovery.error_page`
================================================================================

Runs when code.py fails again and again: the hotspot, and one page for every path that says why.
`esp_ws_ap.recovery.guard` starts it in place of code.py; nothing imports it. It needs core modules
only, because a missing library may be the cause.
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

FIRST_RETRY = 600  # s until code.py is tried again, doubled each time
MAX_RETRY = 9600  # s
NO_HOTSPOT_RETRY = 60  # s in place of FIRST_RETRY while the hotspot does not start
MAX_FAILING = 5  # as in guard.py, which cannot be imported: it runs code.py
SETTLED_AFTER = 60  # s
WATCHDOG_TIMEOUT = 20  # s
START_TIMEOUT = 3  # s for the hotspot
REQUEST_TIMEOUT = 2  # s for a request, and for the response
MAX_REQUEST = 8192

PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>This board has a problem</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid;padding:.5rem}}
button{{font:inherit;padding:.7rem 1.5rem}}</style>
<h1>This board has a problem</h1>
<p>Its program, code.py, keeps failing. The board tries it again in {minutes} minutes.
<form method="post" action="/try-again"><button>Try again now</button></form>
<h2>Error</h2><pre>{traceback}</pre>
<h2>Last events</h2><pre>{events}</pre>
"""
RETRY_PAGE = """<!doctype html><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="15;url=/"><title>Restarting</title>
<p>The board is restarting. This page reloads in 15 seconds; if it does not, join the hotspot again.
"""


def load_record():
    """Return the flight record, or None if the package is broken."""
    try:
        from esp_ws_ap.recovery.flight_record import get_record

        return get_record()
    except Exception as error:
        print("no flight record:", error)
        return None


def open_hotspot():
    """
    Start the hotspot that code.py would start.

    :return: The port for the page; None if the hotspot has no password, and so must stay off.
    :raises RuntimeError: If the hotspot does not come up.
    """
    from esp_ws_ap.network.start_ap import is_up, start_ap
    from esp_ws_ap.settings import Settings

    settings = Settings.load()
    if not settings.hotspot_allowed:
        print("no hotspot: fix AP_PASSWORD in settings.toml")
        return None
    radio: Any = wifi.radio
    try:
        start_ap(radio, settings)
        deadline = time.monotonic() + START_TIMEOUT
        while not is_up(radio, settings):
            if time.monotonic() > deadline:
                raise RuntimeError("the radio did not start the hotspot")
            time.sleep(0.01)
    except Exception:
        radio.stop_ap()  # a failed start can leave the driver's default network, which is open
        raise
    print(f'hotspot up: name "{settings.ap_ssid}", error page on {settings.ap_address}')
    return settings.http_port


def listen(port):
    """
    Open a non-blocking listening socket.

    :param int port: Its port.
    """
    pool = socketpool.SocketPool(wifi.radio)
    sock = pool.socket()
    sock.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
    sock.bind(("0.0.0.0", port))
    sock.listen(4)
    sock.settimeout(0)
    return sock


def escape(text):
    """
    Escape text for HTML.

    :param str text: The text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;")


def read_request(sock):
    """
    Read the head of a request, or what has arrived of it before the timeout.

    :param sock: A connection.
    """
    data = b""
    buffer = bytearray(256)
    deadline = time.monotonic() + REQUEST_TIMEOUT
    while b"\r\n\r\n" not in data and len(data) < MAX_REQUEST and time.monotonic() < deadline:
        try:
            data += buffer[: sock.recv_into(buffer)]
        except OSError as error:
            if error.errno != EAGAIN:
                return data
            time.sleep(0.01)
    return data


def send(sock, data):
    """
    Send data until all of it is sent, the client disconnects, or the timeout ends.

    :param sock: A connection.
    :param bytes data: The data.
    """
    rest = memoryview(data)
    deadline = time.monotonic() + REQUEST_TIMEOUT
    while len(rest) and time.monotonic() < deadline:
        try:
            rest = rest[sock.send(rest) :]
        except OSError as error:
            if error.errno != EAGAIN:
                return
            time.sleep(0.01)


def discard_rest(sock):
    """
    Read the rest of a request that is too long or has a body. Closing a socket with unread data
    resets the connection, and the client would lose the response.

    :param sock: A connection.
    """
    buffer = bytearray(1024)
    try:
        for _ in range(64):
            if sock.recv_into(buffer) == 0:
                return
    except OSError:
        pass  # nothing left


def start_watchdog():
    """
    Have the board reset if this program hangs.

    :return: The function that feeds the watchdog.
    """
    try:
        from watchdog import WatchDogMode

        watchdog: Any = microcontroller.watchdog
        watchdog.mode = None
        watchdog.timeout = WATCHDOG_TIMEOUT
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
    :param FlightRecord record: The flight record, or None.
    :return: True if the request asks to try code.py now.
    """
    sock.settimeout(0)
    retry = read_request(sock).startswith(b"POST /try-again ")
    status = "200 OK" if retry else "503 Service Unavailable"
    page = RETRY_PAGE
    if not retry:
        traceback = record.traceback if record else ""
        events = "\n".join(record.events) if record else ""
        page = PAGE.format(
            minutes=minutes,
            traceback=escape(traceback or "see the serial console"),
            events=escape(events),
        )
    page = page.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    send(sock, head.encode() + page)
    discard_rest(sock)
    return retry


def serve(listener, seconds, record):
    """
    Serve the page until it is time to try code.py again, or a request asks for it.

    :param listener: The listening socket, None if there is no hotspot.
    :param int seconds: Until code.py is tried again.
    :param FlightRecord record: The flight record, or None.
    """
    feed = start_watchdog()
    started = time.monotonic()
    print("retrying code.py in", seconds, "s")
    settled = record is None
    passed = 0
    while passed < seconds:
        feed()
        if not settled and passed >= SETTLED_AFTER:
            settled = True
            record.clear_safe_modes()
        retry = False
        try:
            if listener is not None:
                sock, _ = listener.accept()
                try:
                    retry = answer(sock, (seconds - passed + 59) // 60, record)
                finally:
                    sock.close()
        except (OSError, MemoryError):
            pass  # no connection, or one that failed
        if listener is not None and not wifi.radio.ap_active:
            print("hotspot is down: starting it again")
            open_hotspot()
        time.sleep(0.5 if retry else 0.05)  # the response needs a moment to leave
        if retry:
            print("retry requested on the error page")
            return
        passed = int(time.monotonic() - started)


def run():
    """Show the error page, then restart the board."""
    # However this ends, the guard runs next.
    supervisor.set_next_code_file(
        "lib/esp_ws_ap/recovery/guard.py",
        sticky_on_success=True,
        sticky_on_error=True,
        sticky_on_reload=True,
    )
    record = load_record()
    failing = MAX_FAILING if record is None else max(record.failing, MAX_FAILING)
    seconds = min(FIRST_RETRY << min(failing - MAX_FAILING, 8), MAX_RETRY)
    listener = None
    try:
        port = open_hotspot()
        if port is not None:
            listener = listen(port)
    except Exception as error:
        print("no error page:", error)
        seconds = seconds * NO_HOTSPOT_RETRY // FIRST_RETRY
    try:
        serve(listener, seconds, record)
    except Exception as error:  # the hotspot, a second time
        print("error page failed:", error)
    if supervisor.runtime.usb_connected:
        supervisor.reload()  # a reset would disconnect the drive from the PC
    else:
        microcontroller.reset()


run()

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
REQUEST_TIMEOUT = 5  # s for a request with its response
MAX_REQUEST = 8192
MAX_CONNECTIONS = 4  # one more drops the oldest

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

    :return: The settings; None if the hotspot has no password, and so must stay off.
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
    return settings


def listen(port):
    """
    Open a non-blocking listening socket.

    :param int port: Its port.
    """
    pool = socketpool.SocketPool(wifi.radio)
    sock = pool.socket()
    sock.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1)
    sock.bind(("0.0.0.0", port))
    sock.listen(6)
    sock.settimeout(0)
    return sock


def escape(text):
    """
    Escape text for HTML.

    :param str text: The text.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;")


class Connection:
    """
    One request and its response. It never waits.

    :param sock: The connection's socket.
    """

    def __init__(self, sock):
        sock.settimeout(0)
        self.sock = sock
        self.started = time.monotonic()
        self.data = b""  # the request's head, as far as it has arrived
        self.rest = None  # the part of the response that is not sent yet
        self.retry = False  # True if the request asks to try code.py now

    def turn(self, respond):
        """
        Receive and send what is possible at this moment.

        :param respond: Called with this connection when the head is there. It returns the response.
        :return: True while the connection is open.
        """
        try:
            if self.rest is None:
                buffer = bytearray(1024)
                while self.rest is None:
                    count = self.sock.recv_into(buffer)
                    self.data += buffer[:count]
                    if b"\r\n\r\n" in self.data or len(self.data) > MAX_REQUEST:
                        self.rest = memoryview(respond(self))
            while len(self.rest):
                self.rest = self.rest[self.sock.send(self.rest) :]
        except OSError as error:
            if error.errno == EAGAIN and time.monotonic() - self.started < REQUEST_TIMEOUT:
                return True
        if self.rest is not None:
            self.discard()
        self.sock.close()
        return False

    def discard(self):
        """
        Read the rest of a request that is too long or has a body. Closing a socket with unread data
        resets the connection, and the client would lose the response.
        """
        buffer = bytearray(1024)
        try:
            for _ in range(64):
                if self.sock.recv_into(buffer) == 0:
                    return
        except OSError:
            pass  # nothing left


def refusal(head, hosts):
    """
    Return the status for a request that another site's page may have sent, or that is malformed;
    None for a good one. The rules are those of the program: another name of this board would let a
    page of another site read the traceback, and another origin would let it restart the board.

    :param bytes head: The request's head.
    :param tuple hosts: The names and addresses of the board.
    """
    try:
        lines = str(head, "utf-8").split("\r\n\r\n", 1)[0].split("\r\n")
    except UnicodeError:
        return "400 Bad Request"
    found = {"host": [], "origin": []}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        if name.lower() in found:
            found[name.lower()].append(value.strip().lower())
    words = lines[0].split(" ")
    if len(words) != 3 or words[1][:1] != "/" or len(found["host"]) != 1:
        return "400 Bad Request"
    host = found["host"][0]
    name = host.split(":", 1)[0]
    if (name[:-1] if name[-1:] == "." else name) not in hosts:
        return "421 Misdirected Request"
    for origin in found["origin"]:
        if words[0] != "GET" and origin != "http://" + host:
            return "403 Forbidden"
    return None


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


class ErrorPage:
    """
    Answers requests.

    :param Settings settings: Those of the hotspot.
    :param FlightRecord record: The flight record, or None.
    """

    def __init__(self, settings, record):
        name = settings.ap_hostname.lower()
        self.hosts = (settings.ap_address, name, name + ".local", "localhost", "127.0.0.1")
        self.record = record
        self.minutes = 0  # until code.py is tried again

    def respond(self, connection):
        """
        Return the response to a request, as bytes.

        :param Connection connection: Holds the request.
        """
        status = refusal(connection.data, self.hosts)
        if status:
            page = status
        elif connection.data.startswith(b"POST /try-again "):
            connection.retry = True
            status = "200 OK"
            page = RETRY_PAGE
        else:
            status = "503 Service Unavailable"
            record = self.record
            page = PAGE.format(
                minutes=self.minutes,
                traceback=escape(record and record.traceback or "see the serial console"),
                events=escape("\n".join(record.events) if record else ""),
            )
        page = page.encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(page)}\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + page


def accept(listener, connections):
    """
    Accept the connections that wait.

    :param listener: The listening socket.
    :param list connections: The open ones, oldest first.
    """
    try:
        for _ in range(MAX_CONNECTIONS):
            connections.append(Connection(listener.accept()[0]))
            if len(connections) > MAX_CONNECTIONS:
                connections.pop(0).sock.close()
    except OSError:
        pass  # none is left


def serve(listener, settings, seconds, record, feed):
    """
    Serve the page until it is time to try code.py again, or a request asks for it.

    :param listener: The listening socket, None if there is no hotspot.
    :param Settings settings: Those of the hotspot.
    :param int seconds: Until code.py is tried again.
    :param FlightRecord record: The flight record, or None.
    :param feed: Feeds the watchdog.
    """
    page = ErrorPage(settings, record) if listener is not None else None
    started = time.monotonic()
    print("retrying code.py in", seconds, "s")
    settled = record is None
    connections = []
    passed = 0
    while passed < seconds:
        feed()
        if not settled and passed >= SETTLED_AFTER:
            settled = True
            record.clear_safe_modes()
        retry = False
        if page is not None:
            page.minutes = (seconds - passed + 59) // 60
            try:
                accept(listener, connections)
                for connection in tuple(connections):
                    if not connection.turn(page.respond):
                        connections.remove(connection)
                        retry = retry or connection.retry
            except MemoryError:
                while connections:
                    connections.pop().sock.close()
            if not wifi.radio.ap_active:
                print("hotspot is down: starting it again")
                open_hotspot()
        time.sleep(0.5 if retry else 0.02)  # the response needs a moment to leave
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
    feed = start_watchdog()
    listener = settings = None
    try:
        settings = open_hotspot()
        if settings is not None:
            listener = listen(settings.http_port)
    except Exception as error:
        print("no error page:", error)
        seconds = seconds * NO_HOTSPOT_RETRY // FIRST_RETRY
    try:
        serve(listener, settings, seconds, record, feed)
    except Exception as error:  # the hotspot, a second time
        print("error page failed:", error)
    if supervisor.runtime.usb_connected:
        supervisor.reload()  # a reset would disconnect the drive from the PC
    else:
        microcontroller.reset()


run()

# The end of this file.

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The delay of a healthy client's echo while another client is faulty."""

import contextlib
import statistics
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from . import echo
from .client import Client
from .processes import ADAFRUIT, CHUMICRO, OURS, VMS
from .programs.codec import masked_frame

SERVERS = (OURS, ADAFRUIT, CHUMICRO)
SIZE = 125
ECHO_TIMEOUT = 2.0  # s

_FRAME = masked_frame("x" * 4096)


def _nothing(other: Client) -> Callable[[], None]:
    return lambda: None


def _stall(other: Client) -> Callable[[], None]:
    other.sock.sendall(_FRAME[:1000])
    return lambda: None


def _drip(other: Client) -> Callable[[], None]:
    position = 0

    def more() -> None:
        nonlocal position
        other.sock.send(_FRAME[position : position + 1])
        position = (position + 1) % len(_FRAME)

    return more


def _flood(other: Client) -> Callable[[], None]:
    rest = b""

    def more() -> None:
        nonlocal rest
        # Send until nothing more fits, and discard what arrives.
        with contextlib.suppress(BlockingIOError):
            while other.sock.recv(65536):
                pass
        with contextlib.suppress(BlockingIOError):
            for _ in range(16):
                rest = rest or _FRAME
                rest = rest[other.sock.send(rest) :]

    return more


FAULTS = {
    "no other": _nothing,
    "stops inside a frame": _stall,
    "drips byte by byte": _drip,
    "floods with 4 KiB messages": _flood,
}


def measure(folder: Path, seconds: float) -> dict[tuple[str, str], dict[str, list[float] | str]]:
    """
    Measure all servers with each fault.

    :param Path folder: For the boards' drives.
    :param float seconds: The duration of each measurement.
    :return: The median, 99th percentile and maximum in seconds, by VM, fault and server; a text if
        there was no echo.
    """
    found: dict[tuple[str, str], dict[str, list[float] | str]] = {}
    for vm in VMS:
        for name, fault in FAULTS.items():
            row = found[vm, name] = {}
            for server in SERVERS:
                with ExitStack() as stack:
                    own = folder / f"delay-{len(found)}"
                    _, port = echo.start(stack, vm, server, own)
                    healthy = stack.enter_context(Client(port))
                    healthy.sock.settimeout(ECHO_TIMEOUT)
                    other = stack.enter_context(Client(port))
                    row[server] = _delays(healthy, other, fault, seconds)
    return found


def _delays(healthy: Client, other: Client, fault: Callable, seconds: float) -> list[float] | str:
    delays = []
    frame, expected = healthy.check_echo(SIZE)
    step = fault(other)
    other.sock.setblocking(False)
    end = perf_counter() + seconds
    while perf_counter() < end:
        with contextlib.suppress(ConnectionError):
            step()
        began = perf_counter()
        try:
            healthy.echo(frame, expected)
        except TimeoutError:
            return f"none in {ECHO_TIMEOUT:.0f} s"
        except ConnectionError:
            return "connection lost"
        delays.append(perf_counter() - began)
    delays.sort()
    return [statistics.median(delays), delays[len(delays) * 99 // 100], delays[-1]]

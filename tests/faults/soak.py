# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The soak: 20 scripted phones behave at random for minutes, while two healthy clients echo.
``python -m tests.faults.soak --minutes 10 [--seed N] [--phones 20]``.

The hotspot takes eight stations, the hub four clients, the board eight sockets: the healthy clients
keep theirs, the others compete. At the end all counts must be those of the start, and the healthy
clients must have lost no message and received none out of order.
"""

import argparse
import json
import random
import re
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import raw_http
from tests.board import DEADLINE, Board, booting
from tests.faults.scene import LARGE, make_drive, settle
from tests.phones import BoardRadio, Crowd, Figures, Steady

#: The addresses of the healthy clients, and the six that the others share.
HEALTHY = ("127.0.0.2", "127.0.0.3")
OTHERS = tuple(f"127.0.0.{host}" for host in range(4, 10))

#: Bytes by which the simulator's estimate of the memory in use may grow.
MAX_GROWTH = 200_000


@dataclass
class Result:
    """The figures of a soak, and what went wrong."""

    seconds: float = 0.0
    episodes: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return the figures in words."""
        before, after = self.before, self.after
        lines = [f"{self.episodes} episodes in {self.seconds:.0f} s"]
        for name, outcomes in self.outcomes.items():
            found = ", ".join(
                f"{what} {count}" for what, count in outcomes.most_common() if what != "episodes"
            )
            lines.append(f"  {name} {outcomes['episodes']}: {found}")
        for source, figures in self.figures.items():
            lines.append(
                f"healthy {source}: {figures.sent} sent, {figures.received} received in order,"
                f" worst delay {figures.worst:.1f} ms (the PC: {figures.late:.1f} ms)"
            )
        for name in ("joined", "rejected", "closes", "longest_turn", "most"):
            lines.append(f"{name}: {after[name]}")
        lines.append(f"counts before: {before['counts']}")
        lines.append(f"counts after:  {after['counts']}")
        lines.append(f"memory: {before['memory']} -> {after['memory']} bytes")
        return lines


def soak(board: Board, seconds: float, seed: int | str, phones: int, timeout: float) -> Result:
    """
    Run a soak.

    :param Board board: It runs ``program.py``.
    :param float seconds: The duration.
    :param seed: The seed of the phones' choices.
    :param int phones: The number of phones.
    :param float timeout: Seconds in which the board must then notice that all have disconnected.
    """
    result = Result()
    address = board.address()
    steady = [Steady(address, source) for source in HEALTHY]
    try:
        _warm_up(board)
        result.before = _stats(board)
        crowd = Crowd(
            address,
            phones,
            seed=seed,
            radio=BoardRadio(board),
            sources=OTHERS,
            files=("/", "/esp-ws.js", "/welcome.css", LARGE),
        )
        start = time.monotonic()
        with crowd:
            crowd.run(seconds)
        result.seconds = time.monotonic() - start
        result.episodes = crowd.episodes
        result.outcomes = crowd.outcomes
        if last := settle(board, result.before["counts"], timeout):
            result.wrong.append(f"the counts do not return to the start: {last}")
        for client in steady:
            client.mark()
        result.after = _stats(board)
        for client in steady:
            client.stop()
            result.figures[client.source] = client.total
            result.wrong += [f"{client.source}: {wrong}" for wrong in client.total.wrong]
    finally:
        for client in steady:
            client.kill()
    grown = result.after["memory"] - result.before["memory"]
    if grown > MAX_GROWTH:
        result.wrong.append(f"{grown} bytes of memory leaked")
    if result.after["counts"] != result.before["counts"]:
        result.wrong.append(f"left over: {result.after['counts']}")
    return result


def failures_in(log: str) -> list[str]:
    """Return the errors in the log, other than the one of `_warm_up`."""
    lines = re.findall(r": ERROR - (?!  )(.*)", log)
    counts = Counter(line for line in lines if "GET /raise" not in line)
    return [f"in the log, {count} times: {line}" for line, count in counts.items()]


def _warm_up(board: Board) -> None:
    """Print the first traceback and load the first file: they take memory for good."""
    raw_http.fetch(board.address(), "/raise", source=HEALTHY[0])
    raw_http.fetch(board.address(), LARGE, source=HEALTHY[0], deadline=DEADLINE)


def _stats(board: Board) -> dict[str, Any]:
    source = HEALTHY[0]
    response = raw_http.fetch(board.address(), "/stats", source=source, deadline=DEADLINE)
    return json.loads(response.body)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.soak", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None, help="repeat the choices of a run")
    parser.add_argument("--phones", type=int, default=20)
    parser.add_argument("--log", type=Path, help="write the board's serial log here")
    options = parser.parse_args(arguments)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}, {options.phones} phones, {options.minutes:g} minutes", flush=True)
    with tempfile.TemporaryDirectory() as name, booting(Path(name)) as boot:
        board = boot(drive=make_drive(Path(name) / "drive", timeout=0))
        # A silent client is pinged after 10 s, and dropped after another 10 s.
        result = soak(board, 60 * options.minutes, seed, options.phones, timeout=40)
        log = board.log
    if options.log:
        options.log.write_text(log + "\n", "utf-8")
    result.wrong += failures_in(log)
    print("\n".join(result.lines()))
    for line in result.wrong:
        print(f"WRONG: {line}", file=sys.stderr)
    print("failed" if result.wrong else "passed")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The soak: 20 scripted phones do at random what phones do, for minutes, while two well-behaved
clients echo. ``python -m tests.faults.soak --minutes 10 [--seed N] [--phones 20]``.

The hotspot has places for eight phones, the hub for four clients, the board for eight sockets: the
well-behaved ones hold theirs, the others compete. At the end all counts have to return to the
start, and no message of the well-behaved ones may be lost or out of order.
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
from tests.faults.scene import LARGE, make_drive, quiet
from tests.phones import BoardRadio, Crowd, Figures, Steady

#: The two that behave, and the six addresses that the others share.
WELL_BEHAVED = ("127.0.0.2", "127.0.0.3")
OTHERS = tuple(f"127.0.0.{host}" for host in range(4, 10))

#: Bytes by which the simulator's guess of the memory in use may grow.
SLACK = 200_000


@dataclass
class Result:
    """What came of it."""

    seconds: float = 0.0
    episodes: int = 0
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """It in words."""
        before, after = self.before, self.after
        lines = [f"{self.episodes} episodes in {self.seconds:.0f} s"]
        for name, outcomes in self.outcomes.items():
            found = ", ".join(
                f"{what} {count}" for what, count in outcomes.most_common() if what != "episodes"
            )
            lines.append(f"  {name} {outcomes['episodes']}: {found}")
        for source, figures in self.figures.items():
            lines.append(
                f"well-behaved {source}: {figures.sent} sent, {figures.received} received in order,"
                f" worst delay {figures.worst:.1f} ms (the PC: {figures.late:.1f} ms)"
            )
        for name in ("joined", "rejected", "closes", "longest_turn", "most"):
            lines.append(f"{name}: {after[name]}")
        lines.append(f"counts before: {before['counts']}")
        lines.append(f"counts after:  {after['counts']}")
        lines.append(f"memory: {before['memory']} -> {after['memory']} bytes")
        return lines


def soak(board: Board, seconds: float, seed: int | str, phones: int, patience: float) -> Result:
    """
    Run it on a board with ``program.py``.

    :param Board board: The board.
    :param float seconds: How long the phones are there.
    :param seed: Of their dice.
    :param int phones: How many.
    :param float patience: Seconds that the board may need afterwards to see that all are gone.
    """
    result = Result()
    address = board.address()
    steady = [Steady(address, source) for source in WELL_BEHAVED]
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
        if not _settle(board, quiet(result.before["counts"]), patience):
            result.wrong.append("the counts do not return to the start")
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
    if grown > SLACK:
        result.wrong.append(f"{grown} bytes of memory are lost")
    if result.after["counts"] != result.before["counts"]:
        result.wrong.append(f"left over: {result.after['counts']}")
    return result


def failures_in(log: str) -> list[str]:
    """What the log has as an error, beside the one that the warming up has asked for."""
    lines = re.findall(r": ERROR - (?!  )(.*)", log)
    counts = Counter(line for line in lines if "GET /raise" not in line)
    return [f"in the log, {count} times: {line}" for line, count in counts.items()]


def _warm_up(board: Board) -> None:
    """What the first traceback takes is not lost memory."""
    raw_http.fetch(board.address(), "/raise", source=WELL_BEHAVED[0])
    raw_http.fetch(board.address(), LARGE, source=WELL_BEHAVED[0], deadline=DEADLINE)


def _stats(board: Board) -> dict[str, Any]:
    source = WELL_BEHAVED[0]
    response = raw_http.fetch(board.address(), "/stats", source=source, deadline=DEADLINE)
    return json.loads(response.body)


def _settle(board: Board, wanted: dict[str, Any], patience: float) -> bool:
    def settled() -> bool:
        for line in reversed(board._lines):
            if line.startswith("counts: "):
                return json.loads(line.removeprefix("counts: ")) == wanted
        return False

    with board._changed:
        return board._changed.wait_for(settled, patience)


def main(arguments: list[str] | None = None) -> int:
    """The command line; the exit status is 1 if anything was lost."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.soak", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None, help="for the same choices again")
    parser.add_argument("--phones", type=int, default=20)
    parser.add_argument("--log", type=Path, help="where to write the board's serial log")
    options = parser.parse_args(arguments)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}, {options.phones} phones, {options.minutes:g} minutes", flush=True)
    with tempfile.TemporaryDirectory() as name, booting(Path(name)) as boot:
        board = boot(drive=make_drive(Path(name) / "drive", patience=0))
        # The longest patience: 10 s for a silent client, and 10 s for its answer to a ping.
        result = soak(board, 60 * options.minutes, seed, options.phones, patience=40)
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

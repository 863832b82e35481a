# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""``python -m tests.phones``: see the package."""

import argparse
import random
import sys

from tests.phones import BEHAVIORS, Crowd, Steady
from tests.raw_http import Address


def _address(text: str) -> Address:
    host, _, port = text.removeprefix("http://").strip("/").partition(":")
    return host, int(port or 80)


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in BEHAVIORS:
            raise argparse.ArgumentTypeError(f"{name!r} is not one of: {', '.join(BEHAVIORS)}")
    return names


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the exit status is 1 if a healthy client lost anything."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.phones", description="Scripted phones against a board."
    )
    add = parser.add_argument
    add("address", type=_address, help="the board: 127.0.0.1:8080, or 192.168.4.1")
    add("--phones", type=int, default=20)
    add("--seconds", type=float, default=60)
    add("--seed", type=int, default=None)
    add("--only", type=_names, default=None, metavar="NAME,NAME", help=", ".join(BEHAVIORS))
    add("--steady", type=int, default=0, metavar="N", help="healthy clients of an echo")
    options = parser.parse_args(arguments)
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    print(f"seed {seed}")
    local = options.address[0].startswith("127.")
    steady = [
        Steady(options.address, f"127.0.0.{number}" if local else "")
        for number in range(2, 2 + options.steady)
    ]
    wrong: list[str] = []
    try:
        with Crowd(options.address, options.phones, seed=seed, behaviors=options.only) as crowd:
            crowd.run(options.seconds)
        for client in steady:
            figures = client.stop()
            wrong += figures.wrong
            print(f"{client.source} {figures}")
    finally:
        for client in steady:
            client.kill()
    for name, outcomes in crowd.outcomes.items():
        print(f"{name}: " + ", ".join(f"{what} {n}" for what, n in outcomes.most_common()))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

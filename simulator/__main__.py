# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The command line: ``python -m simulator``."""

import argparse
import os
import re
import sys

from . import console
from .board import Board, default_nvm
from .faults import Faults
from .modules.wifi import Network

_VERSIONS = {"10.0": (10, 0, 3), "10.1": (10, 1, 4), "10.2": (10, 2, 1), "10.3": (10, 3, 1)}


def _port(text):
    found = re.fullmatch(r"(\d+)=(\d+)", text)
    if not found or not all(int(number) < 65536 for number in found.groups()):
        raise argparse.ArgumentTypeError(f"{text!r} is not BOARD=HOST, as in 80=8080")
    return int(found[1]), int(found[2])


def _fault(text):
    try:
        Faults().set(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _home_network(text):
    found = re.fullmatch(r"(.{1,32}):(.*):(\d+)", text)
    if not found or len(found[1].encode()) > 32 or not 1 <= int(found[3]) <= 13:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME:PASSWORD:CHANNEL")
    return Network(found[1], found[2], int(found[3]))


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Boot a CIRCUITPY drive on this computer, as an ESP32-S3 would.",
        epilog="Ctrl-C stops it. Lines on standard input are commands; type help for a list.",
    )
    add = parser.add_argument
    add("--drive", default=".", metavar="DIR", help="the drive's folder; by default this one")
    add("--code", metavar="FILE", help="a file of the drive to run in place of code.py")
    add(
        "--port",
        type=_port,
        action="append",
        default=[],
        metavar="BOARD=HOST",
        help="map a port of the board to one of this computer, 0 for any; 80=8080 if it is free",
    )
    add("--nvm", metavar="FILE", help="the file that keeps the non-volatile memory")
    add(
        "--circuitpython",
        choices=_VERSIONS,
        default="10.2",
        help="the version; by default 10.2",
    )
    add(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="partial=P, eagain=P, delay=MS, temperature=C, ap-refused, port-80-taken, no-nvm, "
        "nvm-full, torn-nvm, no-neopixel, display, no-usb, no-native-usb, stalled-console, "
        "mdns-hangs, connect-hangs",
    )
    add(
        "--home-network",
        type=_home_network,
        action="append",
        default=[],
        metavar="NAME:PASSWORD:CHANNEL",
        help="a network in range that the board may join besides its hotspot",
    )
    add("--seed", help="the seed of the random faults, to repeat them")
    add("--blank-path", action="store_true", help="import from the drive only")
    add("--writable", action="store_true", help="let the code write to the drive")
    # For the process that replaces this one after a reset.
    add("--reset-reason", default="POWER_ON", help=argparse.SUPPRESS)
    add("--safe-mode", default="NONE", help=argparse.SUPPRESS)
    add("--saved-word", default="NONE", help=argparse.SUPPRESS)
    add("--faults-now", help=argparse.SUPPRESS)
    add("--away", default="", help=argparse.SUPPRESS)
    return parser


def main(arguments=None):
    """
    Boot the board that the command line describes.

    :param list arguments: The command line, without the program's name.
    :return: The exit status.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    if not os.path.isdir(options.drive):
        parser.error(f"there is no folder {options.drive}")
    faults = options.fault
    if options.faults_now is not None:
        faults = [fault for fault in options.faults_now.split(",") if fault]
    code = options.code
    if code:
        code = code.replace(os.sep, "/").removeprefix("./").lstrip("/")
        if not os.path.isfile(os.path.join(options.drive, code)):
            parser.error(f"there is no file {code} on the drive {options.drive}")
    board = Board(
        options.drive,
        version=_VERSIONS[options.circuitpython],
        faults=faults,
        seed=options.seed,
        ports=dict(options.port),
        nvm=options.nvm or default_nvm(options.drive),
        writable=options.writable,
        blank_path=options.blank_path,
        code=code,
        reset_reason=options.reset_reason,
        safe_mode=options.safe_mode,
        saved_word=options.saved_word,
    )
    board.network.homes += options.home_network
    board.network.away.update(options.away.split(","))
    if sys.stdin is not None:
        console.listen(board, sys.stdin.fileno())
    return board.run()


if __name__ == "__main__":
    sys.exit(main())

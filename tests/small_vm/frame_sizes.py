# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The size of each function's frame on the board's call stack, from MicroPython's own compiler."""

import re
import subprocess
import sys
from pathlib import Path

_HEADER = re.compile(r"^File .*, code block '([^']+)' \(descriptor")
_STATE = re.compile(r"^\(N_STATE (\d+)\)")
_EXCEPTIONS = re.compile(r"^\(N_EXC_STACK (\d+)\)")


def frame_sizes(path: Path) -> dict[str, int]:
    """
    Return the bytes of a frame for each function of a file; the most if a name occurs again.

    A frame on a 32-bit board has 5 words of its own, one for each local variable and each value
    in use at a time, and 3 for each exception block. Frames begin at multiples of 8 bytes.

    :param Path path: The file.
    """
    command = [Path(sys.executable).with_name("micropython"), "-v", "-v", "-X", "compile-only"]
    listing = subprocess.run(
        [*command, path], capture_output=True, check=True, encoding="utf-8", errors="replace"
    )
    sizes: dict[str, int] = {}
    name, state = "", 0
    for line in listing.stdout.splitlines():
        if found := _HEADER.match(line):
            name = found[1]
        elif found := _STATE.match(line):
            state = int(found[1])
        elif found := _EXCEPTIONS.match(line):
            words = 5 + state + 3 * int(found[1])
            sizes[name] = max(sizes.get(name, 0), (4 * words + 7) // 8 * 8)
    return sizes

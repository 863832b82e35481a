# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Decoding and encoding: the processor time for one message."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from . import processes
from .processes import ADAFRUIT, CHUMICRO, CPYTHON, MICROPYTHON, OURS, VMS, Program

LIBRARIES = (OURS, ADAFRUIT, CHUMICRO)
SIZES = (0, 32, 125, 126, 1024, 4096, 65536)
OPERATIONS = ("decode-text", "decode-chinese", "decode-binary", "encode-text", "encode-binary")
HEAP_SIZES = (125, 1024, 4096)

#: The heap of all libraries.
HEAP = processes.HEAP

#: The heap for a message of 64 KiB, which is for boards with PSRAM, and for measuring bytes.
LARGE_HEAP = "2m"


def _start(vm: str, library: str, folder: Path, heap: str) -> Program:
    code = f'import sys\nsys.path[:0] = %r\nimport codec\ncodec.main("{library}")\n'
    if vm == CPYTHON:
        paths = [str(processes.PROGRAMS), str(processes.REPOSITORY / "lib")]
        arguments = [sys.executable, "-P", "-c", code % paths]
        return Program(arguments, f"{vm}: {library}")
    drive = processes.make_drive(folder / f"codec-{library}-{heap}", code % [])
    return processes.small_vm(drive, "code.py", heap)


def measure(folder: Path, rounds: int, seconds: float) -> dict[str, Any]:
    """
    Measure all libraries.

    :param Path folder: For the boards' drives.
    :param int rounds: The number of times that each is measured, one library after the other.
    :param float seconds: The duration of each measurement.
    :return: The best time in seconds, and the bytes of the heap, by VM, operation, size and
        library; None if there was not enough memory.
    """
    found: dict[str, Any] = {"time": {}, "heap": {}}
    for vm in VMS:
        for heap in (HEAP, LARGE_HEAP) if vm == MICROPYTHON else (HEAP,):
            with ExitStack() as stack:
                programs = {
                    library: stack.enter_context(_start(vm, library, folder, heap))
                    for library in LIBRARIES
                }
                large = vm == MICROPYTHON and heap == LARGE_HEAP
                sizes = [size for size in SIZES if vm == CPYTHON or (size > 4096) == large]
                for operation in OPERATIONS:
                    for size in sizes:
                        found["time"][vm, operation, size] = _times(
                            programs, operation, size, rounds, seconds
                        )
                    for size in HEAP_SIZES if large else ():
                        found["heap"][operation, size] = {
                            library: program.ask(f"heap {operation} {size} 4")
                            for library, program in programs.items()
                        }
    return found


def _times(
    programs: dict[str, Program], operation: str, size: int, rounds: int, seconds: float
) -> dict[str, float | None]:
    counts = {library: _count(programs[library], operation, size, seconds) for library in programs}
    best: dict[str, float | None] = dict.fromkeys(programs)
    for _ in range(rounds):
        for library, count in counts.items():
            if count:
                taken = programs[library].ask(f"time {operation} {size} {count}")
                if taken is not None:
                    best[library] = min(best[library] or taken, taken / count)
    return best


def _count(program: Program, operation: str, size: int, seconds: float) -> int:
    """Return the number of messages that take this long; 0 if there is no memory for one."""
    count = 1
    while True:
        taken = program.ask(f"time {operation} {size} {count}")
        if taken is None:
            return 0
        if taken >= seconds / 4:
            return max(1, int(count * seconds / taken))
        count *= 4

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
``python -m tests.small_vm.call_depth RESULT OPTIONS``: run the simulator, and measure how
deep the board's code calls.

Board code is the code on the drive and in adafruit's libraries; a frame of it is one on the board
too. At the end, the chains of calls are written to the file RESULT: the functions from below
code.py's module down to the deepest one.
"""

import ast
import json
import os
import re
import signal
import sys
import sysconfig
import threading
from pathlib import Path
from types import CodeType, FrameType

from simulator.__main__ import main

#: The drive's folder, for the repository's own may have the package's name too.
_BOARD_CODE = re.compile(r"(?:^/lib/(?=esp_ws_ap/)|/(?=adafruit_))([\w/]*\.py)$")

Function = tuple[str, str]


class Depth:
    """
    The function for `sys.setprofile`.

    :param str program: The file of the drive that runs.
    """

    def __init__(self, program: str) -> None:
        self.called: set[Function] = set()
        self.chains: set[tuple[Function, ...]] = set()
        self._program = program
        self._stack: list[tuple[FrameType, Function]] = []
        self._known: dict[CodeType, Function | None] = {}
        self._inlined: dict[str, set[str]] = {}

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        """Note a call or a return of a Python function."""
        if event != "call" and event != "return":
            return
        code = frame.f_code
        if code not in self._known:
            self._known[code] = self._function(code)
        function = self._known[code]
        if function is None:
            return
        stack = self._stack
        if event == "call":
            if function == (self._program, "<module>"):
                stack.clear()
            stack.append((frame, function))
        elif stack and stack[-1][0] is frame:
            chain = tuple(function for _, function in stack)
            self.called.update(chain)
            if chain not in self.chains:
                self.chains.add(chain)
                self._add_comprehension(chain)
            stack.pop()

    def _function(self, code: CodeType) -> Function | None:
        name = code.co_filename
        found = _BOARD_CODE.search(name)
        if found:
            return found[1], code.co_name
        return (self._program, code.co_name) if name.lstrip("/") == self._program else None

    def _add_comprehension(self, chain: tuple[Function, ...]) -> None:
        """CPython 3.12 and later run comprehensions in the frame around; the board does not."""
        if sys.version_info < (3, 12):
            return
        file, name = chain[-1]
        if file not in self._inlined:
            self._inlined[file] = _with_comprehensions(file)
        if name in self._inlined[file]:
            self.chains.add((*chain, (file, "<listcomp>")))

    def write(self, path: Path) -> None:
        """
        Write the result.

        :param Path path: The file.
        """
        ends = {chain for chain in self.chains if chain[0] == (self._program, "<module>")}
        result = {
            "chains": sorted([list(chain[1:]) for chain in ends], key=len, reverse=True),
            "called": sorted(self.called),
        }
        path.write_text(json.dumps(result), "utf-8")


def _with_comprehensions(file: str) -> set[str]:
    """The functions of a file of board code that contain comprehensions."""
    places = (Path("lib"), Path(), Path(sysconfig.get_path("purelib")))
    path = next((place / file for place in places if (place / file).exists()), None)
    if path is None:
        return set()
    return {
        function.name
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp)
    }


_take_signal = signal.signal


def _take_signal_outside(number: int, handler: object) -> object:
    """
    As `signal.signal`, but the handler is not called in the middle of `Depth.__call__`: what it
    raises there would end the measurement.

    :param int number: The signal.
    :param handler: The function to call.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        inner = frame
        while inner is not None:
            if inner.f_code is Depth.__call__.__code__:
                threading.Timer(0.005, os.kill, (os.getpid(), number)).start()
                return
            inner = inner.f_back
        handler(number, frame)  # type: ignore[operator]

    return _take_signal(number, handle if callable(handler) else handler)  # type: ignore[arg-type]


if __name__ == "__main__":
    signal.signal = _take_signal_outside  # type: ignore[assignment]
    result, *options = sys.argv[1:]
    depth = Depth("code.py")
    sys.setprofile(depth)
    status = main(options)
    sys.setprofile(None)
    depth.write(Path(result))
    sys.exit(status)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The board's builtins, exceptions and syntax."""

import pytest

ABSENT = """
    BlockingIOError ConnectionResetError ConnectionRefusedError ConnectionAbortedError
    InterruptedError FileNotFoundError FileExistsError PermissionError NotADirectoryError
    IsADirectoryError ChildProcessError ProcessLookupError UnicodeDecodeError RecursionError
    ModuleNotFoundError ExceptionGroup EncodingWarning breakpoint aiter anext ascii vars format
    quit copyright
""".split()

PRESENT = """
    OSError ConnectionError BrokenPipeError TimeoutError UnicodeError ImportError MemoryError
    StopAsyncIteration print open memoryview bytearray sorted isinstance super property
""".split()


@pytest.mark.parametrize("name", ABSENT)
def test_absent_builtin_is_nameerror(run, name):
    assert f"NameError: name '{name}' is not defined" in run(f"{name}\n")


def test_builtins(run):
    assert run("print(" + ", ".join(PRESENT) + ")\n").startswith("<class 'OSError'>")


def test_next_has_no_default(run):
    assert "TypeError: " in run("next(iter(''), None)\n")
    assert run("print(next(iter('a')))\n") == "a\n"


def test_oserror_has_no_subclasses_and_its_errno(run):
    source = """
for error in (OSError(11), OSError(128), OSError(2, "x"), OSError(109)):
    print(type(error) is OSError, error.errno, error)
"""
    assert run(source) == (
        "True 11 [Errno 11] EAGAIN\n"
        "True 128 [Errno 128] ENOTCONN\n"
        "True 2 [Errno 2] No such file/directory: x\n"
        "True 109 109\n"
    )


def test_subclasses_of_oserror(run):
    source = "print(BrokenPipeError.__bases__, ConnectionError.__bases__, TimeoutError.__bases__)"
    assert run(source) == "(<class 'ConnectionError'>,) (<class 'OSError'>,) (<class 'OSError'>,)\n"


ERRNO = """
    EPERM ENOENT EIO EBADF EAGAIN ENOMEM EACCES EEXIST ENODEV EISDIR EINVAL ENOSPC EROFS
    EOPNOTSUPP EADDRINUSE ECONNABORTED ECONNRESET ENOBUFS ENOTCONN ETIMEDOUT ECONNREFUSED
    EHOSTUNREACH EALREADY EINPROGRESS errorcode
""".split()


def test_errno(board):
    errno = board.module("errno")
    assert {name for name in vars(errno) if name[0] != "_"} == set(ERRNO)
    assert (errno.EBADF, errno.EAGAIN, errno.EINVAL, errno.ECONNREFUSED) == (9, 11, 22, 111)
    numbers = (errno.ENOTCONN, errno.ETIMEDOUT, errno.EADDRINUSE, errno.ECONNABORTED)
    assert numbers == (128, 116, 112, 113)
    assert (errno.EHOSTUNREACH, errno.EINPROGRESS, errno.EALREADY) == (118, 119, 120)
    assert errno.errorcode[104] == "ECONNRESET"


REFUSED = [
    "x = {**{}}",
    "x = [*()]",
    "x = (*(), 1)",
    "x = {*()}",
    "def f(a, /): pass",
    "match 1:\n    case 1: pass",
    "try:\n    pass\nexcept* ValueError:\n    pass",
    "@(lambda f: f)\ndef f(): pass",
    "async def f():\n    return [x async for x in y]",
    "x = f\"{f'{1}'}\"",
]


@pytest.mark.parametrize("source", REFUSED)
def test_refused_syntax(run, source):
    assert "SyntaxError: " in run(source + "\nprint('ran')\n")


ACCEPTED = [
    "a, *b = [1, 2]",
    "def f(*args, b=1, **kwargs): return args\nf(*[1], *[2], **{'c': 1})",
    "x: Undefined[int] = 3\ndef f(a: Unknown[1]) -> What | None: pass",
    "if (n := 5) > 3: pass",
    "@property\ndef f(): pass",
    "async def f():\n    async with a: pass",
    "class A:\n    x: int\n    @staticmethod\n    def f(): pass",
    "from __future__ import annotations",
]


@pytest.mark.parametrize("source", ACCEPTED)
def test_accepted_syntax(run, source):
    assert run(source + "\nprint('ran')\n") == "ran\n"


def test_print(run):
    assert run("import sys\nprint(1, 'a', sep='-', end='!')\nprint('x', file=sys.stderr)") == (
        "1-a!x\n"
    )


def test_exec_and_eval_use_board_builtins(run):
    source = """
exec("y = 5")
print(y, eval("y + 1"))
try:
    exec("import typing")
except ImportError as error:
    print(error)
try:
    eval("FileNotFoundError")
except NameError:
    print("no such name")
"""
    assert run(source) == "5 6\nno module named 'typing'\nno such name\n"

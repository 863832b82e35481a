# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The board's language where it differs from the PC's: builtins, exceptions, error numbers, and the
syntax that its compiler rejects.
"""

import ast
import builtins
import sys

# All of the board's errno module. The numbers are newlib's, not the PC's.
ERRNO = {
    "EPERM": 1,
    "ENOENT": 2,
    "EIO": 5,
    "EBADF": 9,
    "EAGAIN": 11,
    "ENOMEM": 12,
    "EACCES": 13,
    "EEXIST": 17,
    "ENODEV": 19,
    "EISDIR": 21,
    "EINVAL": 22,
    "ENOSPC": 28,
    "EROFS": 30,
    "EOPNOTSUPP": 95,
    "ECONNRESET": 104,
    "ENOBUFS": 105,
    "ECONNREFUSED": 111,
    "EADDRINUSE": 112,
    "ECONNABORTED": 113,
    "ETIMEDOUT": 116,
    "EHOSTUNREACH": 118,
    "EINPROGRESS": 119,
    "EALREADY": 120,
    "ENOTCONN": 128,
}

EPIPE = 32
ENOPROTOOPT = 109

_NAMES = {number: name for name, number in ERRNO.items()}
_TEXTS = {
    1: "Operation not permitted",
    2: "No such file/directory",
    5: "Input/output error",
    13: "Permission denied",
    17: "File exists",
    19: "No such device",
    22: "Invalid argument",
    28: "No space left on device",
    30: "Read-only filesystem",
}

# The PC's OSError becomes FileNotFoundError and the like, and made of a number alone it has no
# errno. The board's does neither. It is a subclass, so that tests and tools that use the PC's
# builtins catch it too.
HostOSError = builtins.OSError


class OSError(HostOSError):
    """The board's OSError: a number, and perhaps a file name."""

    @property
    def errno(self):  # pyright: ignore[reportIncompatibleVariableOverride]
        """The error number."""
        return self.args[0] if self.args else None

    def __str__(self):
        if not self.args:
            return ""
        number = self.args[0]
        if len(self.args) < 3 and isinstance(number, int):
            text = _TEXTS.get(number) or _NAMES.get(number)
            if text:
                text = f"[Errno {number}] {text}"
                return f"{text}: {self.args[1]}" if len(self.args) == 2 else text
        if len(self.args) == 1:
            return str(number)
        return str(self.args)

    def __repr__(self):
        arguments = ", ".join(repr(argument) for argument in self.args)
        return f"{type(self).__name__}({arguments})"


class ConnectionError(OSError):
    """The base of errors of a connection."""


class BrokenPipeError(ConnectionError):
    """The connection is closed."""


class TimeoutError(OSError):
    """The name exists, but sockets never raise it."""


class ReloadException(BaseException):
    """Ends the code for a soft reload."""


for _class in (OSError, ConnectionError, BrokenPipeError, TimeoutError, ReloadException):
    _class.__module__ = "builtins"


def broken_pipe():
    """Make the exception for a connection that is closed."""
    return BrokenPipeError(EPIPE)


def host_error(error, subject=None):
    """
    Make the board's exception for one of the PC's operating system.

    :param OSError error: The PC's exception.
    :param str subject: The name of the file, if there is one.
    """
    import errno

    name = errno.errorcode.get(error.errno, "EIO")
    number = ERRNO.get(name, ERRNO["EIO"])
    return OSError(number) if subject is None else OSError(number, subject)


_BUILTINS = """
    abs all any bin bool bytearray bytes callable chr classmethod complex delattr dict dir divmod
    enumerate filter float frozenset getattr globals hasattr hash hex id int isinstance issubclass
    iter len list locals map max memoryview min object oct ord pow property range repr
    reversed round set setattr slice sorted staticmethod str sum super tuple type zip
    __build_class__ NotImplemented Ellipsis True False None __debug__
    ArithmeticError AssertionError AttributeError BaseException EOFError Exception GeneratorExit
    ImportError IndentationError IndexError KeyboardInterrupt KeyError LookupError MemoryError
    NameError NotImplementedError OverflowError RuntimeError StopAsyncIteration StopIteration
    SyntaxError SystemExit TypeError UnicodeError ValueError Warning FutureWarning
    ZeroDivisionError
""".split()


def board_builtins(console, drive, import_, compile_):
    """
    Make the ``__builtins__`` of code on the board.

    :param console: The console that print() writes to.
    :param drive: The drive that open() opens files on.
    :param import_: The board's ``__import__``.
    :param compile_: The board's ``compile``.
    """
    names = {name: getattr(builtins, name) for name in _BUILTINS}
    for exception in (OSError, ConnectionError, BrokenPipeError, TimeoutError, ReloadException):
        names[exception.__name__] = exception

    def print(*values, sep=" ", end="\n", file=None, flush=False):
        text = sep.join(str(value) for value in values) + end
        (console if file is None else file).write(text)

    def input(prompt=""):
        # Standard input is for the simulator's commands.
        console.write(str(prompt))
        raise EOFError

    def next(iterator):
        return builtins.next(iterator)  # the board's has no default

    def compile(source, filename="<string>", mode="exec"):
        return compile_(source, filename, mode)

    def evaluate(source, mode, scopes, frame):
        if isinstance(source, str | bytes):
            source = compile_(source, "<string>", mode)
        if not scopes:
            scopes = (frame.f_globals, frame.f_locals)
        scopes[0].setdefault("__builtins__", names)
        return builtins.eval(source, *scopes)

    def exec(source, *scopes):
        evaluate(source, "exec", scopes, sys._getframe(1))

    def eval(source, *scopes):
        return evaluate(source, "eval", scopes, sys._getframe(1))

    own = (print, input, next, compile, exec, eval)
    names.update({function.__name__: function for function in own})
    names["open"] = drive.open
    names["__import__"] = import_
    return names


class _Rejected(ast.NodeVisitor):
    """Finds syntax that CPython accepts and the board's compiler rejects."""

    def __init__(self, filename):
        self._filename = filename

    def _reject(self, node, what):
        detail = (self._filename, node.lineno, node.col_offset + 1, None)
        raise SyntaxError(f"invalid syntax ({what})", detail)

    def _function(self, node):
        arguments = node.args
        if arguments.posonlyargs:
            self._reject(node, "positional-only parameters")
        self._decorators(node)
        self._type_parameters(node)
        # The board's compiler drops annotations without a look at the names in them.
        defaults = [default for default in arguments.kw_defaults if default]
        for child in (*arguments.defaults, *defaults, *node.body):
            self.visit(child)

    visit_FunctionDef = _function
    visit_AsyncFunctionDef = _function

    def visit_ClassDef(self, node):
        self._decorators(node)
        self._type_parameters(node)
        self.generic_visit(node)

    def _type_parameters(self, node):
        if getattr(node, "type_params", None):
            self._reject(node, "type parameters")

    def visit_TypeAlias(self, node):
        self._reject(node, "type statement")

    def _decorators(self, node):
        for decorator in node.decorator_list:
            name = decorator.func if isinstance(decorator, ast.Call) else decorator
            while isinstance(name, ast.Attribute):
                name = name.value
            if not isinstance(name, ast.Name):
                self._reject(decorator, "decorator that is not a name")
            self.visit(decorator)

    def visit_Lambda(self, node):
        if node.args.posonlyargs:
            self._reject(node, "positional-only parameters")
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        self.visit(node.target)
        if node.value:
            self.visit(node.value)

    def _display(self, node):
        if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
            return self.generic_visit(node)
        for item in node.elts:
            if isinstance(item, ast.Starred):
                self._reject(node, "* in a display")
        self.generic_visit(node)

    visit_List = _display
    visit_Tuple = _display
    visit_Set = _display

    def visit_Dict(self, node):
        if None in node.keys:
            self._reject(node, "** in a display")
        self.generic_visit(node)

    def visit_FormattedValue(self, node):
        for inner in ast.walk(node.value):
            if isinstance(inner, ast.JoinedStr):
                self._reject(node, "f-string in an f-string")
        self.generic_visit(node)

    def visit_comprehension(self, node):
        if node.is_async:
            self._reject(node.target, "async comprehension")
        self.generic_visit(node)

    def visit_Match(self, node):
        self._reject(node, "match")

    def visit_TryStar(self, node):
        self._reject(node, "except*")


def check_syntax(source, filename):
    """
    Raise SyntaxError for syntax that CPython accepts and the board rejects.

    :param source: The source.
    :param str filename: The file's name, for the message.
    """
    _Rejected(filename).visit(ast.parse(source, filename))

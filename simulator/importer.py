# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The board's modules, apart from those of the PC's Python.

They have their own ``sys.modules``, ``__import__`` and builtins, and share nothing with the PC's. A
module is looked for in three places: the core modules, the drive, and the installed distributions
whose names begin with adafruit-circuitpython-, because developers keep Adafruit's pure Python
libraries in their virtual environment rather than on the drive.
"""

import __future__

import importlib
import importlib.metadata
import os
import pkgutil
import posixpath
import types

from . import modules as core
from .language import board_builtins, check_syntax

_FLAGS = __future__.annotations.compiler_flag
_FOLDER = os.path.dirname(os.path.abspath(core.__file__))
_CORE = {module.name for module in pkgutil.iter_modules(core.__path__)}
_DISTRIBUTIONS = "adafruit-circuitpython-"

# Core modules whose file has another name: __future__.py would change the meaning of CPython's own
# ``from __future__ import``.
_ALIASES = {"__future__": "future"}


def new_module(name):
    """
    Make an empty module, without the attributes that only CPython's modules have.

    :param str name: Its name.
    """
    module = types.ModuleType(name)
    for attribute in ("__doc__", "__loader__", "__package__", "__spec__"):
        del module.__dict__[attribute]
    return module


class Installed:
    """The libraries for CircuitPython that are installed on the PC."""

    def __init__(self):
        self._roots = None

    def find(self, name):
        """
        Return the path of a module or package without .py, or None.

        :param str name: The name of a top-level module.
        """
        if self._roots is None:
            self._roots = self._search()
        return self._roots.get(name)

    @staticmethod
    def _search():
        roots = {}
        for distribution in importlib.metadata.distributions():
            name = distribution.metadata["Name"] or ""
            if not name.lower().replace("_", "-").startswith(_DISTRIBUTIONS):
                continue
            for file in distribution.files or ():
                top = file.parts[0]
                if file.suffix == ".py" and ".." not in file.parts:
                    module = top.removesuffix(".py")
                    roots[module] = str(distribution.locate_file(module))
        return roots


class World:
    """
    The modules of one run of the code.

    :param board: The board.
    :param Installed installed: The PC's libraries; None to use only those on the drive.
    """

    def __init__(self, board, installed=None):
        self._board = board
        self._drive = board.drive
        self._installed = installed
        self.path = ["", "/", ".frozen", "/lib"]
        self.modules = {}
        self.sources = set()
        self._hosts = {}
        self.builtins = board_builtins(board.console, board.drive, self.import_, self.compile)

    # Compiling

    def compile(self, source, filename, mode="exec"):
        """
        Compile with the board's rules; annotations are never evaluated.

        :param source: A str, bytes or a syntax tree.
        :param str filename: The path on the board.
        :param str mode: ``exec`` or ``eval``.
        """
        check_syntax(source, filename)
        self.sources.add(filename)
        return compile(source, filename, mode, flags=_FLAGS, dont_inherit=True)

    def run_file(self, filename):
        """
        Run a file of the drive as the main program.

        :param str filename: Its path from the drive's root.
        """
        module = new_module("__main__")
        module.__dict__["__builtins__"] = self.builtins
        module.__file__ = filename
        self.modules["__main__"] = module
        code = self.compile(self._drive.read("/" + filename), filename)
        exec(code, module.__dict__)

    # Importing

    def import_(self, name, globals=None, locals=None, fromlist=(), level=0):
        """
        The board's __import__.

        :param str name: The module's name, which may have dots.
        :param dict globals: The globals of the importing module.
        :param dict locals: Ignored.
        :param fromlist: The names after ``from ... import``.
        :param int level: The number of leading dots.
        """
        if level:
            base = self._base(globals or {}, level)
            full = f"{base}.{name}" if name else base
        else:
            full = name
        module = self.modules.get(full) or self._load_dotted(full)
        if not fromlist:
            return module if level else self.modules[name.partition(".")[0]]
        if "__path__" in module.__dict__:
            for item in fromlist:
                if item != "*" and not hasattr(module, item):
                    self._load_child(module, full, item)
        return module

    @staticmethod
    def _base(importing, level):
        parts = importing.get("__name__", "").split(".")
        if "__path__" not in importing:
            level += 1
        keep = len(parts) - level + 1
        if keep < 1:
            raise ImportError("can't perform relative import")
        return ".".join(parts[:keep])

    def _load_dotted(self, name):
        parent = None
        module = None
        full = ""
        for part in name.split("."):
            full = f"{full}.{part}" if full else part
            module = self.modules.get(full)
            if module is None:
                module = self._load(full, part, parent)
                if module is None:
                    raise ImportError(f"no module named '{full}'")
                if parent is not None:
                    setattr(parent, part, module)
            parent = module
        return module

    def _load_child(self, module, full, item):
        child = self.modules.get(f"{full}.{item}") or self._load(f"{full}.{item}", item, module)
        if child is not None:
            setattr(module, item, child)

    def _load(self, full, part, parent):
        if parent is None:
            return self._load_core(full) or self._load_drive(full) or self._load_installed(full)
        folder = parent.__dict__.get("__path__")
        if folder is None:
            return None
        host = os.path.join(self._hosts[folder], part)
        return self._load_source(full, posixpath.join(folder, part), host)

    def _load_core(self, name):
        if name.startswith("_") and name not in _ALIASES:
            return None
        file = _ALIASES.get(name, name)
        if file not in _CORE or file in _ALIASES.values() and name == file:
            return None
        # wifi and ipaddress are written in the board's language; the others use the PC's modules.
        if file in ("wifi", "ipaddress"):
            path = os.path.join(_FOLDER, file + ".py")
            with open(path, encoding="utf-8") as source:
                code = compile(source.read(), path, "exec", dont_inherit=True)
            module = new_module(name)
            module.__dict__["__builtins__"] = self.builtins
            exec(code, module.__dict__)
            self._board.equip(module)
        else:
            names = importlib.import_module(f"{core.__name__}.{file}").build(self._board)
            if names is None:
                return None
            module = new_module(name)
            module.__dict__.update(names)
        self.modules[name] = module
        return module

    def _load_drive(self, name):
        for folder in self.path:
            if folder == ".frozen":
                continue
            path = posixpath.join(folder, name)
            module = self._load_source(name, path)
            if module is not None:
                return module
        return None

    def _load_installed(self, name):
        host = self._installed and self._installed.find(name)
        if not host:
            return None
        # On a board it would be in /lib, so tracebacks say that.
        return self._load_source(name, "/lib/" + name, host)

    def _load_source(self, name, path, host=None):
        host = host or self._drive.host(path)
        file = host + ".py"
        package = None
        if os.path.isdir(host):
            package = path
            file = os.path.join(host, "__init__.py")
            path = path + "/__init__"
        file = self._drive.real(file)
        if not os.path.isfile(file):
            # A folder without __init__.py is a package too.
            if package is None:
                return None
            source = b""
        else:
            with open(file, "rb") as opened:
                source = opened.read()
        module = new_module(name)
        module.__dict__["__builtins__"] = self.builtins
        module.__file__ = path + ".py"
        if package is not None:
            module.__path__ = package
            self._hosts[package] = host
        self.modules[name] = module
        try:
            exec(self.compile(source, module.__file__), module.__dict__)
        except BaseException:
            self.modules.pop(name, None)
            raise
        return module

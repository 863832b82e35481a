# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
The CIRCUITPY drive: a folder of the PC that is the whole file system of the board.
"""

import io
import os
import posixpath
import shutil

from .language import ERRNO, HostOSError, OSError, host_error

HIDDEN = ".simulator"
"""The folder in which the simulator keeps what is on the board but not on its drive."""

_READ_ONLY = 0x01
_DIRECTORY, _FILE = 0x4000, 0x8000


class Drive:
    """
    A folder as the board's file system.

    :param str root: The folder.
    :param bool writable: Whether code on the board may write; by default the PC has the drive
      over USB and the board may not.
    :param str code: A file of it that the board finds under the name code.py.
    """

    def __init__(self, root, writable=False, code=None):
        self.root = os.path.abspath(root)
        self.writable = writable
        self.code = code
        self.cwd = "/"

    def reset(self):
        """Forget what a run of the code has set."""
        self.cwd = "/"

    def absolute(self, path):
        """
        A path of the board without ``.`` and ``..``; it cannot climb above the root.

        :param str path: As the code gave it.
        """
        path = posixpath.normpath(posixpath.join(self.cwd, os.fspath(path)))
        return "/" + path.lstrip("/")

    def host(self, path):
        """
        Where a path of the board is on the PC.

        :param str path: As the code gave it.
        """
        path = self.absolute(path)
        parts = path.strip("/").split("/")
        if HIDDEN in parts or "\\" in path or "\0" in path:
            raise OSError(ERRNO["ENOENT"], path)
        return self.real(os.path.join(self.root, *parts))

    def real(self, host):
        """
        The file of the PC that stands for another one.

        :param str host: Its path on the PC.
        """
        if self.code and host == os.path.join(self.root, "code.py"):
            return os.path.join(self.root, self.code)
        return host

    def _changing(self):
        if not self.writable:
            raise OSError(ERRNO["EROFS"])

    def open(self, name, mode="r", buffering=-1, encoding=None):
        """
        The board's open(): text is UTF-8, line ends stay as they are.

        :param str name: Of the file.
        :param str mode: As usual.
        :param int buffering: Ignored.
        :param str encoding: Ignored.
        """
        path = self.host(name)
        if set(mode) & set("wax+"):
            self._changing()
        try:
            if os.path.isdir(path):
                raise OSError(ERRNO["EISDIR"])
            if "b" in mode:
                return io.open(path, mode)
            return io.open(path, mode, encoding="utf-8", newline="\n")
        except OSError:
            raise
        except HostOSError as error:
            raise host_error(error, name) from None

    def read(self, path):
        """
        The bytes of a file, None if there is none.

        :param str path: Of the file.
        """
        try:
            with io.open(self.host(path), "rb") as file:
                return file.read()
        except HostOSError:
            return None

    def is_file(self, path):
        """
        Is there a file?

        :param str path: Of the board.
        """
        return os.path.isfile(self.host(path))

    def is_folder(self, path):
        """
        Is there a folder?

        :param str path: Of the board.
        """
        return os.path.isdir(self.host(path))

    def _try(self, function, *paths):
        try:
            return function(*(self.host(path) for path in paths))
        except OSError:
            raise
        except HostOSError as error:
            raise host_error(error) from None

    def getcwd(self):
        """The current folder."""
        return self.cwd

    def chdir(self, path):
        """
        Change the current folder.

        :param str path: The new one.
        """
        if not self.is_folder(path):
            raise OSError(ERRNO["ENOENT"])
        self.cwd = self.absolute(path)

    def listdir(self, path=""):
        """
        The names in a folder.

        :param str path: The folder.
        """
        return [name for name in self._try(os.listdir, path) if name != HIDDEN]

    def mkdir(self, path):
        """
        Make a folder.

        :param str path: Of it.
        """
        self._changing()
        self._try(os.mkdir, path)

    def remove(self, path):
        """
        Remove a file.

        :param str path: Of it.
        """
        self._changing()
        self._try(os.remove, path)

    def rmdir(self, path):
        """
        Remove an empty folder.

        :param str path: Of it.
        """
        self._changing()
        self._try(os.rmdir, path)

    def rename(self, old, new):
        """
        Rename a file; one of the new name is lost.

        :param str old: Its name.
        :param str new: Its new name.
        """
        self._changing()
        self._try(os.replace, old, new)

    def utime(self, path, times):
        """
        Set a file's times.

        :param str path: Of it.
        :param tuple times: Of access and change, in s.
        """
        self._changing()
        self._try(lambda host: os.utime(host, times), path)

    def stat(self, path):
        """
        Ten numbers about a file, of which the board knows mode, size and times.

        :param str path: Of it.
        """
        found = self._try(os.stat, path)
        if self.is_folder(path):
            return (_DIRECTORY, 0, 0, 0, 0, 0, 0, *self._times(found))
        return (_FILE, 0, 0, 0, 0, 0, found.st_size, *self._times(found))

    @staticmethod
    def _times(found):
        return int(found.st_atime), int(found.st_mtime), int(found.st_ctime)

    def statvfs(self, path):
        """
        Ten numbers about the drive.

        :param str path: Anywhere on it.
        """
        self._try(os.stat, path)
        # The user's partition of a board with 8 MB of flash.
        block, blocks = 512, 3776 * 2
        free = min(blocks // 2, shutil.disk_usage(self.root).free // block)
        flags = 0 if self.writable else _READ_ONLY
        return (block, block, blocks, free, free, 0, 0, 0, flags, 255)

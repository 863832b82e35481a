# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The CIRCUITPY drive: a folder on the PC as the board's file system."""

import io
import os
import posixpath
import shutil

from .language import ERRNO, HostOSError, OSError, host_error

HIDDEN = ".simulator"
"""The folder for what is on the board but not on its drive. The board does not see it."""

_READ_ONLY = 0x01
_DIRECTORY, _FILE = 0x4000, 0x8000


class Drive:
    """
    A folder as the board's file system.

    :param str root: The folder.
    :param bool writable: True if code on the board may write. By default the PC has the drive
        over USB, and the board may not.
    :param str code: A file of the drive that the board sees as code.py.
    """

    def __init__(self, root, writable=False, code=None):
        self.root = os.path.abspath(root)
        self.writable = writable
        self.code = code
        self.cwd = "/"

    def reset(self):
        """Undo what a run of the code has set."""
        self.cwd = "/"

    def absolute(self, path):
        """
        Resolve ``.`` and ``..`` in a path of the board. The result is never above the root.

        :param str path: The path that the code uses.
        """
        path = posixpath.normpath(posixpath.join(self.cwd, os.fspath(path)))
        return "/" + path.lstrip("/")

    def host(self, path):
        """
        Return the path on the PC for a path of the board.

        :param str path: The path that the code uses.
        """
        path = self.absolute(path)
        parts = path.strip("/").split("/")
        if HIDDEN in parts or "\\" in path or "\0" in path:
            raise OSError(ERRNO["ENOENT"], path)
        return self.real(os.path.join(self.root, *parts))

    def real(self, host):
        """
        Return the file that is read in place of another: ``code`` for code.py.

        :param str host: A path on the PC.
        """
        if self.code and host == os.path.join(self.root, "code.py"):
            return os.path.join(self.root, self.code)
        return host

    def _changing(self):
        if not self.writable:
            raise OSError(ERRNO["EROFS"])

    def open(self, name, mode="r", buffering=-1, encoding=None):
        """
        The board's open(): text is UTF-8, and line ends are not translated.

        :param str name: The file.
        :param str mode: The mode.
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
        Return the bytes of a file, or None if there is none.

        :param str path: The path on the board.
        """
        try:
            with io.open(self.host(path), "rb") as file:
                return file.read()
        except HostOSError:
            return None

    def is_file(self, path):
        """
        Return True if there is such a file.

        :param str path: The path on the board.
        """
        return os.path.isfile(self.host(path))

    def is_folder(self, path):
        """
        Return True if there is such a folder.

        :param str path: The path on the board.
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
        """Return the current folder."""
        return self.cwd

    def chdir(self, path):
        """
        Change the current folder.

        :param str path: The folder.
        """
        if not self.is_folder(path):
            raise OSError(ERRNO["ENOENT"])
        self.cwd = self.absolute(path)

    def listdir(self, path=""):
        """
        Return the names in a folder.

        :param str path: The folder.
        """
        return [name for name in self._try(os.listdir, path) if name != HIDDEN]

    def mkdir(self, path):
        """
        Make a folder.

        :param str path: The folder.
        """
        self._changing()
        self._try(os.mkdir, path)

    def remove(self, path):
        """
        Remove a file.

        :param str path: The file.
        """
        self._changing()
        self._try(os.remove, path)

    def rmdir(self, path):
        """
        Remove an empty folder.

        :param str path: The folder.
        """
        self._changing()
        self._try(os.rmdir, path)

    def rename(self, old, new):
        """
        Rename a file, and overwrite one that has the new name.

        :param str old: Its name.
        :param str new: Its new name.
        """
        self._changing()
        self._try(os.replace, old, new)

    def utime(self, path, times):
        """
        Set the times of a file.

        :param str path: The file.
        :param tuple times: The times of access and change, in seconds since 1970.
        """
        self._changing()
        self._try(lambda host: os.utime(host, times), path)

    def stat(self, path):
        """
        Return ten numbers about a file; the board knows the mode, the size and the times.

        :param str path: The file.
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
        Return ten numbers about the drive.

        :param str path: Any path on it.
        """
        self._try(os.stat, path)
        # The user's partition of a board with 8 MB of flash.
        block, blocks = 512, 3776 * 2
        free = min(blocks // 2, shutil.disk_usage(self.root).free // block)
        flags = 0 if self.writable else _READ_ONLY
        return (block, block, blocks, free, free, 0, 0, 0, flags, 255)

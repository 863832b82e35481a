# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
Boots a drive under MicroPython: ``boot.py --drive DIR [--libraries DIR] [--code FILE]
[--port BOARD=HOST]``, with absolute paths.

The drive is mounted read-only as the root folder, as on a board, so that no call that takes a path
needs a stand-in. Everything from the PC is imported before that.
"""

import sys

HERE = sys.path[0]


def preload(folder, *names):
    """
    Import modules from one folder and no other.

    :param str folder: The path of the folder.
    :param names: The names of the modules.
    """
    sys.path[:] = [folder]
    for name in names:
        __import__(name)


def options(arguments):
    """
    Return the command line as a dict. Its "ports" is a dict of the PC's port for each of the
    board's.

    :param list arguments: The arguments, without the program's name.
    """
    found = {"code": "code.py", "libraries": None, "ports": {}}
    for index in range(0, len(arguments), 2):
        name, value = arguments[index].lstrip("-"), arguments[index + 1]
        if name == "port":
            board, host = value.split("=")
            found["ports"][int(board)] = int(host)
        else:
            found[name] = value
    return found


def boot(found):
    """
    Turn this process into a board.

    :param dict found: The result of `options`.
    """
    # Modules that MicroPython has too come first, because the others import them.
    preload(HERE + "/modules", "time", "os", "re", "hashlib", "ssl", "traceback")
    import collections

    # MicroPython prefers a file to a built-in module, and the next folder has one for CPython.
    sys.modules["collections"] = collections
    preload(HERE + "/../modules", "ipaddress", "wifi")
    preload(HERE + "/..", "settings_toml")
    preload(HERE + "/modules", "supervisor", "microcontroller", "board", "socketpool")
    del sys.modules["collections"]
    sys.modules["socketpool"].ports.update(found["ports"])

    import vfs

    drive = vfs.VfsPosix(found["drive"])
    libraries = found["libraries"] and vfs.VfsPosix(found["libraries"])
    vfs.umount("/")
    vfs.mount(drive, "/", readonly=True)
    sys.path[:] = ["", "/", "/lib"]
    if libraries:
        vfs.mount(libraries, "/site-packages", readonly=True)
        sys.path.append("/site-packages")
    sys.modules["os"].chdir("/")


def run(code):
    """
    Run the drive's program.

    :param str code: The file.
    :return: The exit status.
    """
    import gc

    gc.collect()
    print("simulator: MicroPython's heap has", gc.mem_free(), "bytes free")
    try:
        execfile("/" + code, {"__name__": "__main__", "__file__": code})  # noqa: F821
    except KeyboardInterrupt:
        return 0
    except Exception as error:
        sys.print_exception(error)
        return 1
    return 0


found = options(sys.argv[1:])
boot(found)
sys.exit(run(found["code"]))

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The CIRCUITPY drive: open() and os."""

import pytest

from simulator.language import OSError


def code(call, *arguments):
    """The error number of a call that fails."""
    with pytest.raises(OSError) as caught:
        call(*arguments)
    assert type(caught.value) is OSError
    return caught.value.errno


@pytest.fixture
def files(drive):
    (drive / "folder").mkdir()
    (drive / "folder" / "file.txt").write_bytes("é\r\n2\n".encode())
    (drive / ".simulator").mkdir()
    return drive


@pytest.fixture
def os(board):
    return board.module("os")


def test_open_is_utf8_and_keeps_line_ends(board, files):
    with board.drive.open("/folder/file.txt") as file:
        assert file.readlines() == ["é\r\n", "2\n"]
    with board.drive.open("folder/file.txt", "rb") as file:
        assert file.read() == b"\xc3\xa9\r\n2\n"


def test_errors(board, os, files):
    (files.parent / "secret").write_text("secret")
    opened = board.drive.open
    for path in ("/nothing", "../secret", "/../secret", "/folder/../../secret"):
        assert code(opened, path) == 2
    assert code(opened, "/folder") == 21
    for mode in ("w", "a", "r+", "x", "wb"):  # over USB the PC owns the drive
        assert code(opened, "/new", mode) == 30
    assert code(os.mkdir, "/new") == code(os.rmdir, "/folder") == 30
    assert code(os.remove, "/folder/file.txt") == code(os.rename, "/folder", "/new") == 30


def test_writable_drive(make_board, files):
    board = make_board(writable=True)
    os = board.module("os")
    with board.drive.open("/new", "w") as file:
        file.write("1")
    os.rename("/new", "/other")
    os.mkdir("/made")
    os.rmdir("/made")
    assert "other" in os.listdir("/")
    os.remove("/other")
    assert code(os.remove, "/other") == 2


def test_simulators_folder_is_hidden(os, board, files):
    assert os.listdir("/") == ["folder"]
    assert code(os.stat, "/.simulator") == 2


def test_stat(os, files):
    assert os.stat("/folder")[0] == 0x4000
    stat = os.stat("/folder/file.txt")
    assert (len(stat), stat[0], stat[6]) == (10, 0x8000, 6)
    assert code(os.stat, "/nothing") == 2


def test_chdir(os, board, files):
    os.chdir("/folder")
    assert os.getcwd() == "/folder"
    assert os.listdir() == ["file.txt"]
    board.drive.open("file.txt").close()
    assert code(os.chdir, "/nothing") == 2


def test_os_names(os):
    names = """
        uname getenv chdir getcwd listdir mkdir remove rename rmdir stat statvfs unlink utime sync
        urandom sep
    """.split()
    assert {name for name in vars(os) if name[0] != "_"} == set(names)
    assert len(os.urandom(8)) == 8
    assert len(os.statvfs("/")) == 10


def test_remount_is_runtimeerror_over_usb(board):
    with pytest.raises(RuntimeError, match="visible via USB"):
        board.module("storage").remount("/", readonly=False)

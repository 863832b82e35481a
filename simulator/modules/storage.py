# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``storage``: who may write to the drive."""

from ..language import OSError


def build(board):
    """
    The module's names.

    :param board: The board.
    """

    def remount(mount_path, readonly=False, *, disable_concurrent_write_protection=False):
        """
        Take or give the right to write.

        :param str mount_path: /.
        :param bool readonly: For the board.
        :param bool disable_concurrent_write_protection: For both.
        """
        if mount_path != "/":
            raise OSError(2)
        if board.drive_is_visible:
            raise RuntimeError("Cannot remount path when visible via USB.")
        board.drive.writable = not readonly

    def usb_drive():
        """Show or hide the drive; only boot.py may."""
        if board.drive_is_visible:
            raise RuntimeError("Cannot change USB devices now")

    class _Mount:
        readonly = property(lambda self: not board.drive.writable)
        label = "CIRCUITPY"

    return {
        "remount": remount,
        "getmount": lambda path: _Mount(),
        "disable_usb_drive": usb_drive,
        "enable_usb_drive": usb_drive,
    }

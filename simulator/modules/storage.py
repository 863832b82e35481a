# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``storage``: the right to write to the drive."""

from ..language import OSError


def build(board):
    """Return the module's names."""

    def remount(mount_path, readonly=False, *, disable_concurrent_write_protection=False):
        """
        Change whether the board may write to the drive.

        :param str mount_path: Always ``/``.
        :param bool readonly: True if the board may not write.
        :param bool disable_concurrent_write_protection: Ignored.
        """
        if mount_path != "/":
            raise OSError(2)
        if board.drive_is_visible:
            raise RuntimeError("Cannot remount path when visible via USB.")
        board.drive.writable = not readonly

    def usb_drive():
        """Do nothing, or raise RuntimeError outside boot.py."""
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

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``atexit``."""


def build(board):
    """Return the module's names."""

    def register(func, *args, **kwargs):
        """
        Call a function when the code ends.

        :param func: The function.
        :param args: Its arguments.
        :param kwargs: Its keyword arguments.
        """
        board.exits.append((func, args, kwargs))
        return func

    def unregister(func):
        """
        Do not call a function any more.

        :param func: The function.
        """
        board.exits[:] = [entry for entry in board.exits if entry[0] != func]

    return {"register": register, "unregister": unregister}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``atexit``."""


def build(board):
    """
    The module's names.

    :param board: The board.
    """

    def register(func, *args, **kwargs):
        """
        Call a function when the code ends.

        :param func: The function.
        :param args: For it.
        :param kwargs: For it.
        """
        board.exits.append((func, args, kwargs))
        return func

    def unregister(func):
        """
        Forget it.

        :param func: The function.
        """
        board.exits[:] = [entry for entry in board.exits if entry[0] != func]

    return {"register": register, "unregister": unregister}

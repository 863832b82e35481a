# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``warnings``: warn and simplefilter."""


def build(board):
    """
    The module's names.

    :param board: The board.
    """
    action = ["default"]

    def warn(message, category=Warning):
        """
        Print a warning.

        :param str message: It.
        :param category: Its class.
        """
        if action[0] == "error":
            raise category(message)
        if action[0] != "ignore":
            board.console.write(f"{category.__name__}: {message}\n")

    def simplefilter(act):
        """
        What happens to warnings.

        :param str act: Error, ignore or default.
        """
        action[0] = act

    return {"warn": warn, "simplefilter": simplefilter}

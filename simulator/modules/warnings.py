# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``warnings``: warn and simplefilter."""


def build(board):
    """Return the module's names."""
    action = ["default"]

    def warn(message, category=Warning):
        """
        Print a warning.

        :param str message: The message.
        :param category: The class of the warning.
        """
        if action[0] == "error":
            raise category(message)
        if action[0] != "ignore":
            board.console.write(f"{category.__name__}: {message}\n")

    def simplefilter(act):
        """
        Set the action for warnings.

        :param str act: ``error``, ``ignore`` or ``default``.
        """
        action[0] = act

    return {"warn": warn, "simplefilter": simplefilter}

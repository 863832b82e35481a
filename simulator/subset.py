# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""What the board has of a module that the PC has too."""


def subset(module, names):
    """
    Some names of a module.

    :param module: The PC's.
    :param str names: Separated by spaces.
    """
    return {name: getattr(module, name) for name in names.split()}

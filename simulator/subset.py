# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""The parts that the board has of a module of the PC."""


def subset(module, names):
    """
    Return some names of a module as a dict.

    :param module: The PC's module.
    :param str names: The names, separated by spaces.
    """
    return {name: getattr(module, name) for name in names.split()}

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Modules of Blinka, which runs here without a board, for what is connected to pins."""

import importlib
import os


def load(name):
    """
    Import a module of Blinka.

    :param str name: Its name.
    :return: The module, or None if Blinka is not installed.
    """
    # Without this, Blinka looks for a board on the PC's USB ports and fails.
    os.environ.setdefault("BLINKA_OS_AGNOSTIC", "1")
    try:
        return importlib.import_module(name)
    except (ImportError, NotImplementedError):
        return None


def public(name):
    """
    Return the public names of a module of Blinka.

    :param str name: The module's name.
    :return: A dict, or None if Blinka is not installed.
    """
    module = load(name)
    if module is None:
        return None
    return {key: value for key, value in vars(module).items() if not key.startswith("_")}

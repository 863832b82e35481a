# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""Blinka's boardless board, for pins and what hangs on them."""

import importlib
import os


def load(name):
    """
    A module of Blinka.

    :param str name: Its name.
    :return: The module, None without Blinka.
    """
    # Without this Blinka looks for a board at the PC's USB and fails.
    os.environ.setdefault("BLINKA_OS_AGNOSTIC", "1")
    try:
        return importlib.import_module(name)
    except (ImportError, NotImplementedError):
        return None


def public(name):
    """
    The public names of a module of Blinka.

    :param str name: Its name.
    :return: A dict, None without Blinka.
    """
    module = load(name)
    if module is None:
        return None
    return {key: value for key, value in vars(module).items() if not key.startswith("_")}

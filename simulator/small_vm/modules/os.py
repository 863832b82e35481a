# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``os``, with a ``getenv`` that reads settings.toml."""

from uos import *  # noqa: F403


def getenv(key, default=None):
    """
    Return a setting. Each call reads the file, as on the board.

    :param str key: The key.
    :param default: The value of a missing key.
    """
    import settings_toml

    try:
        with open("/settings.toml", "rb") as file:
            text = str(file.read(), "utf-8")
    except OSError:
        text = None
    return settings_toml.getenv(text, key, default)

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``os``, whose ``getenv`` reads settings.toml."""

from uos import *  # noqa: F403


def getenv(key, default=None):
    """
    A setting. The file is read for each, as on the board.

    :param str key: Its name.
    :param default: What a missing key gives.
    """
    import settings_toml

    try:
        with open("/settings.toml", "rb") as file:
            text = str(file.read(), "utf-8")
    except OSError:
        text = None
    return settings_toml.getenv(text, key, default)

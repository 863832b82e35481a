# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""CircuitPython's ``hashlib``, which has only ``new``."""

import uhashlib


def new(name, data=b""):
    """
    Start a hash.

    :param str name: ``sha1`` or ``sha256``.
    :param bytes data: The first bytes.
    """
    if name not in ("sha1", "sha256"):
        raise ValueError("Unsupported hash algorithm")
    return getattr(uhashlib, name)(data)

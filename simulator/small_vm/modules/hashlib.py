# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""``hashlib`` as CircuitPython has it: ``new`` and nothing else."""

import uhashlib


def new(name, data=b""):
    """
    A hash.

    :param str name: "sha1" or "sha256".
    :param bytes data: What it begins with.
    """
    if name not in ("sha1", "sha256"):
        raise ValueError("Unsupported hash algorithm")
    return getattr(uhashlib, name)(data)

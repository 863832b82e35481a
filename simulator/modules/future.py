# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""``__future__``."""


def build(board):
    """Return the module's names."""
    names = "absolute_import division generators nested_scopes print_function unicode_literals"
    return dict.fromkeys(names.split(), True) | {"annotations": True, "with_statement": True}

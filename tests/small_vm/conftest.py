# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Skip on other systems than Linux: MicroPython's wheel is for Linux only."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform != "linux":
        reason = pytest.mark.skip(reason="MicroPython's wheel is for Linux")
        for item in items:
            if HERE in item.path.parents and item.path.name != "test_call_depth.py":
                item.add_marker(reason)

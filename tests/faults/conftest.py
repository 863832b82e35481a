# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""Fixtures of the fault suite, and its table."""

from tests.faults.scene import scene, stage
from tests.faults.summary import pytest_terminal_summary

__all__ = ["pytest_terminal_summary", "scene", "stage"]

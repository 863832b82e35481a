# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The two ways of unmasking; that of a board runs on the simulator's ``ulab``."""

import sys
from types import SimpleNamespace
from unittest import mock

from esp_ws_ap.websocket import unmask_ints
from simulator.modules import ulab

with mock.patch.dict(sys.modules, {"ulab": SimpleNamespace(**ulab.build(None))}):  # type: ignore
    from esp_ws_ap.websocket import unmask_ulab

KERNELS = {"ints": unmask_ints.unmask, "ulab": unmask_ulab.unmask}

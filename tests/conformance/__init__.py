# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The Autobahn cases, driven by kosoku, against ``examples/echo.py`` on the simulated board."""

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""static/esp-ws.js: its rules in Node.js, with a browser of the test's own, and in Chromium."""

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The fault suite: the whole application, clients that do everything wrong, and a healthy client that
must not notice.

Each case is one test, named after the fault. Meanwhile the healthy client, in a process of its own,
sends a numbered message every 20 ms: no echo may be lost or out of order. Its delays and the
board's longest turn are shown in a table at the end of the run. They are the PC's as much as the
board's, so the tests assert only that no echo takes longer than 1 s.
"""

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The fault suite: the whole application, phones that do everything wrong, and a healthy client that
must not notice.

Each case is one test, named after the fault. Meanwhile a well-behaved client, in a process of its
own, echoes a numbered message every 20 ms: nothing of it may be lost or reordered. Its delays, and
how long the board's longest turn was, are shown in a table at the end of the run; they are the
PC's as much as the board's, so only the whole second in which nobody may ever have to wait is
asserted.
"""

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""The bytes of heap that a server's turns take, as lines of JSON on the console."""

import gc
import json

# Collect when less than this is free.
_MIN_FREE = 1 << 20


def main(name, messages, turns):
    """
    Measure a server. The client sends messages and disconnects; then four silent ones connect.

    :param str name: A module with ``clients()`` and ``turn()``.
    :param int messages: The number of messages to measure, after the first few.
    :param int turns: The number of idle turns to measure.
    """
    server = __import__(name)
    print("measure: ready")
    while not server.clients():
        server.turn()
    warm = 20
    while warm > 0:
        warm -= server.turn()
    gc.collect()
    gc.disable()
    used = 0
    left = messages
    while left > 0:
        if gc.mem_free() < _MIN_FREE:
            gc.collect()
        before = gc.mem_alloc()
        count = server.turn()
        if count:
            used += gc.mem_alloc() - before
            left -= count
    gc.enable()
    found = {"echo": used / messages}
    while server.clients():
        server.turn()
    _settle(server)
    base = gc.mem_alloc()
    print("measure: alone")
    while server.clients() < 4:
        server.turn()
    _settle(server)
    found["client"] = (gc.mem_alloc() - base) / 4
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(turns):
        server.turn()
    found["idle"] = (gc.mem_alloc() - before) / turns
    gc.enable()
    print("measured:", json.dumps(found))


def _settle(server):
    for _ in range(50):
        server.turn()
    gc.collect()

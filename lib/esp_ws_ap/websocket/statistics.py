# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
"""
`esp_ws_ap.websocket.statistics`
================================================================================

The statistics of a client as a dict, for `Connection.stats`, which imports this module.
"""

try:
    from typing import TYPE_CHECKING
except ImportError:
    TYPE_CHECKING = False

if TYPE_CHECKING:
    from .connection import Connection


def stats_of(client: "Connection") -> dict:
    """
    Return the statistics of a client as plain values.

    :param Connection client: The client.
    """
    queue = client.send_queue
    values = sorted(client._latencies[: client._latency_count])
    return {
        "id": client.id,
        "address": client.address,
        "joined": client.joined,
        "rssi": client.rssi,
        "messages_in": client.messages_in,
        "messages_out": queue.messages_out,
        "bytes_in": client.bytes_in,
        "bytes_out": queue.bytes_out,
        "queued": queue.queued,
        "queued_messages": len(queue.items),
        "queued_most": queue.queued_most,
        "replaced": queue.replaced,
        "refused": queue.refused,
        "latency": values[len(values) // 2] if values else None,
        "latency_worst": values[-1] if values else None,
    }

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""What a client makes of the board's frames."""

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, TextMessage


def received(frames) -> list:
    """The messages that wsproto's client decodes."""
    client = Connection(ConnectionType.CLIENT)
    whole: list = []
    for data in frames:
        client.receive_data(bytes(data))
        for event in client.events():
            assert isinstance(event, (TextMessage, BytesMessage))
            whole.append(event.data)
    assert [data[0] >= 0x80 for data in frames] == [False] * (len(frames) - 1) + [True]
    return whole

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
The events that a decoder makes of a stream. MicroPython runs this as well as CPython.

An event is a tuple: ``(TEXT, "a message")``, ``(BINARY, b"a message")``, ``(PING, b"")``,
``(PONG, b"")``, ``(CLOSE, code, reason)`` or ``(FAIL, code)``. A chunk of a
message has a third item: True for the last one.
"""

from esp_ws_ap.websocket.frames import BINARY, CLOSE, FAIL, PING, PONG, TEXT, Decoder


def describe(decoder, event):
    """The event that ``next`` has just returned, with its data."""
    data = decoder.data
    if event == FAIL:
        reason = decoder.close_reason
        assert reason and len(reason.encode()) <= 123, "a reason that a close frame can carry"
        assert data is None, "nothing invalid is delivered"
        return (FAIL, decoder.close_code)
    if event == CLOSE:
        return (CLOSE, decoder.close_code, decoder.close_reason)
    if event == PING or event == PONG:
        assert type(data) is bytes
        return (event, data)
    assert event == TEXT or event == BINARY, event
    assert type(data) is (str if event == TEXT else bytes)
    if decoder.chunk:
        return (event, data, decoder.final)
    assert decoder.final
    return (event, data)


def drain(decoder, limit=1000000):
    """All events in what a decoder has received."""
    events = []
    while True:
        event = decoder.next()
        if event is None:
            break
        events.append(describe(decoder, event))
        assert len(events) <= limit, "events without end"
    assert decoder.next() is None, "it stays None until more is received"
    return events


def feed(decoder, buffer, data):
    """
    Let a decoder receive one segment, in as many turns as its buffer needs.

    The buffer is overwritten after each turn, as other decoders that share it would do.
    """
    events = []
    while data:
        space = decoder.space()
        assert len(space) > 0, "no space, no progress"
        count = min(len(space), len(data))
        space[:count] = data[:count]
        decoder.commit(count)
        data = data[count:]
        # No more events than bytes, and one for an empty last fragment.
        events.extend(drain(decoder, len(buffer) + 1))
        buffer[:] = b"\xa5" * len(buffer)
    return events


def timeline(segments, size=1024, **options):
    """The events of a stream, each with the number of the segment that completed it."""
    buffer = bytearray(size)
    decoder = Decoder(buffer, **options)
    return [
        (number, event)
        for number, segment in enumerate(segments)
        for event in feed(decoder, buffer, segment)
    ]


def events(segments, size=1024, **options):
    """The events of a stream."""
    return [event for _, event in timeline(segments, size, **options)]

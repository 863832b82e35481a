# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT
# pyright: reportMissingImports=false, reportAttributeAccessIssue=false
"""
Decode and encode on command with the library that is the argument of ``main``.

Each line of standard input is one command, answered with one line of JSON::

    time decode-text 125 1000      the processor time in s for 1000 times
    heap decode-text 125 4         the bytes of heap that one time leaves, averaged over 4
"""

import gc
import json
import sys
import time

# MicroPython has the first, CPython the second; both count the processor's time, not the wall's.
processor_time = getattr(time, "clock", None) or time.process_time

MAX_SIZE = 65536
MASK = b"\x37\xfa\x21\x3d"


class Memory:
    """A connection whose client has sent one frame again and again."""

    def __init__(self):
        self.data = memoryview(b"")
        self.at = 0

    def recv_into(self, buffer, size=0):
        """
        As a socket's.

        :param buffer: The buffer.
        :param int size: The most bytes; 0 for as many as fit.
        """
        at = self.at
        count = min(size or len(buffer), len(self.data) - at)
        buffer[:count] = self.data[at : at + count]
        self.at = at + count
        return count


def esp_ws_ap(connection):
    """
    Return this package's functions to decode, to encode text and to encode binary.

    :param Memory connection: The source of the frames.
    """
    from esp_ws_ap.websocket.frames import Decoder, encode_message

    decoder = Decoder(bytearray(4096 + 14), MAX_SIZE)

    def decode():
        connection.at = 0
        while True:
            decoder.commit(connection.recv_into(decoder.space()))
            if decoder.next() is not None:
                return decoder.data

    def encode(data):
        return encode_message(data, MAX_SIZE)

    return decode, encode, encode


def adafruit_httpserver(connection):
    """
    Return those of adafruit_httpserver.

    :param Memory connection: The source of the frames.
    """
    from adafruit_httpserver import Websocket

    class Request:
        """The part of a request that is used."""

    class Bare(Websocket):
        """A Websocket without an opening handshake."""

        MESSAGE_MAX_SIZE_BYTES = MAX_SIZE

        def __init__(self):
            self._request = Request()
            self._request.connection = connection
            self._buffer = bytearray(1024)
            self.closed = False
            self._reset_fragmented_message()

    websocket = Bare()
    prepare = Websocket._prepare_frame

    def decode():
        connection.at = 0
        return websocket.receive()

    def encode_text(data):
        return prepare(Websocket.TEXT, data.encode())

    def encode_binary(data):
        return prepare(Websocket.BINARY, data)

    return decode, encode_text, encode_binary


def chumicro_websockets(connection):
    """
    Return those of chumicro_websockets.

    :param Memory connection: The source of the frames.
    """
    from chumicro_websockets._wire import (
        OPCODE_BINARY,
        OPCODE_TEXT,
        FrameParser,
        FrameParseState,
        encode_frame,
        validate_text_payload,
    )

    parser = FrameParser(max_payload_bytes=MAX_SIZE)
    buffer = memoryview(bytearray(512))

    def decode():
        connection.at = 0
        while parser.state != FrameParseState.FRAME_READY:
            chunk = buffer[: connection.recv_into(buffer, 512)]
            offset = 0
            while offset < len(chunk) and parser.state != FrameParseState.FRAME_READY:
                offset += parser.feed(chunk, offset)  # type: ignore[arg-type]
        payload = parser.payload
        data = validate_text_payload(payload) if parser.opcode == OPCODE_TEXT else payload
        parser.reset()
        return data

    def encode_text(data):
        return encode_frame(OPCODE_TEXT, data.encode())

    def encode_binary(data):
        return encode_frame(OPCODE_BINARY, data)

    return decode, encode_text, encode_binary


LIBRARIES = {
    "esp_ws_ap": esp_ws_ap,
    "adafruit_httpserver": adafruit_httpserver,
    "chumicro_websockets": chumicro_websockets,
}


def sample(operation, size):
    """
    Make a message.

    :param str operation: The operation that gets it.
    :param int size: Its length in UTF-8.
    """
    if operation.endswith("chinese"):
        return "\u7535" * (size // 3) + "." * (size % 3)
    text = '{"sensor": "temperature", "value": 21.5, "unit": "C"}, '
    text = (text * (size // len(text) + 1))[:size]
    return text.encode() if operation.endswith("binary") else text


def masked_frame(data):
    """
    Make the frame that a client sends.

    :param data: str or bytes.
    """
    first = 0x81 if isinstance(data, str) else 0x82
    payload = data.encode() if isinstance(data, str) else data
    size = len(payload)
    if size < 126:
        head = bytes([first, 0x80 | size])
    elif size < 65536:
        head = bytes([first, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([first, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + MASK + bytes([byte ^ MASK[index & 3] for index, byte in enumerate(payload)])


def main(library):
    """
    Answer commands until the input ends.

    :param str library: One of `LIBRARIES`.
    """
    connection = Memory()
    decode, encode_text, encode_binary = LIBRARIES[library](connection)

    def decodes(count):
        for _ in range(count):
            decode()

    def encodes(count):
        for _ in range(count):
            encode(data)

    def seconds(count):
        gc.collect()
        before = processor_time()
        repeat(count)
        return processor_time() - before

    def heap(count):
        repeat(1)
        gc.collect()
        gc.disable()
        before = gc.mem_alloc()
        repeat(count)
        used = gc.mem_alloc() - before
        gc.enable()
        return used / count

    while True:
        line = sys.stdin.readline()
        if not line:
            return
        measure, operation, size, count = line.split()
        data = result = None
        connection.data = memoryview(b"")
        gc.collect()
        try:
            data = sample(operation, int(size))
            encode = encode_binary if operation.endswith("binary") else encode_text
            if operation.startswith("decode"):
                repeat = decodes
                connection.data = memoryview(masked_frame(data))
                if decode() != data:
                    raise ValueError("the decoded message differs")
            else:
                repeat = encodes
            result = (seconds if measure == "time" else heap)(int(count))
        except MemoryError:
            gc.enable()
            # Its state is undefined now.
            decode, encode_text, encode_binary = LIBRARIES[library](connection)
        print("result:", json.dumps(result))
        if hasattr(sys.stdout, "flush"):
            sys.stdout.flush()

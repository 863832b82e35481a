# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Atheris on the decoder: ``python -m tests.fuzz.coverage --seconds 60``.

It changes streams by bits, bytes and whole frames, and keeps those that reach new lines. For any
input, the decoder returns only defined events, none after the last one, keeps no more than the
longest message, and always returns.
"""

import argparse
import importlib
import sys
import tempfile

try:
    atheris = importlib.import_module("atheris")
except ImportError:
    sys.exit("Atheris is not installed. There are wheels for CPython 3.11 to 3.13 on x86-64 Linux.")

with atheris.instrument_imports(include=["esp_ws_ap.websocket.frames"]):
    from esp_ws_ap.websocket.frames import CLOSE, FAIL, TEXT, Decoder

from tests.raw_websocket import CONTINUATION, close_payload, frame
from tests.websocket.segments import fragments
from tests.websocket.streams import feed
from tests.websocket.test_frames import MANY, VIOLATIONS
from tests.websocket.test_frames_chunks import LITTLE, held
from tests.websocket.utf8 import INVALID, VALID

MAX_SIZE = 300

#: The sizes of the buffer, and of the segments: 0 for one.
_BUFFERS = (160, 161, 256, 1024)
_SEGMENTS = (0, 1, 2, 3, 7, 64, 129, 160)

_FAILURES = (1002, 1007, 1008, 1009)


def check(data: bytes) -> None:
    """Decode a stream; its first byte has the options."""
    if not data:
        return
    options, stream = data[0], data[1:]
    buffer = bytearray(_BUFFERS[options & 3])
    step = _SEGMENTS[options >> 2 & 7] or len(stream) or 1
    chunks = options >= 0x80
    decoder = Decoder(buffer, MAX_SIZE, 6, chunks=chunks)
    ended = False
    for start in range(0, len(stream), step):
        for event in feed(decoder, buffer, stream[start : start + step]):
            assert not ended, "an event after the last one"
            if event[0] == FAIL:
                assert event[1] in _FAILURES
                ended = True
            elif event[0] == CLOSE:
                ended = True
                assert len(event[2].encode()) <= 123
            else:
                payload = event[1].encode() if event[0] == TEXT else event[1]
                assert len(payload) <= (MAX_SIZE + len(buffer) + 3 if len(event) == 3 else MAX_SIZE)
        assert held(decoder) <= 2 * (MAX_SIZE + LITTLE)


def _seeds() -> list[bytes]:
    """Return the streams to begin with."""
    streams = [MANY, *(stream for stream, _ in VIOLATIONS.values() if len(stream) < 200)]
    streams += [frame(TEXT, text) for text in VALID + INVALID]
    streams += [frame(CLOSE, close_payload(1000, "bye")), frame(TEXT, b"a" * 301)]
    streams += [b"".join(fragments([b"a\xc3", b"\xbc", b""])), frame(CONTINUATION, b"")]
    return [bytes([options]) + stream for stream in streams for options in (0, 4, 0x84)]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.coverage")
    parser.add_argument("--seconds", type=int, default=60, help="how long to search")
    parser.add_argument("--runs", type=int, default=-1, help="how many streams at most")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(_seeds()):
            with open(f"{corpus}/seed-{number}", "wb") as file:
                file.write(data)
        atheris.Setup(
            [
                sys.argv[0],
                f"-max_total_time={arguments.seconds}",
                f"-runs={arguments.runs}",
                "-max_len=1024",
                "-timeout=10",
                "-rss_limit_mb=512",
                "-print_final_stats=1",
                f"-artifact_prefix={tempfile.gettempdir()}/esp_ws_ap-",
                corpus,
            ],
            check,
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()

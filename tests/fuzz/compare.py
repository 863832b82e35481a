# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Compare the decoder with wsproto and websockets: ``python -m tests.fuzz.compare --streams 100000``.

All events must be the same, in the same segment, and each failure must have the same close code. A
failure may come earlier than a peer's. The accepted differences:

wsproto

1. It rejects the close code 1014 (Bad Gateway), which IANA has registered; the decoder accepts it.
   (Fixed in the peer.)
2. It reads more before it rejects some frames: the whole length, the mask, the first byte of the
   payload. The decoder fails as soon as the invalid bytes have arrived.
3. It waits for the third byte of a UTF-8 surrogate, because CPython's incremental decoder does;
   the decoder fails at the second. (Fixed in the peer, so that 1007 has no other timing.)
4. It returns fragments; only whole messages are compared, and in chunk mode what has arrived of
   the last, incomplete message.

both

5. They reject a length before the mask after it has arrived; the decoder looks at both together,
   4 bytes later. (wsproto only if the length is not in its shortest form or has 64 bits.)

websockets

6. It checks whole frames: what the decoder rejects at a header or in the middle of a text, it
   rejects at the frame's end, or never if the end does not arrive (the frame is completed for it).
7. It checks a frame's length before anything else: 1009 where the decoder says 1002 (reserved
   bits, a continuation without a message, a message within another, a control frame that is too
   long) or 1007.
8. It counts a control frame against the size limit of the message around it (1009).
9. It accepts lengths that are not in their shortest form (RFC 6455, 5.2: MUST), for control frames
   too, and has no limit on fragments: nothing is compared after the decoder has failed.
10. It checks a close frame's reason before the code: 1007 if both are invalid.
11. It rejects a close frame between fragments (RFC 6455, 5.4: control frames are allowed there).
"""

import argparse
import sys
import time
from multiprocessing import get_context

from hypothesis import HealthCheck, Phase, given, seed, settings

from esp_ws_ap.websocket.frames import BINARY, CLOSE, FAIL, PING, PONG, TEXT, Decoder
from tests.fuzz.peers import Timeline, Websockets, Wsproto
from tests.fuzz.streams import MAX_FRAGMENTS, MAX_SIZE, Stream, streams
from tests.websocket.streams import feed

#: More than any stream has: for comparisons without a limit.
NO_LIMIT = 1 << 64

LIMITS = {"max_message_size": MAX_SIZE, "max_fragments": MAX_FRAGMENTS}

#: After a header that is rejected: the rest of the longest length, the mask, a byte of payload.
_REST = bytes(13)


def _read(reader, segments: list[bytes]) -> Timeline:
    return [(number, event) for number, data in enumerate(segments) for event in reader.feed(data)]


class _Ours:
    def __init__(self, stream: Stream, **options) -> None:
        self._buffer = bytearray(stream.size)
        self.decoder = Decoder(self._buffer, **options)

    def feed(self, data: bytes) -> list[tuple]:
        return feed(self.decoder, self._buffer, data)


def _decode(stream: Stream, peer, **options) -> tuple[Timeline, Timeline, str]:
    """Decode a stream twice; also return the decoder's reason for a failure."""
    ours = _Ours(stream, **options)
    found = _read(ours, stream.segments)
    expected = _read(peer, stream.segments)
    if _split(expected)[1] and not _split(found)[1]:
        found += [(len(stream.segments), event) for event in ours.feed(bytes(4))]  # 5
    return found, expected, ours.decoder.close_reason


def _split(timeline: Timeline) -> tuple[Timeline, tuple | None, int]:
    """Return the events before a failure, the failure, and its segment."""
    if timeline and timeline[-1][1][0] == FAIL:
        return timeline[:-1], timeline[-1][1], timeline[-1][0]
    return timeline, None, -1


def compare_with_wsproto(stream: Stream) -> None:
    """Check for the same events in the same segments, and the same failure or an earlier one."""
    peer = Wsproto(MAX_SIZE, MAX_FRAGMENTS)
    found, expected, why = _decode(stream, peer, **LIMITS)
    _same_as_wsproto(peer, found, expected, len(stream.segments), why)


def _same_as_wsproto(
    peer: Wsproto, found: Timeline, expected: Timeline, count: int, why: str
) -> None:
    events, failure, segment = _split(found)
    if failure and not peer.ended:
        expected += [(count, event) for event in peer.feed(_REST)]  # 2
    others, refusal, when = _split(expected)
    assert events == others
    assert failure == refusal
    assert segment <= when or "shortest" in why  # 5


def compare_chunks_with_wsproto(stream: Stream) -> None:
    """Check that the chunks make the messages, and the beginning of the last one."""
    peer = Wsproto(NO_LIMIT, NO_LIMIT)
    options = {"max_message_size": 20, "max_fragments": NO_LIMIT, "chunks": True}
    found, expected, why = _decode(stream, peer, **options)
    whole: Timeline = []
    chunks: list = []
    for number, event in found:
        if len(event) == 3 and event[0] in (TEXT, BINARY):
            chunks.append(event[1])
            if not event[2]:
                continue
            event = (event[0], chunks[0][:0].join(chunks))
            chunks = []
        elif event[0] in (TEXT, BINARY):
            assert not chunks, "a message among the chunks of another"
            assert len(event[1].encode() if event[0] == TEXT else event[1]) <= 20
        whole.append((number, event))
    # Before the peer gets the rest, which may complete a character.
    partial = peer.partial
    if chunks:
        here = chunks[0][:0].join(chunks)
        assert here == partial if not peer.ended else here.startswith(partial)
    _same_as_wsproto(peer, whole, expected, len(stream.segments), why)


def compare_with_websockets(stream: Stream) -> None:
    """Check for the same events in the same segments and failure, but for the list above."""
    peer = Websockets(MAX_SIZE)
    found, expected, why = _decode(stream, peer, **LIMITS)
    events, failure, _ = _split(found)
    if failure and not peer.ended:
        # 6: the most that a frame within the limit can lack
        expected += [(len(stream.segments), e) for e in peer.feed(_REST + bytes(MAX_SIZE))]
    others, refusal, _ = _split(expected)
    goes_on = failure and (failure[1] == 1008 or "shortest" in why or "longer than 125" in why)
    if goes_on and len(others) >= len(events):  # 9
        assert others[: len(events)] == events
    elif refusal == (FAIL, 1009) and (failure != refusal or len(others) < len(events)):
        assert others == events[: len(others)]
        if len(events) > len(others):  # 8
            assert events[len(others)][1][0] in (PING, PONG, CLOSE)
        else:  # 7, or 8 for an invalid close frame
            assert failure in ((FAIL, 1002), (FAIL, 1007))
    elif peer.why == "incomplete fragmented message":  # 11
        assert others == events[: len(others)]
        assert events[len(others)][1][0] == CLOSE
    else:
        assert others == events
        if refusal == (FAIL, 1007) and why.startswith("close code"):  # 10
            refusal = (FAIL, 1002)
        assert refusal == failure


def compare(stream: Stream) -> None:
    """Compare all three on one stream."""
    compare_with_wsproto(stream)
    compare_chunks_with_wsproto(stream)
    compare_with_websockets(stream)


def run(count: int, number: int | None = None) -> tuple[int, dict[str, int]]:
    """
    Compare streams.

    :param int count: Their number.
    :param int number: The seed; None for the same streams every time.
    :return: The number compared, and how often each end occurred.
    """
    compared = 0
    ends: dict[str, int] = {}

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=number is None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(streams)
    def each(stream: Stream) -> None:
        nonlocal compared
        compare(stream)
        compared += 1
        found = _read(_Ours(stream, **LIMITS), stream.segments)
        last = found[-1][1] if found else (0, 0)
        end = (
            f"failed with {last[1]}"
            if last[0] == FAIL
            else "closed"
            if last[0] == CLOSE
            else "open"
        )
        ends[end] = ends.get(end, 0) + 1

    (each if number is None else seed(number)(each))()
    return compared, ends


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.compare")
    parser.add_argument("--streams", type=int, default=100_000, help="how many to compare")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to repeat a run")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    print(f"comparing {arguments.streams} streams, seed {arguments.seed}", flush=True)
    # In batches, because hypothesis remembers what it has drawn.
    batch = 5000
    jobs = []
    left = arguments.streams
    while left > 0:
        jobs.append((min(batch, left), arguments.seed * 1000 + len(jobs)))
        left -= batch
    start = time.monotonic()
    compared = 0
    ends: dict[str, int] = {}
    with get_context("spawn").Pool(arguments.processes) as pool:
        results = [pool.apply_async(run, job) for job in jobs]
        for result in results:
            count, some = result.get()
            compared += count
            print(f"{compared} compared", flush=True)
            for end, times in some.items():
                ends[end] = ends.get(end, 0) + times
    print(f"{compared} streams compared in {time.monotonic() - start:.0f} s, all the same:")
    for end, times in sorted(ends.items()):
        print(f"  {times:7} {end}")
    if compared < arguments.streams:
        sys.exit(f"only {compared} of {arguments.streams} streams were compared")


if __name__ == "__main__":
    main()

# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""The same events on MicroPython, whose UTF-8 decoder accepts surrogates and overlong forms."""

import json
import random
from pathlib import Path

from tests.micropython import needs_micropython, run_script
from tests.raw_websocket import BINARY, CLOSE, PING, TEXT, frame
from tests.websocket.segments import bytewise, cut, fragments
from tests.websocket.streams import timeline
from tests.websocket.test_frames import CODES, MANY, VIOLATIONS
from tests.websocket.test_frames_utf8 import TEXTS

Case = tuple[int, dict, list[bytes]]


def _cases() -> list[Case]:
    cases: list[Case] = []
    for text in TEXTS:
        middle = len(text) // 2
        chunks = {"max_message_size": 0, "chunks": True}
        cases += [
            (160, {}, [frame(TEXT, text)]),
            (160, {}, bytewise(frame(TEXT, text))),
            (160, {}, fragments([text[:middle], text[middle:]])),
            (160, {}, fragments(bytewise(text))),
            (160, {}, [frame(TEXT, b"x" * 500 + text + b"y" * 500)]),
            (160, chunks, bytewise(frame(TEXT, text))),
            (160, {}, [frame(CLOSE, b"\x03\xe8" + text)]),
        ]
    for stream, _ in VIOLATIONS.values():
        cases += [(160, {}, [frame(TEXT, "before") + stream + frame(TEXT, "after")])]
    for first, last, _ in CODES:
        for code in (first, last):
            cases.append((160, {}, bytewise(frame(CLOSE, code.to_bytes(2, "big")))))
    for length in (0, 1, 125, 126, 65535, 65536):
        payload = bytes(index % 128 for index in range(length))
        for opcode in (TEXT, BINARY):
            for size in (160, 1024, 8192):
                limit = {"max_message_size": length}
                cases.append((size, limit, [frame(opcode, payload)]))
            cases.append((160, {"max_message_size": 125}, [frame(opcode, payload)]))
    for announce in (1 << 30, 1 << 31, 1 << 32, 1 << 62, 1 << 63, (1 << 64) - 1):
        header = frame(BINARY, b"abc", form=64, announce=announce)
        cases += [(160, {}, bytewise(header)), (160, {"chunks": True}, [header])]
    cases += [(160, {}, cut(MANY, place)) for place in range(1, len(MANY))]
    chance = random.Random(3)
    for _ in range(500):
        stream = bytearray()
        for _ in range(chance.randrange(1, 5)):
            opcode = chance.choice((0, TEXT, TEXT, BINARY, PING, CLOSE))
            payload = chance.choice(TEXTS) + "aü€".encode() * chance.randrange(60)
            stream += frame(opcode, payload, fin=chance.random() < 0.7)
        if chance.random() < 0.3:
            stream[chance.randrange(len(stream))] ^= 1 << chance.randrange(8)
        places = [chance.randrange(len(stream)) for _ in range(chance.randrange(6))]
        options = {"max_message_size": chance.choice((50, 4096)), "chunks": chance.random() < 0.5}
        cases.append((160, options, cut(bytes(stream), *places)))
    return cases


def _plain(item):
    if isinstance(item, str):
        return "text " + item.encode().hex()
    return item.hex() if isinstance(item, bytes) else item


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


@needs_micropython
def test_decoder(tmp_path: Path):
    cases = _cases()
    file = tmp_path / "cases.json"
    with file.open("w") as lines:
        for size, options, parts in cases:
            print(json.dumps((size, options, [part.hex() for part in parts])), file=lines)
    found = run_script(Path(__file__).with_name("replay.py"), file)
    assert len(found) == len(cases) + 256
    for (size, options, parts), line in zip(cases, found):
        expected = [
            [number, *map(_plain, event)] for number, event in timeline(parts, size, **options)
        ]
        assert json.loads(line) == expected, (size, options, parts)
    for lead, line in enumerate(found[len(cases) :]):
        texts = [bytes([lead, second]) for second in range(256)]
        texts += [text + b"\x80\x80" for text in texts]
        assert line == "".join("01"[_is_utf8(text)] for text in texts), hex(lead)

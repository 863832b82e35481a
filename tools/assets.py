# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
``python tools/assets.py``: the .gz files that the board sends in place of those in static/.

The same input gives the same bytes, and a file that is right already is not written. Needs nothing
but Python.
"""

import argparse
import struct
import sys
import zlib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

# The board's own code tells what is inline in a page.
sys.path.insert(0, str(REPOSITORY / "lib"))

from esp_ws_ap.http.content_policy import examine  # noqa: E402

#: What is text, and so becomes shorter.
SUFFIXES = (".html", ".htm", ".css", ".js", ".mjs", ".svg", ".json")

#: A file that fits in one packet arrives no sooner for being shorter.
SHORTEST = 1000


def compress(path: Path) -> bytes | None:
    """
    A gzip file (RFC 1952) without a name or a time. In its comment: what is inline in a page.

    :param Path path: The plain file.
    :return: None if the board is to send the plain file.
    """
    data = path.read_bytes()
    ends, policy = examine(str(path))
    if path.suffix not in SUFFIXES or len(data) < SHORTEST or ends is None:
        return None
    comment = policy.encode() + b"\0" if path.suffix.startswith(".htm") else b""
    flags = 16 if comment else 0
    head = struct.pack("<4BI2B", 0x1F, 0x8B, 8, flags, 0, 2, 255)
    packed = head + comment + _deflated(data) + ends
    return packed if len(packed) < len(data) else None


def _deflated(data: bytes) -> bytes:
    """The shortest of what zlib makes of it: more memory does not always mean a better fit."""
    found = []
    for memory in range(4, zlib.DEF_MEM_LEVEL + 1):
        deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, memory)
        found.append(deflate.compress(data) + deflate.flush())
    return min(found, key=len)


def update(folder: Path) -> list[tuple[str, int, int | None]]:
    """
    Write every .gz that is not there or not right, and remove one that its file no longer needs.
    A .gz without a plain file stays: it may be all that somebody wants on the drive.

    :param Path folder: Its files, and those of the folders in it.
    :return: Of each file: its name, its length, and that of its .gz.
    """
    rows = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".gz":
            continue
        target = path.with_name(path.name + ".gz")
        packed = compress(path)
        if packed is None:
            target.unlink(missing_ok=True)
        elif not target.exists() or target.read_bytes() != packed:
            target.write_bytes(packed)
        name = path.relative_to(folder).as_posix()
        rows.append((name, path.stat().st_size, packed and len(packed)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the .gz files that the board sends.")
    parser.add_argument("folder", nargs="?", type=Path, default=REPOSITORY / "static")
    rows = update(parser.parse_args().folder)
    sent = sum(length if packed is None else packed for _, length, packed in rows)
    print(f"{'bytes of':26}{'plain':>8}{'gzip':>8}")
    for name, length, packed in rows:
        print(f"{name:26}{length:8}{'-' if packed is None else packed:>8}")
    print(f"{'total, as sent':26}{sum(length for _, length, _ in rows):8}{sent:8}")


if __name__ == "__main__":
    main()

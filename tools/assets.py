# SPDX-FileCopyrightText: 2026 esp_ws_ap contributors
#
# SPDX-License-Identifier: MIT

"""
Build what the board serves: ``python tools/assets.py``.

It puts the sources in page/ together as static/index.html, one file for one request, and compresses
the files in static/ that the board then sends as .gz. The same input gives the same bytes, and a
file that is already right is not written. It needs nothing but Python.
"""

import argparse
import re
import struct
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

# The board's own code finds the inline scripts and styles of a page.
sys.path.insert(0, str(REPOSITORY / "lib"))

from esp_ws_ap.http.content_policy import examine  # noqa: E402
from esp_ws_ap.http.page_check import first_blocked  # noqa: E402

SOURCE = REPOSITORY / "page" / "index.html"
PAGE = REPOSITORY / "static" / "index.html"
BINDING = REPOSITORY / "static" / "panel.js"

#: What a board without static/ needs lies in the package, compressed.
PACKAGE = REPOSITORY / "lib" / "esp_ws_ap" / "panel"
PACKED = {name: name for name in ("panel.js.gz", "esp-ws.js.gz")} | {
    "index.html.gz": "page.html.gz"
}

#: The sources of panel.js, for pages of one's own.
BINDING_SOURCES = ("../static/esp-ws.js", "model.js", "bind.js")

#: Goes after the doctype, which must come first: without it, browsers render in quirks mode.
NOTICE = "<!-- built by tools/assets.py from page/: edit there -->"

#: A line of the source that stands for the contents of other files.
INCLUDE = re.compile(r"^<!-- include (.+) -->\n", re.MULTILINE)

#: The license header of an included file, and the lines that hold nothing but a comment.
HEADER = re.compile(r"/\*.*?\*/\n\n", re.DOTALL)
COMMENT = re.compile(r"^ *(//.*|/\*.*\*/)\n", re.MULTILINE)

#: The word that makes a name of a module visible to others.
EXPORT = re.compile(r"^export (?=class|const|function)", re.MULTILINE)

#: Text, which compresses well.
SUFFIXES = (".html", ".htm", ".css", ".js", ".mjs", ".svg", ".json")

#: Bytes. A shorter file fits in one packet and would not arrive any sooner.
MIN_LENGTH = 1000


def build(source: Path) -> str:
    """
    Put a page together from its sources.

    A line ``<!-- include one.js two.js -->`` is replaced with these files from the folder of the
    source, with a blank line between them. Their license headers, and lines that hold nothing but a
    comment, are left out.

    :param Path source: The HTML file with the include lines.
    :return: The page. Its first line says that it is built.
    """

    def include(match: re.Match[str]) -> str:
        return join(source.parent, match[1].split())

    doctype, _, rest = source.read_text("utf-8").partition("\n")
    return f"{doctype}{NOTICE}\n{INCLUDE.sub(include, rest)}"


def join(folder: Path, names: Sequence[str]) -> str:
    """Put files together, without license headers, comment lines and the word export."""
    texts = [(folder / name).read_text("utf-8") for name in names]
    texts = [COMMENT.sub("", HEADER.sub("", text, count=1)) for text in texts]
    return EXPORT.sub("", "\n".join(texts))


def build_binding(folder: Path) -> str:
    """
    Put panel.js together. A function around it keeps its names from those of the page.

    :param Path folder: The folder of the sources.
    :return: The script.
    """
    notice = (
        "// SPDX-FileCopyrightText: 2026 esp_ws_ap contributors\n"
        "// SPDX-License-Identifier: MIT\n"
        "// built by tools/assets.py from page/: edit there\n"
    )
    return f"{notice}(() => {{\n{join(folder, BINDING_SOURCES)}}})();\n"


def compress(path: Path) -> bytes | None:
    """
    Make a gzip file (RFC 1952) without a name or a time.

    The comment of an HTML file's .gz is the part of its Content-Security-Policy that lists its
    inline scripts and styles.

    :param Path path: The plain file.
    :return: None if the board should send the plain file.
    """
    data = path.read_bytes()
    ends, policy = examine(str(path))
    if path.suffix not in SUFFIXES or len(data) < MIN_LENGTH or ends is None:
        return None
    comment = policy.encode() + b"\0" if path.suffix.startswith(".htm") else b""
    flags = 16 if comment else 0
    head = struct.pack("<4BI2B", 0x1F, 0x8B, 8, flags, 0, 2, 255)
    packed = head + comment + _deflate(data) + ends
    return packed if len(packed) < len(data) else None


def _deflate(data: bytes) -> bytes:
    """Try several memory levels: more memory does not always compress better."""
    found = []
    for memory in range(4, zlib.DEF_MEM_LEVEL + 1):
        deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, memory)
        found.append(deflate.compress(data) + deflate.flush())
    return min(found, key=len)


def update(folder: Path) -> list[tuple[str, int, int | None]]:
    """
    Write each .gz file that is missing or out of date, and remove those that are no longer needed.

    A .gz file without its plain file is left alone: the plain file may have been deleted to save
    space on the drive.

    :param Path folder: Searched together with its subfolders.
    :return: The name of each file, its length, and the length of its .gz file.
    """
    rows = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.suffix == ".gz":
            continue
        target = path.with_name(path.name + ".gz")
        packed = compress(path)
        if packed is None:
            target.unlink(missing_ok=True)
        else:
            _write(target, packed)
        name = path.relative_to(folder).as_posix()
        blocked = first_blocked(str(path)) if path.suffix.startswith(".htm") else None
        if blocked is not None:
            print("%s line %d: %s" % (name, *blocked), file=sys.stderr)
        rows.append((name, path.stat().st_size, packed and len(packed)))
    return rows


def _write(path: Path, data: bytes) -> None:
    """Write a file, unless it already has these bytes."""
    if not path.exists() or path.read_bytes() != data:
        path.write_bytes(data)


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the page, and compress what is served.")
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        help="compress the files in this folder, and build nothing (default: static/)",
    )
    folder = parser.parse_args().folder
    if folder is None:
        folder = PAGE.parent
        _write(PAGE, build(SOURCE).encode())
        _write(BINDING, build_binding(SOURCE.parent).encode())
    rows = update(folder)
    if folder == PAGE.parent:
        for name, packed in PACKED.items():
            _write(PACKAGE / packed, PAGE.with_name(name).read_bytes())
    sent = sum(length if packed is None else packed for _, length, packed in rows)
    print(f"{'bytes of':26}{'plain':>8}{'gzip':>8}")
    for name, length, packed in rows:
        print(f"{name:26}{length:8}{'-' if packed is None else packed:>8}")
    print(f"{'total, as sent':26}{sum(length for _, length, _ in rows):8}{sent:8}")


if __name__ == "__main__":
    main()
